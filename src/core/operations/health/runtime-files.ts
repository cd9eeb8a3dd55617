/** What lies in the runtime folder and should not: found by looking, judged by evidence. */
import type { HealthFacts, SessionFacts } from '../../health/health-facts';
import { isTemporaryName } from '../../store/atomic-file';
import { parseOwner } from '../../store/lock';
import { join, paths, relativeTo } from '../../store/paths';
import type { BatonWorkspace } from '../workspace';

/** No write takes this long between its temporary file and its rename; one that does fails and says so. */
const temporaryAfterMs = 60_000;

export async function listSessionFiles(workspace: BatonWorkspace): Promise<readonly string[]> {
  const files = await filesIn(workspace, paths.sessions(workspace.root));
  return files.filter((file) => file.endsWith('.json'));
}

/** @param listed before `sessions` were read; of them those that are still there, and are no session */
export async function unreadSessionFiles(
  workspace: BatonWorkspace,
  listed: readonly string[],
  sessions: readonly SessionFacts[],
): Promise<readonly string[]> {
  const known = new Set(sessions.map(({ file }) => file));
  const present = new Set(await listSessionFiles(workspace));
  return listed.filter((file) => present.has(file) && !known.has(file));
}

export async function packetFiles(workspace: BatonWorkspace): Promise<HealthFacts['packets']> {
  const files = await filesIn(workspace, paths.packets(workspace.root));
  return files.flatMap((file) => {
    const session = /\/([a-z0-9-]{8,64})(?:\.protocol)?\.md$/.exec(file)?.[1];
    return session === undefined ? [] : [{ file, session }];
  });
}

/** Locks of processes that are proven gone, and lock files that hold no owner. */
export async function leftLocks(workspace: BatonWorkspace): Promise<HealthFacts['locks']> {
  const { fs, processes } = workspace.ports;
  const found: HealthFacts['locks'][number][] = [];
  for (const file of await filesIn(workspace, paths.locks(workspace.root))) {
    const name = /\/([^/]+)\.lock$/.exec(file)?.[1];
    if (name === undefined) continue;
    const bytes = await fs.read(join(workspace.root, file));
    if (bytes === undefined) continue;
    const owner = parseOwner(bytes);
    if (owner === undefined) found.push({ file, name, state: 'unreadable' });
    else if ((await processes.isRunning(owner)) === false) found.push({ file, name, state: 'orphaned' });
  }
  return found;
}

export async function leftTemporaries(workspace: BatonWorkspace): Promise<readonly string[]> {
  const { root, ports } = workspace;
  const now = ports.clock.now().getTime();
  const left: string[] = [];
  for (const folder of foldersWeWrite(workspace)) {
    for (const { name, kind } of (await ports.fs.list(folder)) ?? []) {
      if (kind !== 'file' || !isTemporaryName(name)) continue;
      const stat = await ports.fs.stat(join(folder, name));
      if (stat !== undefined && now - stat.mtimeMs > temporaryAfterMs)
        left.push(relativeTo(root, join(folder, name)));
    }
  }
  return left.sort();
}

/** Absolute. */
export function taskFolders({ root, config }: BatonWorkspace): readonly string[] {
  return [...new Set([config.tasks.folder, ...config.tasks.alsoIn].map((folder) => join(root, folder)))];
}

export async function conflictFiles(workspace: BatonWorkspace): Promise<readonly string[]> {
  const files = await filesIn(workspace, paths.conflicts(workspace.root));
  return files.filter((file) => file.endsWith('.json'));
}

function foldersWeWrite(workspace: BatonWorkspace): readonly string[] {
  const { root } = workspace;
  const runtime = [paths.baton, paths.memory, paths.conflicts, paths.checklists, paths.locks, paths.sessions];
  return [...taskFolders(workspace), ...runtime.map((path) => path(root)), paths.packets(root)];
}

/** Relative to the workspace folder, sorted; our temporary files are looked after elsewhere. */
async function filesIn({ root, ports }: BatonWorkspace, folder: string): Promise<readonly string[]> {
  const entries = (await ports.fs.list(folder)) ?? [];
  return entries
    .filter(({ name, kind }) => kind === 'file' && !isTemporaryName(name))
    .map(({ name }) => relativeTo(root, join(folder, name)))
    .sort();
}
