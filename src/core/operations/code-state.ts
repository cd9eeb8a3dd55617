/**
 * The state of the code that a verification speaks of: a commit, and what differed from it. What is committed later as
 * it was when it was verified is the same code, so the evidence holds on.
 */
import { isBatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import type { Evidence } from '../model/task';
import type { FileStat } from '../ports';
import { mapBounded } from '../store/map-bounded';
import { join } from '../store/paths';
import { isOwnFile } from './is-own-file';
import type { BatonWorkspace } from './workspace';

/** A file that differs from a commit. */
export interface ChangedFile {
  /** Relative to the workspace folder. */
  readonly path: string;
  /** Of its bytes, or what else tells one state of it from another. */
  readonly digest: string;
}

/** Evidence must not cost a minute: beyond these, in the order of the paths, a file counts by its size. Bytes. */
const largeFile = 4 * 1024 * 1024;
const allFiles = 64 * 1024 * 1024;
const maxFiles = 2000;
const filesAtOnce = 16;

/** What a verification that begins now is about. Empty without git. */
export async function codeState(
  workspace: BatonWorkspace,
  files: readonly string[] | undefined,
): Promise<Pick<Evidence, 'commit' | 'dirty' | 'changes'>> {
  const git = await workspace.ports.git.state(workspace.root);
  if (git === undefined) return {};
  const changed = await changedSince(workspace, git.head);
  const own = changed.filter(({ path }) => concerns(files, path));
  return {
    ...(git.head === null ? {} : { commit: git.head }),
    dirty: changed.length > 0,
    ...(own.length === 0 ? {} : { changes: fingerprint(workspace, own) }),
  };
}

/** Baton's own files left out; by path. */
export async function changedSince(
  workspace: BatonWorkspace,
  commit: string | null,
): Promise<readonly ChangedFile[]> {
  const changes = await workspace.ports.git.filesChangedSince(workspace.root, commit);
  const paths = new Set(changes.map(({ path }) => path).filter((path) => !isOwnFile(workspace, path)));
  const sorted = [...paths].sort().slice(0, maxFiles);
  const stats = await mapBounded(sorted, filesAtOnce, (path) => lookAt(workspace, path));
  const whole = affordable(stats);
  const digests = await mapBounded([...stats.entries()], filesAtOnce, ([index, stat]) =>
    digestOf(workspace, sorted[index] ?? '', stat, whole.has(index)),
  );
  return sorted.map((path, index) => ({ path, digest: digests[index] ?? 'gone' }));
}

/** @param files names of files and folders; undefined for all */
export function concerns(files: readonly string[] | undefined, path: string): boolean {
  if (files === undefined) return true;
  return files.some((file) => {
    const name = file.replaceAll('\\', '/').replace(/^(\.\/)+|\/+$/g, '');
    return name === '' || name === '.' || path === name || path.startsWith(`${name}/`);
  });
}

export function fingerprint({ ports }: BatonWorkspace, files: readonly ChangedFile[]): string {
  const text = files.map(({ path, digest }) => `${path}\0${digest}\n`).join('');
  return ports.hasher.sha256(encodeUtf8(text)).slice(0, 16);
}

type Look = Pick<FileStat, 'kind' | 'size'> | 'gone' | 'unreadable';

async function lookAt({ ports, root }: BatonWorkspace, path: string): Promise<Look> {
  return orUnreadable(async () => (await ports.fs.stat(join(root, path))) ?? 'gone');
}

/** Positions of the files that are read; the same for the same files, so that nothing seems to have changed. */
function affordable(looks: readonly Look[]): ReadonlySet<number> {
  const whole = new Set<number>();
  let spent = 0;
  for (const [index, look] of looks.entries()) {
    if (typeof look === 'string' || look.kind !== 'file' || look.size > largeFile) continue;
    spent += look.size;
    if (spent <= allFiles) whole.add(index);
  }
  return whole;
}

async function digestOf(
  { ports, root }: BatonWorkspace,
  path: string,
  look: Look,
  whole: boolean,
): Promise<string> {
  if (typeof look === 'string') return look;
  if (!whole) return look.kind === 'file' ? `${look.size} bytes` : look.kind;
  return orUnreadable(async () => {
    const bytes = await ports.fs.read(join(root, path));
    return bytes === undefined ? 'gone' : ports.hasher.sha256(bytes);
  });
}

async function orUnreadable<T>(look: () => Promise<T>): Promise<T | 'unreadable'> {
  try {
    return await look();
  } catch (error) {
    if (isBatonError(error, 'io_failed')) return 'unreadable';
    throw error;
  }
}
