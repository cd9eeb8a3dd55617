import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { TaskId } from '../../../../src/core/model/task';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import { SessionStore } from '../../../../src/core/sessions/session-store';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { MemoryProcesses } from '../../../support/memory-processes';
import { someEnd, startInput, task } from './session-example';

const root = '/w';
const agentPid = 4242;
const { ttlMs, graceMs, silentAfterMs } = defaultIntervals;

function open(ports: TestPorts = testPorts()) {
  return { ports, store: new SessionStore(ports, root) };
}

/** The same disk and clock, seen by another process. */
function openBeside(ports: TestPorts, processes = ports.processes) {
  return open({ ...ports, processes }).store;
}

async function startWithProcess(ports: TestPorts, store: SessionStore) {
  const { id } = await store.start(startInput);
  ports.processes.running.set(agentPid, 'start-4242');
  return store.attachProcess(id, agentPid);
}

suite('starting a session', () => {
  test('puts it on record, with a lease from now', async () => {
    const { ports, store } = open();
    const session = await store.start(startInput);
    assert.equal(session.number, 1);
    assert.equal(session.token, 1);
    assert.equal(Date.parse(session.expiresAt) - Date.parse(session.startedAt), ttlMs);
    assert.equal(session.startedAt, ports.clock.now().toISOString());
    assert.deepEqual(await store.get(session.id), session);
    assert.ok(ports.fs.text(`/w/.baton/sessions/${session.id}.json`)?.endsWith('}\n'));
  });

  test('by a process that stands for a program still to come is over at once when that process dies', async () => {
    const { ports, store } = open();
    ports.processes.running.set(77, 'start-77');
    const starter = { pid: 77, start: 'start-77', scope: ports.processes.self.scope };
    const { id } = await store.start({ ...startInput, starter });
    const liveness = async () => store.liveness((await store.get(id)) ?? assert.fail());
    assert.equal(await liveness(), 'live');
    ports.processes.running.delete(77);
    assert.equal(await liveness(), 'gone');
    ports.processes.running.set(agentPid, 'start-4242');
    await store.attachProcess(id, agentPid);
    assert.equal(await liveness(), 'live');
  });

  test('keeps the runtime folder out of git, also where Baton was never set up', async () => {
    const { ports, store } = open();
    await store.start(startInput);
    assert.match(ports.fs.text('/w/.baton/.gitignore') ?? '', /^\*$/m);
  });

  test('is refused while another one lives, with who and since when', async () => {
    const { store } = open();
    await store.start(startInput);
    await assert.rejects(store.start({ ...startInput, agent: 'codex' }), (error: unknown) => {
      assert.ok(isBatonError(error, 'session_live'));
      assert.match(error.message, /Session 1 by claude works on task #101 since 2026-11-21T07:28:00/);
      return true;
    });
  });

  test('on another task is not in the way', async () => {
    const { store } = open();
    await store.start(startInput);
    assert.equal((await store.start({ ...startInput, task: '102' as TaskId })).number, 1);
  });

  test('of two starts on one task at once, one is refused while the other lives', async () => {
    const { ports, store } = open();
    const other = openBeside(ports);
    const starts = [store, other, store, other, store].map((one) => one.start(startInput));
    const settled = await Promise.allSettled(starts);
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const one of settled) {
      if (one.status === 'rejected') assert.ok(isBatonError(one.reason, 'session_live'));
    }
    assert.equal((await store.list()).length, 1);
  });

  test('counts on from the progress log and from the records, whichever is further; the token from the records', async () => {
    const { store } = open();
    const first = await store.start({ ...startInput, lastNumber: 4 });
    assert.deepEqual([first.number, first.token], [5, 1]);
    await store.end(first.id, someEnd);
    const second = await store.start({ ...startInput, lastNumber: 4 });
    assert.deepEqual([second.number, second.token], [6, 2]);
  });
});

suite('taking over from a session', () => {
  test('is possible at once when its process is proven gone', async () => {
    const { ports, store } = open();
    await startWithProcess(ports, store);
    ports.processes.running.delete(agentPid);
    assert.equal((await store.start(startInput)).number, 2);
  });

  test('is possible when its pid belongs to another program by now', async () => {
    const { ports, store } = open();
    const session = await startWithProcess(ports, store);
    ports.processes.running.set(agentPid, 'started later');
    assert.equal(await store.liveness(session), 'gone');
    assert.equal((await store.start(startInput)).number, 2);
  });

  test('is never possible while its process lives, however silent', async () => {
    const { ports, store } = open();
    const session = await startWithProcess(ports, store);
    ports.clock.advance(3 * silentAfterMs);
    assert.equal(await store.liveness(session), 'silent');
    await assert.rejects(store.start(startInput), (error) => isBatonError(error, 'session_live'));
  });

  test('waits for lease and grace period when nothing is known of its process', async () => {
    const { ports, store } = open();
    const session = await store.start(startInput);
    ports.clock.advance(ttlMs);
    assert.equal(await store.liveness(session), 'suspect');
    await assert.rejects(store.start(startInput), (error) => isBatonError(error, 'session_live'));
    ports.clock.advance(graceMs);
    assert.equal(await store.liveness(session), 'gone');
    assert.equal((await store.start(startInput)).number, 2);
  });

  test('does not go by pids of another machine or container', async () => {
    const { ports, store } = open();
    const session = await startWithProcess(ports, store);
    const elsewhere = openBeside(ports, new MemoryProcesses({ scope: 'a container' }));
    assert.equal(await elsewhere.liveness(session), 'live', 'not gone: the pid says nothing here');
    ports.clock.advance(ttlMs + graceMs);
    assert.equal(await elsewhere.liveness(session), 'gone');
    assert.equal(await store.liveness(session), 'live', 'here the process is seen');
  });

  test('does not happen because the machine slept', async () => {
    const { ports, store } = open();
    const session = await store.start(startInput);
    ports.clock.setWall('2026-11-22T07:28:00Z');
    assert.equal(await store.liveness(session), 'live');
    ports.clock.advance(ttlMs);
    assert.equal(await store.liveness(session), 'suspect');
    ports.clock.advance(graceMs);
    assert.equal(await store.liveness(session), 'gone');
  });
});

suite('the process of a session', () => {
  test('is recorded with its start and scope', async () => {
    const { ports, store } = open();
    const session = await startWithProcess(ports, store);
    assert.deepEqual(
      [session.pid, session.pidStart, session.pidScope],
      [agentPid, 'start-4242', 'this machine'],
    );
    assert.equal(await store.liveness(session), 'live');
  });

  test('that ended before it could be recorded is gone; a pid that runs without a known start proves nothing', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    const session = await store.attachProcess(id, agentPid);
    assert.equal(session.pidStart, null);
    assert.equal(await store.liveness(session), 'gone');
    ports.processes.running.set(agentPid, 'who knows');
    assert.equal(await store.liveness(session), 'live');
    const elsewhere = openBeside(ports, new MemoryProcesses({ scope: 'a container' }));
    assert.equal(await elsewhere.liveness(session), 'live');
  });

  test('gives the status machine its evidence', async () => {
    const { ports, store } = open();
    const session = await startWithProcess(ports, store);
    const none = { leaseExpired: false, processProvenGone: false, graceElapsed: false };
    assert.deepEqual(await store.evidence(session), none);
    ports.processes.running.delete(agentPid);
    assert.deepEqual(await store.evidence(session), { ...none, processProvenGone: true });
    const ended = await store.end(session.id, someEnd);
    assert.equal(await store.evidence(ended), undefined);
    assert.equal(await store.liveness(ended), 'ended');
  });
});

suite('beats', () => {
  test('renew the lease', async () => {
    const { ports, store } = open();
    const session = await store.start(startInput);
    ports.clock.advance(60_000);
    const beaten = await store.beat(session.id, session.token);
    assert.equal(Date.parse(beaten.expiresAt), ports.clock.now().getTime() + ttlMs);
    assert.equal(beaten.beatAt, ports.clock.now().toISOString());
    assert.deepEqual(await store.get(session.id), beaten);
  });

  test('in the grace period take the suspicion away', async () => {
    const { ports, store } = open();
    const session = await store.start(startInput);
    ports.clock.advance(ttlMs + 1);
    assert.equal(await store.liveness(session), 'suspect');
    assert.equal(await store.liveness(await store.beat(session.id, session.token)), 'live');
  });

  test('bring back a session that was given up, as long as nobody has followed', async () => {
    const { ports, store } = open();
    const session = await store.start(startInput);
    ports.clock.advance(ttlMs + graceMs);
    assert.equal(await store.liveness(session), 'gone');
    assert.equal(await store.liveness(await store.beat(session.id, session.token)), 'live');
  });

  test('a beat after the end changes nothing', async () => {
    const { ports, store } = open();
    const session = await store.start(startInput);
    const ended = await store.end(session.id, someEnd);
    ports.clock.advance(1000);
    assert.deepEqual(await store.beat(session.id, session.token), ended);
    assert.deepEqual(await openBeside(ports).get(session.id), ended);
  });

  test('of a session that another has followed are refused, also when that other has ended', async () => {
    const { ports, store } = open();
    const stale = await store.start(startInput);
    ports.clock.advance(ttlMs + graceMs);
    const next = await store.start(startInput);
    const refused = (error: unknown) => isBatonError(error, 'session_ended');
    await assert.rejects(store.beat(stale.id, stale.token), refused);
    await store.end(next.id, someEnd);
    await assert.rejects(store.beat(stale.id, stale.token), refused);
    assert.deepEqual(await store.get(stale.id), stale);
  });

  test('with a token that is not the session’s are refused', async () => {
    const { store } = open();
    const { id, token } = await store.start(startInput);
    await assert.rejects(store.beat(id, token + 1), (error) => isBatonError(error, 'session_ended'));
  });

  test('of a session nobody knows are refused', async () => {
    const { store } = open();
    await assert.rejects(store.beat('00000000-nobody', 1), (error) => isBatonError(error, 'not_found'));
  });
});

suite('who may write', () => {
  test('the current session may, a replaced or ended one may not', async () => {
    const { ports, store } = open();
    const first = await store.start(startInput);
    assert.deepEqual(await store.requireCurrent(first.id), first);
    ports.clock.advance(ttlMs + graceMs);
    const second = await store.start(startInput);
    const refused = (error: unknown) => isBatonError(error, 'session_ended');
    await assert.rejects(store.requireCurrent(first.id), refused);
    assert.equal((await store.requireCurrent(second.id)).id, second.id);
    await store.end(second.id, someEnd);
    await assert.rejects(store.requireCurrent(second.id), refused);
  });
});

suite('signs of the agent itself', () => {
  test('a hook renews the lease and is kept, with the agent’s own id of its session', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    ports.clock.advance(ttlMs);
    const heard = await store.heard(id, { event: 'start', nativeId: 'native-1' });
    const now = ports.clock.now();
    assert.deepEqual(
      [heard.hookAt, heard.hookEvent, heard.activeAt, heard.nativeId, heard.expiresAt],
      [
        now.toISOString(),
        'start',
        now.toISOString(),
        'native-1',
        new Date(now.getTime() + ttlMs).toISOString(),
      ],
    );
    assert.equal(await store.liveness(heard), 'live');
    assert.equal(
      (await store.heard(id, { event: 'tool' })).nativeId,
      'native-1',
      'none told: the known one stands',
    );
    assert.equal((await store.heard(id, { event: 'start', nativeId: 'native-2' })).nativeId, 'native-2');
  });

  test('an id that could be no id is passed over', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    for (const nativeId of ['', '-flag', 'a b', '$(x)', 'x'.repeat(201)]) {
      assert.equal((await store.heard(id, { event: 'start', nativeId })).nativeId, null);
    }
    assert.ok(await openBeside(ports).get(id), 'the record still reads');
  });

  test('a hook after the end changes nothing, one of a replaced session is refused', async () => {
    const { ports, store } = open();
    const first = await store.start(startInput);
    ports.clock.advance(ttlMs + graceMs);
    const second = await store.start(startInput);
    await assert.rejects(store.heard(first.id, { event: 'tool' }), (error) =>
      isBatonError(error, 'session_ended'),
    );
    const ended = await store.end(second.id, someEnd);
    assert.deepEqual(await store.heard(second.id, { event: 'tool' }), ended);
    assert.deepEqual(await store.asked(second.id), ended);
    assert.deepEqual(await store.note(second.id, { nativeId: 'late' }), ended);
  });

  test('what it does is written down at most once within the throttle, and renews the lease', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    const { activityMs } = defaultIntervals;
    await store.active(id);
    assert.equal((await store.get(id))?.activeAt, null, 'the start has just said as much');
    ports.clock.advance(activityMs);
    await store.active(id);
    const first = await store.get(id);
    assert.equal(first?.activeAt, ports.clock.now().toISOString());
    assert.equal(Date.parse(first?.expiresAt ?? ''), ports.clock.now().getTime() + ttlMs);
    ports.clock.advance(activityMs - 1);
    await store.active(id);
    assert.deepEqual(await store.get(id), first);
  });

  test('a write that the fence lets pass is such a sign; one it refuses is not', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    ports.clock.advance(60_000);
    await store.fence(task, id);
    assert.equal((await store.get(id))?.activeAt, ports.clock.now().toISOString());
    const ended = await store.end(id, someEnd);
    ports.clock.advance(60_000);
    await assert.rejects(store.fence(task, id), (error) => isBatonError(error, 'session_ended'));
    await store.active(id);
    assert.deepEqual(await store.get(id), ended);
  });

  test('of nobody on record do nothing, and one that cannot be written down is logged', async () => {
    const { ports, store } = open();
    await store.active('00000000-nobody');
    await store.active('../../etc');
    const { id } = await store.start(startInput);
    ports.clock.advance(60_000);
    const fs = new FaultyFileSystem(ports.fs);
    fs.arm({ at: 2, sticky: true, errno: 'EACCES', leaves: 'nothing' });
    await new SessionStore({ ...ports, fs }, root).active(id);
    assert.ok(ports.log.lines.some((line) => line.startsWith(`warn: A sign of session ${id} is lost`)));
  });

  test('what a watcher saw before the start, as a file that nobody has touched since, is no sign of this session', async () => {
    const { ports, store } = open();
    const { id, token } = await startWithProcess(ports, store);
    ports.clock.advance(30_000);
    const beaten = await store.beat(id, token, new Date('2026-11-20T07:28:00Z'));
    assert.equal(beaten.activeAt, null);
    assert.equal(await store.liveness(beaten), 'live');
  });

  test('a watcher that beats tells what it saw of the agent, and is back when it had left', async () => {
    const { ports, store } = open();
    const { id, token } = await store.start(startInput);
    const left = ports.clock.now().toISOString();
    assert.equal((await store.note(id, { watcherLeftAt: left })).watcherLeftAt, left);
    const saw = new Date(ports.clock.now().getTime() + 5000);
    ports.clock.advance(30_000);
    const beaten = await store.beat(id, token, saw);
    assert.deepEqual([beaten.watcherLeftAt, beaten.activeAt], [null, saw.toISOString()]);
    const older = await store.beat(id, token, new Date(saw.getTime() - 1000));
    assert.equal(older.activeAt, saw.toISOString(), 'what is known to be later stands');
  });
});

suite('an end that was found out too late to see it', () => {
  const vanished = { ...someEnd, exitCode: null, reason: 'vanished', released: false } as const;
  const exact = { exitCode: 3, signal: null, reason: 'process', intended: false } as const;

  test('is filled in by whoever saw it, in nothing but that; every window learns of it', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    const other = openBeside(ports);
    const ended = await store.end(id, vanished);
    assert.deepEqual((await other.get(id))?.end, vanished);
    const completed = await store.completeEnd(id, exact);
    assert.deepEqual(completed, { ...ended, end: { ...vanished, ...exact } });
    assert.deepEqual(await other.get(id), completed);
    assert.deepEqual(await store.completeEnd(id, { ...exact, exitCode: 4 }), completed, 'once');
  });

  test('an end that was seen stays as it is, and an open session stays open', async () => {
    const { store } = open();
    const { id } = await store.start(startInput);
    assert.equal((await store.completeEnd(id, exact)).end, null);
    const ended = await store.end(id, someEnd);
    assert.deepEqual(await store.completeEnd(id, exact), ended);
  });

  test('that the task was given back is seen by every window', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    const other = openBeside(ports);
    await store.end(id, { ...someEnd, released: false });
    assert.equal((await other.get(id))?.end?.released, false);
    await store.released(id);
    assert.equal((await other.get(id))?.end?.released, true);
  });
});

suite('the end of a session', () => {
  test('the first end wins; a later one changes nothing', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    const ended = await store.end(id, { ...someEnd, exitCode: 137, reason: 'vanished' });
    assert.equal(ended.end?.exitCode, 137);
    assert.deepEqual(await store.end(id, someEnd), ended);
    assert.deepEqual(await openBeside(ports).get(id), ended);
  });

  test('of many ends at once one is recorded', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    const other = openBeside(ports);
    const ends = [1, 2, 3, 4].map((exitCode) =>
      (exitCode % 2 ? store : other).end(id, { ...someEnd, exitCode }),
    );
    const codes = new Set((await Promise.all(ends)).map((session) => session.end?.exitCode));
    assert.equal(codes.size, 1);
  });

  test('leaves process and packet as they were', async () => {
    const { store } = open();
    const { id } = await store.start(startInput);
    await store.note(id, { packet: '/w/.baton/packets/x.md' });
    const ended = await store.end(id, someEnd);
    assert.equal(ended.packet, '/w/.baton/packets/x.md');
    assert.deepEqual(await store.attachProcess(id, 1), ended);
    assert.deepEqual(await store.note(id, { packet: '/elsewhere' }), ended);
  });
});

suite('taking a launch back', () => {
  test('forgets a session whose program never ran, and its number is free again', async () => {
    const { store } = open();
    const { id } = await store.start(startInput);
    await store.discard(id);
    assert.equal(await store.get(id), undefined);
    assert.deepEqual(await store.list(), []);
    assert.equal((await store.start(startInput)).number, 1);
  });

  test('keeps one that has ended, and minds no unknown one', async () => {
    const { store } = open();
    const { id } = await store.start(startInput);
    await store.end(id, someEnd);
    await store.discard(id);
    await store.discard('00000000-nobody');
    assert.equal((await store.list()).length, 1);
  });
});

suite('session records on disk', () => {
  test('are listed by start, of one task by number', async () => {
    const { ports, store } = open();
    const [a, b] = [await store.start(startInput), await store.start({ ...startInput, task: '9' as TaskId })];
    ports.clock.advance(1);
    await store.end(a.id, someEnd);
    const c = await store.start(startInput);
    assert.deepEqual(
      (await store.list()).map(({ id }) => id),
      [a.id, b.id, c.id],
    );
    assert.deepEqual(
      (await store.forTask(task)).map(({ number }) => number),
      [1, 2],
    );
  });

  test('there are none in a folder that Baton never touched, and looking writes nothing', async () => {
    const { ports, store } = open();
    assert.deepEqual(await store.list(), []);
    assert.equal(await store.get('00000001-0000-4000-8000-000000000000'), undefined);
    assert.deepEqual(ports.fs.paths(), []);
  });

  test('that cannot be read are left alone, left out and logged once', async () => {
    const { ports, store } = open();
    const good = await store.start(startInput);
    const folder = '/w/.baton/sessions';
    const bad = new Map<string, string | Uint8Array>([
      ['broken-json.json', '{ "schema": 1,'],
      ['wrong-shape.json', '{ "schema": 1, "id": "wrong-shape" }'],
      ['other-version.json', JSON.stringify({ ...good, id: 'other-version', schema: 2 })],
      ['another-name.json', JSON.stringify(good)],
      ['not-utf8.json', Uint8Array.from([0xff, 0xfe])],
      ['null-null.json', 'null'],
    ]);
    for (const [name, contents] of bad) ports.fs.put(`${folder}/${name}`, contents);
    ports.fs.put(`${folder}/notes.txt`, 'not ours');
    ports.fs.put(`${folder}/.x.json.1.baton-tmp`, '{}');
    for (const _ of [1, 2]) assert.deepEqual(await store.list(), [good]);
    const warnings = ports.log.lines.filter((line) => line.startsWith('warn: Session file'));
    assert.deepEqual(
      warnings.map((line) => /file (\S+) is left out: \S/.exec(line)?.[1]).sort(),
      [...bad.keys()].sort(),
    );
    for (const name of bad.keys()) assert.ok(ports.fs.paths().includes(`${folder}/${name}`));
  });

  test('a record without the scope of its pid, from an older Baton, is read; its pid proves nothing', async () => {
    const { ports, store } = open();
    const { pidScope: _, ...old } = await startWithProcess(ports, store);
    ports.fs.put(`/w/.baton/sessions/${old.id}.json`, JSON.stringify(old));
    ports.processes.running.delete(agentPid);
    const read = await openBeside(ports).get(old.id);
    assert.ok(read);
    assert.equal(await store.liveness(read), 'live');
  });

  test('a record of an older Baton, with none of the later facts, is read as what it was', async () => {
    const { ports, store } = open();
    const { id } = await store.start(startInput);
    const ended = await store.end(id, someEnd);
    const { schema, task: of, number, agent, origin, surface, pid, pidStart, token, startedAt } = ended;
    const { beatAt, expiresAt, packet, head, branch, dirty, before } = ended;
    const { at, exitCode, signal, reason, commits, filesChanged, automaticEntry } = someEnd;
    const old = {
      ...{ schema, id, task: of, number, agent, origin, surface, pid, pidStart, token, startedAt, beatAt },
      ...{ expiresAt, packet, head, branch, dirty, before },
      end: { at, exitCode, signal, reason, commits, filesChanged, dirty: false, automaticEntry },
    };
    ports.fs.put(`/w/.baton/sessions/${id}.json`, JSON.stringify(old));
    assert.deepEqual(await openBeside(ports).get(id), ended);
  });

  test('an id never leads out of the folder', async () => {
    const { ports, store } = open();
    ports.fs.put('/w/secret.json', '{}');
    for (const id of ['../../secret', '/w/secret', '..', '', 'a/b/c/d/e/f/g']) {
      assert.equal(await store.get(id), undefined);
    }
    assert.deepEqual(ports.fs.reads, []);
  });

  test('a look at all sessions reads ended ones once, however many there are', async () => {
    const { ports, store } = open();
    for (const n of [1, 2, 3]) {
      const { id } = await store.start({ ...startInput, task: String(n) as TaskId });
      await store.end(id, someEnd);
    }
    const { id } = await store.start(startInput);
    await store.list();
    ports.fs.reads.length = 0;
    assert.equal((await store.list()).length, 4);
    assert.deepEqual(ports.fs.reads, [`/w/.baton/sessions/${id}.json`]);
  });
});
