/** Files that are there whole or not at all: temporary file, fsync, rename or link, fsync of the folder. */
import { isBatonError } from '../base/baton-error';
import type { FileSystem } from '../ports';
import { folderOf, join, nameOf } from './paths';

const temporaryPattern = /^\..+\.\d+\.baton-tmp$/;
const maxLeftovers = 1000;

/** Whether a name is one of our temporary files: what a crash may leave behind, never a state file. */
export function isTemporaryName(name: string): boolean {
  return temporaryPattern.test(name);
}

export interface ReplaceOptions {
  /** Runs when the new bytes are on disk and the old ones still stand; a throw keeps the old ones. */
  readonly beforeRename?: () => Promise<void>;
  /** False for what is made again from something durable: whole to every reader, perhaps lost in a power loss. */
  readonly durable?: boolean;
}

/**
 * Replaces a file, or creates it, keeping its permissions. `path` must not be a symbolic link: the link itself
 * would be replaced. Throws what the file system throws; `SyncError` may come after the new bytes are in place.
 *
 * **Invariant:** a reader sees the old bytes or the new bytes, and a failure leaves no temporary file behind.
 */
export async function replaceFile(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  const mode = (await fs.stat(path))?.mode;
  const durable = options.durable ?? true;
  const temporary = await writeTemporary(fs, path, bytes, {
    sync: durable,
    ...(mode !== undefined && { mode }),
  });
  await orRemove(fs, temporary, async () => {
    await options.beforeRename?.();
    await fs.rename(temporary, path);
  });
  if (durable) await fs.syncDirectory(folderOf(path));
}

/**
 * Creates a file that must not be there yet: throws `exists` otherwise, also when another process wins the race.
 *
 * **Invariant:** the file appears under its name with all its bytes or not at all.
 */
export async function createFile(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  await createWhole(fs, path, bytes);
  await fs.syncDirectory(folderOf(path));
}

/**
 * `createFile` for what need not survive a power loss, such as locks. Its name may be lost, but where the name
 * survives the contents do: a lock that cannot be read could never be taken from anybody.
 */
export async function createWhole(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = await writeTemporary(fs, path, bytes, { sync: true });
  await orRemove(fs, temporary, () => fs.link(temporary, path));
  await fs.remove(temporary);
}

/** The number in the name only has to be free; exclusive creation decides between two writers. */
async function writeTemporary(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array,
  options: { readonly sync: boolean; readonly mode?: number },
): Promise<string> {
  for (let n = 1; ; n++) {
    const temporary = join(folderOf(path), `.${nameOf(path)}.${n}.baton-tmp`);
    try {
      await fs.createExclusive(temporary, bytes, options);
      return temporary;
    } catch (error) {
      if (isBatonError(error, 'exists') && n < maxLeftovers) continue;
      // Another writer's file when it existed; ours, perhaps half written, in every other case.
      if (!isBatonError(error, 'exists')) await removeAfter(fs, temporary, error);
      throw error;
    }
  }
}

async function orRemove(fs: FileSystem, temporary: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    await removeAfter(fs, temporary, error);
    throw error;
  }
}

async function removeAfter(fs: FileSystem, temporary: string, failure: unknown): Promise<void> {
  try {
    await fs.remove(temporary);
  } catch (error) {
    // `exists` is an answer rather than a failure, so here the removal is the news.
    if (isBatonError(failure, 'exists')) throw error;
    // The first failure is the one to report; the second goes along so that it is not lost.
    if (failure instanceof Error && failure.cause === undefined) failure.cause = error;
  }
}
