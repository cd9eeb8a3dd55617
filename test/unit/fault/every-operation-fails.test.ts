/** Promise R4: any single failure of the file system leaves data intact and is reported. */
import assert from 'node:assert/strict';
import { isBatonError } from '../../../src/core/base/baton-error';
import { defaultConfig } from '../../../src/core/model/config';
import { ChangeLog } from '../../../src/core/store/change-log';
import { Locks } from '../../../src/core/store/lock';
import { paths } from '../../../src/core/store/paths';
import { TaskStore } from '../../../src/core/store/task-store';
import { type Fault, FaultyFileSystem } from '../../support/memory-faults';
import { type TestPorts, testHasher, testPorts } from '../../support/memory-ports';
import { MemoryProcesses } from '../../support/memory-processes';
import { change, replaceText, stateText, taskId } from '../../support/state-text';

const root = '/project';
const fileOf = (id: string) => `${root}/task-states/task-${id}-state.md`;
const before = stateText('101');
const after = before.replace('pending', 'blocked');

interface Verb {
  readonly name: string;
  readonly file: string;
  readonly outcomes: { readonly before: string | undefined; readonly after: string };
  /** What a crashed process left behind. */
  readonly leftovers?: Readonly<Record<string, string>>;
  /** Whether that process had announced the change and not made it. */
  readonly cutShort?: boolean;
  run(store: TaskStore): Promise<unknown>;
}

const dead = (token: string) =>
  JSON.stringify({
    v: 1,
    token,
    pid: 4000,
    start: 'start-4000',
    scope: 'this machine',
    at: '2026-11-20T00:00:00Z',
  });

const update: Verb = {
  name: 'update',
  file: fileOf('101'),
  outcomes: { before, after },
  run: (store) => store.update(taskId('101'), change, replaceText('pending', 'blocked')),
};

const verbs: readonly Verb[] = [
  update,
  {
    ...update,
    name: 'update after a crash',
    leftovers: {
      [`${paths.locks(root)}/task-101.lock`]: dead('d1'),
      [`${paths.locks(root)}/d1.claim`]: dead('d2'),
      [`${paths.locks(root)}/change-log.lock`]: dead('d3'),
    },
  },
  {
    name: 'recovery of a change that was cut short',
    file: fileOf('101'),
    outcomes: { before, after },
    cutShort: true,
    run: (store) => store.recover(),
  },
  {
    name: 'create with the next free id',
    file: fileOf('102'),
    outcomes: { before: undefined, after: stateText('102') },
    run: (store) => store.create((id) => stateText(id), { change }),
  },
  {
    name: 'create',
    file: fileOf('102'),
    outcomes: { before: undefined, after: stateText('102') },
    run: (store) => store.create((id) => stateText(id), { id: taskId('102'), change }),
  },
];

function setUp() {
  const ports = testPorts();
  ports.fs.put(fileOf('101'), before);
  const fs = new FaultyFileSystem(ports.fs);
  const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
  /** Another process, after this one has ended. */
  const reopen = () => {
    const processes = new MemoryProcesses({ pid: 2000, start: 'start-2000' });
    return new TaskStore({ ...ports, processes }, root, defaultConfig);
  };
  return { ports, fs, store, reopen };
}

/** What a process leaves behind that dies between its log record and the replacement of the file. */
async function announceOnly(ports: TestPorts): Promise<void> {
  ports.fs.put(`${paths.locks(root)}/.keep`, '');
  ports.fs.put(`${paths.memory(root)}/.keep`, '');
  const log = new ChangeLog(ports, root, new Locks(ports, paths.locks(root)));
  const start = before.indexOf('pending');
  await log.append({
    ...{ type: 'task.status', task: taskId('101'), actor: 'tool', session: null, via: 'file' },
    path: 'task-states/task-101-state.md',
    before: hashOf(before),
    after: hashOf(after),
    edits: [{ start, end: start + 'pending'.length, text: 'blocked' }],
  });
}

const hashOf = (text: string) => testHasher.sha256(new TextEncoder().encode(text));

async function attempt(verb: Verb, fault: Fault): Promise<'fault reached' | 'not reached'> {
  const { ports, fs, store, reopen } = setUp();
  for (const [path, text] of Object.entries(verb.leftovers ?? {})) ports.fs.put(path, text);
  if (verb.cutShort) await announceOnly(ports);
  fs.arm(fault);
  const where = () => `${verb.name}, ${JSON.stringify(fault)}: ${fs.operations[fault.at - 1]}`;
  let failure: unknown;
  try {
    await verb.run(store);
  } catch (error) {
    failure = error;
  }
  if (fs.operations.length < fault.at) return 'not reached';
  const text = ports.fs.text(verb.file);
  assert.ok(text === verb.outcomes.before || text === verb.outcomes.after, `half done: ${where()}`);
  if (failure === undefined) {
    assert.equal(text, verb.outcomes.after, `silent: ${where()}`);
    assert.ok(
      ports.log.lines.some((line) => /^(warn|error)/.test(line)),
      `not reported: ${where()}`,
    );
  } else {
    assert.ok(isBatonError(failure), `${where()}: ${String(failure)}`);
  }
  fs.arm(undefined);
  const healthy = store.refusal === undefined ? store : reopen();
  await healthy.recover();
  if (ports.fs.text(verb.file) !== verb.outcomes.after) await verb.run(healthy);
  assert.equal(ports.fs.text(verb.file), verb.outcomes.after, `retry: ${where()}`);
  const verified = await healthy.changeLog.verify();
  assert.deepEqual([verified.damaged, verified.pending], [[], 0], where());
  return 'fault reached';
}

suite('Every file operation fails', () => {
  for (const verb of verbs) {
    for (const sticky of [false, true]) {
      test(`${verb.name}: the file is whole, the failure is told, a retry works (${sticky ? 'for good' : 'once'})`, async () => {
        let reached = 0;
        for (const errno of ['ENOSPC', 'EACCES', 'EBUSY', 'EIO'] as const) {
          for (const leaves of ['nothing', 'half', 'unsynced'] as const) {
            let at = 1;
            while ((await attempt(verb, { at, sticky, errno, leaves })) === 'fault reached') at++;
            reached += at - 1;
          }
        }
        assert.ok(reached > 100, `only ${reached} faults were reached`);
      });
    }
  }

  test('a failed log append means that nothing changed, in a clear error', async () => {
    const { ports, fs, store } = setUp();
    await store.refresh();
    fs.onOperation = (count, operation) => {
      if (operation.startsWith('append'))
        fs.fail({ at: count, sticky: false, errno: 'ENOSPC', leaves: 'half' });
    };
    await assert.rejects(store.update(taskId('101'), change, replaceText('pending', 'blocked')), (error) =>
      isBatonError(error, 'io_failed'),
    );
    assert.equal(ports.fs.text(fileOf('101')), before);
    fs.onOperation = () => undefined;
    fs.arm(undefined);
    assert.deepEqual((await store.recover()).redone, []);
    assert.equal(ports.fs.text(fileOf('101')), before);
  });

  test('after a failed fsync nothing is written any more', async () => {
    const { ports, fs, store, reopen } = setUp();
    await store.refresh();
    fs.onOperation = (count, operation) => {
      if (operation.startsWith('append'))
        fs.fail({ at: count, sticky: false, errno: 'EIO', leaves: 'unsynced' });
    };
    await assert.rejects(
      store.update(taskId('101'), change, replaceText('pending', 'blocked')),
      /did not confirm/,
    );
    fs.onOperation = () => undefined;
    fs.arm(undefined);
    for (const verb of verbs) {
      await assert.rejects(verb.run(store), (error) => isBatonError(error, 'read_only'));
    }
    assert.ok(isBatonError(store.refusal, 'read_only'));
    assert.equal(ports.fs.text(fileOf('101')), before);
    assert.ok(ports.log.lines.some((line) => line.startsWith('error: Baton writes no more')));
    await reopen().update(taskId('101'), change, replaceText('pending', 'blocked'));
    assert.equal(ports.fs.text(fileOf('101')), after);
  });
});
