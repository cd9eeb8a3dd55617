/**
 * The part of a tick that looks after memory: takes in what people and agents have written, and lets the manager do its
 * work. Where nothing has changed since the last time it opens no database. Regression test 2.3.4.
 */
import { contentHash } from '../base/content-hash';
import { isArchiveName, join, nameOf, paths } from '../store/paths';
import { isStateFileName } from '../store/task-index';
import { lookAtFiles } from './look-at-files';
import type { ManagerReport } from './manage-memory';
import { changeManagerState, readManagerState } from './manager-state';
import { isOn } from './switches';
import type { BatonWorkspace } from './workspace';

export interface MemoryTick {
  /** In words, one line each. */
  readonly did: readonly string[];
  /** Another tick would do more. */
  readonly more: boolean;
}

const nothing: MemoryTick = { did: [], more: false };
/** A tick holds the scheduler's lease, so what takes longer is done in several. */
const longestSyncMs = 5_000;

/** Throws what opening the folder's files and the store throw. */
export async function tickMemory(workspace: BatonWorkspace): Promise<MemoryTick> {
  if (!isOn(workspace, 'memory')) return nothing;
  const { sources: known, tasks } = await readManagerState(workspace);
  const sources = await sourcesPrint(workspace);
  const isSame = known === `${sources}${await storePrint(workspace)}`;
  return isSame && tasks.length === 0 ? nothing : tend(workspace, sources);
}

async function tend(workspace: BatonWorkspace, sources: string): Promise<MemoryTick> {
  const work = await remember(workspace);
  if (work === undefined) return nothing;
  const { summarized, evicted, more, isPartial, hasTime } = work;
  // Only now that the store is closed is all of it on disk.
  const seen = isPartial ? null : `${sources}${await storePrint(workspace)}`;
  await changeManagerState(workspace, { sources: seen });
  // What could not be read is tried again with the next tick, and asks for none.
  return { did: words(summarized, evicted), more: more || !hasTime };
}

interface Work extends ManagerReport {
  /** Not all could be read. */
  readonly isPartial: boolean;
  /** False when it could not since there was too much of it for one tick. */
  readonly hasTime: boolean;
}

/** Undefined where nothing is kept. */
async function remember(workspace: BatonWorkspace): Promise<Work | undefined> {
  // Loaded when there is something to do: a tick is a process of its own and has none to spare for it else.
  const [{ openMemory }, { syncMemory }, { manageMemory }] = await Promise.all([
    import('./open-memory'),
    import('./sync-memory'),
    import('./manage-memory'),
  ]);
  const began = workspace.ports.clock.now();
  const memory = await openMemory(workspace);
  try {
    // Held by somebody else, or not to be written: what is made now would be gone with this process.
    if (memory.store.mode === 'ram') return undefined;
    const { read, left } = await syncMemory(workspace, memory, { limitMs: longestSyncMs });
    const isPartial =
      left > 0 || workspace.store.rows().some(({ problems }) => problems.includes('unreadable'));
    const report = await manageMemory(workspace, memory, { began, isPartial });
    return { ...report, isPartial, hasTime: left === 0 || read === 0 };
  } finally {
    await memory.store.close();
  }
}

function words(summarized: number, evicted: number): readonly string[] {
  if (summarized + evicted === 0) return [];
  return [
    `Memory: ${counted(evicted, 'item')} put away, ${counted(summarized, 'summary', 'summaries')} made`,
  ];
}

function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

/**
 * Of what memory is made from, as far as a manager has to do with it; from looks at files alone. A session's beats do not
 * count.
 */
async function sourcesPrint({ root, ports: { fs }, config, sessions }: BatonWorkspace): Promise<string> {
  const folders = new Set([config.tasks.folder, ...config.tasks.alsoIn].map((folder) => join(root, folder)));
  const isTaskFile = (name: string) => isStateFileName(name) || isArchiveName(name);
  const journal = nameOf(paths.journal(root));
  const files = await Promise.all([
    ...[...folders].map((folder) => lookAtFiles(fs, folder, isTaskFile)),
    lookAtFiles(fs, paths.memory(root), (name) => name === journal),
    lookAtFiles(fs, paths.plans(root), () => true),
  ]);
  const lines = files
    .flat()
    .map(({ path, size, mtimeMs, ctimeMs }) => `${path} ${size} ${mtimeMs} ${ctimeMs ?? ''}`);
  const runs = (await sessions.list()).map(({ id, end }) => `${id} ${end?.at ?? ''}`);
  return contentHash(JSON.stringify([lines, runs, config.memory]));
}

/** Who deletes memory has it made anew. */
async function storePrint({ root, ports: { fs } }: BatonWorkspace): Promise<string> {
  const kept = await Promise.all(
    [paths.memoryDatabase(root), paths.memoryJson(root)].map((path) => fs.stat(path)),
  );
  return kept.map((stat) => Number(stat !== undefined)).join('');
}
