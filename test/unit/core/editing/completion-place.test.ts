import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionPlace } from '../../../../src/core/editing/completion-place';
import { readTaskText } from '../../../../src/core/editing/task-text';
import { hostileStateFile } from '../../../support/markdown-arbitraries';
import { atCursor, sample, sampleAfter, textAt, windows } from './support';

function placeAt({ task, offset }: ReturnType<typeof atCursor>) {
  const place = completionPlace(task, offset);
  if (place === undefined) return undefined;
  return place.kind === 'checklist'
    ? { kind: place.kind, text: '' }
    : { ...place, text: textAt(task, place.range) };
}

const front = (lines: string) => placeAt(atCursor(`---\n${lines}\n---\n\n# Task #1: A - State\n`));

suite('what can be written at a place', () => {
  test('is a status behind its key, whatever stands there', () => {
    for (const [line, text] of [
      ['status: |', ''],
      ['status:|', ''],
      ['status: pe|nding', 'pending'],
      ['status: pending| # why', 'pending'],
    ] as const) {
      const place = front(line);
      assert.deepEqual([place?.kind, place?.text], ['status', text], line);
    }
  });

  test('is an upstream id in a list, in quotes, and on a line of its own', () => {
    for (const [line, text, quotes] of [
      ['depends_on: |', '', true],
      ['depends_on: [|]', '', true],
      ['depends_on: ["1|00"]', '100', false],
      ['depends_on: ["100", |]', '', true],
      ['depends_on:\n  - 1|', '1', true],
      ["depends_on:\n- '|'", '', false],
    ] as const) {
      const place = front(line);
      assert.deepEqual(place?.kind === 'upstream' ? [place.text, place.quotes] : place, [text, quotes], line);
    }
  });

  test('is a key at the start of a line, without those that are there', () => {
    const place = front('status: pending\npr|');
    assert.ok(place?.kind === 'key');
    assert.deepEqual([place.text, place.taken], ['pr', ['status']]);
    assert.equal(front('status: pending\n|\npriority: 2')?.kind, 'key');
  });

  test('is a time or a day behind their keys, and nothing in comments and unknown keys', () => {
    assert.equal(front('created: |')?.kind, 'time');
    assert.equal(front('next_due: 2026|')?.kind, 'day');
    assert.equal(front('recurs: |')?.kind, 'recurs');
    assert.equal(front('owner: |'), undefined);
    assert.equal(front('status: # |'), undefined);
  });

  test('is a task behind a hash, but not where a heading begins', () => {
    assert.deepEqual(placeAt(sampleAfter('table of #1'))?.kind, 'mention');
    assert.equal(placeAt(sampleAfter('table of #1'))?.text, '#100');
    assert.equal(placeAt(sampleAfter('From Task #1'))?.kind, 'mention');
    assert.equal(placeAt(atCursor('# Task #1: A - State\n\nText.\n\n#|\n'))?.kind, 'word');
    assert.equal(placeAt(atCursor('# Task #1: A - State\n\nText.\n\n#1|\n'))?.kind, 'mention');
  });

  test('is a value of the context lines', () => {
    const agent = placeAt(sampleAfter('**Agent:** cl'));
    assert.ok(agent?.kind === 'context');
    assert.deepEqual([agent.name, agent.text], ['Agent', 'claude']);
    const empty = placeAt(atCursor('# Task #1: A - State\n\n## Static Context\n\n**Epic:**|\n'));
    assert.ok(empty?.kind === 'context');
    assert.deepEqual([empty.name, empty.text], ['Epic', '']);
  });

  test('is JSON in the checklist, and nothing in other code', () => {
    const { task, offset } = sampleAfter('"passes": ');
    const place = completionPlace(task, offset);
    assert.ok(place?.kind === 'checklist');
    assert.equal(task.text.slice(offset - place.offset).startsWith('{\n  "features"'), true);
    assert.equal(placeAt(atCursor('# Task #1: A - State\n\n```\n#1|\n```\n')), undefined);
  });

  test('holds a cursor behind the blanks at the end of a line', () => {
    const blanks = sample.replace('user-auth.md', 'user-auth.md   ');
    const at = sampleAfter('**PRD:** ../docs/user-auth.md', blanks);
    const place = placeAt({ ...at, offset: at.offset + 3 });
    assert.ok(place?.kind === 'context');
    assert.equal(place.text, '../docs/user-auth.md   ');
  });

  test('is found at once on a very long line', () => {
    const long = 150_000;
    const blanks = front(`status: |pending${' '.repeat(long)}x`);
    assert.equal(blanks?.kind, 'status');
    assert.equal(front(`depends_on: [${'1'.repeat(long)} |]`)?.kind, 'upstream');
    const word = placeAt(atCursor(`# Task #1: A - State\n\n${'a'.repeat(long)} ..b|\n`));
    assert.deepEqual([word?.kind, word?.text], ['word', 'b']);
  });

  test('is a session on an empty line of the log, a word on others', () => {
    assert.equal(placeAt(sampleAfter('- Read #100.\n'))?.kind, 'session');
    assert.equal(placeAt(sampleAfter('- Re'))?.kind, 'word');
    assert.equal(placeAt(sampleAfter('- Re'))?.text, 'Read');
  });

  test('is the same with Windows line endings', () => {
    for (const words of [
      'status: in',
      'depends_on: ["10',
      'table of #1',
      '**Agent:** cl',
      '"passes": ',
      '- Re',
    ]) {
      const unix = placeAt(sampleAfter(words));
      const other = placeAt(sampleAfter(words, windows(sample)));
      assert.deepEqual([other?.kind, other?.text], [unix?.kind, unix?.text], words);
    }
    assert.equal(placeAt(sampleAfter('- Read #100.\r\n', windows(sample)))?.kind, 'session');
  });

  test('holds the cursor and stays on its line, in any Markdown', () => {
    fc.assert(
      fc.property(hostileStateFile([sample]), fc.nat(), (text, seed) => {
        const task = readTaskText(text);
        const offset = seed % (text.length + 1);
        const place = completionPlace(task, offset);
        if (place === undefined || place.kind === 'checklist') return;
        const { start, end } = place.range;
        assert.ok(start <= offset && offset <= end, `${start} ${offset} ${end}`);
        assert.doesNotMatch(task.text.slice(start, end), /\n/);
      }),
    );
  });
});
