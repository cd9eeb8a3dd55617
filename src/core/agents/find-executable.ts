/** Which program an agent is. */
import { BatonError } from '../base/baton-error';
import type { AgentProfile, LaunchRef } from '../model/agent-profile';
import type { Processes } from '../ports';
import type { LaunchTools } from './launch-tools';

type Programs = Pick<LaunchTools, 'node' | 'demoAgent' | 'cli'>;

/**
 * The first of the profile's programs that exists here, as an absolute path.
 *
 * @throws `agent_missing` when none does
 */
export async function findExecutable(
  profile: AgentProfile,
  processes: Pick<Processes, 'which'>,
  tools: Programs,
): Promise<string> {
  const names = profile.executables.map((one) =>
    typeof one === 'string' ? one : bundled(one.ref, tools, profile),
  );
  for (const name of names) {
    const found = await processes.which(name);
    if (found !== undefined) return found;
  }
  throw new BatonError(
    'agent_missing',
    `${profile.label} is not installed (looked for ${names.join(', ')})`,
    {
      hint: profile.install
        ? `Install it: ${profile.install}`
        : 'Install it, or correct its profile in the settings.',
    },
  );
}

function bundled(ref: LaunchRef, tools: Programs, profile: AgentProfile): string {
  if (ref === 'node') return tools.node;
  if (ref === 'demoAgent') return tools.demoAgent;
  if (ref === 'batonCli') return tools.cli;
  throw new BatonError('invalid_config', `The profile ${profile.id} names "${ref}" as its program`, {
    hint: 'A program is a name, an absolute path, or the reference "node".',
  });
}
