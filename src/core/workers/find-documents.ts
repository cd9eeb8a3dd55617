/** Which files of a workspace folder are documents worth searching, and what was left out, and why. Requirement 001-51. */
import type { FileStat, FileSystem } from '../ports';
import { join, nameOf, relativeTo } from '../store/paths';
import type { WorkspaceGuard } from '../store/workspace-guard';
import type { Breather } from './breather';

export const documentEndings = ['.md', '.markdown', '.mdown'] as const;
export const maxDocuments = 5_000;
export const maxDocumentBytes = 1_048_576;

export const skipReasons = [
  'hidden', // a name that begins with a dot
  'dependencies', // what a package manager has put there
  'build_output',
  'task_folder', // state files are remembered as what they are
  'link',
  'too_large',
  'binary',
  'unreadable',
  'over_limit',
] as const;
export type SkipReason = (typeof skipReasons)[number];

export interface FoundDocument {
  /** Relative to the workspace folder, `/` as separator. */
  readonly path: string;
  readonly stat: FileStat;
}

export interface FoundDocuments {
  /** By path. */
  readonly documents: readonly FoundDocument[];
  /** A folder that is left out counts once. */
  readonly skipped: ReadonlyMap<SkipReason, number>;
}

const dependencies = new Set(['node_modules', 'bower_components', 'vendor', 'site-packages', 'venv', 'pods']);
const buildOutput = new Set(['dist', 'out', 'build', 'target', 'coverage', 'bin', 'obj', 'tmp']);

export interface DocumentPlaces {
  readonly fs: FileSystem;
  readonly guard: WorkspaceGuard;
  readonly root: string;
  /** Relative to the workspace folder; `.` for all of it. */
  readonly folders: readonly string[];
  /** Folders of state files, relative to the workspace folder. */
  readonly taskFolders: readonly string[];
}

/** Never throws for what is in the folders: what cannot be looked at is counted. */
export async function findDocuments(places: DocumentPlaces, breather: Breather): Promise<FoundDocuments> {
  const search = new Search(places, breather);
  for (const folder of places.folders) await search.enter(join(places.root, folder));
  return search.found();
}

class Search {
  readonly #places: DocumentPlaces;
  readonly #breather: Breather;
  readonly #taskFolders: ReadonlySet<string>;
  readonly #seen = new Set<string>();
  readonly #documents = new Map<string, FileStat>();
  readonly #skipped = new Map<SkipReason, number>();

  constructor(places: DocumentPlaces, breather: Breather) {
    this.#places = places;
    this.#breather = breather;
    this.#taskFolders = new Set(places.taskFolders.map((folder) => join(places.root, folder)));
  }

  found(): FoundDocuments {
    const documents = [...this.#documents].map(([path, stat]) => ({ path, stat }));
    return {
      documents: documents.sort((a, b) => (a.path < b.path ? -1 : 1)),
      skipped: this.#skipped,
    };
  }

  /** A folder that somebody named in the settings may itself be a link. */
  async enter(folder: string): Promise<void> {
    const { guard, root } = this.#places;
    const real = await guard.resolve(folder);
    if (real === undefined) return;
    // The workspace folder itself may be reached by a link.
    if (folder !== root && (real === 'outside' || guard.isLinked(folder, real))) this.#skip('link');
    else await this.#walk(folder);
  }

  async #walk(top: string): Promise<void> {
    const open = [top];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      if (this.#seen.has(folder)) continue;
      this.#seen.add(folder);
      if (this.#taskFolders.has(folder)) {
        this.#skip('task_folder');
        continue;
      }
      open.push(...(await this.#look(folder)));
      await this.#breather.breathe();
    }
  }

  /** @returns the sub-folders that are to be entered */
  async #look(folder: string): Promise<readonly string[]> {
    const inside: string[] = [];
    for (const { name, kind } of (await this.#list(folder)) ?? []) {
      const isFolder = kind === 'directory';
      if (!isFolder && !isDocumentName(name)) continue;
      const reason = leftOut(name, isFolder, kind);
      if (reason !== undefined) this.#skip(reason);
      else if (isFolder) inside.push(join(folder, name));
      else await this.#take(join(folder, name));
    }
    return inside;
  }

  async #list(folder: string): ReturnType<FileSystem['list']> {
    try {
      return await this.#places.fs.list(folder);
    } catch {
      // A folder that we may not read is a fact to be told, and no reason to find nothing elsewhere.
      this.#skip('unreadable');
      return undefined;
    }
  }

  async #take(path: string): Promise<void> {
    const relative = relativeTo(this.#places.root, path);
    if (this.#documents.has(relative)) return;
    const stat = await this.#places.fs.stat(path).catch(() => undefined);
    if (stat === undefined || stat.kind !== 'file') this.#skip('unreadable');
    else if (stat.size > maxDocumentBytes) this.#skip('too_large');
    else if (this.#documents.size >= maxDocuments) this.#skip('over_limit');
    else this.#documents.set(relative, stat);
  }

  #skip(reason: SkipReason): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }
}

function isDocumentName(name: string): boolean {
  return documentEndings.some((ending) => nameOf(name).toLowerCase().endsWith(ending));
}

function leftOut(name: string, isFolder: boolean, kind: FileStat['kind']): SkipReason | undefined {
  if (name.startsWith('.')) return 'hidden';
  if (isFolder && dependencies.has(name.toLowerCase())) return 'dependencies';
  if (isFolder && buildOutput.has(name.toLowerCase())) return 'build_output';
  return kind === 'other' ? 'link' : undefined;
}
