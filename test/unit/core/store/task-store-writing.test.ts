import assert from 'node:assert/strict';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import { defaultConfig } from '../../../../src/core/model/config';
import type { OpenDocuments } from '../../../../src/core/ports';
import { paths } from '../../../../src/core/store/paths';
import { TaskStore } from '../../../../src/core/store/task-store';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { addLine, change, replaceText, stateText, taskId } from '../../../support/state-text';

const root = '/project';
const fileOf = (id: string) => `${root}/task-states/task-${id}-state.md`;
const yesterday = '2026-11-20T00:00:00Z';

function setUp(overrides: Partial<TestPorts> = {}) {
  const ports = testPorts(overrides);
  const put = (id: string, text = stateText(id)) => ports.fs.put(fileOf(id), text, Date.parse(yesterday));
  put('101');
  return { ports, put, store: new TaskStore(ports, root, defaultConfig) };
}

const ids = (store: TaskStore) => store.tasks().map(({ id }) => id);
const is = (code: Parameters<typeof isBatonError>[1]) => (error: unknown) => isBatonError(error, code);

suite('The task store: creating', () => {
  test('the first task is 1, the next one follows the highest number', async () => {
    const ports = testPorts();
    ports.fs.put(`${root}/.keep`, '');
    const store = new TaskStore(ports, root, defaultConfig);
    assert.equal((await store.create((id) => stateText(id), { change })).id, '1');
    ports.fs.put(fileOf('41'), stateText('41'));
    ports.fs.put(`${root}/task-states/odd name.md`, stateText('77'));
    ports.fs.put(fileOf('abc'), stateText('abc'));
    const record = await store.create((id) => stateText(id, 'New'), { change });
    assert.equal(record.id, '78');
    assert.equal(record.relativePath, 'task-states/task-78-state.md');
    assert.equal(ports.fs.text(fileOf('78')), stateText('78', 'New'));
    assert.equal(store.get(taskId('78'))?.outline.title, 'New');
  });

  test('an id that is taken is refused, also when it differs only in case', async () => {
    const { ports, put, store } = setUp();
    put('Abc');
    for (const id of ['101', 'abc']) {
      await assert.rejects(
        store.create((given) => stateText(given), { id: taskId(id), change }),
        is('exists'),
      );
    }
    assert.equal(ports.fs.text(fileOf('101')), stateText('101'));
  });

  test('an id that stands in the heading of a file with another name is taken', async () => {
    const { ports, store } = setUp();
    ports.fs.put(fileOf('101'), stateText('102'));
    await assert.rejects(
      store.create((given) => stateText(given), { id: taskId('102'), change }),
      is('exists'),
    );
    assert.equal((await store.create((id) => stateText(id), { change })).id, '103');
  });

  test('two creators never share an id', async () => {
    const { ports, store } = setUp();
    const other = new TaskStore(ports, root, defaultConfig);
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? store : other).create((id) => stateText(id), { change })),
    );
    assert.equal(new Set(created.map(({ id }) => id)).size, 20);
  });

  test('a maker that throws creates nothing and logs nothing', async () => {
    const { ports, store } = setUp();
    const failing = store.create(
      () => {
        throw new Error('no text');
      },
      { change },
    );
    await assert.rejects(failing, /no text/);
    assert.deepEqual((await store.changeLog.read()).records, []);
    assert.deepEqual(await ports.fs.list(paths.locks(root)), []);
  });
});

suite('The task store: changing', () => {
  test('a change is logged before, done after, and told', async () => {
    const { ports, store } = setUp();
    const committed: string[] = [];
    store.onDidCommit(({ change: made, record }) => committed.push(`${made.type} ${record.id} ${made.seq}`));
    const before = (await store.find(taskId('101'))).version;
    const result = await store.update(
      taskId('101'),
      { type: 'task.status', actor: 'agent', session: 's-1', old: 'pending', new: 'blocked' },
      replaceText('pending', 'blocked'),
    );
    assert.equal(result.changed, true);
    assert.equal(result.record.outline.status, 'blocked');
    assert.equal(result.document.status, 'blocked');
    assert.equal(result.text, ports.fs.text(fileOf('101')));
    const { records, outcomes } = await store.changeLog.read();
    const record = records[0]?.record;
    assert.deepEqual([record?.old, record?.new, record?.session], ['pending', 'blocked', 's-1']);
    assert.equal(record?.before, before);
    assert.equal(record?.after, result.record.version);
    assert.equal(outcomes.get(1), 'done');
    assert.deepEqual(committed, ['task.status 101 1']);
    assert.deepEqual(await ports.fs.list(paths.locks(root)), []);
  });

  test('only the bytes of the edit change: BOM, line ends, everything else stays', async () => {
    const { put, ports, store } = setUp();
    const text = `\uFEFF${stateText('9').replaceAll('\n', '\r\n')}no final newline`;
    put('9', text);
    await store.update(taskId('9'), change, replaceText('A task', 'Ärger 😀'));
    assert.equal(ports.fs.text(fileOf('9')), text.replace('A task', 'Ärger 😀'));
  });

  test('no edits: nothing is written and nothing is logged', async () => {
    const { store } = setUp();
    const result = await store.update(taskId('101'), change, () => []);
    assert.equal(result.changed, false);
    assert.deepEqual((await store.changeLog.read()).records, []);
  });

  test('edits that come to the same text are no change', async () => {
    const { store } = setUp();
    const result = await store.update(taskId('101'), change, replaceText('pending', 'pending'));
    assert.equal(result.changed, false);
  });

  test('a stale version is a conflict and nothing is written', async () => {
    const { put, ports, store } = setUp();
    const { version } = await store.find(taskId('101'));
    const theirs = stateText('101', 'Theirs');
    put('101', theirs);
    await assert.rejects(
      store.update(taskId('101'), change, replaceText('pending', 'blocked'), { expectedVersion: version }),
      is('conflict'),
    );
    assert.equal(ports.fs.text(fileOf('101')), theirs);
    assert.deepEqual((await store.changeLog.read()).records, []);
  });

  test('an edit by somebody else between read and write is a conflict, at every step, and is not overwritten', async () => {
    const theirs = stateText('101', 'Theirs');
    let conflicts = 0;
    for (let at = 1; ; at++) {
      const { ports, put } = setUp();
      const fs = new FaultyFileSystem(ports.fs);
      const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
      fs.onOperation = (count) => {
        if (count === at) put('101', theirs);
      };
      let ours: string | undefined;
      try {
        ours = (await store.update(taskId('101'), change, replaceText('pending', 'blocked'))).text;
      } catch (error) {
        assert.ok(isBatonError(error, 'conflict'), String(error));
        conflicts++;
        assert.equal(ports.fs.text(fileOf('101')), theirs);
      }
      // Either their text came first and has our edit, or it came after the rename and stands alone.
      if (ours !== undefined) assert.ok([theirs, ours].includes(ports.fs.text(fileOf('101')) ?? ''));
      const renamedBefore = fs.operations.indexOf(`rename ${fileOf('101')}`) + 1 <= at;
      if (ours !== undefined && !renamedBefore) assert.match(ours, /Theirs/);
      if (fs.operations.length < at) break;
    }
    assert.ok(conflicts > 3, `${conflicts} conflicts`);
  });

  test('a file that has become another task is a conflict', async () => {
    const { put, store, ports } = setUp();
    const lockFile = `${paths.locks(root)}/task-101.lock`;
    const fs = new FaultyFileSystem(ports.fs);
    const slow = new TaskStore({ ...ports, fs }, root, defaultConfig);
    fs.onOperation = (_count, operation) => {
      if (operation === `link ${lockFile}`) put('101', stateText('102'));
    };
    await assert.rejects(slow.update(taskId('101'), change, addLine('x')), is('conflict'));
    await store.refresh();
    assert.deepEqual(ids(store), ['102']);
  });

  test('when this throws before the file was replaced, the file is what it was: a guard in the edit', async () => {
    const { ports, store } = setUp();
    await assert.rejects(
      store.update(taskId('101'), change, () => {
        throw new Error('guard says no');
      }),
      /guard says no/,
    );
    assert.equal(ports.fs.text(fileOf('101')), stateText('101'));
    assert.deepEqual(await ports.fs.list(paths.locks(root)), []);
  });

  test('when this throws before the file was replaced, the file is what it was: a failing rename, noted as aborted', async () => {
    const { ports } = setUp();
    const fs = new FaultyFileSystem(ports.fs);
    const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
    fs.onOperation = (_count, operation) => {
      if (operation === `rename ${fileOf('101')}`) throw new BatonError('io_failed', 'the disk is full');
    };
    await assert.rejects(store.update(taskId('101'), change, addLine('x')), is('io_failed'));
    assert.equal(ports.fs.text(fileOf('101')), stateText('101'));
    assert.deepEqual([...(await store.changeLog.read()).outcomes], [[1, 'aborted']]);
  });

  for (const gone of [paths.locks(root), paths.memory(root), paths.baton(root)]) {
    test(`a runtime folder that was swept away meanwhile is made again: ${gone}`, async () => {
      const { ports, store } = setUp();
      await store.update(taskId('101'), change, addLine('before'));
      await ports.fs.removeTree(gone);
      await store.update(taskId('101'), change, addLine('after'));
      assert.match(ports.fs.text(fileOf('101')) ?? '', /before\n(.|\n)*after|after\n(.|\n)*before/);
      assert.equal((await store.changeLog.verify()).pending, 0);
    });
  }

  test('updates of one process are made in the order they were asked for', async () => {
    const { ports, store } = setUp();
    await Promise.all(['a', 'b', 'c', 'd'].map((line) => store.update(taskId('101'), change, addLine(line))));
    assert.ok(ports.fs.text(fileOf('101'))?.endsWith('a\nb\nc\nd\n'));
  });

  test('a failing listener does not fail the change, and is reported', async () => {
    const { ports, store } = setUp();
    store.onDidCommit(() => {
      throw new Error('broken view');
    });
    await store.update(taskId('101'), change, addLine('x'));
    assert.ok(ports.log.lines.some((line) => line.includes('broken view')));
  });
});

suite('The task store: open documents', () => {
  function withDocument(apply: OpenDocuments['apply']) {
    const dirty = stateText('101', 'Unsaved');
    const documents: OpenDocuments = {
      dirtyText: (path) => (path === fileOf('101') ? dirty : undefined),
      apply,
    };
    return { dirty, ...setUp({ documents }) };
  }

  test('an unsaved document gets the edit, the file on disk does not', async () => {
    const calls: unknown[] = [];
    const { dirty, ports, store } = withDocument(async (...call) => {
      calls.push(call);
      return true;
    });
    const result = await store.update(taskId('101'), change, replaceText('pending', 'blocked'));
    const start = dirty.indexOf('pending');
    assert.deepEqual(calls, [[fileOf('101'), dirty, [{ start, end: start + 7, text: 'blocked' }]]]);
    assert.equal(result.text, dirty.replace('pending', 'blocked'));
    assert.equal(result.document.title, 'Unsaved');
    assert.equal(ports.fs.text(fileOf('101')), stateText('101'));
    assert.equal((await store.changeLog.read()).records[0]?.record.via, 'document');
    assert.deepEqual((await store.recover()).redone, []);
  });

  test('a document that moved on is a conflict', async () => {
    const { ports, store } = withDocument(async () => false);
    await assert.rejects(store.update(taskId('101'), change, addLine('x')), is('conflict'));
    assert.equal(ports.fs.text(fileOf('101')), stateText('101'));
    assert.equal((await store.changeLog.read()).outcomes.get(1), 'aborted');
  });

  test('a document that takes the edit and cannot be saved is no change that was made', async () => {
    const { store } = withDocument(async () => {
      throw new BatonError('io_failed', 'notes.md could not be saved');
    });
    await assert.rejects(store.update(taskId('101'), change, addLine('x')), is('io_failed'));
    assert.equal((await store.changeLog.read()).outcomes.get(1), 'aborted');
  });

  test('a person who begins to type during the write is not overtaken', async () => {
    let typing = false;
    const documents: OpenDocuments = {
      dirtyText: () => (typing ? 'typed' : undefined),
      apply: async () => true,
    };
    const { ports } = setUp();
    const fs = new FaultyFileSystem(ports.fs);
    const store = new TaskStore({ ...ports, fs, documents }, root, defaultConfig);
    fs.onOperation = (_count, operation) => {
      if (operation.startsWith('append')) typing = true;
    };
    await assert.rejects(store.update(taskId('101'), change, addLine('x')), is('conflict'));
    assert.equal(ports.fs.text(fileOf('101')), stateText('101'));
  });
});
