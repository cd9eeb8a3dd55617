import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryId } from '../../../../src/core/memory/memory-id';
import { type RecallQuestion, type RecallResult, recall } from '../../../../src/core/memory/recall';
import { maxExtract } from '../../../../src/core/memory/recall-extract';
import type { MemoryId, MemoryInput } from '../../../../src/core/model/memory';
import { testHasher } from '../../../support/memory-ports';
import { recallStore } from '../../../support/recall-store';
import { taskId } from '../../../support/state-text';

function idOf(name: string): MemoryId {
  return memoryId(testHasher, name);
}

function item(name: string, text: string, more: Partial<MemoryInput> = {}): MemoryInput {
  return {
    id: idOf(name),
    kind: 'note',
    detail: null,
    task: taskId('1'),
    session: 1,
    provenance: 'agent',
    at: '2026-11-20T10:00:00Z',
    title: name,
    text,
    source: { path: 'journal.jsonl', anchor: name },
    pinned: false,
    supersededBy: null,
    ...more,
  };
}

/** What the question finds among the items. */
async function ask(
  items: readonly MemoryInput[],
  question: string | RecallQuestion,
): Promise<readonly RecallResult[]> {
  const store = recallStore();
  await store.takeIn({ path: 'journal.jsonl', stamp: '1' }, items);
  return recall(store, typeof question === 'string' ? { text: question } : question);
}

function titles(results: readonly RecallResult[]): readonly string[] {
  return results.map(({ item, supersededBy }) =>
    supersededBy === undefined ? item.title : `${item.title} -> ${supersededBy.title}`,
  );
}

suite('recall', () => {
  test('the item that shares most with the question comes first, in whatever form its words are', async () => {
    const items = [
      item('other', 'The cache of the importer is empty.'),
      item('wanted', 'The invoice importer retried its cached uploads.'),
      item('far', 'Something else altogether.'),
    ];
    assert.deepEqual(titles(await ask(items, 'Does the importer retry caching invoices?')), [
      'wanted',
      'other',
    ]);
  });

  test('one line that has the words outweighs many lines that have one each, however often', async () => {
    const scattered = ['cache', 'invoice', 'importer', 'locale'].flatMap((word) => [
      `The ${word}`,
      `A ${word} again`,
    ]);
    const items = [
      item('scattered', scattered.map((line) => `- ${line}`).join('\n')),
      item(
        'wanted',
        `- The importer keeps its invoice cache by locale\n${'- Something else was done\n'.repeat(20)}`,
      ),
    ];
    assert.deepEqual(titles(await ask(items, 'invoice cache of the importer by locale')), [
      'wanted',
      'scattered',
    ]);
  });

  test('a sentence that goes on in the next line is taken together', async () => {
    const items = [
      item('apart', 'The invoice cache\nstays\nwhere it is\nin the importer by locale'),
      item('wanted', 'The invoice cache\nof the importer by locale\nstays\nwhere it is'),
    ];
    assert.equal(titles(await ask(items, 'invoice cache importer locale'))[0], 'wanted');
  });

  test('a long document is found behind others that are too long to be looked at line by line', async () => {
    const long = Array.from({ length: 20 }, (_, n) =>
      item(`long ${n}`, `upload limit ${n}\n${'x '.repeat(32_000)}`),
    );
    const found = titles(
      await ask([...long, item('short', 'The upload limit')], { text: 'upload limit', limit: 30 }),
    );
    assert.equal(found.length, 21);
    assert.equal(found[0], 'short');
  });

  test('an identifier outweighs all words, and one that only begins alike does not', async () => {
    const items = [
      item(
        'alike',
        'ERR_TOKEN_411 came in the token service when the login was retried twice after a timeout',
      ),
      item('words', 'The token service failed when the login was retried twice after a timeout'),
      item('wanted', 'Saw ERR_TOKEN_41 once.'),
    ];
    const question =
      'Why did ERR_TOKEN_41 come in the token service when the login was retried twice after a timeout?';
    assert.equal(titles(await ask(items, question))[0], 'wanted');
  });

  test('of a superseded item and the one that holds, only the one that holds is shown', async () => {
    const items = [
      item('old', 'The upload limit is 20', { supersededBy: idOf('new') }),
      item('new', 'The upload limit is 50, not 20'),
    ];
    assert.deepEqual(titles(await ask(items, 'upload limit 20')), ['new']);
  });

  test('where only the superseded item matches, it names the one that holds now', async () => {
    const items = [
      item('old', 'The upload limit is 20', { supersededBy: idOf('newer') }),
      item('newer', 'Files may be as large as 50', { supersededBy: idOf('newest') }),
      item('newest', 'Nothing may exceed 70'),
    ];
    const results = await ask(items, 'upload limit');
    assert.deepEqual(titles(results), ['old -> newest']);
    assert.equal(results[0]?.item.current, false);
  });

  test('with the past, a superseded item is shown beside the one that holds, and marked', async () => {
    const items = [
      item('old', 'The upload limit is 20', { supersededBy: idOf('new') }),
      item('new', 'The upload limit is 50, not 20'),
    ];
    const results = await ask(items, { text: 'upload limit', past: true });
    assert.deepEqual([...titles(results)].sort(), ['new', 'old -> new']);
  });

  test('an item superseded by one that is gone is no answer, and items in a circle are none either', async () => {
    const items = [
      item('old', 'The upload limit is 20', { supersededBy: idOf('nowhere') }),
      item('hen', 'The upload limit of hens', { supersededBy: idOf('egg') }),
      item('egg', 'The upload limit of eggs', { supersededBy: idOf('hen') }),
    ];
    assert.deepEqual(await ask(items, 'upload limit'), []);
  });

  test('what is gone from its source is found with the past alone, and takes nobody’s place', async () => {
    const store = recallStore();
    const gone = Array.from({ length: 80 }, (_, n) => item(`gone ${n}`, `The upload limit is ${n}`));
    await store.takeIn({ path: 'a', stamp: '1' }, gone);
    await store.takeIn({ path: 'a', stamp: '2' }, [
      item('held', 'Something on an upload and other things besides'),
    ]);
    assert.deepEqual(titles(await recall(store, { text: 'upload limit' })), ['held']);
    assert.equal((await recall(store, { text: 'upload limit', past: true, limit: 100 })).length, 81);
  });

  const inSessions = [1, 3, 5, 7].map((session) =>
    item(`s${session}`, `The upload limit is ${session}0`, { session, at: `2026-11-0${session}T10:00:00Z` }),
  );
  const times: readonly (readonly [string, readonly string[]])[] = [
    ['upload limit before session 5', ['s1', 's3']],
    ['upload limit after session 3', ['s5', 's7']],
    ['upload limit in session 3', ['s3']],
    ['upload limit between session 2 and 5', ['s3', 's5']],
    ['upload limit since 2026-11-05', ['s5', 's7']],
    ['upload limit yesterday', ['s7']],
  ];
  for (const [text, found] of times) {
    test(`"${text}" finds ${found.join(' and ')}`, async () => {
      const results = await ask(inSessions, { text, now: '2026-11-08T10:00:00Z' });
      assert.deepEqual([...titles(results)].sort(), found);
    });
  }

  test('where nothing was in that time, the time is passed over', async () => {
    assert.equal((await ask(inSessions, 'upload limit after session 20')).length, 4);
  });

  test('a question that is only a time or a task lists what there is', async () => {
    assert.deepEqual(titles(await ask(inSessions, 'What happened in session 3 of #1?')), ['s3']);
    assert.equal((await ask(inSessions, '#1')).length, 4);
    assert.deepEqual(await ask(inSessions, 'and what was it?'), []);
  });

  test('a task that the question names comes first, and one that the caller names is the only one', async () => {
    const items = [
      item('here', 'Upload limit, and many other words that make it a worse match', { task: taskId('2') }),
      item('there', 'Upload limit'),
    ];
    assert.deepEqual(titles(await ask(items, 'upload limit')), ['there', 'here']);
    assert.deepEqual(titles(await ask(items, 'upload limit of #2')), ['here', 'there']);
    assert.deepEqual(titles(await ask(items, { text: 'upload limit', task: taskId('2') })), ['here']);
  });

  test('kinds restrict, and the limit is kept', async () => {
    const items = [...inSessions, item('entry', 'The upload limit', { kind: 'progress' })];
    assert.deepEqual(titles(await ask(items, { text: 'upload limit', kinds: ['progress'] })), ['entry']);
    assert.equal((await ask(items, { text: 'upload limit', limit: 2 })).length, 2);
    assert.equal((await ask(items, { text: 'upload limit', limit: -1 })).length, 1);
  });

  test('equal matches are told by time, the newer first, then by id, in whatever order they were taken in', async () => {
    const equal = ['a', 'b', 'c', 'd', 'e'].map((name, n) =>
      item(name, `The upload limit ${name}`, {
        at: `2026-11-0${1 + (n >> 1)}T10:00:00Z`,
        title: 'same',
        session: null,
      }),
    );
    const byTime = [...equal]
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(equal, { minLength: equal.length }), async (items) => {
        const results = await ask(items, 'upload limit');
        assert.deepEqual(
          results.map(({ item }) => item.id),
          byTime,
        );
      }),
      { numRuns: 10 },
    );
  });
});

suite('an extract', () => {
  test('has the lines that match, in their order, with a mark where others are left out', async () => {
    const text =
      '**What I did:**\n- Raised the upload limit\n- Cleaned up\n- Tests for the importer\n- Limits of uploads';
    const [result] = await ask([item('entry', text)], 'upload limits');
    assert.equal(result?.extract, '- Raised the upload limit … - Limits of uploads');
  });

  test('shows the place in a long line', async () => {
    const text = `${'word '.repeat(200)}upload ${'word '.repeat(200)}`;
    const [result] = await ask([item('entry', text)], 'uploads');
    assert.match(result?.extract ?? '', /^….*upload.*…$/);
  });

  test('of an item found by its title is its beginning', async () => {
    const [result] = await ask([item('Uploads', 'Nothing\nof the kind')], 'upload');
    assert.equal(result?.extract, 'Nothing of the kind');
  });

  test('is never longer than 300 characters', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 400 })), async (lines) => {
        const [result] = await ask([item('upload', `${lines.join('\n')}\nupload`)], 'upload');
        assert.ok(result !== undefined && result.extract.length <= maxExtract);
      }),
      { numRuns: 30 },
    );
  });
});
