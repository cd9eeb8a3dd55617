/** A repository whose person has turned auto-resume on, with an agent of the economy lane that the test can watch. */
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Repository, withRepository } from './with-repository';

const loneAgent = resolve(import.meta.dirname, 'lone-agent.mjs');

export interface LoneRun {
  readonly task: string;
  readonly pid: number;
  readonly session?: string;
  readonly args?: readonly string[];
  /** The pid of another one that ran on the same task. */
  readonly twice?: number;
}

export interface Entry {
  readonly id: string;
  readonly taskId: string;
  readonly attempts: number;
  readonly reason: string;
  readonly notBefore: string | null;
  readonly deadAt: string | null;
  readonly claim: { readonly by: string; readonly session: string | null } | null;
}

export interface BackgroundRepository extends Repository {
  /** For every call, so that agents find their folder. */
  readonly agentEnv: Readonly<Record<string, string>>;
  runs(): readonly LoneRun[];
  /** As the file has them; empty while there is none. */
  entries(): readonly Entry[];
  sessions(): Promise<readonly SessionFacts[]>;
  /** Resolves when it holds; rejects when the limit is over. */
  until(what: string, holds: () => boolean | Promise<boolean>, limitMs?: number): Promise<void>;
}

export interface SessionFacts {
  readonly id: string;
  readonly pid: number | null;
  readonly agent: string;
  readonly trigger: string;
  readonly startedAt: string;
  readonly end: { readonly reason: string } | null;
}

interface Setting {
  readonly tasks?: readonly string[];
  readonly agents?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
}

export async function withBackground(
  { tasks = ['1'], agents = ['lone'], config = {} }: Setting,
  body: (repository: BackgroundRepository) => Promise<void>,
): Promise<void> {
  await withRepository(async (repository) => {
    const own = extended(repository);
    await prepare(own, tasks, agents, config);
    try {
      await body(own);
    } finally {
      endAgents(own.runs());
    }
  });
}

async function prepare(
  own: BackgroundRepository,
  tasks: readonly string[],
  agents: readonly string[],
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { root } = own;
  const personal = join(dirname(root), 'config', 'baton');
  await mkdir(personal, { recursive: true });
  await mkdir(join(dirname(root), 'lone'), { recursive: true });
  await writeFile(join(personal, 'agents.json'), JSON.stringify({ lone: loneProfile }));
  assert.equal((await own.baton(['init'])).code, 0);
  const limits = { loadPercent: 1000, backoffSeconds: 1, ...Object(config['autoResume']) };
  await own.write('.baton/config.json', JSON.stringify({ ...config, autoResume: limits }));
  const choice = { autoResume: true, pausedAt: null, agents };
  await writeFile(join(personal, 'background.json'), JSON.stringify({ [root]: choice }));
  for (const id of tasks) {
    const task = ['task', 'create', '--id', id, '--title', `Task ${id}`, '--feature', 'f-1: a thing'];
    assert.equal((await own.json(task)).code, 0);
    assert.equal((await own.json(['queue', 'add', id])).code, 0);
  }
}

const loneProfile = {
  label: 'Lone agent',
  lane: 'economy',
  executables: [process.execPath],
  versionArgs: [],
  args: [loneAgent],
  headless: { args: [loneAgent, '--cheap', { ref: 'prompt' }], promptVia: 'argv' },
  limits: { patterns: [{ pattern: 'limit reached, try again in (?<reset>[0-9]{1,3}s)', reset: 'duration' }] },
};

function extended(repository: Repository): BackgroundRepository {
  const folder = join(dirname(repository.root), 'lone');
  const agentEnv = { LONE_FOLDER: folder };
  const withEnv = (env: Readonly<Record<string, string>> = {}) => ({ ...agentEnv, ...env });
  const file = join(folder, 'runs.jsonl');
  return {
    ...repository,
    agentEnv,
    baton: (args, env) => repository.baton(args, withEnv(env)),
    json: (args, env) => repository.json(args, withEnv(env)),
    start: (args, env) => repository.start(args, withEnv(env)),
    runs: () => (existsSync(file) ? lines(readFileSync(file, 'utf8')) : []),
    entries: () => {
      const path = join(repository.root, '.baton', 'memory', 'pending_tasks.json');
      return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
    },
    sessions: async () => {
      const listed = await repository.json(['session', 'list']);
      const ids: readonly string[] = listed.data.sessions.map(({ id }: { readonly id: string }) => id);
      return Promise.all(
        ids.map(async (id) =>
          JSON.parse(await readFile(join(repository.root, '.baton', 'sessions', `${id}.json`), 'utf8')),
        ),
      );
    },
    until: async (what, holds, limitMs = 15_000) => {
      const deadline = Date.now() + limitMs;
      while (!(await holds())) {
        if (Date.now() > deadline) throw new Error(`It never came that ${what}`);
        await delay(2);
      }
    },
  };
}

function lines(text: string): readonly LoneRun[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** What a test left running ends with it. */
function endAgents(runs: readonly LoneRun[]): void {
  for (const { pid } of runs) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
