// The resume queue from a shell: seeds/002, requirements 002-8 … 002-23, and regression tests 3.3 of the requirements.
import { strict as assert } from 'node:assert';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NodeProcesses } from '../../src/node/node-processes';
import { type Repository, withRepository } from './support/with-repository';

const file = '.baton/memory/pending_tasks.json';
/** No agent of this machine's is found: only what a test installs. */
const bare = { PATH: dirname(process.execPath) };

/** Set up, with a task, and a machine that never counts as busy. */
async function withTask(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await repository.write('.baton/config.json', JSON.stringify({ autoResume: { loadPercent: 1000 } }));
    await repository.json([
      'task',
      'create',
      '--title',
      'JWT Service',
      '--id',
      '101',
      '--criterion',
      'It works',
    ]);
    await body(repository);
  });
}

/** An agent of the economy lane in the person's own settings. */
async function installCheapAgent({ root }: Repository): Promise<void> {
  const folder = join(dirname(root), 'config', 'baton');
  await mkdir(folder, { recursive: true });
  const headless = { args: ['-e', 'process.exit(1)'], promptVia: 'stdin' };
  const cheap = { lane: 'economy', executables: [process.execPath], versionArgs: [], args: [], headless };
  await writeFile(join(folder, 'agents.json'), JSON.stringify({ cheap }));
}

interface Checked {
  readonly code: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the document holds, and fails where it does not
  readonly document: any;
}

/** Standard output has to be exactly one JSON document, without and with `--json`. */
async function check(repository: Repository, ...args: readonly string[]): Promise<Checked> {
  const plain = await repository.baton(['queue', 'check', ...args], bare);
  const enveloped = await repository.baton(['queue', 'check', ...args, '--json'], bare);
  assert.equal(plain.code, enveloped.code);
  const document = JSON.parse(plain.stdout);
  const { schema, capabilities, ok, data, error, ...top } = JSON.parse(enveloped.stdout);
  assert.equal(schema, 1);
  assert.ok(capabilities.includes('queue'));
  assert.equal(ok, document.status !== 'ERROR');
  const timeless = ({ retry_at: _, ...rest }: Record<string, unknown>) => rest;
  assert.deepEqual(timeless(top), timeless(document), 'the same fields at the top level');
  if (ok) assert.deepEqual(timeless(data), timeless(document));
  else assert.equal(error.message, document.reason);
  return { code: plain.code, document };
}

suite('The resume queue from a shell', () => {
  test('every outcome is one JSON document with its status and counts', () =>
    withTask(async (repository) => {
      const counts = { pending_count: 0, active_sessions: 0 };
      assert.deepEqual(await check(repository), { code: 0, document: { status: 'NO_TASKS', ...counts } });

      const { data: entry } = await repository.json(['queue', 'add', '101']);
      const one = { ...counts, pending_count: 1 };
      const deferred = (reason: string) => ({ code: 0, document: { status: 'DEFERRED', reason, ...one } });
      assert.deepEqual(await check(repository), deferred('not_opted_in'));
      await repository.json(['queue', 'on']);
      assert.deepEqual(await check(repository), deferred('no_economy_profile'));
      await installCheapAgent(repository);
      const recommendation = {
        ...{ id: entry.id, taskId: '101', prompt: 'Resume #101: JWT Service', agent: 'cheap' },
      };
      const ready = { status: 'READY', ...one, recommendation };
      assert.deepEqual(await check(repository), { code: 0, document: ready });
      assert.deepEqual(await check(repository, '--exit-code'), { code: 10, document: ready });

      await repository.json(['queue', 'pause']);
      assert.deepEqual(await check(repository), deferred('paused'));
      await repository.json(['queue', 'resume']);
      await repository.json(['queue', 'off']);
      assert.deepEqual(await check(repository), deferred('not_opted_in'));
      assert.deepEqual(await check(repository, '--by-hand'), { code: 0, document: ready });
    }));

  test('LOCKED while a living scheduler holds the lease, ERROR when the file makes no sense', () =>
    withTask(async (repository) => {
      await repository.json(['queue', 'add', '101']);
      await repository.json(['queue', 'on']);
      const { pid, start, scope } = new NodeProcesses().self;
      const [at, until] = [Date.now(), Date.now() + 60_000].map((ms) => new Date(ms).toISOString());
      const lease = { v: 1, token: 'ours', fence: 1, pid, start, scope, at, until };
      await repository.write('.baton/memory/task-manager.lock', JSON.stringify(lease));
      const locked = await check(repository);
      assert.equal(locked.code, 0);
      assert.deepEqual(locked.document, {
        ...{ status: 'LOCKED', reason: `Another Baton looks after the queue: process ${pid} since ${at}` },
        ...{ pending_count: 1, active_sessions: 0 },
      });

      await repository.write(file, '[{"prompt": "half');
      const { code, document } = await check(repository);
      assert.deepEqual([code, document.status, document.pending_count], [1, 'ERROR', 0]);
      assert.match(document.reason, /pending_tasks\.json cannot be used: it is not valid JSON/);
      assert.equal(await repository.read(file), '[{"prompt": "half', 'a check leaves it as it is');
      await repository.json(['queue', 'add', '101']);
      const names = await readdir(join(repository.root, '.baton/memory'));
      const aside = names.filter((name) => name.startsWith('pending_tasks.malformed-'));
      assert.equal(aside.length, 1);
      assert.equal(await repository.read(`.baton/memory/${aside[0]}`), '[{"prompt": "half');
      const listed = await repository.json(['queue', 'list']);
      assert.match(listed.data.problem, /was set aside because it made no sense/);
    }));

  test('ERROR, and still one JSON document, where there is no workspace at all', () =>
    withRepository(async (repository) => {
      const { code, document } = await check(repository);
      assert.equal(code, 1);
      assert.deepEqual(Object.keys(document), ['status', 'reason', 'pending_count', 'active_sessions']);
      assert.match(document.reason, /There are no Baton tasks/);
    }));

  test('tests 1, 2 and 4 of the deployment report: add, look, remove', () =>
    withTask(async (repository) => {
      const added = await repository.baton(['queue', 'add', '--prompt', 'Test task', '--priority', '1']);
      assert.match(added.stdout, /^Test task added to the queue as q-[0-9a-f-]+\nTotal pending: 1\n$/);
      const [entry] = JSON.parse(await repository.read(file));
      assert.deepEqual([entry.prompt, entry.priority, entry.taskId], ['Test task', 1, null]);
      assert.deepEqual(entry.metadata, { source: 'manual', retry_count: 0 });
      const removed = await repository.baton(['queue', 'remove', entry.id]);
      assert.equal(removed.stdout, 'Removed: Test task\nRemaining: 0\n');
      assert.equal(await repository.read(file), '[]');
    }));

  test('a prompt full of quotes, substitutions, line ends and Unicode arrives unchanged and runs nothing', () =>
    withTask(async (repository) => {
      const prompt = `"'\`$(touch owned)\${HOME}; touch owned && echo %PATH% \\\n\ttwo 🦄 ]}\u0007 --json`;
      const added = await repository.json(['queue', 'add', `--prompt=${prompt}`]);
      assert.equal(added.ok, true);
      assert.equal((await repository.json(['queue', 'list'])).data.entries[0].prompt, prompt);
      assert.equal(JSON.parse(await repository.read(file))[0].prompt, prompt);
      assert.deepEqual((await readdir(repository.root)).sort(), ['.baton', '.git', 'task-states']);
      const shown = await repository.baton(['queue', 'list']);
      assert.ok(!shown.stdout.includes('\u0007'), 'and does not drive the terminal that lists it');
    }));

  test('the minimal entries of the seed are taken by their ids, claimed and acknowledged', () =>
    withTask(async (repository) => {
      const seed = {
        prompt: 'Final test',
        priority: 1,
        added_at: '2026-02-02T03:32:53Z',
        metadata: { source: 'manual', retry_count: 0 },
      };
      await repository.write(file, JSON.stringify([seed, { ...seed, taskId: '101' }], null, 2));
      const { entries } = (await repository.json(['queue', 'list'])).data;
      assert.equal(entries.length, 2);
      const { id } = entries.find((one: { taskId: unknown }) => one.taskId === '101');
      const claimed = await repository.json(['queue', 'claim', id, '--for', '60', '--by', 'a test']);
      assert.deepEqual([claimed.data.claim.rev, claimed.data.claim.by], [1, 'a test']);
      const second = await repository.json(['queue', 'claim', id]);
      assert.deepEqual([second.code, second.error.code], [1, 'claimed']);
      assert.equal((await repository.json(['queue', 'ack', id])).data.acknowledged, true);
      assert.equal((await repository.json(['queue', 'ack', id])).data.acknowledged, false);
      const [left] = JSON.parse(await repository.read(file));
      assert.deepEqual(left, { id: left.id, ...seed });
      assert.ok(entries.some((entry: Record<string, unknown>) => entry['id'] === left.id));
    }));

  test('of five claims at once from five command lines one is given', () =>
    withTask(async (repository) => {
      const { data } = await repository.json(['queue', 'add', '101']);
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => repository.json(['queue', 'claim', data.id])),
      );
      assert.deepEqual(answers.map(({ ok, error }) => (ok ? 'given' : error.code)).sort(), [
        ...Array.from({ length: 4 }, () => 'claimed'),
        'given',
      ]);
    }));

  test('a session that ends before its task is done is in the queue, one that completes it is not', () =>
    withTask(async (repository) => {
      await installCheapAgent(repository);
      const launched = await repository.json(['launch', '101', '--agent', 'cheap', '--headless']);
      assert.equal(launched.data?.exitCode, 1, JSON.stringify(launched));
      const { entries } = (await repository.json(['queue', 'list'])).data;
      assert.deepEqual(
        entries.map(({ taskId, reason, attempts }: Record<string, unknown>) => [taskId, reason, attempts]),
        [['101', 'crash', 0]],
      );
      assert.match(entries[0].lastError, /exit code 1/);
      await repository.json(['finalize', '101', '--summary', 'done', '--force', '--reason', 'a test']);
      assert.equal(await repository.read(file), '[]');
    }));

  test('an agent cannot allow itself more than the person did', () =>
    withTask(async (repository) => {
      const asAgent = { BATON_SESSION_ID: '00000001-0000-4000-8000-000000000000' };
      for (const verb of ['on', 'resume']) {
        const answer = await repository.json(['queue', verb], asAgent);
        assert.deepEqual([answer.code, answer.error?.code], [1, 'guard_failed'], verb);
      }
      assert.equal((await repository.json(['queue', 'list'])).data.autoResume, false);
      assert.equal((await repository.json(['queue', 'pause'], asAgent)).ok, true);
    }));

  test('is switched on by nothing that comes with the project', () =>
    withTask(async (repository) => {
      await repository.json(['queue', 'add', '101']);
      const on = { autoResume: true, pausedAt: null, agents: [] };
      await repository.write('.baton/background.json', JSON.stringify({ [repository.root]: on }));
      await repository.write(
        '.baton/config.json',
        JSON.stringify({ autoResume: { autoResume: true, enabled: true } }),
      );
      assert.equal((await check(repository)).document.reason, 'not_opted_in');
    }));

  test('the integration checklist of the deployment report, with the real parts', () =>
    withTask(async (repository) => {
      for (const verb of [
        'check',
        'list',
        'add',
        'remove',
        'ack',
        'claim',
        'retry',
        'run',
        'on',
        'off',
        'pause',
        'resume',
      ])
        assert.equal((await repository.baton(['queue', verb, '--help'])).code, 0, verb);
      await installCheapAgent(repository);
      await repository.json(['queue', 'on']);
      await repository.json(['queue', 'add', '101']);
      assert.equal(JSON.parse(await repository.read(file)).length, 1, 'the queue is a file');

      const { document } = await check(repository);
      const { agents } = (await repository.json(['agents', 'list'], bare)).data;
      const chosen = agents.find(({ id }: { id: unknown }) => id === document.recommendation.agent);
      assert.equal(chosen.lane, 'economy', 'cheap agents only');

      await repository.json(['task', 'create', '--title', 'Login', '--id', '102', '--criterion', 'It works']);
      const own = await repository.json([
        'session',
        'start',
        '102',
        '--agent',
        'me',
        '--pid',
        String(process.pid),
      ]);
      assert.deepEqual((await check(repository)).document, {
        ...{ status: 'DEFERRED', reason: 'foreground_session', pending_count: 1, active_sessions: 1 },
      });
      const session = own.data.session.id;
      await repository.json(['session', 'end', session]);
      assert.equal(
        (await check(repository)).document.status,
        'READY',
        'and it goes on when the person has ended',
      );
      const { entries } = (await repository.json(['queue', 'list'])).data;
      assert.equal(entries.length, 1, 'what a person started by hand is not queued');
    }));
});
