/** Keeps reading and writing inside the workspace folder, whatever links a repository brings along. */
import { BatonError } from '../base/baton-error';
import type { FileSystem } from '../ports';
import { folderOf, isInside, join, nameOf, relativeTo } from './paths';

/** **Invariant:** nothing is written outside the workspace folder, also not through a symbolic link. */
export class WorkspaceGuard {
  readonly #fs: FileSystem;
  readonly #root: string;
  #realRoot: string | undefined;

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#root = root;
  }

  /** The path with links resolved, `outside` when that leaves the workspace folder, undefined when nothing is there. */
  async resolve(path: string): Promise<string | 'outside' | undefined> {
    this.#realRoot ??= await this.#fs.realPath(this.#root);
    const real = await this.#fs.realPath(path);
    if (real === undefined || this.#realRoot === undefined) return undefined;
    return isInside(this.#realRoot, real) ? real : 'outside';
  }

  /** Whether a path that `resolve` found inside is a link, or has one on its way from the workspace folder. */
  isLinked(path: string, real: string): boolean {
    return this.#realRoot === undefined || real !== join(this.#realRoot, relativeTo(this.#root, path));
  }

  /**
   * Where to write a file, or make a folder. What is missing on its way is made below the nearest folder that is there.
   * Throws `untrusted` when that is outside.
   */
  async forWriting(path: string): Promise<string> {
    const real = await this.resolve(path);
    if (real === 'outside') throw outside(relativeTo(this.#root, path));
    if (real !== undefined) return real;
    const folder = folderOf(path);
    return isInside(this.#root, folder) ? join(await this.forWriting(folder), nameOf(path)) : path;
  }
}

function outside(path: string): BatonError {
  return new BatonError('untrusted', `${path} is a link that leads out of the workspace folder`, {
    hint: 'Baton only writes inside the workspace folder. Replace the link by a real file or folder.',
  });
}
