/** Who may run in the background: the installed agents of the economy lane, in the order to try them. */
import { economyProfile, economySource } from '../agents/economy';
import { BatonError } from '../base/baton-error';
import type { BackgroundChoice } from '../model/background';
import type { Session } from '../model/session';
import type { KnownAgent } from './list-agents';
import { queueOf } from './queue-of';
import type { BatonWorkspace } from './workspace';

/**
 * @param agents as `listAgents` answers them
 * @param choice the person's own order; without one, every installed agent that is cheap and not for trials only
 */
export function economyAgents(
  agents: readonly KnownAgent[],
  choice: Pick<BackgroundChoice, 'agents'>,
): readonly KnownAgent[] {
  const economy = agents.flatMap((agent) => {
    const profile = economyProfile(agent.profile);
    if (profile?.headless === undefined || agent.executable === undefined) return [];
    return [{ ...agent, profile }];
  });
  if (choice.agents.length === 0) return economy.filter(({ profile }) => !profile.trial);
  return choice.agents.flatMap((id) => economy.filter(({ profile }) => profile.id === id));
}

/**
 * Better refused when a person chooses than passed over in the background, where nobody sees it. Throws `not_found`.
 *
 * @param wanted ids
 */
export function requireEconomyAgents(agents: readonly KnownAgent[], wanted: readonly string[]): void {
  const known = agents.flatMap(({ profile }) => economyProfile(profile)?.id ?? []);
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  throw new BatonError('not_found', `There is no agent "${unknown}" of the economy lane`, {
    hint: `Those are: ${known.join(', ')}.`,
  });
}

/**
 * The same without those whose provider's limit is used up for now, as the queue knows from how their last runs ended, so
 * that the next in the order takes over. All of them where none else is left: then each entry waits for its own time.
 */
export async function availableAgents(
  workspace: BatonWorkspace,
  agents: readonly KnownAgent[],
  choice: Pick<BackgroundChoice, 'agents'>,
): Promise<readonly KnownAgent[]> {
  const economy = economyAgents(agents, choice);
  if (economy.length < 2) return economy;
  const limited = await limitedAgents(workspace);
  const free = economy.filter(({ profile }) => !limited.has(economySource(profile.id)));
  return free.length > 0 ? free : economy;
}

/** Ids of agents, not of the cheap profiles made of them: the limit is the person's with the provider. */
async function limitedAgents(workspace: BatonWorkspace): Promise<ReadonlySet<string>> {
  const now = workspace.ports.clock.now().getTime();
  const { entries } = await queueOf(workspace).list();
  const waiting = new Set(
    entries
      .filter(
        ({ reason, notBefore }) =>
          reason === 'usage_limit' && notBefore !== null && Date.parse(notBefore) > now,
      )
      .map(({ taskId }) => taskId),
  );
  if (waiting.size === 0) return new Set();
  const last = new Map<string, Session>();
  for (const session of await workspace.sessions.list()) {
    const { task, number } = session;
    if (waiting.has(task) && number > (last.get(task)?.number ?? 0)) last.set(task, session);
  }
  return new Set([...last.values()].map(({ agent }) => economySource(agent)));
}
