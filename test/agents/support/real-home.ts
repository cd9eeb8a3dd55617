/**
 * Whether an agent wrote to the home of whoever runs the tests, past the private one it was given: by the names of what
 * it wrote in the private home, and by what only it knows, the private home's path. What the person's own agents write
 * at the same time is not taken for it.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';

export interface RealHome {
  /** Paths in the real home that were made or written since, and not by the person. */
  tracesOf(privateHome: string): Promise<readonly string[]>;
}

/** Larger ones are no settings and no records of sessions; bytes. */
const largest = 4_000_000;
/** Archives of downloaded packages, tens of thousands of files, which name no session. */
const passedOver = new Set(['_cacache', '.npm']);

/** Looks at the home as it is now. @param homes of the person; more than one where HOME is not what the system says */
export async function realHome(
  homes: readonly string[] = [homedir(), userInfo().homedir],
): Promise<RealHome> {
  // The clock of a file system may be a little behind.
  const begun = Date.now() - 1000;
  const all = [...new Set(homes)];
  const before = new Map(await Promise.all(all.map(async (home) => [home, await namesIn(home)] as const)));
  const tracesIn = async (home: string, privateHome: string) => {
    const names = (await namesIn(privateHome)).filter((name) => !passedOver.has(name));
    const there = await namesIn(home);
    const fresh = names.filter((name) => there.includes(name) && !before.get(home)?.includes(name));
    const word = basename(dirname(privateHome));
    const told = await Promise.all(
      names.filter((name) => there.includes(name)).map((name) => naming(word, join(home, name), begun)),
    );
    return [...fresh.map((name) => join(home, name)), ...told.flat()];
  };
  return {
    tracesOf: async (privateHome) =>
      (await Promise.all(all.map((home) => tracesIn(home, privateHome)))).flat(),
  };
}

/** Files written since, with the word in their path or their text. */
async function naming(word: string, path: string, since: number): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found || passedOver.has(basename(path))) return [];
  if (found.isDirectory()) {
    const inside = await Promise.all(
      (await namesIn(path)).map((name) => naming(word, join(path, name), since)),
    );
    return inside.flat();
  }
  if (!found.isFile() || found.mtimeMs < since) return [];
  if (path.includes(word)) return [path];
  return found.size <= largest && (await readFile(path, 'utf8')).includes(word) ? [path] : [];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
