/** What Baton does when a hook of an agent calls, over the real store in memory. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HookCall, HookEvent } from '../../../../src/core/model/hook';
import type { Session } from '../../../../src/core/model/session';
import { closeSession } from '../../../../src/core/operations/close-session';
import { createTask } from '../../../../src/core/operations/create-task';
import { hookEvent, maxStopAsks } from '../../../../src/core/operations/hook-event';
import { recordProgress } from '../../../../src/core/operations/record-progress';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import { paths } from '../../../../src/core/store/paths';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { startInput } from '../sessions/session-example';

const file = `${root}/task-states/task-101-state.md`;
const packet = `${root}/.baton/packets/p.md`;
const options = { contextLimit: 9000 };

function call(event: HookEvent, more: Partial<HookCall> = {}): HookCall {
  return { event, nativeId: undefined, source: undefined, stopActive: false, reason: undefined, ...more };
}

async function withSession(more: Partial<Session> = {}) {
  const opened = await memoryWorkspace({ acting: { actor: 'agent' } });
  const { workspace } = opened;
  await createTask(workspace, {
    title: 'JWT Service',
    id: '101',
    features: [
      { id: 'jwt-1', description: 'generateToken() creates a valid token' },
      { id: 'jwt-2', description: 'validateToken() checks the signature' },
    ],
  });
  const { id } = await workspace.sessions.start({ ...startInput, origin: more.origin ?? 'managed' });
  await workspace.sessions.note(id, { packet });
  const record = async () => {
    const session = await workspace.sessions.get(id);
    assert.ok(session);
    return session;
  };
  const hook = (one: HookCall, where: BatonWorkspace = workspace) => hookEvent(where, id, one, options);
  return { ...opened, id, record, hook };
}

const entryOf = (session: number) => ({
  did: ['Wrote a test'],
  issues: [],
  state: [],
  next: ['Run it'],
  session,
});

suite('a start hook', () => {
  test('is a beat, tells the agent its own id to us and the facts to the agent', async () => {
    const { hook, record, ports } = await withSession();
    ports.clock.advance(5_000);
    const { context } = await hook(call('start', { source: 'startup', nativeId: 'native-1' }));
    assert.match(
      context ?? '',
      /^You work on task #101 .* session 1 .*`\/project\/\.baton\/packets\/p\.md` first/,
    );
    assert.match(context ?? '', /^> Task #101: JWT Service$/m);
    assert.match(context ?? '', /^> jwt-1: generateToken\(\) creates a valid token$/m);
    assert.match(context ?? '', /^`baton progress 101 --did/m);
    const { hookAt, hookEvent: event, activeAt, beatAt, nativeId } = await record();
    assert.deepEqual([hookAt, activeAt, beatAt], Array(3).fill('2026-11-21T07:28:05.000Z'));
    assert.deepEqual([event, nativeId], ['start', 'native-1']);
  });

  test('after a compaction tells the same facts again, with what was logged meanwhile', async () => {
    const { hook, workspace } = await withSession();
    await recordProgress(workspace, '101', entryOf(1));
    const { context } = await hook(call('start', { source: 'compact' }));
    assert.match(context ?? '', /^Your context was compacted/);
    assert.match(context ?? '', /Next steps, from session 1:\n\n> - Run it/);
  });

  test('names the packet where this agent was told to read it', async () => {
    const { workspace, id } = await withSession();
    const { context } = await hookEvent(workspace, id, call('start'), {
      ...options,
      packet: '/runs/packet.md',
    });
    assert.match(context ?? '', /`\/runs\/packet\.md` first/);
  });

  test('names the command by its path where it is found, unless a shell would take the path apart', async () => {
    const { hook, ports } = await withSession();
    ports.processes.programs.set('baton', '/opt/baton/bin/baton');
    assert.match((await hook(call('start'))).context ?? '', /`\/opt\/baton\/bin\/baton progress 101/);
    ports.processes.programs.set('baton', '/opt/my baton/bin/baton');
    assert.match((await hook(call('start'))).context ?? '', /`baton progress 101/);
  });
});

suite('a beat', () => {
  test('that follows another too soon touches nothing but the one record', async () => {
    const { ports, hook, id } = await withSession();
    const fs = new FaultyFileSystem(ports.fs);
    const watched = await openMemory({ ...ports, fs });
    await hook(call('tool'));
    ports.clock.advance(defaultIntervals.activityMs - 1);
    fs.arm(undefined);
    assert.deepEqual(await hook(call('prompt'), watched), {});
    assert.deepEqual(fs.operations, [`read ${paths.sessions(root)}/${id}.json`]);
  });

  test('renews the lease once the time is over, and a clock set back does not keep it from that', async () => {
    const { ports, hook, record } = await withSession();
    await hook(call('tool'));
    ports.clock.advance(defaultIntervals.activityMs);
    await hook(call('tool'));
    assert.equal((await record()).hookAt, '2026-11-21T07:28:10.000Z');
    ports.clock.setWall('2026-11-21T07:00:00.000Z');
    await hook(call('tool'));
    assert.equal((await record()).hookAt, '2026-11-21T07:00:00.000Z');
  });

  test('after a stop is never too soon: the agent has gone on', async () => {
    const { hook, record } = await withSession();
    await hook(call('tool'));
    await hook(call('stop', { stopActive: true }));
    assert.equal((await record()).hookEvent, 'stop');
    await hook(call('tool'));
    assert.equal((await record()).hookEvent, 'tool');
  });

  test('of an agent within the agent does not change which session is resumed', async () => {
    const { hook, record } = await withSession();
    await hook(call('tool', { nativeId: 'first-known' }));
    await hook(call('stop', { nativeId: 'another', stopActive: true }));
    assert.equal((await record()).nativeId, 'first-known');
    await hook(call('start', { nativeId: 'resumed', source: 'resume' }));
    assert.equal((await record()).nativeId, 'resumed');
  });
});

suite('around a compaction', () => {
  test('the working buffer goes to the daily notes, and the summary keeps feature and next step', async () => {
    const { hook, workspace, ports } = await withSession();
    await recordProgress(workspace, '101', entryOf(1));
    const { keep } = await hook(call('preCompact', { reason: 'auto' }));
    assert.match(keep ?? '', /^Keep these facts/);
    assert.match(keep ?? '', /> jwt-1: generateToken/);
    assert.match(keep ?? '', /> Run it/);
    assert.match(ports.fs.text(paths.dailyNotes(root, '2026-11-21')) ?? '', /compaction/);
  });

  test('a buffer that cannot be flushed does not cost the summary its facts', async () => {
    const { hook, workspace, ports } = await withSession();
    await recordProgress(workspace, '101', entryOf(1));
    ports.fs.put(paths.dailyNotes(root, '2026-11-21'), new Uint8Array([0xff, 0xfe, 0xff]));
    assert.match((await hook(call('preCompact'))).keep ?? '', /> jwt-1/);
  });

  test('what comes after it gets the facts again', async () => {
    const { hook } = await withSession();
    assert.match((await hook(call('postCompact'))).context ?? '', /^Your context was compacted/);
  });
});

suite('a stop hook', () => {
  test('asks for the entry twice, and then no more', async () => {
    const { hook, record } = await withSession();
    for (let asked = 1; asked <= maxStopAsks; asked++) {
      assert.match((await hook(call('stop'))).block ?? '', /no entry of session 1/);
      assert.equal((await record()).stopAsks, asked);
    }
    assert.deepEqual(await hook(call('stop')), {});
  });

  test('is content with an entry of this session, and not with one of another', async () => {
    const { hook, workspace } = await withSession();
    await recordProgress(workspace, '101', { ...entryOf(1), session: 7 });
    assert.ok((await hook(call('stop'))).block);
    await recordProgress(workspace, '101', entryOf(1));
    assert.deepEqual(await hook(call('stop')), {});
  });

  test('never asks an agent that goes on because it was asked', async () => {
    const { hook, record } = await withSession();
    assert.deepEqual(await hook(call('stop', { stopActive: true })), {});
    assert.equal((await record()).stopAsks, 0);
  });

  test('does not hold an agent that somebody has asked to stop', async () => {
    const { hook, workspace, id } = await withSession();
    await workspace.sessions.note(id, { stopRequestedAt: '2026-11-21T07:28:01Z' });
    assert.deepEqual(await hook(call('stop')), {});
  });

  test('does not ask when the task file cannot be read, or the count cannot be written', async () => {
    const { ports, hook, record } = await withSession();
    const text = ports.fs.text(file) ?? '';
    await ports.fs.remove(file);
    await assert.rejects(hook(call('stop')));
    ports.fs.put(file, text);
    const fs = new FaultyFileSystem(ports.fs);
    const failing = await openMemory({ ...ports, fs });
    let renames = 0;
    fs.onOperation = (count, operation) => {
      if (operation.startsWith('rename') && ++renames === 2) {
        fs.fail({ at: count, sticky: true, errno: 'ENOSPC', leaves: 'nothing' });
      }
    };
    await assert.rejects(hook(call('stop'), failing));
    assert.equal((await record()).stopAsks, 0);
  });

  test('law: whatever calls come in whatever order, a session is asked at most twice', async () => {
    const events = fc.array(fc.constantFrom<HookEvent>('stop', 'tool', 'prompt', 'start', 'postCompact'), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(events, fc.nat(30_000), async (order, pause) => {
        const { hook, ports } = await withSession();
        let asked = 0;
        for (const event of order) {
          if ((await hook(call(event))).block !== undefined) asked++;
          ports.clock.advance(pause);
        }
        assert.equal(asked, Math.min(maxStopAsks, order.filter((event) => event === 'stop').length));
      }),
      { numRuns: 30 },
    );
  });
});

suite('an end hook', () => {
  test('of an agent that Baton launched is put on record, and its exit closes the session', async () => {
    const { hook, record, workspace, id } = await withSession();
    await hook(call('end', { reason: 'other' }));
    assert.deepEqual([(await record()).end, (await record()).hookEvent], [null, 'end']);
    await closeSession(workspace, id, { exitCode: 0, reason: 'process' });
    assert.equal((await record()).end?.finalEvent, 'end');
  });

  test('of an agent that a person started closes the session, with an entry', async () => {
    const { hook, record, ports } = await withSession({ origin: 'external' });
    await hook(call('end', { reason: 'prompt_input_exit' }));
    const { end } = await record();
    assert.ok(end?.automaticEntry);
    assert.match(ports.fs.text(file) ?? '', /### Session 1/);
  });

  test('of an agent within the agent that a person started ends nothing, whatever its start said', async () => {
    const { hook, record } = await withSession({ origin: 'external' });
    await hook(call('start', { nativeId: 'outer', source: 'startup' }));
    await hook(call('start', { nativeId: 'inner', source: 'startup' }));
    assert.equal((await record()).nativeId, 'outer');
    await hook(call('end', { nativeId: 'inner', reason: 'other' }));
    assert.equal((await record()).end, null);
    await hook(call('end', { nativeId: 'outer', reason: 'clear' }));
    await hook(call('start', { nativeId: 'outer-2', source: 'clear' }));
    await hook(call('end', { nativeId: 'outer-2', reason: 'other' }));
    assert.notEqual((await record()).end, null);
  });

  test('of a conversation that is only cleared or changed ends nothing', async () => {
    const { hook, record } = await withSession({ origin: 'external' });
    await hook(call('end', { reason: 'clear' }));
    await hook(call('end', { reason: 'resume' }));
    assert.equal((await record()).end, null);
  });
});

suite('a hook that has no business here', () => {
  const everything: readonly HookEvent[] = [
    'start',
    'prompt',
    'tool',
    'preCompact',
    'postCompact',
    'stop',
    'end',
  ];

  test('changes nothing and says nothing when its session is over, replaced, or of another workspace', async () => {
    const { hook, workspace, ports, id } = await withSession();
    await closeSession(workspace, id, { exitCode: 0, reason: 'process' });
    const next = await workspace.sessions.start({ ...startInput, lastNumber: 1 });
    await workspace.renderings.settled();
    const before = snapshot(ports.fs);
    for (const event of everything) {
      assert.deepEqual(await hook(call(event)), {});
      assert.deepEqual(
        await hookEvent(workspace, '99999999-0000-4000-8000-000000000000', call(event), options),
        {},
      );
      assert.deepEqual(await hookEvent(workspace, '../../etc', call(event), options), {});
    }
    assert.deepEqual(snapshot(ports.fs), before);
    assert.equal((await workspace.sessions.get(next.id))?.hookAt, null);
  });

  test('of a session that another has followed without an end on record does nothing', async () => {
    const { hook, workspace, ports, id, record } = await withSession();
    const own = await record();
    const follower = { ...own, id: '00000077-0000-4000-8000-000000000000', token: own.token + 1, number: 2 };
    ports.fs.put(`${paths.sessions(root)}/${follower.id}.json`, JSON.stringify(follower));
    for (const event of everything) assert.deepEqual(await hook(call(event)), {});
    assert.equal((await workspace.sessions.get(id))?.hookAt, null);
  });
});

function snapshot(fs: { paths(): string[]; text(path: string): string | undefined }) {
  return fs.paths().map((path) => [path, fs.text(path)]);
}
