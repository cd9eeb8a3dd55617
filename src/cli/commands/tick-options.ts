import { availableAgents } from '../../core/operations/economy-agents';
import { listAgents } from '../../core/operations/list-agents';
import type { TickOptions } from '../../core/operations/tick';
import type { BatonWorkspace } from '../../core/operations/workspace';
import type { CliContext } from '../context';

/**
 * Asked for anew at each tick: what the person allows, and which agents are installed, may change at any time.
 *
 * @param dry starts no agent
 */
export async function tickOptions(
  context: CliContext,
  workspace: BatonWorkspace,
  dry: boolean,
): Promise<TickOptions> {
  const { root } = workspace;
  const choice = await context.backgroundChoice(root);
  const { agents } = await listAgents(workspace, await context.userProfiles(), { economyOnly: choice });
  const available = await availableAgents(workspace, agents, choice);
  return {
    // Who turned it on in this folder, in their own settings, trusts it.
    trusted: true,
    choice,
    profiles: available.map(({ profile }) => profile),
    ...(!dry && { startRun: (entry: string) => context.startRun(root, entry) }),
  };
}
