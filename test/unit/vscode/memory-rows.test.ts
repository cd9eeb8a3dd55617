/** What the search of memory shows, and what a packet of the window asks for. */
import assert from 'node:assert/strict';
import type { BatonWorkspace } from '../../../src/core/operations/workspace';
import { memoryDocument, rowOf, type ShownMemory, troubleRow } from '../../../src/vscode/memory/memory-rows';
import { isNews, type Told } from '../../../src/vscode/memory/set-aside-news';
import { relevantFrom } from '../../../src/vscode/relevant-memory';
import { memoryWorkspace } from '../../support/memory-workspace';
import { taskId } from '../../support/state-text';
import { l10n } from './support';

const item: ShownMemory = {
  ...{ id: 'm-abcdefghijklmnop', kind: 'progress', detail: null, task: '101', session: 3 },
  ...{ provenance: 'agent', at: '2026-11-20T10:00:00Z', title: 'Wrote the $(bug) parser', current: true },
  source: { path: 'task-states/task-101-state.md', line: 46 },
  holdsNow: null,
};
const holdsNow = { id: 'm-bbbbbbbbbbbbbbbb', title: 'Use RS256' };

suite('what is found in memory', () => {
  test('is told with task, session and day; foreign text draws no icons', () => {
    assert.deepEqual(rowOf({ ...item, extract: '- Tokens\n  expire' }, l10n), {
      icon: 'history',
      label: 'Wrote the $\u200B(bug) parser',
      description: '#101 · session 3 · 2026-11-20 · Progress',
      detail: 'Tokens expire',
    });
  });

  test('says nothing twice', () => {
    assert.equal(rowOf({ ...item, title: 'Sign tokens', extract: '- Sign  tokens' }, l10n).detail, undefined);
    assert.equal(rowOf({ ...item, extract: ' ' }, l10n).detail, undefined);
  });

  test('says first that something holds no longer, and what does', () => {
    const old = { ...item, extract: '', current: false };
    const superseded = rowOf({ ...old, holdsNow }, l10n);
    assert.match(superseded.description, /^Superseded · #101 · session 3 · 2026-11-20 · Progress$/);
    assert.equal(superseded.detail, 'What holds now: Use RS256');
    assert.match(rowOf(old, l10n).description, /^No longer holds · /);
    assert.match(
      memoryDocument({ ...old, holdsNow, text: 'x' }, l10n),
      /\n\n\*\*Superseded\. What holds now: Use RS256\*\*\n/,
    );
  });

  test('stands whole in a document, quoted, with its id, place and whose words they are', () => {
    const text = memoryDocument({ ...item, text: '# Not a heading\n\n- One' }, l10n);
    assert.match(
      text,
      /#101 · session 3 · 2026-11-20 · by an agent · task-states\/task-101-state\.md:46 · m-abcdefghijklmnop/,
    );
    assert.match(text, /\n> # Not a heading\n>\n> - One\n/);
  });
});

suite('what is wrong with memory', () => {
  test('is told short in a row and whole when it is chosen, each thing once', () => {
    const file = '.baton/memory/memory.db.damaged-1';
    assert.deepEqual(troubleRow({ kind: 'set_aside', file, reason: 'x' }, l10n), {
      label: 'Memory could not be read and was made anew',
      detail: `The old file is kept as ${file}.`,
      whole: `The old file is kept as ${file}. Only what was pinned by hand is lost. Delete that file when you have no use for it.`,
    });
    assert.deepEqual(troubleRow({ kind: 'not_kept', file: null, reason: 'The disk is full.' }, l10n), {
      label: 'Memory is not being kept',
      detail: 'The disk is full.',
      whole: 'The disk is full.',
    });
    assert.match(
      troubleRow({ kind: 'not_kept', file: '.baton', reason: 'r' }, l10n).whole,
      /^Nothing can be written in \.baton\. What is found is read from the files each time\./,
    );
  });

  test('is named by what every kind of trouble says, also one that a later version adds', () => {
    const label = (kind: string) => troubleRow({ kind, file: 'f', reason: 'r' }, l10n).label;
    const labels = ['set_aside', 'no_database', 'not_kept', 'behind'].map(label);
    assert.equal(new Set(labels).size, 4);
    assert.equal(label('something new'), label('behind'));
  });

  test('a file that was set aside is news once, whatever else is', () => {
    const kept = new Map<string, unknown>();
    const told: Told = {
      get: (key, none) => (kept.has(key) ? JSON.parse(String(kept.get(key))) : none),
      update: async (key, value) => void kept.set(key, JSON.stringify(value)),
    };
    const asked = ['/a/1', '/a/1', '/a/2', '/a/1'].map((file) => isNews(told, file));
    assert.deepEqual(asked, [true, false, true, false]);
    for (let n = 0; n < 150; n++) isNews(told, `/b/${n}`);
    assert.equal(isNews(told, '/b/149'), false);
    assert.equal(isNews(told, '/a/1'), true);
  });
});

suite('what a packet of the window tells of earlier work', () => {
  async function asked(answer: () => Promise<unknown>) {
    const { ports, workspace } = await memoryWorkspace();
    const calls: (readonly string[])[] = [];
    const relevant = relevantFrom(async (root, args) => {
      calls.push([root, ...args]);
      return answer();
    });
    const ask = (of: BatonWorkspace = workspace) => relevant(of, taskId('7'));
    return { ports, workspace, calls, ask };
  }

  test('is asked of the command line, once in a while', async () => {
    const { ports, workspace, calls, ask } = await asked(async () => ({ items: [] }));
    await Promise.all([ask(), ask()]);
    assert.deepEqual(calls, [[workspace.root, 'memory', 'relevant', '7']]);
    ports.clock.advance(31_000);
    await ask();
    assert.equal(calls.length, 2);
  });

  test('is asked again after a failure', async () => {
    let isSlow = true;
    const { calls, ask } = await asked(async () => {
      if (isSlow) throw new Error('too slow');
      return { items: [] };
    });
    await assert.rejects(ask(), /too slow/);
    isSlow = false;
    assert.deepEqual(await ask(), []);
    assert.equal(calls.length, 2);
  });

  test('is nothing for an answer of another shape, and a failure for one that does not come', async () => {
    for (const odd of [
      undefined,
      null,
      'x',
      {},
      { items: 7 },
      { items: [null, 7, {}, { id: 'm', text: 3 }] },
    ]) {
      assert.deepEqual(await (await asked(async () => odd)).ask(), []);
    }
    const { ask } = await asked(() => Promise.reject(new Error('too slow')));
    await assert.rejects(ask(), /too slow/);
  });
});
