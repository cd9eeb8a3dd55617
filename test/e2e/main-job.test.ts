/**
 * The main job from the command line alone, without an editor: the seed's own chain is created, an agent is killed in
 * the middle of a feature, another run resumes, the output is finalized and the task downstream receives it.
 */
import { strict as assert } from 'node:assert';
import { jwt, schemaOutput } from '../fixtures/seed-chain';
import { type Repository, withRepository } from './support/with-repository';

suite('the main job on the command line', () => {
  test('a killed session is resumed, finalized, and handed to the task downstream', async () => {
    await withRepository(async (repository) => {
      await createSeedChain(repository);
      await finalizeSchema(repository);
      await killInTheMiddle(repository);
      await resumeToTheEnd(repository);
      await receivedDownstream(repository);
    });
  });
});

async function createSeedChain(repository: Repository): Promise<void> {
  assert.equal((await repository.json(['init'])).ok, true);
  await repository.git('add', '-A');
  await repository.git('commit', '-q', '-m', 'chore: start');
  const schema = await repository.json([
    ...['task', 'create', '--id', '100', '--title', 'Database Schema'],
    ...['--criterion', 'Users table exists', '--feature', 'db-1: users table'],
  ]);
  assert.equal(schema.data.task.file, 'task-states/task-100-state.md');
  const service = await repository.json([
    ...['task', 'create', '--title', jwt.title, '--depends-on', '100', '--agent', 'demo'],
    ...['--description', jwt.description],
    ...jwt.criteria.flatMap((criterion) => ['--criterion', criterion]),
    ...jwt.features.flatMap(({ id, text }) => ['--feature', `${id}: ${text}`]),
  ]);
  assert.equal(service.data.task.id, '101');
  assert.deepEqual(service.data.task.badges, ['waiting']);
  const endpoints = await repository.json([
    ...[
      'task',
      'create',
      '--title',
      'Auth Endpoints',
      '--depends-on',
      '100,101',
      '--criterion',
      'Login works',
    ],
  ]);
  assert.equal(endpoints.data.task.id, '102');
}

async function finalizeSchema(repository: Repository): Promise<void> {
  const refused = await repository.json(['finalize', '100', '--summary', schemaOutput]);
  assert.equal(refused.code, 1);
  assert.equal(refused.error.code, 'guard_failed');
  assert.deepEqual(refused.error.details, [
    'Acceptance criterion not ticked: Users table exists',
    'Feature db-1 does not pass: users table',
  ]);
  await repository.json(['criterion', 'tick', '100', '1']);
  await repository.json(['feature', 'pass', '100', 'db-1', '--manual', 'Looked at the table']);
  await repository.write('summary.md', schemaOutput);
  const finalized = await repository.json(['finalize', '100', '--summary-file', 'summary.md']);
  assert.equal(finalized.ok, true, JSON.stringify(finalized.error));
  assert.deepEqual(finalized.data.fed, ['101', '102']);
  const text = await repository.read('task-states/task-101-state.md');
  assert.match(text, /### From Task #100: Database Schema/);
  assert.match(text, /^> - password_hash \(VARCHAR\)$/m);
  assert.deepEqual((await repository.json(['task', 'next'])).data.task.id, '101');
}

async function killInTheMiddle(repository: Repository): Promise<void> {
  const launch = repository.start(['launch', '101', '--json'], { BATON_DEMO_WAIT_AT: '14' });
  await launch.until('Waiting at step');
  const running = await repository.json(['status']);
  assert.equal(running.data.tasks.running, 1);
  const pid: number = running.data.sessions[0].pid;
  const before = await repository.json(['task', 'show', '101']);
  assert.deepEqual([before.data.task.status, before.data.task.badges], ['in_progress', ['running']]);
  const second = await repository.json(['launch', '101']);
  assert.equal(second.error.code, 'session_live', 'a live session is never robbed');
  process.kill(pid, 'SIGKILL');
  const { code, stdout } = await launch.ended;
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout).data.signal, 'SIGKILL');
  const after = (await repository.json(['task', 'show', '101'])).data.task;
  assert.equal(after.status, 'pending');
  assert.deepEqual(after.badges, ['ready', 'resumable']);
  assert.equal(after.log.length, 1, 'no session stays undocumented');
  assert.equal(after.log[0].automatic, true);
  assert.equal((await repository.json(['status'])).data.tasks.resumable, 1);
}

async function resumeToTheEnd(repository: Repository): Promise<void> {
  const packet = await repository.json(['packet', '101']);
  assert.match(packet.data.packet, /Users table created with columns/);
  assert.match(packet.data.packet, /Session 1/);
  assert.match(packet.data.packet, /jwt-1/);
  const resumed = await repository.json(['launch', '101'], { BATON_DEMO_FEATURES: 'all' });
  assert.equal(resumed.code, 0, JSON.stringify(resumed));
  const whole = (await repository.json(['task', 'show', '101'])).data.task;
  assert.equal(whole.status, 'completed');
  assert.deepEqual(whole.progress, { passed: 2, total: 2, percent: 100, of: 'features' });
  assert.deepEqual(
    whole.log.map((entry: { session: number }) => entry.session),
    [1, 2],
  );
  assert.ok(whole.commits.length >= 2, 'the commits of the sessions are in the git history');
  assert.ok(whole.output.summary.length > 0);
}

async function receivedDownstream(repository: Repository): Promise<void> {
  const downstream = (await repository.json(['task', 'show', '102'])).data.task;
  assert.deepEqual(
    downstream.inputs.map((input: { from: string; stale: boolean }) => [input.from, input.stale]),
    [
      ['100', false],
      ['101', false],
    ],
  );
  assert.deepEqual(downstream.badges, ['ready']);
  const text = await repository.read('task-states/task-100-state.md');
  await repository.write(
    'task-states/task-100-state.md',
    text.replace('email (VARCHAR, unique)', 'email (CITEXT, unique)'),
  );
  const stale = (await repository.json(['task', 'show', '102'])).data.task;
  assert.deepEqual(stale.stale, ['inputs'], 'a changed upstream output makes the input stale, visibly');
  await repository.json(['inputs', 'refresh', '102']);
  assert.deepEqual((await repository.json(['task', 'show', '102'])).data.task.stale, []);
  assert.match(await repository.read('task-states/task-102-state.md'), /CITEXT/);
}
