/** The end of a session and the release of its task; requirements 004-12 … 004-16, 004-24 … 004-32; resolution C5. */
import assert from 'node:assert/strict';
import { closeSession, type ExitSeen } from '../../../../src/core/operations/close-session';
import { passFeature } from '../../../../src/core/operations/pass-feature';
import { recordProgress } from '../../../../src/core/operations/record-progress';
import { beatSession, sweepSessions } from '../../../../src/core/operations/sweep-sessions';
import { tickCriterion } from '../../../../src/core/operations/tick-criterion';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import { someEnd, task } from '../sessions/session-example';
import { agentPid, atWork, beside, logged, recordOf, startOn, statusOf, withTask } from './session-support';

const { ttlMs, graceMs, silentAfterMs } = defaultIntervals;
const ended: ExitSeen = { exitCode: 0, reason: 'process' };

suite('the end of a session', () => {
  test('records exit, commits, files, checklist and criteria changes, dirty tree and the last native event', async () => {
    const { workspace, ports, session } = await atWork();
    ports.git.current = { head: 'bbb2222', branch: 'main', dirty: true };
    ports.git.commits = [{ hash: 'bbb2222', subject: 'feat: create a token' }];
    ports.git.changes = [{ path: 'src/jwt.ts', change: 'created' }];
    await passFeature(workspace, task, 'jwt-1');
    await tickCriterion(workspace, task, 0, true);
    await workspace.sessions.heard(session.id, { event: 'tool' });
    ports.clock.advance(240_000);
    await closeSession(workspace, session.id, { exitCode: 3, signal: null, reason: 'process' });
    const { end } = await recordOf(workspace, session.id);
    assert.deepEqual(end, {
      at: '2026-11-21T07:32:00Z',
      exitCode: 3,
      signal: null,
      reason: 'process',
      finalEvent: 'tool',
      intended: false,
      automaticEntry: true,
      passed: ['jwt-1'],
      failed: [],
      ticked: 1,
      commits: [{ hash: 'bbb2222', subject: 'feat: create a token' }],
      filesChanged: ['src/jwt.ts'],
      dirty: true,
      released: true,
    });
    const { document } = await workspace.store.read(task);
    assert.deepEqual(document.commits, [{ hash: 'bbb2222', subject: 'feat: create a token' }]);
    const [entry] = document.log;
    assert.ok(entry?.automatic);
    assert.match(entry.did[0] ?? '', /^Ended with exit code 3 after 4 min$/);
    assert.ok(entry.issues.some((line) => line.endsWith('its last sign was the use of a tool')));
  });

  test('where git gave no answer at the start, no commit from before is taken for the session’s', async () => {
    const { workspace, ports, session } = await atWork();
    assert.equal(session.head, null);
    ports.git.current = { head: 'bbb2222', branch: 'main', dirty: false };
    ports.git.commits = [
      { hash: 'aaa1111', subject: 'feat: years ago', at: '2020-01-01T00:00:00Z' },
      { hash: 'bbb2222', subject: 'feat: create a token', at: '2026-11-21T07:29:00Z' },
    ];
    await closeSession(workspace, session.id, ended);
    const own = [{ hash: 'bbb2222', subject: 'feat: create a token' }];
    assert.deepEqual((await recordOf(workspace, session.id)).end?.commits, own);
    assert.deepEqual((await workspace.store.read(task)).document.commits, own);
  });

  test('a watcher’s beat counts while several files say they are the task', async () => {
    const { workspace, ports, session } = await atWork();
    const { path } = await workspace.store.find(task);
    const text = ports.fs.text(path) ?? '';
    await ports.fs.remove(path);
    for (const name of ['one', 'two']) ports.fs.put(path.replace(/[^/]+$/, `${name}.md`), text);
    ports.clock.advance(1000);
    await beatSession(workspace, session.id);
    assert.ok((await recordOf(workspace, session.id)).beatAt > session.beatAt);
  });

  test('Baton’s own files are on record, and not among those that the next agent is told of', async () => {
    const { workspace, ports, session } = await atWork();
    ports.git.current = { head: 'bbb2222', branch: 'main', dirty: true };
    const paths = ['.baton/.gitignore', 'src/jwt.ts', 'task-states/task-7-state.md'];
    ports.git.changes = paths.map((path) => ({ path, change: 'created' }));
    await closeSession(workspace, session.id, ended);
    const [entry] = (await workspace.store.read(task)).document.log;
    assert.ok(entry?.did.includes('Files changed: `src/jwt.ts`'), entry?.did.join('\n'));
    assert.deepEqual((await recordOf(workspace, session.id)).end?.filesChanged, paths);
  });

  test('that follows an entry with the highest number of all is documented under the next real one', async () => {
    const { workspace, ports } = await withTask();
    const entry = { did: ['x'], issues: [], state: [], next: [] };
    for (const session of [3, 999_999_999]) await recordProgress(workspace, task, { ...entry, session });
    const { id, number } = await startOn(workspace, ports);
    assert.equal(number, 4);
    assert.equal((await closeSession(workspace, id, ended)).automaticEntry, true);
    assert.equal((await workspace.store.read(task)).document.log.at(-1)?.session, 4);
  });

  test('of a task whose file is gone costs no run of git and no line of the log, however often it is tried', async () => {
    const { workspace, ports } = await atWork();
    let asked = 0;
    ports.git.state = async () => {
      asked++;
      return undefined;
    };
    ports.processes.running.delete(agentPid);
    await ports.fs.remove((await workspace.store.find(task)).path);
    for (let sweep = 0; sweep < 3; sweep++) assert.deepEqual(await sweepSessions(workspace), []);
    assert.equal(asked, 0);
    assert.deepEqual(
      ports.log.lines.filter((line) => line.startsWith('warn')),
      [],
    );
  });

  test('code 0 of an agent that gives it in other cases too is told as what it is, and is not taken for intended', async () => {
    const exitMap = { trustworthy: false, meanings: {} };
    const { workspace, session } = await atWork();
    await closeSession(workspace, session.id, { ...ended, exitMap });
    assert.equal((await recordOf(workspace, session.id)).end?.intended, false);
    const { document } = await workspace.store.read(task);
    assert.match(document.log[0]?.did[0] ?? '', /which this agent also gives when it did not finish/);
  });

  test('its final event tells that such an agent had finished', async () => {
    const exitMap = { trustworthy: false, meanings: {} };
    const { workspace, session } = await atWork();
    await workspace.sessions.heard(session.id, { event: 'stop' });
    await closeSession(workspace, session.id, { ...ended, exitMap });
    const { end } = await recordOf(workspace, session.id);
    assert.deepEqual([end?.intended, end?.finalEvent], [true, 'stop']);
  });

  test('an agent that was asked to stop ended as was wanted, however its exit looks', async () => {
    for (const [by, reason] of [
      ['person', 'user'],
      ['baton', 'extension'],
    ] as const) {
      const { workspace, session } = await atWork();
      const at = '2026-11-21T07:28:00Z';
      await workspace.sessions.note(session.id, { stopRequestedAt: at, stopRequestedBy: by });
      await closeSession(workspace, session.id, { exitCode: null, signal: 'SIGKILL', reason: 'process' });
      const { end } = await recordOf(workspace, session.id);
      assert.deepEqual([end?.reason, end?.intended, end?.signal], [reason, true, 'SIGKILL']);
    }
  });

  test('a program found gone after its window had closed went with the window', async () => {
    const { workspace, ports, session } = await atWork();
    await workspace.sessions.note(session.id, { watcherLeftAt: '2026-11-21T07:28:00Z' });
    ports.processes.running.delete(agentPid);
    await sweepSessions(workspace);
    const { end } = await recordOf(workspace, session.id);
    assert.deepEqual([end?.reason, end?.intended], ['shutdown', true]);
  });

  test('a program that lived on after its window had closed, and was linked again, did not', async () => {
    const { workspace, ports, session } = await atWork();
    await workspace.sessions.note(session.id, { watcherLeftAt: '2026-11-21T07:28:00Z' });
    await beatSession(workspace, session.id);
    ports.processes.running.delete(agentPid);
    await sweepSessions(workspace);
    assert.equal((await recordOf(workspace, session.id)).end?.reason, 'vanished');
  });

  test('an exact exit completes what a sweep from elsewhere had found a moment before, and changes nothing else', async () => {
    const { workspace, ports, session } = await atWork();
    ports.processes.running.delete(agentPid);
    await sweepSessions(await beside(ports));
    const swept = await recordOf(workspace, session.id);
    const text = ports.fs.text((await workspace.store.find(task)).path);
    ports.clock.advance(1000);
    await closeSession(workspace, session.id, { exitCode: 137, signal: null, reason: 'process' });
    const completed = await recordOf(workspace, session.id);
    assert.ok(swept.end && completed.end);
    assert.deepEqual(completed.end, { ...swept.end, exitCode: 137, reason: 'process' });
    assert.equal(ports.fs.text((await workspace.store.find(task)).path), text);
    await closeSession(workspace, session.id, { exitCode: 1, reason: 'user' });
    assert.deepEqual(await recordOf(workspace, session.id), completed, 'once');
  });
});

suite('releasing a task', () => {
  const triggerFor = async (
    status: 'acknowledged' | 'in_progress',
    close: (work: Awaited<ReturnType<typeof atWork>>) => Promise<unknown>,
  ) => {
    const work = await atWork({}, status);
    await close(work);
    assert.equal(await statusOf(work.workspace), 'pending');
    return (await logged(work.workspace)).filter((type) => type.startsWith('status.')).at(-1);
  };
  const expire = async ({ workspace, ports }: Awaited<ReturnType<typeof atWork>>) => {
    ports.processes.running.delete(agentPid);
    ports.clock.advance(ttlMs + graceMs);
    await sweepSessions(workspace);
  };

  test('after an exit that was seen takes releaseOnExit', async () => {
    const closed = await triggerFor('in_progress', ({ workspace, session }) =>
      closeSession(workspace, session.id, ended),
    );
    assert.equal(closed, 'status.releaseOnExit');
  });

  test('of an agent that nobody saw end takes recoverOrphaned', async () => {
    assert.equal(await triggerFor('in_progress', expire), 'status.recoverOrphaned');
  });

  test('of a launch that was cut off before its program ran takes recoverStuckAcknowledged', async () => {
    assert.equal(await triggerFor('acknowledged', expire), 'status.recoverStuckAcknowledged');
  });

  test('waits for lease and grace where nothing can be proven: suspect first, and a late beat saves it', async () => {
    const { workspace, ports, session } = await atWork({}, 'acknowledged');
    ports.clock.advance(ttlMs);
    assert.equal(await workspace.sessions.liveness(session), 'suspect');
    assert.deepEqual(await sweepSessions(workspace), []);
    await beatSession(workspace, session.id);
    ports.clock.advance(graceMs);
    assert.deepEqual(await sweepSessions(workspace), []);
    assert.equal(await statusOf(workspace), 'acknowledged');
  });

  test('a live agent that has been silent for thirty minutes is only marked, however often one looks', async () => {
    const { workspace, ports, session } = await atWork();
    for (let minute = 0; minute < 30; minute++) {
      ports.clock.advance(60_000);
      assert.deepEqual(await sweepSessions(workspace), []);
    }
    assert.equal(await workspace.sessions.liveness(await recordOf(workspace, session.id)), 'silent');
    assert.equal(await statusOf(workspace), 'in_progress');
    assert.ok(30 * 60_000 > silentAfterMs);
  });

  test('a change of its task file, seen by whoever watches, is a sign of the agent: it is not silent', async () => {
    const { workspace, ports, session } = await atWork();
    ports.clock.advance(silentAfterMs);
    assert.equal(await workspace.sessions.liveness(await recordOf(workspace, session.id)), 'silent');
    const { path } = await workspace.store.find(task);
    ports.fs.put(path, `${ports.fs.text(path)}\n`);
    ports.clock.advance(1000);
    await beatSession(workspace, session.id);
    const heard = await recordOf(workspace, session.id);
    assert.equal(await workspace.sessions.liveness(heard), 'live');
    assert.equal(Date.parse(heard.activeAt ?? ''), ports.clock.now().getTime() - 1000);
  });

  test('leaves a task alone that is claimed with no session on record here', async () => {
    const { workspace, ports, session } = await atWork();
    ports.fs.remove(`${workspace.root}/.baton/sessions/${session.id}.json`);
    ports.clock.advance(ttlMs + graceMs);
    assert.deepEqual(await sweepSessions(workspace), []);
    assert.equal(await statusOf(workspace), 'in_progress');
  });

  test('leaves a task to the session that has followed', async () => {
    const { workspace, ports, session } = await atWork({}, 'acknowledged');
    ports.clock.advance(ttlMs + graceMs);
    const next = await workspace.sessions.start({
      ...{ task, agent: 'codex', origin: 'managed', surface: 'cli', lastNumber: 0 },
      ...{ head: null, branch: null, dirty: false, before: { entries: 0, passed: [], criteriaDone: 0 } },
    });
    assert.equal((await sweepSessions(workspace)).length, 1);
    assert.equal(await statusOf(workspace), 'acknowledged');
    assert.equal((await recordOf(workspace, session.id)).end?.released, true);
    assert.equal((await recordOf(workspace, next.id)).end, null);
  });
});

suite('running recovery twice', () => {
  const recovery = ['session.close', 'session.end', 'queue.ended', 'status.recoverOrphaned'];

  test('emits one set of events, one after the other or at once from several windows', async () => {
    const { workspace, ports } = await atWork();
    const before = (await logged(workspace)).length;
    ports.processes.running.delete(agentPid);
    const windows = [workspace, await beside(ports), await beside(ports)];
    const closed = await Promise.all([...windows, ...windows].map((window) => sweepSessions(window)));
    await sweepSessions(workspace);
    assert.ok(closed.flat().length >= 1);
    assert.deepEqual(await logged(workspace, before), recovery);
    const { document } = await workspace.store.read(task);
    assert.equal(document.log.length, 1);
    assert.deepEqual(
      ports.fs.paths().filter((path) => path.includes('/locks/')),
      [],
    );
  });

  test('makes up for a crash between the end and the release, once', async () => {
    const { workspace, ports, session } = await atWork();
    const before = (await logged(workspace)).length;
    ports.processes.running.delete(agentPid);
    const cutOff = { ...someEnd, exitCode: null, reason: 'vanished', released: false } as const;
    await workspace.sessions.end(session.id, cutOff);
    assert.equal(await statusOf(workspace), 'in_progress');
    const restarted = await beside(ports);
    assert.deepEqual(await sweepSessions(restarted), [], 'the session itself had ended');
    assert.equal(await statusOf(restarted), 'pending');
    await sweepSessions(restarted);
    assert.deepEqual(await logged(restarted, before), ['queue.ended', 'status.recoverOrphaned']);
    assert.deepEqual((await recordOf(restarted, session.id)).end, { ...cutOff, released: true });
  });

  test('an entry beside one that could not be closed yet is of the session that runs', async () => {
    const { workspace, ports } = await atWork();
    ports.processes.running.delete(agentPid);
    const next = await workspace.sessions.start({
      ...{ task, agent: 'codex', origin: 'managed', surface: 'cli', lastNumber: 0 },
      ...{ head: null, branch: null, dirty: false, before: { entries: 0, passed: [], criteriaDone: 0 } },
    });
    const said = { did: ['x'], issues: [], state: [], next: ['y'] };
    assert.equal((await recordProgress(workspace, task, said)).session, next.number);
  });

  test('does not take a task back that somebody has claimed since it was released', async () => {
    const { workspace, ports, session } = await atWork();
    await closeSession(workspace, session.id, ended);
    await startOn(workspace, ports);
    ports.processes.running.set(agentPid, 'start-4242');
    assert.deepEqual(await sweepSessions(workspace), []);
    await closeSession(workspace, session.id, ended);
    assert.equal(await statusOf(workspace), 'in_progress');
  });

  test('an entry the agent left stands for itself, and a session whose environment is over may close another', async () => {
    const { workspace, session } = await atWork();
    const agent = { ...workspace, acting: { ...workspace.acting, session: session.id } };
    await recordProgress(agent, task, { did: ['x'], issues: [], state: [], next: ['y'] });
    await closeSession(agent, session.id, ended);
    const { document } = await workspace.store.read(task);
    assert.deepEqual(
      document.log.map(({ automatic }) => automatic),
      [false],
    );
    assert.equal(document.status, 'pending');
  });
});
