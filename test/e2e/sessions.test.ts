/** Sessions with real processes: one start of many, a killed agent, stopping, and agents started by hand. R10, R11. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFamily } from '../support/with-family';
import { type Repository, withRepository } from './support/with-repository';

/** Takes a while to give up: what asks it to end politely is not heard. */
const stubborn = `process.on('SIGTERM', () => {}); console.log('At work'); setInterval(() => {}, 1000);`;
const quiet = `console.log('At work'); setInterval(() => {}, 1000);`;

async function withTask(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    const task = ['task', 'create', '--id', '101', '--title', 'JWT Service', '--feature', 'jwt-1: sign'];
    await repository.json([...task, '--criterion', 'works']);
    await writeAgents(repository);
    await body(repository);
  });
}

/** The person's own agents: one that ends when it is asked to, one that does not, and further ones by their arguments. */
async function writeAgents(
  { root }: Repository,
  more: Readonly<Record<string, readonly string[]>> = {},
): Promise<void> {
  const folder = join(root, '..', 'config', 'baton');
  await mkdir(folder, { recursive: true });
  const agent = (id: string, args: readonly string[]) => ({
    schema: 1,
    id,
    label: id,
    executables: [process.execPath],
    args,
  });
  const all = { stubborn: ['-e', stubborn], quiet: ['-e', quiet], ...more };
  const agents = Object.fromEntries(Object.entries(all).map(([id, args]) => [id, agent(id, args)]));
  await writeFile(join(folder, 'agents.json'), JSON.stringify(agents));
}

async function onlySession(repository: Repository) {
  const { data } = await repository.json(['session', 'list']);
  assert.equal(data.sessions.length, 1);
  return data.sessions[0];
}

async function statusOf(repository: Repository): Promise<string> {
  return (await repository.json(['task', 'show', '101'])).data.task.status;
}

suite('sessions of real processes', () => {
  test('of five launches at once one starts; the others are told who holds the task', async () => {
    await withTask(async (repository) => {
      const waiting = { BATON_DEMO_WAIT_AT: '3' };
      const launches = Array.from({ length: 5 }, () =>
        repository.start(['launch', '101', '--agent', 'demo', '--json'], waiting),
      );
      const outcomes = await Promise.all(
        launches.map((launch) =>
          Promise.race([
            launch.until('Waiting at step').then(
              () => 'started',
              () => 'refused',
            ),
            launch.ended.then(() => 'refused'),
          ]),
        ),
      );
      assert.equal(outcomes.filter((one) => one === 'started').length, 1, outcomes.join());
      const { id } = await onlySession(repository);
      for (const [n, outcome] of outcomes.entries()) {
        if (outcome === 'started') continue;
        const finished = await launches[n]?.ended;
        const { error } = JSON.parse(finished?.stdout ?? '');
        assert.equal(error.code, 'session_live', finished?.stdout);
        assert.match(error.message, /Session 1 by demo works on task #101 since /);
      }
      const stopped = await repository.json(['session', 'stop', id]);
      assert.ok(stopped.ok, JSON.stringify(stopped.error));
    });
  });

  test('an agent killed together with its launcher is found gone by a sweep, and its task released, once', async () => {
    await withTask(async (repository) => {
      const launch = repository.start(['launch', '101', '--agent', 'quiet']);
      await launch.until('At work');
      const { pid } = await running(repository);
      launch.child.kill('SIGKILL');
      process.kill(pid, 'SIGKILL');
      await launch.ended;
      const swept = await repository.json(['session', 'sweep']);
      assert.equal(swept.data.closed.length, 1);
      const { end } = await onlySession(repository);
      assert.deepEqual([end.reason, end.exitCode, end.intended], ['vanished', null, false]);
      assert.equal(await statusOf(repository), 'pending');
      assert.deepEqual((await repository.json(['session', 'sweep'])).data.closed, []);
    });
  });

  test('an agent whose launcher is killed lives on and keeps its task; stopping it works from anywhere', async () => {
    await withTask(async (repository) => {
      const launch = repository.start(['launch', '101', '--agent', 'quiet']);
      await launch.until('At work');
      const { pid } = await running(repository);
      launch.child.kill('SIGKILL');
      assert.deepEqual((await repository.json(['session', 'sweep'])).data.closed, []);
      assert.equal(await statusOf(repository), 'in_progress');
      const stopped = await repository.json(['session', 'stop', '#101']);
      assert.equal(stopped.data.how, 'politely', JSON.stringify(stopped.error));
      assert.equal(isAlive(pid), false);
      const { end } = await onlySession(repository);
      assert.deepEqual([end.reason, end.intended], ['user', true]);
    });
  });

  test('an agent that does not listen is ended by force; its launcher records the exact signal', async () => {
    await withTask(async (repository) => {
      const launch = repository.start(['launch', '101', '--agent', 'stubborn']);
      await launch.until('At work');
      const { pid } = await running(repository);
      const stopped = await repository.json(['session', 'stop', '101']);
      assert.equal(stopped.data.how, 'firmly', JSON.stringify(stopped.error));
      assert.equal(isAlive(pid), false);
      await launch.ended;
      const { end } = await onlySession(repository);
      assert.deepEqual([end.reason, end.signal, end.intended], ['user', 'SIGKILL', true]);
      assert.equal(await statusOf(repository), 'pending');
    });
  });

  for (const manners of ['polite', 'deaf'] as const) {
    test(`stopping a ${manners} agent leaves nothing of what it has started, and all else alone`, () =>
      withFamily((family) =>
        withTask(async (repository) => {
          await writeAgents(repository, { family: family.args(manners) });
          const launch = repository.start(['launch', '101', '--agent', 'family']);
          await family.pids();
          await running(repository);
          const stopped = await repository.json(['session', 'stop', '101']);
          assert.equal(stopped.data.how, 'firmly', JSON.stringify(stopped.error));
          assert.deepEqual(await family.left(), []);
          assert.equal((await launch.ended).code, manners === 'polite' ? 0 : 1);
          assert.equal(await statusOf(repository), 'pending');
        }),
      ));
  }

  test('a launcher that is terminated takes all that its agent has started with it, before the task is free', () =>
    withFamily((family) =>
      withTask(async (repository) => {
        await writeAgents(repository, { family: family.args('polite') });
        const launch = repository.start(['launch', '101', '--agent', 'family']);
        await family.pids();
        await running(repository);
        launch.child.kill('SIGTERM');
        await launch.ended;
        assert.deepEqual(await family.left(), []);
        assert.equal(await statusOf(repository), 'pending');
      }),
    ));

  test('a launcher that is hung up or terminated passes it on, waits, and records the end', async () => {
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
      await withTask(async (repository) => {
        const launch = repository.start(['launch', '101', '--agent', 'quiet']);
        await launch.until('At work');
        await running(repository);
        launch.child.kill(signal);
        await launch.ended;
        const { end } = await onlySession(repository);
        assert.deepEqual([end.reason, end.signal], ['process', signal]);
        assert.equal(await statusOf(repository), 'pending');
      });
    }
  });
});

suite('an agent started by hand', () => {
  test('takes its task, is heard by its commands, writes, and ends with one word', async () => {
    await withTask(async (repository) => {
      const { data } = await repository.json(['session', 'start', '101', '--agent', 'by-hand']);
      const { env } = data;
      assert.equal(data.session.origin, 'external');
      assert.equal(env.BATON_ROOT, repository.root);
      const listed = await repository.json(['session', 'list', '--task', '#101']);
      assert.deepEqual(
        listed.data.sessions.map(({ id }: { id: string }) => id),
        [env.BATON_SESSION_ID],
      );
      assert.match(await repository.read(env.BATON_PACKET.slice(repository.root.length + 1)), /JWT Service/);
      const written = await repository.json(['progress', '101', '--did', 'signed', '--next', 'verify'], env);
      assert.ok(written.ok, JSON.stringify(written.error));
      assert.ok((await repository.json(['session', 'beat'], env)).ok);
      const refused = await repository.json(['session', 'stop', '101']);
      assert.equal(refused.error.code, 'guard_failed');
      const ended = await repository.json(['session', 'end'], env);
      assert.equal(ended.data.task.status, 'pending', JSON.stringify(ended.error));
      const late = await repository.json(['session', 'beat'], env);
      assert.equal(late.error.code, 'session_ended');
      const { end } = await onlySession(repository);
      assert.deepEqual([end.reason, end.intended, end.automaticEntry], ['process', true, false]);
    });
  });

  test('its variables reach the shell as they are, whatever the folder is called', async () => {
    await withTask(async (repository) => {
      const { stdout } = await repository.baton(['session', 'start', '101', '--pid', String(process.pid)]);
      const lines = stdout.trimEnd().split('\n');
      assert.ok(lines.includes(`export BATON_ROOT='${repository.root.replaceAll("'", `'\\''`)}'`), stdout);
      assert.ok(
        lines.every((line) => /^export BATON_[A-Z_]+='/.test(line)),
        stdout,
      );
      const { pid, liveness } = await onlySession(repository);
      assert.deepEqual([pid, liveness], [process.pid, 'live']);
    });
  });
});

/** Its process is on record: the start has been confirmed. */
async function running(repository: Repository): Promise<{ readonly pid: number }> {
  for (let tries = 0; tries < 100; tries++) {
    const session = await onlySession(repository);
    if (session.pid !== null && (await statusOf(repository)) === 'in_progress') return session;
  }
  throw new Error('The agent was not confirmed in time');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
