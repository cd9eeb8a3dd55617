/**
 * Opens long-term memory the best way there is here: SQLite, else a JSON file, else this process's own memory, and says so
 * when it is not the first. Requirements 001-9, 001-76.
 */
import { BatonError } from '../base/baton-error';
import { DatabaseFile } from '../memory/database-file';
import { JsonStore } from '../memory/json-store';
import type { LongTermStore } from '../memory/long-term-store';
import { ensureRuntime } from '../store/layout';
import { join, paths, relativeTo } from '../store/paths';
import { requireOn } from './switches';
import type { BatonWorkspace } from './workspace';

/** Why memory is not as it should be, for surfaces that have words of their own. */
export interface MemoryTrouble {
  readonly kind: 'set_aside' | 'no_database' | 'not_kept' | 'behind';
  /** Where the damaged file is now, or where memory is kept instead; from the workspace folder. */
  readonly file?: string;
  /** Why, and what to do; in sentences. */
  readonly reason: string;
}

export interface OpenMemory {
  readonly store: LongTermStore;
  /** That memory is not kept as it should be, why, and what to do; in sentences. */
  readonly notice: string | undefined;
  /** The same, one by one. That a file was set aside is no part of it: `setAsideFiles` finds that for as long as it lies there. */
  readonly troubles?: readonly MemoryTrouble[];
}

type MemoryWorkspace = Pick<BatonWorkspace, 'root' | 'ports' | 'config' | 'acting'>;

/** To be closed by the caller (`store.close()`). Throws `switched_off`, and nothing else that is foreseen. */
export async function openMemory(workspace: MemoryWorkspace): Promise<OpenMemory> {
  requireOn(workspace, 'memory');
  const { root, ports } = workspace;
  try {
    await ensureRuntime(ports.fs, root);
    return (await openDatabase(workspace)) ?? (await openJson(workspace));
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    ports.log.warn(`Memory is not kept: ${error.message}`);
    const trouble = notKept(error);
    const notice = `Memory is not being kept: ${trouble.reason}`;
    return { store: await JsonStore.inRam(ports), notice, troubles: [trouble] };
  }
}

/** Undefined where there is no SQLite. */
async function openDatabase({ root, ports }: MemoryWorkspace): Promise<OpenMemory | undefined> {
  const { databases } = ports;
  const engine = await databases?.engine();
  if (databases === undefined || engine === undefined) return undefined;
  const { store, setAside, damage } = await new DatabaseFile(ports, root, databases, engine).open();
  if (setAside === undefined) return { store, notice: undefined };
  return { store, notice: await tellSetAside(workspaceFile(root, setAside), damage, store, ports) };
}

async function openJson({ root, ports }: MemoryWorkspace): Promise<OpenMemory> {
  const { store, setAside, damage } = await JsonStore.open(ports, root);
  const file = workspaceFile(root, paths.memoryJson(root));
  const reason = 'Node 22.13 or newer has SQLite.';
  const noDatabase = `There is no SQLite here, so what Baton remembers is kept in ${file}, which is slower. ${reason}`;
  const troubles: readonly MemoryTrouble[] = [{ kind: 'no_database', file, reason }];
  if (setAside === undefined) return { store, notice: noDatabase, troubles };
  const told = await tellSetAside(workspaceFile(root, setAside), damage, store, ports);
  return { store, notice: `${noDatabase} ${told}`, troubles };
}

function workspaceFile(root: string, path: string): string {
  return relativeTo(root, path);
}

/** @returns the notice */
async function tellSetAside(
  name: string,
  damage: string | undefined,
  store: LongTermStore,
  { clock }: Pick<BatonWorkspace['ports'], 'clock'>,
): Promise<string> {
  const why = damage ?? 'The memory file could not be read';
  const at = clock.now().toISOString();
  await store.addEvents([
    { kind: 'set_aside', at, task: null, ids: [], text: `${sentence(why)} It is kept as ${name}.` },
  ]);
  return `${sentence(why)} It is kept as ${name}, and memory is made anew from the task files, without what was pinned by hand. ${afterSetAside}`;
}

const afterSetAside = 'Delete that file when you have no use for it.';

/**
 * What was set aside and still lies there, whoever has met it: the one that did may have been a tick that nobody reads.
 * Nothing where the folder cannot be read, since who asks wants to know something else.
 */
export async function setAsideFiles({
  root,
  ports,
}: Pick<BatonWorkspace, 'root' | 'ports'>): Promise<readonly MemoryTrouble[]> {
  try {
    const names = ((await ports.fs.list(paths.memory(root))) ?? []).map(({ name }) => name);
    return names
      .filter((name) => /^memory\.(?:db|json)\.damaged-\d+$/.test(name))
      .map((name) => ({
        kind: 'set_aside',
        file: workspaceFile(root, join(paths.memory(root), name)),
        reason: afterSetAside,
      }));
  } catch (error) {
    if (error instanceof BatonError) return [];
    throw error;
  }
}

function notKept(error: BatonError): MemoryTrouble {
  if (error.code === 'locked') {
    return { kind: 'not_kept', reason: `${sentence(error.message)} Try again when it has ended.` };
  }
  const cause = error.code === 'io_failed' ? causeIn(error.message) : undefined;
  if (cause === undefined) {
    const parts = [sentence(error.message), error.hint].filter((part) => part !== undefined);
    return { kind: 'not_kept', reason: parts.join(' ') };
  }
  return {
    kind: 'not_kept',
    file: '.baton',
    reason: `Nothing can be written in .baton: ${sentence(cause)} ${checkDisk}`,
  };
}

const checkDisk = 'Check the permissions of that folder and the space on the disk.';

/** Which lock or temporary file it was says nothing to a person; the cause does. */
function causeIn(message: string): string | undefined {
  return /^Cannot .+: ([^:]+)$/.exec(message)?.[1];
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
