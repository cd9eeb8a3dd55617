/** The plain files of a folder with their times and sizes, in one call where the file system can. */
import type { FileSystem } from '../ports';
import { mapBounded } from '../store/map-bounded';
import { join } from '../store/paths';

const looksAtOnce = 64;

export interface FileLook {
  /** Absolute. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number | undefined;
}

/** By name. Links and folders are left out; a folder that is not there has no files. */
export async function lookAtFiles(
  fs: FileSystem,
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<readonly FileLook[]> {
  const found =
    fs.lookAt === undefined ? await oneByOne(fs, folder, isWanted) : await atOnce(fs, folder, isWanted);
  return [...found].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function atOnce(
  fs: FileSystem,
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<readonly FileLook[]> {
  const look = await fs.lookAt?.(folder, isWanted);
  if (look === undefined) return [];
  return look.names.flatMap((name, at) =>
    isWanted(name) && look.plain[at] === 1
      ? [
          {
            path: join(folder, name),
            size: look.size[at] ?? 0,
            mtimeMs: look.mtimeMs[at] ?? 0,
            ctimeMs: look.ctimeMs[at],
          },
        ]
      : [],
  );
}

async function oneByOne(
  fs: FileSystem,
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<readonly FileLook[]> {
  const entries = ((await fs.list(folder)) ?? []).filter(
    ({ name, kind }) => kind === 'file' && isWanted(name),
  );
  const looks = await mapBounded(entries, looksAtOnce, async ({ name }) => {
    const path = join(folder, name);
    const stat = await fs.stat(path);
    if (stat?.kind !== 'file') return undefined;
    return { path, size: stat.size, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs };
  });
  return looks.filter((look) => look !== undefined);
}
