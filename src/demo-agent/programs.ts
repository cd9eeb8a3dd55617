/** The programs the demonstration agent runs: git, Node, and `baton`. Never through a shell. */
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

export interface Outcome {
  /** Null when the program could not be started. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `baton` or git would not do what it was asked; the message carries its words. */
export class ProgramRefused extends Error {
  override readonly name = 'ProgramRefused';
}

/** Somebody holds git's lock, or was killed while holding it. Only a person can tell, so nobody else removes it. */
export class GitLocked extends Error {
  override readonly name = 'GitLocked';

  constructor(readonly lock: string) {
    super(`git is locked by ${lock}`);
  }
}

const lockTries = 5;
const lockPauseMs = 200;

export interface RunOptions {
  /** Given on standard input. */
  readonly input?: string;
  /** After this many milliseconds it is ended, and the run rejects. */
  readonly limitMs?: number;
}

export function run(
  program: string,
  args: readonly string[],
  cwd: string,
  { input, limitMs = 0 }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      { cwd, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024, timeout: limitMs, killSignal: 'SIGKILL' },
      (error, out, err) => {
        if (!error) resolve({ code: 0, out, err });
        else if (error.code === 'ENOENT') resolve({ code: null, out, err });
        else if (typeof error.code === 'number') resolve({ code: error.code, out, err });
        else reject(error);
      },
    );
    if (input === undefined) return;
    // A program that ends without reading its input is judged by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

export interface Baton {
  /** False when there is no `baton` to call; then nothing was done. Throws ProgramRefused when it refuses. */
  call(args: readonly string[]): Promise<boolean>;
}

export function createBaton(cli: string | undefined, cwd: string): Baton {
  return {
    async call(args) {
      const outcome = await (cli === undefined
        ? run('baton', [...args], cwd)
        : run(process.execPath, [cli, ...args], cwd));
      if (outcome.code === null) return false;
      if (outcome.code === 0) return true;
      const said = outcome.err.trim() || outcome.out.trim() || `exit code ${outcome.code}`;
      throw new ProgramRefused(`baton ${args.slice(0, 2).join(' ')} was refused: ${said}`);
    },
  };
}

export interface GitRepository {
  log(count: number): Promise<string>;
  /** Paths with uncommitted changes, untracked ones one by one, relative to the folder. */
  dirty(): Promise<readonly string[]>;
  /** Commits exactly these paths. The short hash; undefined when there was nothing to commit. Throws GitLocked. */
  commit(message: string, paths: readonly string[]): Promise<string | undefined>;
}

/** Undefined when the folder is in no repository, or there is no git. */
export async function openRepository(folder: string): Promise<GitRepository | undefined> {
  const inside = await run('git', ['rev-parse', '--is-inside-work-tree'], folder);
  if (inside.code !== 0 || inside.out.trim() !== 'true') return undefined;
  const author = await authorArgs(folder);
  return {
    // Fails in a repository without a commit, which is no news to show.
    log: async (count) => (await run('git', ['log', '--oneline', `-${count}`], folder)).out,
    dirty: () => dirtyPaths(folder),
    async commit(message, paths) {
      const present = await changedAmong(folder, paths);
      if (present.length === 0) return undefined;
      await patiently(() => git(folder, ['add', '--', ...present]));
      await patiently(() => git(folder, [...author, 'commit', '--quiet', '-m', message, '--', ...present]));
      return (await git(folder, ['rev-parse', '--short', 'HEAD'])).trim();
    },
  };
}

/** Another git may be at work for a moment; one that was killed has left its lock for good. */
async function patiently(deed: () => Promise<string>): Promise<string> {
  for (let left = lockTries; left > 1; left--) {
    try {
      return await deed();
    } catch (error) {
      if (!(error instanceof GitLocked)) throw error;
      await pause(lockPauseMs);
    }
  }
  return deed();
}

async function dirtyPaths(folder: string): Promise<readonly string[]> {
  const top = (await git(folder, ['rev-parse', '--show-prefix'])).trim();
  const out = await git(folder, [
    // Killed in the middle, a status that refreshes the index would leave its lock behind.
    '--no-optional-locks',
    'status',
    '--porcelain=v1',
    '-z',
    '--no-renames',
    '--untracked-files=all',
    '--',
    '.',
  ]);
  const paths = out.split('\0').filter((entry) => entry.length > 3);
  return paths
    .map((entry) => entry.slice(3))
    .map((path) => (path.startsWith(top) ? path.slice(top.length) : path));
}

/** Ignored and unchanged paths are left out, since git refuses the one and has nothing to commit for the other. */
async function changedAmong(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const dirty = new Set(await dirtyPaths(folder));
  return [...new Set(paths)].filter((path) => dirty.has(path));
}

/** A newcomer's machine may have no git identity yet; the demonstration must still be able to commit. */
async function authorArgs(folder: string): Promise<readonly string[]> {
  const unsigned = ['-c', 'commit.gpgsign=false'];
  const email = await run('git', ['config', 'user.email'], folder);
  if (email.out.trim() !== '') return unsigned;
  return [...unsigned, '-c', 'user.name=Baton demonstration agent', '-c', 'user.email=demo@baton.invalid'];
}

async function git(folder: string, args: readonly string[]): Promise<string> {
  const outcome = await run('git', ['--literal-pathspecs', ...args], folder);
  if (outcome.code === 0) return outcome.out;
  const said = outcome.err.trim() || outcome.out.trim();
  // The name of the lock stands in the message in every language.
  const lock = /'([^'\n]+\.lock)'/.exec(said)?.[1];
  if (lock !== undefined) throw new GitLocked(lock);
  throw new ProgramRefused(`git refused: ${said}`);
}
