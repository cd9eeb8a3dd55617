/** The resume queue of a workspace, and the sessions it is judged by. */
import type { Session } from '../model/session';
import type { LiveSession } from '../queue/entry-state';
import { ResumeQueue } from '../queue/resume-queue';
import { holdsTask } from '../sessions/liveness';
import { paths } from '../store/paths';
import type { BatonWorkspace } from './workspace';

/** Does no I/O. */
export function queueOf(workspace: BatonWorkspace): ResumeQueue {
  const { store, ports, config, acting, root } = workspace;
  return new ResumeQueue({
    file: store.managedFile('queue'),
    ports,
    limits: config.autoResume,
    live: () => liveSessions(workspace),
    beside: async () => ((await ports.fs.list(paths.memory(root))) ?? []).map(({ name }) => name),
    by: { actor: acting.actor, session: acting.session },
  });
}

/** Sessions that hold their task now, with what the lanes need to know. */
export interface HeldTask extends LiveSession {
  /** Baton started it by itself; else it is a person's, and comes first. */
  readonly background: boolean;
}

/** @param known all sessions, where the caller has read them */
export async function liveSessions(
  { sessions }: BatonWorkspace,
  known?: readonly Session[],
): Promise<readonly HeldTask[]> {
  const open = (known ?? (await sessions.list())).filter(({ end }) => end === null);
  const judged = await Promise.all(
    open.map(async (session) => ({ session, holds: holdsTask(await sessions.liveness(session)) })),
  );
  return judged.flatMap(({ session, holds }) =>
    holds ? [{ id: session.id, task: session.task, background: session.trigger === 'automatic' }] : [],
  );
}
