/**
 * Git's own lock of the index, left behind by a git command that was killed: every commit fails until somebody removes it,
 * and agents cannot know why. Only told, never removed: whose lock it is cannot be proven.
 */
import { isBatonError } from '../base/baton-error';
import { decodeUtf8 } from '../base/utf8';
import { folderOf, join } from '../store/paths';
import type { BatonWorkspace } from './workspace';

type Around = Pick<BatonWorkspace, 'root' | 'ports' | 'resources'>;

export interface LeftGitLock {
  /** Absolute path of the lock. */
  readonly path: string;
  readonly since: Date;
}

/** A git command holds it for moments, except while somebody writes a commit message: then git still runs. */
const minAgeMs = 60_000;
const askLimitMs = 2_000;

/** The lock, when it is older than a minute and no git command is seen to run on this machine. Never throws. */
export async function leftGitLock(around: Around): Promise<LeftGitLock | undefined> {
  const { fs, clock } = around.ports;
  try {
    const folder = await gitFolder(around);
    const path = folder === undefined ? undefined : `${folder}/index.lock`;
    const stat = path === undefined ? undefined : await fs.stat(path);
    if (path === undefined || stat?.kind !== 'file') return undefined;
    if (clock.now().getTime() - stat.mtimeMs < minAgeMs || (await gitRuns(around))) return undefined;
    return { path, since: new Date(stat.mtimeMs) };
  } catch (error) {
    if (isBatonError(error, 'io_failed')) return undefined;
    throw error;
  }
}

/** One plain sentence for packets and the health check. */
export function gitLockWords({ path, since }: LeftGitLock): string {
  const at = since.toISOString().replace(/\.\d+Z$/, 'Z');
  return `Git’s lock ${path} has been there since ${at}, so commits fail. If no git command runs, remove that file`;
}

/** The folder that holds the index, from the workspace folder upwards; a worktree's `.git` is a file that names it. */
async function gitFolder({ root, ports: { fs } }: Around): Promise<string | undefined> {
  for (let folder = root; ; folder = folderOf(folder)) {
    const path = join(folder, '.git');
    const kind = (await fs.stat(path))?.kind;
    if (kind === 'directory') return path;
    if (kind === 'file') return namedIn(folder, decodeUtf8((await fs.read(path)) ?? new Uint8Array()));
    if (folderOf(folder) === folder || folderOf(folder) === '') return undefined;
  }
}

function namedIn(folder: string, text = ''): string | undefined {
  const named = /^gitdir: (.+)$/m.exec(text)?.[1]?.trim().replaceAll('\\', '/');
  if (named === undefined) return undefined;
  return /^(\/|[A-Za-z]:)/.test(named) ? named : `${folder}/${named}`;
}

/** False also where the system cannot be asked: then the words leave it to the reader to look. */
async function gitRuns({ ports: { programs }, resources: { platform } }: Around): Promise<boolean> {
  const [program, args] =
    platform === 'win32'
      ? ['tasklist', ['/FI', 'IMAGENAME eq git.exe', '/NH', '/FO', 'CSV']]
      : ['ps', ['-A', '-o', 'comm=']];
  const answer = await programs.run(program, args, { limitMs: askLimitMs });
  return answer !== undefined && /^\s*"?([^\n]*[\\/])?git([.-][^\n]*)?"?(,|\s*$)/im.test(answer.printed);
}
