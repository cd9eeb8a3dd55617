import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/base/text-edit';
import { isUnclaimedEntry, queueEntrySchema } from '../../../../src/core/model/queue';
import {
  maxEntries,
  queueText,
  type ReadQueue,
  readQueue,
  singleEdit,
} from '../../../../src/core/queue/queue-file';
import { entry, now } from './queue-example';

/** As the deployment report prints it (002-18, test 2). */
const seed = `[
  {
    "prompt": "Final test: verify VIP Lane protection is active",
    "priority": 1,
    "added_at": "2026-02-02T03:32:53Z",
    "metadata": {
      "source": "manual",
      "retry_count": 0
    }
  }
]`;

const entriesOf = (read: ReadQueue) => read.items.flatMap((item) => (item.entry ? [item.entry] : []));
const read = (value: unknown) => readQueue(JSON.stringify(value), now);

suite('The text of the queue', () => {
  test("reads the seed's minimal entry, and gives it what it does not say", () => {
    const queue = readQueue(seed, now);
    assert.equal(queue.malformed, undefined);
    assert.deepEqual(queue.oddities, []);
    const [only] = entriesOf(queue);
    assert.match(only?.id ?? '', /^q-[0-9a-f]{16}$/);
    assert.deepEqual(only, {
      ...entry({ id: only?.id ?? '', taskId: null, priority: 1, reason: 'manual' }),
      prompt: 'Final test: verify VIP Lane protection is active',
      added_at: '2026-02-02T03:32:53Z',
      metadata: { source: 'manual', retry_count: 0 },
    });
  });

  test('keeps that id wherever the entry stands and however often it is read', () => {
    const other = { prompt: 'Another', priority: 2, added_at: '2026-02-02T03:32:53Z' };
    const first = JSON.parse(seed)[0];
    const alone = entriesOf(read([first]))[0]?.id;
    assert.deepEqual(
      entriesOf(read([other, first]))
        .map(({ id }) => id)
        .slice(1),
      [alone],
    );
    const later = readQueue(JSON.stringify([first]), new Date('2027-01-01T00:00:00Z'));
    assert.equal(entriesOf(later)[0]?.id, alone);
  });

  test('reads of a file with any number of entries as many as a queue may have, and keeps the others', () => {
    const { items, oddities } = read(Array(100_000).fill({ prompt: 'a' }));
    const ids = items.flatMap(({ entry: one }) => one?.id ?? []);
    assert.deepEqual([ids.length, new Set(ids).size], [maxEntries, maxEntries]);
    assert.deepEqual(oddities, ['5000 entries are read, and 95000 behind them passed over']);
    assert.equal(JSON.parse(queueText(items)).length, 100_000);
    assert.deepEqual(read(Array(maxEntries).fill({ prompt: 'a' })).oddities, []);
  });

  test('gives two entries that say the same an id each, and writes them down with the next change', () => {
    const same = { prompt: 'Twice', priority: 1, added_at: '2026-02-02T03:32:53Z' };
    const queue = read([same, same]);
    const ids = entriesOf(queue).map(({ id }) => id);
    assert.equal(new Set(ids).size, 2);
    const written: unknown[] = JSON.parse(queueText(queue.items));
    assert.deepEqual(
      written,
      ids.map((id) => ({ ...same, id })),
    );
  });

  test('gives an entry that was copied by hand, with its id, an id of its own', () => {
    const ids = entriesOf(
      read([
        { id: 'mine', prompt: 'a' },
        { id: 'mine', prompt: 'b' },
      ]),
    ).map(({ id }) => id);
    assert.deepEqual(ids, ['mine', 'mine-2']);
  });

  test('keeps fields that it does not know, of entries and of their metadata', () => {
    const raw = { prompt: 'a', model: 'flash', metadata: { source: 'script', retry_count: 2, host: 'x' } };
    const queue = read([raw]);
    const [only] = entriesOf(queue);
    assert.equal(only?.['model'], 'flash');
    assert.deepEqual(only?.metadata, { source: 'script', retry_count: 2, host: 'x' });
    assert.equal(only?.attempts, 2);
    assert.equal(JSON.parse(queueText(queue.items))[0].model, 'flash');
  });

  test('reads a field that makes no sense as its default, and says so', () => {
    const queue = read([{ prompt: 'a', priority: 'high', attempts: -1, reason: 'bored', claim: 7 }]);
    const [only] = entriesOf(queue);
    assert.deepEqual([only?.priority, only?.attempts, only?.reason, only?.claim], [3, 0, 'manual', null]);
    assert.equal(queue.oddities.length, 4);
    assert.match(queue.oddities[0] ?? '', /^Entry 1 has a "attempts" that makes no sense/);
  });

  test('takes times of other zones, and numbers for task ids', () => {
    const [only] = entriesOf(read([{ taskId: 101, added_at: '2026-02-02T04:32:53+01:00' }]));
    assert.equal(only?.taskId, '101');
    assert.equal(only?.added_at, '2026-02-02T03:32:53.000Z');
  });

  test('passes over what is no entry, keeps it, and says so', () => {
    const strangers = [7, null, 'text', [], {}, { priority: 1 }];
    const queue = read([...strangers, { prompt: 'a' }]);
    assert.equal(entriesOf(queue).length, 1);
    assert.equal(queue.oddities.length, strangers.length);
    assert.deepEqual(JSON.parse(queueText(queue.items)).slice(0, -1), strangers);
  });

  test('an empty text is an empty queue, and an empty queue is exactly []', () => {
    for (const text of ['', ' \n', '\uFEFF', '[]']) {
      assert.deepEqual(readQueue(text, now), { items: [], malformed: undefined, oddities: [] }, text);
    }
    assert.equal(queueText([]), '[]');
  });

  for (const [what, text] of [
    ['half a file', seed.slice(0, 80)],
    ['an object', '{"entries":[]}'],
    ['a text', '"queue"'],
    ['null', 'null'],
    ['two documents', '[][]'],
    ['nesting without end', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ] as const) {
    test(`is malformed, and no empty queue, when it is ${what}`, () => {
      const queue = readQueue(text, now);
      assert.ok(queue.malformed);
      assert.deepEqual(queue.items, []);
    });
  }

  test('is malformed when it is not UTF-8', () => {
    assert.match(readQueue(undefined, now).malformed ?? '', /UTF-8/);
  });
});

suite('Laws of the text of the queue', () => {
  test('of what is said to be an entry without the schema the schema says the same', () => {
    const wild = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(null, 0, 7, 2000, 1.5, '', 'x', '2026-02-02T03:32:53Z', {
        source: 'a',
        retry_count: 1,
      }),
    );
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(queueEntrySchema.shape), 'other'), wild, {
      maxKeys: 3,
    });
    let taken = 0;
    fc.assert(
      fc.property(changes, (some) => {
        const raw: Readonly<Record<string, unknown>> = { ...entry(), ...some };
        if (!isUnclaimedEntry(raw)) return;
        taken++;
        assert.deepEqual(queueEntrySchema.parse(raw), raw);
      }),
      { numRuns: 1000 },
    );
    assert.ok(taken > 50, String(taken));
    assert.ok(isUnclaimedEntry(entry()));
  });

  test('any JSON array reads into entries that fit the schema, with ids of their own, and nothing is lost', () => {
    const field = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('2026-02-02T03:32:53Z', 1, 'a', 'a-2'),
    );
    const name = fc.constantFrom(...Object.keys(queueEntrySchema.shape), 'other', '__proto__');
    const item = fc.oneof(fc.dictionary(name, field), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (items) => {
        const source = JSON.stringify(items);
        const queue = readQueue(source, now);
        const entries = entriesOf(queue);
        for (const one of entries) assert.ok(queueEntrySchema.safeParse(one).success, JSON.stringify(one));
        assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
        assert.equal(queue.items.length, items.length);
        const again = readQueue(queueText(queue.items), now);
        assert.deepEqual(entriesOf(again), entries);
      }),
    );
  });

  test('no text makes reading throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.ok(readQueue(text, now).items.length >= 0);
      }),
    );
  });

  test('a single edit makes one text of the other', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\ud83d\ude00') });
    fc.assert(
      fc.property(text, text, (before, after) => {
        assert.equal(applyEdits(before, singleEdit(before, after)), after);
        assert.deepEqual(singleEdit(before, before), []);
      }),
    );
  });
});
