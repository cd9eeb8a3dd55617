/** Who can go on with a task: an agent in its own session, or any agent afresh. Both read the same packet. */
import { canContinue } from '../agents/launch-plan';
import type { AgentProfile } from '../model/agent-profile';
import type { Session } from '../model/session';
import type { KnownAgent } from './list-agents';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export interface ResumeChoice {
  readonly agent: KnownAgent;
  /** `own`: the agent's own session goes on, with what it remembers. `fresh`: a new one. */
  readonly kind: 'own' | 'fresh';
  /** The session that would go on; only with `own`. */
  readonly session?: Session;
}

/** Of installed agents: sessions to continue, the latest first; then every agent afresh, in the order given. */
export async function resumeChoices(
  workspace: BatonWorkspace,
  taskId: string,
  agents: readonly KnownAgent[],
): Promise<readonly ResumeChoice[]> {
  const sessions = await workspace.sessions.forTask(asTaskId(taskId));
  const installed = agents.filter(({ executable }) => executable !== undefined);
  const own = installed.flatMap((agent): (ResumeChoice & { readonly session: Session }) | [] => {
    const session = ownSession(sessions, agent.profile, 'interactive');
    return session === undefined ? [] : { agent, kind: 'own', session };
  });
  own.sort((a, b) => b.session.number - a.session.number);
  return [...own, ...installed.map((agent): ResumeChoice => ({ agent, kind: 'fresh' }))];
}

/** The latest session of a task that the agent can continue: its own, over, and known to it by an id. */
export function ownSession(
  sessions: readonly Session[],
  profile: AgentProfile,
  mode: Session['mode'],
): Session | undefined {
  if (!canContinue(profile, mode)) return undefined;
  return sessions.findLast(
    ({ agent, nativeId, end }) => agent === profile.id && nativeId !== null && end !== null,
  );
}
