import assert from 'node:assert/strict';
import { defaultConfig } from '../../../../src/core/model/config';
import { type ChangeEntry, ChangeLog } from '../../../../src/core/store/change-log';
import { Locks } from '../../../../src/core/store/lock';
import { paths, taskLockName } from '../../../../src/core/store/paths';
import { TaskStore } from '../../../../src/core/store/task-store';
import { type TestPorts, testHasher, testPorts } from '../../../support/memory-ports';
import { addLine, change, stateText, taskId } from '../../../support/state-text';

const root = '/project';
const relative = 'task-states/task-101-state.md';
const file = `${root}/${relative}`;
const before = stateText('101');
const after = before.replace('pending', 'blocked');
const hash = (text: string) => testHasher.sha256(new TextEncoder().encode(text));

/** A record as a writer leaves it that dies before it touches the file. */
function cutShort(overrides: Partial<ChangeEntry> = {}): ChangeEntry {
  const start = before.indexOf('pending');
  return {
    type: 'task.status',
    task: taskId('101'),
    actor: 'tool',
    session: null,
    path: relative,
    via: 'file',
    before: hash(before),
    after: hash(after),
    edits: [{ start, end: start + 7, text: 'blocked' }],
    ...overrides,
  };
}

function setUp(onDisk: string | undefined = before) {
  const ports = testPorts();
  ports.fs.put(`${paths.locks(root)}/.keep`, '');
  ports.fs.put(`${paths.memory(root)}/.keep`, '');
  if (onDisk !== undefined) ports.fs.put(file, onDisk);
  const log = new ChangeLog(ports, root, new Locks(ports, paths.locks(root)));
  const open = () => new TaskStore(ports, root, defaultConfig);
  return { ports, log, open };
}

suite('Replay', () => {
  test('a file at its before-hash gets the edit', async () => {
    const { ports, log, open } = setUp();
    await log.append(cutShort());
    const store = open();
    const told: number[] = [];
    store.onDidCommit((committed) => told.push(committed.change.seq));
    const { redone, conflicts } = await store.recover();
    assert.deepEqual(told, [1]);
    assert.deepEqual(
      redone.map(({ seq }) => seq),
      [1],
    );
    assert.deepEqual(conflicts, []);
    assert.equal(ports.fs.text(file), after);
    assert.equal(store.get(taskId('101'))?.outline.status, 'blocked');
  });

  test('a file at its after-hash is done', async () => {
    const { ports, log, open } = setUp(after);
    await log.append(cutShort());
    const report = await open().recover();
    assert.deepEqual([report.redone, report.conflicts], [[], []]);
    assert.equal(ports.fs.text(file), after);
    assert.equal((await log.read()).outcomes.get(1), 'done');
  });

  test('anything else is a conflict that keeps both texts', async () => {
    const theirs = stateText('101', 'Theirs');
    const { ports, log, open } = setUp(theirs);
    await log.append(cutShort());
    const { conflicts } = await open().recover();
    assert.equal(ports.fs.text(file), theirs);
    const [conflict] = conflicts;
    assert.equal(conflict?.file, `${paths.conflicts(root)}/1.json`);
    assert.match(ports.fs.text(conflict.file) ?? '', /"text": "blocked"/);
    assert.ok(ports.log.lines.some((line) => line.startsWith('warn: Change 1')));
  });

  for (const [what, plant] of [
    ['a link that leads outside', (ports: TestPorts) => ports.fs.putLink(file, '/elsewhere/theirs.md')],
    ['a folder', (ports: TestPorts) => ports.fs.put(`${file}/theirs.md`, 'theirs')],
  ] as const) {
    test(`where ${what} has taken the place of the file the change is kept aside, and writing goes on`, async () => {
      const { ports, log, open } = setUp();
      await ports.fs.remove(file);
      ports.fs.put('/elsewhere/theirs.md', 'theirs');
      plant(ports);
      await log.append(cutShort());
      const store = open();
      await store.create((id) => stateText(id), { id: taskId('102'), change });
      assert.equal((await log.read()).outcomes.get(1), 'conflict');
      assert.match(ports.fs.text(`${paths.conflicts(root)}/1.json`) ?? '', /"text": "blocked"/);
      assert.equal(ports.fs.text('/elsewhere/theirs.md'), 'theirs');
    });
  }

  test('a conflict is kept beside one of an earlier log that had the same number', async () => {
    const { ports, log, open } = setUp(stateText('101', 'Theirs'));
    ports.fs.put(`${paths.conflicts(root)}/1.json`, '{}');
    await log.append(cutShort());
    const [conflict] = (await open().recover()).conflicts;
    assert.equal(conflict?.file, `${paths.conflicts(root)}/1-2.json`);
    assert.match(ports.fs.text(conflict.file) ?? '', /"text": "blocked"/);
    assert.equal(ports.fs.text(`${paths.conflicts(root)}/1.json`), '{}');
  });

  test('a creation that was cut short is made up for', async () => {
    const { ports, log, open } = setUp();
    await ports.fs.remove(file);
    await log.append(
      cutShort({ before: null, after: hash(after), edits: [{ start: 0, end: 0, text: after }] }),
    );
    assert.equal((await open().recover()).redone.length, 1);
    assert.equal(ports.fs.text(file), after);
  });

  test('a creation is not forced on a name that somebody else took', async () => {
    const { ports, log, open } = setUp(stateText('101', 'Theirs'));
    await log.append(cutShort({ before: null, edits: [{ start: 0, end: 0, text: after }] }));
    assert.equal((await open().recover()).conflicts.length, 1);
    assert.equal(ports.fs.text(file), stateText('101', 'Theirs'));
  });

  test('replaying twice is replaying once, and what a live writer is busy with is not touched', async () => {
    const { ports, log, open } = setUp();
    await log.append(cutShort());
    await open().recover();
    const once = ports.fs.text(`${paths.memory(root)}/WAL-2026-11-21.log`);
    const report = await open().recover();
    assert.deepEqual([report.redone, report.conflicts], [[], []]);
    assert.equal(ports.fs.text(`${paths.memory(root)}/WAL-2026-11-21.log`), once);

    // A writer that is between its log record and its rename holds the task's lock.
    const busy = setUp();
    const writer = busy.open();
    let recovering: ReturnType<TaskStore['recover']> | undefined;
    const written = writer.update(taskId('101'), change, (current) => {
      recovering = busy.open().recover();
      return addLine('x')(current);
    });
    assert.equal((await written).changed, true);
    assert.deepEqual((await recovering)?.redone, []);
    assert.equal(busy.ports.fs.text(file), `${before}x\n`);
  });

  test('a record that a later writer went past is not applied over its work', async () => {
    const { ports, log, open } = setUp();
    const later = open();
    await later.recover();
    await log.append(cutShort());
    await later.update(taskId('101'), change, addLine('later'));
    const report = await open().recover();
    assert.deepEqual([report.redone, report.conflicts], [[], []]);
    assert.equal(ports.fs.text(file), `${before}later\n`);
    assert.equal((await log.read()).outcomes.get(1), 'superseded');
  });

  test('the first write finishes what was cut short before it, and builds on it', async () => {
    const { ports, log, open } = setUp();
    await log.append(cutShort());
    await open().update(taskId('101'), change, addLine('later'));
    assert.equal(ports.fs.text(file), `${after}later\n`);
    assert.equal((await log.read()).outcomes.get(1), 'done');
  });

  test('a living holder of the lock is not waited for: the first write of another task goes ahead', async () => {
    const { ports, log, open } = setUp();
    await log.append(cutShort());
    const locks = new Locks(ports, paths.locks(root));
    const held = await locks.acquire(taskLockName(taskId('101')));
    const begun = ports.clock.monotonicMs();
    await open().create((id) => stateText(id), { id: taskId('102'), change });
    assert.equal(ports.clock.monotonicMs(), begun);
    assert.equal(ports.fs.text(file), before);
    await held.release();
    assert.equal((await open().recover()).redone.length, 1);
    assert.equal(ports.fs.text(file), after);
  });

  test('a change made by hand after an acknowledged one is no conflict', async () => {
    const { ports, open } = setUp();
    await open().update(taskId('101'), change, addLine('ours'));
    ports.fs.put(file, stateText('101', 'By hand'));
    const report = await open().recover();
    assert.deepEqual([report.redone, report.conflicts], [[], []]);
    assert.equal(ports.fs.text(file), stateText('101', 'By hand'));
  });

  for (const path of [
    '.git/hooks/post-commit',
    '../outside.md',
    'task-states/sub/x.md',
    '.baton/config.json',
  ]) {
    test(`a log that names ${path} is not obeyed`, async () => {
      const { ports, log, open } = setUp();
      await log.append(cutShort({ path, before: null, edits: [{ start: 0, end: 0, text: after }] }));
      const names = ports.fs.paths();
      assert.equal((await open().recover()).conflicts.length, 1);
      const added = ports.fs.paths().filter((name) => !names.includes(name));
      assert.deepEqual(added, ['/project/.baton/.gitignore', '/project/.baton/memory/conflicts/1.json']);
    });
  }

  test('edits that do not give the promised bytes are a conflict', async () => {
    for (const edits of [[{ start: 0, end: 0, text: 'x' }], [{ start: 5, end: 1_000_000, text: '' }]]) {
      const { ports, log, open } = setUp();
      await log.append(cutShort({ edits }));
      assert.equal((await open().recover()).conflicts.length, 1);
      assert.equal(ports.fs.text(file), before);
    }
  });

  test('a damaged middle is quarantined and reported, and the store opens', async () => {
    const { ports, log, open } = setUp();
    await log.append(cutShort({ via: 'document' }));
    await log.append(cutShort());
    const path = `${paths.memory(root)}/WAL-2026-11-21.log`;
    ports.fs.put(path, (ports.fs.text(path) ?? '').replace('task.status', 'task.stutas'));
    const report = await open().recover();
    assert.equal(report.quarantined, 1);
    assert.equal(report.redone.length, 1);
    assert.equal((await open().recover()).quarantined, 0);
  });

  test('a long log is read from its checkpoint, and a new record behind it is replayed', async () => {
    const { ports, log, open } = setUp();
    const padding = 'x'.repeat(70_000);
    await log.append(cutShort({ via: 'document', new: padding }));
    await open().recover();
    const checkpoint = await log.checkpoint();
    assert.ok(checkpoint !== undefined && checkpoint.offset > 70_000);
    await log.append(cutShort());
    const store = open();
    assert.equal((await store.recover()).redone[0]?.seq, 2);
    assert.equal(ports.fs.text(file), after);
  });
});
