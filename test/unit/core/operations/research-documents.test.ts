// The research worker over a workspace folder in memory: what it finds, leaves out, and makes searchable. Requirement 001-51.
import assert from 'node:assert/strict';
import { openMemory } from '../../../../src/core/operations/open-memory';
import { type Research, researchDocuments } from '../../../../src/core/operations/research-documents';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { Breather } from '../../../../src/core/workers/breather';
import { maxDocuments } from '../../../../src/core/workers/find-documents';
import { memoryWorkspace, root } from '../../../support/memory-workspace';

async function research(workspace: BatonWorkspace): Promise<Research> {
  const { store } = await openMemory(workspace);
  try {
    return await researchDocuments(workspace, store, new Breather(workspace.ports.clock));
  } finally {
    await store.close();
  }
}

async function found(workspace: BatonWorkspace, ...words: readonly string[]) {
  const { store } = await openMemory(workspace);
  try {
    return (await store.match({ words, exact: [], limit: 10 })).map(({ item }) => item);
  } finally {
    await store.close();
  }
}

suite('the research worker', () => {
  test('makes an answer found that was not found before', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(
      `${root}/docs/auth.md`,
      '# Auth\n\n## Tokens\nRefresh tokens rotate every ninety minutes.\n',
    );
    assert.deepEqual(await found(workspace, 'rotate'), []);
    const report = await research(workspace);
    assert.deepEqual([report.indexed, report.parts], [['docs/auth.md'], 1]);
    const [item] = await found(workspace, 'rotate');
    assert.equal(item?.title, 'docs/auth.md › Auth › Tokens');
    assert.deepEqual(item.source, { path: 'docs/auth.md', anchor: 'Tokens' });
    assert.match(item.text, /rotate every ninety minutes/);
  });

  test('reads only what changed, gives it a new version, and forgets what is gone', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(`${root}/a.md`, '# A\nalpha stays\n# B\nbeta leaves\n');
    ports.fs.put(`${root}/b.md`, 'gamma here\n');
    await research(workspace);
    const again = await research(workspace);
    assert.deepEqual([again.indexed, again.unchanged, again.parts], [[], 2, 0]);
    ports.clock.advance(1000);
    ports.fs.put(`${root}/a.md`, '# A\nalpha stays\n# B\ndelta comes\n');
    await ports.fs.remove(`${root}/b.md`);
    const third = await research(workspace);
    assert.deepEqual([third.indexed, third.parts, third.forgotten], [['a.md'], 1, ['b.md']]);
    assert.deepEqual(
      (await found(workspace, 'delta')).map(({ version }) => version),
      [2],
    );
    assert.deepEqual(await found(workspace, 'beta'), []);
    assert.deepEqual(await found(workspace, 'gamma'), []);
    assert.equal((await found(workspace, 'alpha')).length, 1);
  });

  test('leaves out what is hidden, installed, built, ours, linked, too large or binary, and says how much', async () => {
    const { ports, workspace } = await memoryWorkspace();
    const put = (path: string, text: string | Uint8Array) => ports.fs.put(`${root}/${path}`, text);
    put('README.md', 'good words');
    put('.github/x.md', 'hidden words');
    put('docs/.draft.md', 'hidden words');
    put('node_modules/lib/README.md', 'installed words');
    put('dist/site.md', 'built words');
    put('task-states/task-1-state.md', '# Task #1: One - State\n');
    put('big.md', 'x'.repeat(1_048_577));
    put('binary.md', new Uint8Array([0x23, 0x20, 0, 1, 2]));
    put('latin.md', new Uint8Array([0x23, 0x20, 0xe4, 0xff]));
    put('code.ts', '// words');
    put('/elsewhere.md'.slice(1), 'other words');
    const report = await research(workspace);
    assert.deepEqual(report.indexed, ['README.md', 'elsewhere.md']);
    // `.baton`, `.github` and the draft are hidden.
    const skipped = Object.fromEntries(report.skipped);
    assert.deepEqual(skipped, {
      hidden: 3,
      dependencies: 1,
      build_output: 1,
      task_folder: 1,
      too_large: 1,
      binary: 2,
    });
    assert.equal((await found(workspace, 'words')).length, 2);
  });

  test('forgets the text of a document that is no text any more', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(`${root}/a.md`, 'alpha words');
    ports.fs.put(`${root}/b.md`, 'beta words');
    await research(workspace);
    ports.clock.advance(1000);
    ports.fs.put(`${root}/a.md`, new Uint8Array([0x61, 0, 1]));
    ports.fs.put(`${root}/b.md`, new Uint8Array([0x62, 0xff]));
    assert.deepEqual((await research(workspace)).forgotten, ['a.md', 'b.md']);
    assert.deepEqual(await found(workspace, 'words'), []);
    assert.deepEqual((await research(workspace)).forgotten, []);
  });

  test('calls what git knows a person’s, and all else untrusted; and looks again when that changes', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(`${root}/known.md`, 'first thing');
    ports.fs.put(`${root}/new.md`, 'second thing');
    ports.git.current = { head: 'a1', branch: 'main', dirty: true };
    ports.git.tracked = ['known.md'];
    await research(workspace);
    const of = async () =>
      Object.fromEntries(
        (await found(workspace, 'thing')).map((item) => [item.source.path, item.provenance]),
      );
    assert.deepEqual(await of(), { 'known.md': 'person', 'new.md': 'untrusted' });
    ports.git.tracked = ['known.md', 'new.md'];
    assert.deepEqual((await research(workspace)).indexed, ['new.md']);
    assert.equal((await of())['new.md'], 'person');
  });

  test('takes in only the folders that the settings name', async () => {
    const { ports, workspace } = await memoryWorkspace();
    ports.fs.put(`${root}/docs/a.md`, 'one');
    ports.fs.put(`${root}/notes/b.md`, 'two');
    const config = {
      ...workspace.config,
      memory: { ...workspace.config.memory, documents: ['docs', 'missing'] },
    };
    assert.deepEqual((await research({ ...workspace, config })).indexed, ['docs/a.md']);
  });

  test('stops at its limit and says so, and lets others run meanwhile', async () => {
    const { ports, workspace } = await memoryWorkspace();
    for (let n = 0; n < maxDocuments + 3; n++) ports.fs.put(`${root}/many/d${n}.md`, '');
    const { store } = await openMemory(workspace);
    // Every look at this clock takes a millisecond.
    const { clock } = ports;
    const slow = {
      monotonicMs: () => {
        clock.advance(1);
        return clock.monotonicMs();
      },
      delay: (ms: number) => clock.delay(ms),
    };
    const breather = new Breather(slow);
    const none = {
      ...store,
      stamps: () => store.stamps(),
      takeIn: async () => ({ added: [], changed: [], unchanged: 0, repeated: 0 }),
    };
    const report = await researchDocuments(workspace, Object.assign(Object.create(store), none), breather);
    await store.close();
    assert.equal(report.indexed.length, maxDocuments);
    assert.equal(report.skipped.get('over_limit'), 3);
    assert.ok(breather.pauses > maxDocuments / 10, `${breather.pauses} turns for others`);
  });
});
