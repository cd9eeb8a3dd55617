import assert from 'node:assert/strict';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import { defaultConfig } from '../../../../src/core/model/config';
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

suite('The task store: what there is', () => {
  test('tasks come in the order people count', async () => {
    const { put, store } = setUp();
    for (const id of ['10', '9', 'b', 'A', '1.2', '1.10']) put(id);
    await store.refresh();
    assert.deepEqual(ids(store), ['1.2', '1.10', '9', '10', '101', 'A', 'b']);
  });

  test('a refresh tells what was added, changed and removed, and fires once', async () => {
    const { ports, put, store } = setUp();
    const fired: unknown[] = [];
    store.onDidChange((changed) => fired.push(changed));
    put('102');
    assert.deepEqual(await store.refresh(), { added: ['101', '102'], changed: [], removed: [] });
    put('101', stateText('101', 'Another title'));
    await ports.fs.remove(fileOf('102'));
    put('103');
    assert.deepEqual(await store.refresh(), { added: ['103'], changed: ['101'], removed: ['102'] });
    assert.deepEqual(await store.refresh(), { added: [], changed: [], removed: [] });
    assert.equal(fired.length, 2);
    assert.equal(store.get(taskId('101'))?.outline.title, 'Another title');
  });

  test('a refresh reads only files whose time or size changed, that were written a moment ago, or are links', async () => {
    const { ports, put, store } = setUp();
    for (let id = 1; id <= 20; id++) put(String(id));
    ports.fs.putLink(fileOf('30'), fileOf('3'));
    ports.clock.advance(60_000);
    await store.refresh();
    ports.fs.reads.length = 0;
    put('7', stateText('7', 'Longer title than before'));
    await store.refresh();
    assert.deepEqual(ports.fs.reads.sort(), [fileOf('30'), fileOf('7')]);
  });

  test('a change within one tick of the file clock and of the same size is seen', async () => {
    const { ports, store } = setUp();
    const now = ports.clock.now().getTime();
    ports.fs.put(fileOf('5'), stateText('5', 'old'), now);
    await store.refresh();
    ports.fs.put(fileOf('5'), stateText('5', 'new'), now);
    assert.deepEqual((await store.refresh()).changed, ['5']);
  });

  test('so is one whose time of contents is set back', async () => {
    const { ports, store } = setUp();
    const lastYear = Date.parse('2025-11-20T00:00:00Z');
    ports.fs.put(fileOf('5'), stateText('5', 'old'), lastYear);
    await store.refresh();
    ports.fs.put(fileOf('5'), stateText('5', 'new'), lastYear);
    assert.deepEqual((await store.refresh()).changed, ['5']);
  });

  test('refreshes asked for at once share the work, and none misses a change', async () => {
    const { ports, put, store } = setUp();
    const first = store.refresh();
    put('102');
    ports.clock.advance(60_000);
    const later = [store.refresh(), store.refresh(), store.refresh()];
    await Promise.all([first, ...later]);
    assert.deepEqual(ids(store), ['101', '102']);
    assert.equal(ports.fs.reads.filter((path) => path === fileOf('102')).length, 1);
  });

  test('a file that is written while a refresh looks is shown as written', async () => {
    const { ports, put } = setUp();
    put('102');
    const fs = new FaultyFileSystem(ports.fs);
    const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
    await store.refresh();
    let lookOn: () => void = () => assert.fail('the refresh did not come to task 102');
    const { stat } = fs;
    fs.stat = async (path) => {
      if (path === fileOf('102')) {
        await new Promise<void>((resolve) => {
          lookOn = resolve;
        });
      }
      return stat(path);
    };
    // It has seen task 101 as it was and is held up at task 102.
    const refresh = store.refresh();
    await store.update(taskId('101'), change, replaceText('A task', 'Written meanwhile'));
    lookOn();
    await refresh;
    assert.equal(store.get(taskId('101'))?.outline.title, 'Written meanwhile');
  });

  test('further folders are read as well', async () => {
    const ports = testPorts();
    ports.fs.put('/project/old/JWT.md', stateText('7'));
    const config = { ...defaultConfig, tasks: { folder: 'task-states', alsoIn: ['old'] } };
    const store = new TaskStore(ports, root, config);
    await store.refresh();
    assert.equal(store.get(taskId('7'))?.relativePath, 'old/JWT.md');
    assert.equal((await store.find(taskId('7'))).path, '/project/old/JWT.md');
  });

  test('what is no task is passed over: other names, archives, temporary files, folders', async () => {
    const { ports, store } = setUp();
    for (const name of ['README.md', 'task-101-archive.md', '.task-101-state.md.1.baton-tmp', 'notes.txt']) {
      ports.fs.put(`${root}/task-states/${name}`, 'Just text.\n');
    }
    ports.fs.put(`${root}/task-states/task-9-state.md/inner`, '');
    await store.refresh();
    assert.deepEqual(ids(store), ['101']);
  });

  test('a heading’s id counts more than the file name’s', async () => {
    const { put, store } = setUp();
    put('55', stateText('56'));
    await store.refresh();
    assert.deepEqual(ids(store), ['56', '101']);
    assert.equal((await store.find(taskId('56'))).path, fileOf('55'));
  });

  test('two files for one id are one task that says so', async () => {
    const { ports, store } = setUp();
    ports.fs.put(`${root}/task-states/a-copy.md`, stateText('101', 'Copy'));
    await store.refresh();
    const [record] = store.tasks();
    assert.equal(store.tasks().length, 1);
    assert.equal(record?.path, fileOf('101'));
    assert.deepEqual(record.problems, ['duplicate_id']);
    assert.deepEqual(record.duplicates, ['task-states/a-copy.md']);
    await ports.fs.remove(`${root}/task-states/a-copy.md`);
    assert.deepEqual((await store.refresh()).changed, ['101']);
    assert.deepEqual(store.get(taskId('101'))?.problems, []);
  });

  test('where no name tells which of two files counts, finding one is refused', async () => {
    const { ports, store } = setUp();
    ports.fs.put(`${root}/task-states/a.md`, stateText('7'));
    ports.fs.put(`${root}/task-states/b.md`, stateText('7'));
    await assert.rejects(store.find(taskId('7')), is('duplicate_id'));
  });

  test('finding one task looks at one file', async () => {
    const { ports, put, store } = setUp();
    for (let id = 1; id <= 20; id++) put(String(id));
    await store.find(taskId('7'));
    assert.deepEqual(ports.fs.reads, [fileOf('7')]);
  });

  test('a task that is not there is answered with ids that were perhaps meant', async () => {
    const { put, store } = setUp();
    put('102');
    await assert.rejects(store.find(taskId('1012')), (error) => {
      assert.ok(isBatonError(error, 'not_found'));
      assert.match(error.hint ?? '', /101 or 102/);
      return true;
    });
  });

  test('a file that cannot be read stays visible', async () => {
    const { ports, put } = setUp();
    put('102');
    const fs = new FaultyFileSystem(ports.fs);
    const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
    await store.refresh();
    put('102', stateText('102', 'Another'));
    fs.onOperation = (_count, operation) => {
      if (operation === `read ${fileOf('102')}`) throw new BatonError('io_failed', 'permission denied');
    };
    await store.refresh();
    assert.deepEqual(store.get(taskId('102'))?.problems, ['unreadable']);
    fs.onOperation = () => undefined;
    await store.refresh();
    assert.deepEqual(store.get(taskId('102'))?.problems, []);
  });

  test('a huge file is visible, not read whole, and not written', async () => {
    const { ports, put, store } = setUp();
    put('9', stateText('9', 'Huge') + 'x'.repeat(8 * 1024 * 1024));
    await store.refresh();
    assert.deepEqual(store.get(taskId('9'))?.problems, ['too_large']);
    assert.equal(store.get(taskId('9'))?.outline.title, 'Huge');
    await assert.rejects(store.update(taskId('9'), change, addLine('more')), is('too_large'));
    await assert.rejects(store.read(taskId('9')), is('too_large'));
    assert.ok(ports.fs.text(fileOf('9'))?.endsWith('x'));
  });

  test('a file that is not UTF-8 is visible and not written', async () => {
    const { ports, store } = setUp();
    const data = Buffer.concat([Buffer.from(stateText('9')), Buffer.from([0xff, 0xfe, 0x0a])]);
    ports.fs.put(fileOf('9'), data);
    await store.refresh();
    assert.deepEqual(store.get(taskId('9'))?.problems, ['not_utf8']);
    await assert.rejects(store.update(taskId('9'), change, addLine('more')), is('invalid_state_file'));
    assert.deepEqual(Buffer.from((await ports.fs.read(fileOf('9'))) ?? []), data);
  });
});

suite('The task store: links', () => {
  test('nothing is written outside the workspace folder, also not through a symbolic link', async () => {
    const { ports, store } = setUp();
    ports.fs.put('/elsewhere/secret.md', stateText('9', 'Secret'));
    ports.fs.putLink(fileOf('9'), '/elsewhere/secret.md');
    await store.refresh();
    const record = store.get(taskId('9'));
    assert.deepEqual(record?.problems, ['outside_workspace']);
    assert.equal(record.outline.title, '');
    await assert.rejects(store.update(taskId('9'), change, addLine('more')), is('untrusted'));
    await assert.rejects(store.read(taskId('9')), is('untrusted'));
    assert.equal(ports.fs.text('/elsewhere/secret.md'), stateText('9', 'Secret'));
  });

  test('a link inside the workspace folder is written where it leads, and stays a link', async () => {
    const { ports, store } = setUp();
    ports.fs.put(`${root}/docs/real.md`, stateText('9'));
    ports.fs.putLink(fileOf('9'), `${root}/docs/real.md`);
    await store.update(taskId('9'), change, replaceText('A task', 'Changed'));
    assert.match(ports.fs.text(`${root}/docs/real.md`) ?? '', /Changed/);
    assert.equal(await ports.fs.realPath(fileOf('9')), `${root}/docs/real.md`);
  });

  test('a task folder that leads outside is neither read nor written', async () => {
    const ports = testPorts();
    ports.fs.put('/elsewhere/task-1-state.md', stateText('1'));
    ports.fs.put(`${root}/x`, '');
    ports.fs.putLink(`${root}/task-states`, '/elsewhere');
    const store = new TaskStore(ports, root, defaultConfig);
    await store.refresh();
    assert.deepEqual(store.tasks(), []);
    await assert.rejects(
      store.create((id) => stateText(id), { change }),
      is('untrusted'),
    );
    assert.deepEqual(
      ports.fs.paths().filter((path) => path.startsWith('/elsewhere')),
      ['/elsewhere/task-1-state.md'],
    );
  });

  test('a task folder below a link that leads outside is not made there', async () => {
    const ports = testPorts();
    ports.fs.put('/elsewhere/x', '');
    ports.fs.put(`${root}/x`, '');
    ports.fs.putLink(`${root}/link`, '/elsewhere');
    const tasks = { ...defaultConfig.tasks, folder: 'link/not/there' };
    const store = new TaskStore(ports, root, { ...defaultConfig, tasks });
    await assert.rejects(
      store.create((id) => stateText(id), { change }),
      is('untrusted'),
    );
    assert.equal(await ports.fs.stat('/elsewhere/not'), undefined);
  });

  for (const folder of ['.baton', '.baton/memory', '.baton/locks']) {
    test(`${folder} that leads outside stops every write`, async () => {
      const { ports, store } = setUp();
      ports.fs.put('/elsewhere/x', '');
      ports.fs.putLink(`${root}/${folder}`, '/elsewhere');
      await assert.rejects(store.update(taskId('101'), change, addLine('more')), is('untrusted'));
      assert.equal(ports.fs.text(fileOf('101')), stateText('101'));
      assert.deepEqual(
        ports.fs.paths().filter((path) => path.startsWith('/elsewhere')),
        ['/elsewhere/x'],
      );
    });
  }
});
