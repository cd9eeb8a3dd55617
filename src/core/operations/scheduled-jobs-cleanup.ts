/**
 * The cleanup job: takes away what nobody needs any more of Baton's own runtime files. Never a task, never a session's
 * record, nothing of a session that has not ended. Requirement 000-42.
 */
import { isTemporaryName } from '../store/atomic-file';
import { join, paths } from '../store/paths';
import { sweepRunFolders } from './run-folder';
import type { BatonWorkspace } from './workspace';

const dayMs = 86_400_000;
/** Packets and run logs of sessions that ended so long ago go, and half-written files after a day. */
const keptMs = 30 * dayMs;
const temporaryMs = dayMs;

/** @returns what went, in one line. Throws `locked`, `io_failed`. */
export async function cleanUp(workspace: BatonWorkspace): Promise<string> {
  const { root } = workspace;
  const packets = await removeOld(workspace, paths.packets(root), /^([a-z0-9-]{8,64})(\.protocol)?\.md$/);
  const logs = await removeOld(workspace, paths.runLogs(root), /^([a-z0-9-]{8,64})\.log$/);
  const temporary = await removeTemporary(workspace);
  const segments = (await workspace.store.changeLog.prune()).length;
  await sweepRunFolders(workspace);
  const words = [
    ...counted(packets, 'startup packet'),
    ...counted(logs, 'log of a run', 'logs of runs'),
    ...counted(temporary, 'half-written file'),
    ...counted(segments, 'day of the change log', 'days of the change log'),
  ];
  return words.length === 0 ? 'Nothing to remove' : `Removed ${words.join(', ')}`;
}

function counted(count: number, one: string, many = `${one}s`): readonly string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

/** Files named after a session that ended long ago, or that is not on record any more and was written long ago. */
async function removeOld(
  { ports, sessions }: BatonWorkspace,
  folder: string,
  pattern: RegExp,
): Promise<number> {
  const now = ports.clock.now().getTime();
  let removed = 0;
  for (const { name, kind } of (await ports.fs.list(folder)) ?? []) {
    const id = kind === 'file' ? pattern.exec(name)?.[1] : undefined;
    if (id === undefined) continue;
    const session = await sessions.get(id);
    const since = session === undefined ? await writtenAt(ports, join(folder, name)) : endedAt(session.end);
    if (since === undefined || now - since <= keptMs) continue;
    if (await ports.fs.remove(join(folder, name))) removed++;
  }
  return removed;
}

function endedAt(end: { readonly at: string } | null): number | undefined {
  return end === null ? undefined : Date.parse(end.at);
}

async function writtenAt({ fs }: BatonWorkspace['ports'], path: string): Promise<number | undefined> {
  return (await fs.stat(path))?.mtimeMs;
}

async function removeTemporary({ ports, root }: BatonWorkspace): Promise<number> {
  const now = ports.clock.now().getTime();
  let removed = 0;
  const folders = [paths.memory, paths.sessions, paths.packets, paths.locks, paths.runLogs];
  for (const folder of folders.map((of) => of(root))) {
    for (const { name, kind } of (await ports.fs.list(folder)) ?? []) {
      if (kind !== 'file' || !isTemporaryName(name)) continue;
      const written = await writtenAt(ports, join(folder, name));
      if (written === undefined || now - written <= temporaryMs) continue;
      if (await ports.fs.remove(join(folder, name))) removed++;
    }
  }
  return removed;
}
