/** A real git repository in a temporary folder, and the built command line as a real process in it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const cli = resolve(import.meta.dirname, '../../../dist/cli.js');
const execute = promisify(execFile);

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Repository {
  readonly root: string;
  /** Runs the command line to its end; never rejects for an exit code. */
  baton(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
  /** Runs with `--json`, asserts that standard output is one JSON document, and answers it. */
  json(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Answered>;
  /** Starts the command line without waiting, for tests that kill what it runs. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Started;
  git(...args: readonly string[]): Promise<string>;
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
}

export interface Answered {
  readonly code: number | null;
  readonly ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the document holds, and fails where it does not
  readonly data: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly error: any;
}

export interface Started {
  readonly child: ChildProcess;
  /** All that was printed so far, standard output and error together. */
  printed(): string;
  /** Resolves when the output holds the text; rejects when the process ends or the limit is over first. */
  until(text: string, limitMs?: number): Promise<void>;
  readonly ended: Promise<Finished>;
}

/** A clean environment: nothing of the surroundings (sessions, accounts, git settings) leaks into the run. */
export function environment(
  root: string,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: join(root, '..', 'home'),
    XDG_CACHE_HOME: join(root, '..', 'cache'),
    XDG_CONFIG_HOME: join(root, '..', 'config'),
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Baton test',
    GIT_AUTHOR_EMAIL: 'test@example.invalid',
    GIT_COMMITTER_NAME: 'Baton test',
    GIT_COMMITTER_EMAIL: 'test@example.invalid',
    ...extra,
  };
}

export async function withRepository(body: (repository: Repository) => Promise<void>): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'baton e2e ')));
  const root = join(folder, 'project');
  const children = new Set<ChildProcess>();
  try {
    await execute('git', ['init', '-q', '-b', 'main', root], { env: environment(root) });
    await body(repository(root, children));
  } finally {
    for (const child of children) killGroup(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function repository(root: string, children: Set<ChildProcess>): Repository {
  const start = (args: readonly string[], env?: Readonly<Record<string, string>>): Started => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: root,
      env: environment(root, env),
      // A group of its own, so that an agent it started can be ended with it.
      detached: true,
    });
    children.add(child);
    return watched(child);
  };
  const baton = (args: readonly string[], env?: Readonly<Record<string, string>>) => start(args, env).ended;
  return {
    root,
    baton,
    start,
    async json(args, env) {
      const { code, stdout, stderr } = await baton([...args, '--json'], env);
      const document = parseOnly(stdout, stderr);
      return { code, ok: document['ok'] === true, data: document['data'], error: document['error'] };
    },
    async git(...args) {
      return (await execute('git', [...args], { cwd: root, env: environment(root) })).stdout;
    },
    read: (path) => readFile(join(root, path), 'utf8'),
    write: (path, text) => writeFile(join(root, path), text),
  };
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // All of it has ended already, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function parseOnly(stdout: string, stderr: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(stdout);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`Not one JSON document on standard output: ${stdout}\n${stderr}`, { cause });
  }
  throw new Error(`Not a JSON object: ${stdout}`);
}

function watched(child: ChildProcess): Started {
  let all = '';
  let stdout = '';
  let stderr = '';
  const heard = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all += text;
    for (const listener of heard) listener();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    all += text;
    for (const listener of heard) listener();
  });
  child.stdin?.end();
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return {
    child,
    ended,
    printed: () => all,
    until: (text, limitMs = 20_000) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => done(`"${text}" was not printed in time:\n${all}`), limitMs);
        const check = () => {
          if (all.includes(text)) done();
        };
        const done = (failure?: string) => {
          clearTimeout(limit);
          heard.delete(check);
          if (failure === undefined) resolve();
          else reject(new Error(failure));
        };
        heard.add(check);
        ended.then(() => done(all.includes(text) ? undefined : `It ended before "${text}":\n${all}`), reject);
        check();
      }),
  };
}
