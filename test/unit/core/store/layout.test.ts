import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { defaultConfig } from '../../../../src/core/model/config';
import { initialise, isInitialised, readConfig } from '../../../../src/core/store/layout';
import {
  isArchiveName,
  isInside,
  join,
  paths,
  relativeTo,
  taskFilePath,
  taskIdOfFileName,
  taskLockName,
} from '../../../../src/core/store/paths';
import { testPorts } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';

const root = '/project';

function setUp() {
  const ports = testPorts();
  ports.fs.put(`${root}/README.md`, 'A project');
  return ports;
}

suite('Setting up a workspace folder', () => {
  test('it gets the runtime folder, its .gitignore and the task folder', async () => {
    const ports = setUp();
    assert.equal(await isInitialised(ports.fs, root), false);
    assert.deepEqual(await initialise(ports, root), [
      '.baton',
      '.baton/memory',
      '.baton/locks',
      '.baton/sessions',
      '.baton/packets',
      '.baton/.gitignore',
      'task-states',
    ]);
    assert.equal(await isInitialised(ports.fs, root), true);
    assert.match(ports.fs.text(paths.gitignore(root)) ?? '', /^\*\n(.*\n)*!config\.json$/m);
  });

  test('what is already there is not touched', async () => {
    const ports = setUp();
    ports.fs.put(paths.gitignore(root), 'mine\n');
    await initialise(ports, root);
    assert.equal(ports.fs.text(paths.gitignore(root)), 'mine\n');
    const names = ports.fs.paths();
    assert.deepEqual(await initialise(ports, root), []);
    assert.deepEqual(ports.fs.paths(), names);
  });

  test('several at once set it up once', async () => {
    const ports = setUp();
    await Promise.all([initialise(ports, root), initialise(ports, root), initialise(ports, root)]);
    assert.equal(await isInitialised(ports.fs, root), true);
  });

  test('the task folder is where the settings say', async () => {
    const ports = setUp();
    ports.fs.put(paths.config(root), '{ "tasks": { "folder": "docs/tasks" } }');
    assert.ok((await initialise(ports, root)).includes('docs/tasks'));
  });

  test('a fresh clone that brings only state files is set up', async () => {
    const ports = setUp();
    ports.fs.put(`${root}/task-states/task-1-state.md`, '');
    assert.equal(await isInitialised(ports.fs, root), true);
  });

  test('a runtime folder that leads elsewhere is refused', async () => {
    const ports = setUp();
    ports.fs.put('/elsewhere/x', '');
    ports.fs.putLink(`${root}/.baton`, '/elsewhere');
    await assert.rejects(initialise(ports, root), (error) => isBatonError(error, 'untrusted'));
    assert.deepEqual(await ports.fs.list('/elsewhere'), [{ name: 'x', kind: 'file' }]);
  });
});

suite('Reading config.json', () => {
  test('without a file the defaults hold', async () => {
    assert.deepEqual(await readConfig(setUp().fs, root), { config: defaultConfig, problems: [] });
  });

  test('a file is read, also with a byte order mark', async () => {
    const { fs } = setUp();
    fs.put(paths.config(root), '\uFEFF{ "tasks": { "alsoIn": ["old"] } }');
    const { config, problems } = await readConfig(fs, root);
    assert.deepEqual(problems, []);
    assert.deepEqual(config.tasks, { folder: 'task-states', alsoIn: ['old'] });
  });

  test('a device, which a link of the repository may lead to, is not read', async () => {
    const fs = Object.assign(setUp().fs, {
      stat: async () => ({ kind: 'other', size: 0, mtimeMs: 0 }) as const,
      read: () => assert.fail('It has no end'),
    });
    const { config, problems } = await readConfig(fs, root);
    assert.deepEqual(config, defaultConfig);
    assert.deepEqual(problems, ['.baton/config.json cannot be used: it is no plain file']);
  });

  test('a task folder is known by its plain name, however it is written', async () => {
    const { fs } = setUp();
    fs.put(
      paths.config(root),
      '{ "tasks": { "folder": "./docs//tasks/", "alsoIn": ["old\\\\tasks", "."] } }',
    );
    const { config, problems } = await readConfig(fs, root);
    assert.deepEqual(problems, []);
    assert.deepEqual(config.tasks, { folder: 'docs/tasks', alsoIn: ['old/tasks', '.'] });
  });

  for (const [what, contents] of Object.entries({
    'broken JSON': '{ "tasks": ',
    'bytes that are no text': new Uint8Array([0xff, 0xfe]),
    'a folder outside': '{ "tasks": { "folder": "../elsewhere" } }',
    'a value of the wrong kind': '{ "protocol": { "budgetTokens": "many" } }',
    'a list instead of an object': '[]',
    'too much': `{ "x": "${'x'.repeat(1_000_001)}" }`,
  })) {
    test(`${what}: the defaults hold, a problem says why, the file stays`, async () => {
      const { fs } = setUp();
      fs.put(paths.config(root), contents);
      const text = fs.text(paths.config(root));
      const { config, problems } = await readConfig(fs, root);
      assert.deepEqual(config, defaultConfig);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', /^\.baton\/config\.json/);
      assert.equal(fs.text(paths.config(root)), text);
    });
  }
});

suite('Paths', () => {
  test('a file name tells its task, and nothing else does', () => {
    assert.equal(
      taskFilePath('/project/task-states', taskId('1.a-B_c')),
      '/project/task-states/task-1.a-B_c-state.md',
    );
    assert.equal(taskIdOfFileName('task-1.a-B_c-state.md'), '1.a-B_c');
    assert.equal(taskIdOfFileName('TASK-7-STATE.MD'), '7');
    for (const name of [
      'task--state.md',
      'task-7.md',
      'task-a b-state.md',
      'task-..-state.md',
      'x-task-7-state.md',
    ]) {
      assert.equal(taskIdOfFileName(name), undefined, name);
    }
    assert.ok(isArchiveName('task-7-archive.md'));
  });

  test('ids that one disk takes for the same share a lock', () => {
    assert.equal(taskLockName(taskId('Abc')), taskLockName(taskId('aBC')));
  });

  test('joining and relating', () => {
    assert.equal(join('/project/', './a//b/', 'c'), '/project/a/b/c');
    assert.equal(join('C:/project', 'a\\b'), 'C:/project/a/b');
    assert.equal(relativeTo('/project', '/project/a/b'), 'a/b');
    assert.equal(relativeTo('/', '/a'), 'a');
    assert.equal(relativeTo('/project', '/workshop/a'), '/workshop/a');
    assert.ok(isInside('/project', '/project/a') && isInside('/', '/a') && isInside('/project', '/project'));
    assert.ok(!isInside('/project', '/workshop'));
  });
});
