/** Items from what stands in files: what they are about, whose they are, and what makes none. Requirement 001-30. */
import assert from 'node:assert/strict';
import { dailyItems } from '../../../../src/core/memory/daily-items';
import { firstPoint, makeItems, titleOf, utcOf } from '../../../../src/core/memory/make-items';
import { noteItems, type StandingNote } from '../../../../src/core/memory/note-items';
import { planItems } from '../../../../src/core/memory/plan-items';
import { sessionItems } from '../../../../src/core/memory/session-items';
import { progressItems, type Writers } from '../../../../src/core/memory/task-items';
import type { Session } from '../../../../src/core/model/session';
import { testHasher } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';
import { session, someEnd } from '../sessions/session-example';

const task = taskId('101');
const path = 'task-states/task-101-state.md';
const writers: Writers = { ofSession: () => 'agent', ofTask: 'agent' };
const entry = (session: number, text: string, at = '2026-11-21 14:30', automatic = false) => ({
  ...{ session, at, automatic, text },
  heading: `Session ${session} - ${at}`,
});

suite('an item', () => {
  test('of a progress entry keeps its id when the text changes and when the entry moves to the archive', () => {
    const here = progressItems(testHasher, { task, path, writers }, [
      entry(1, '- One'),
      entry(2, '**What I did:**\n- Two'),
    ]);
    const there = progressItems(testHasher, { task, path: 'task-states/task-101-archive.md', writers }, [
      entry(1, '- One, with more words'),
    ]);
    assert.equal(there[0]?.id, here[0]?.id);
    assert.notEqual(here[0]?.id, here[1]?.id);
    assert.deepEqual(
      here.map(({ title, at, session, provenance }) => ({ title, at, session, provenance })),
      [
        { title: 'One', at: '2026-11-21T14:30:00Z', session: 1, provenance: 'agent' },
        { title: 'Two', at: '2026-11-21T14:30:00Z', session: 2, provenance: 'agent' },
      ],
    );
  });

  test('is one for each of several entries of one session and minute', () => {
    const items = progressItems(testHasher, { task, path, writers }, [entry(1, '- One'), entry(1, '- Two')]);
    assert.equal(new Set(items.map(({ id }) => id)).size, 2);
  });

  test('is not made of an automatic entry, an empty one, or one that only repeats what was recalled', () => {
    const id = progressItems(testHasher, { task, path, writers }, [entry(1, '- One')])[0]?.id ?? '';
    assert.deepEqual(
      progressItems(testHasher, { task, path, writers }, [
        entry(1, '- Exit code 1', '2026-11-21 14:30', true),
        entry(2, '**What I did:**\n- None\n\n**Next steps:**\n- None'),
        entry(3, `- [${id}] One`),
      ]),
      [],
    );
  });

  test('is several where the text is longer than one may be, with nothing lost and no letter torn', () => {
    const lines = Array.from({ length: 3000 }, (_, at) => `- Point ${at} 🙂 of a long session`);
    const about = ['progress', '1', 1];
    const facts = {
      kind: 'progress',
      detail: null,
      task,
      session: 1,
      provenance: 'agent',
      at: '2026-11-21T14:30:00Z',
    } as const;
    const items = makeItems(testHasher, {
      about,
      ...facts,
      text: lines.join('\n'),
      source: { path, anchor: null },
    });
    assert.ok(items.length > 3);
    assert.equal(items.map(({ text }) => text).join('\n'), lines.join('\n'));
    assert.equal(new Set(items.map(({ id }) => id)).size, items.length);
    const [one] = makeItems(testHasher, {
      about,
      ...facts,
      text: '🙂'.repeat(15_000),
      source: { path, anchor: null },
    });
    assert.ok(one !== undefined && new TextEncoder().encode(one.text).length <= 65_536);
    assert.ok(!one.text.includes('\ufffd') && !/[\ud800-\udbff]$/.test(one.text));
  });

  test('has a title of one line that says something', () => {
    assert.equal(firstPoint('**What I did:**\n- None\n\n```\n- `x` works'), '`x` works');
    assert.equal(firstPoint('---\n\n**Next steps:**'), undefined);
    assert.equal([...titleOf(`a\n b ${'x'.repeat(200)}`)].length, 120);
  });

  test('reads times as people write them, and takes nothing else for one', () => {
    assert.equal(utcOf('2026-11-21 14:30'), '2026-11-21T14:30:00Z');
    assert.equal(utcOf('2026-11-21T14:30:05Z'), '2026-11-21T14:30:05Z');
    assert.equal(utcOf('2026-11-21'), '2026-11-21T00:00:00Z');
    for (const odd of [undefined, '', 'yesterday', '2026-13-40 10:00']) assert.equal(utcOf(odd), undefined);
  });
});

suite('an item of the journal', () => {
  const note = (id: number, text: string, over: Partial<StandingNote> = {}): StandingNote => ({
    ...{ v: 1, id, kind: 'decision', text, task, session: 's-1', actor: 'person' },
    ...{ at: `2026-11-2${id}T10:00:00Z`, supersedes: null, supersededBy: undefined, ...over },
  });

  test('names what holds instead of it, and the session it was written in', () => {
    const notes = [
      note(1, 'Use HS256', { supersededBy: 2 }),
      note(2, 'Use RS256', { actor: 'agent', session: null }),
    ];
    const [old, now] = noteItems(testHasher, notes, '.baton/memory/journal.jsonl', () => 4);
    assert.equal(old?.supersededBy, now?.id);
    assert.equal(now?.supersededBy, null);
    assert.deepEqual([old?.session, now?.session], [4, null]);
    assert.deepEqual([old?.provenance, now?.provenance], ['person', 'agent']);
    assert.deepEqual(old?.source, { path: '.baton/memory/journal.jsonl', anchor: '1' });
  });

  test('is another one where a journal was begun anew and counts from one again', () => {
    const [first] = noteItems(testHasher, [note(1, 'Old')], 'j', () => undefined);
    const [second] = noteItems(
      testHasher,
      [note(1, 'New', { at: '2026-12-01T10:00:00Z' })],
      'j',
      () => undefined,
    );
    assert.notEqual(first?.id, second?.id);
  });
});

suite('an item of a session', () => {
  const commits = [{ hash: 'abc1234', subject: 'feat: tokens' }];
  const end = { ...someEnd, exitCode: 1, commits, filesChanged: ['src/jwt.ts'], passed: ['jwt-1'] };
  const ended: Session = session({ end });

  test('tells that it began and how it ended, as recorded by Baton', () => {
    const items = sessionItems(testHasher, ended, 'p');
    assert.deepEqual(
      items.map(({ kind, provenance }) => [kind, provenance]),
      [
        ['session_start', 'tool'],
        ['session_end', 'tool'],
      ],
    );
    assert.match(
      items[1]?.text ?? '',
      /exit code 1[\s\S]*jwt-1[\s\S]*abc1234: feat: tokens[\s\S]*src\/jwt\.ts/,
    );
    assert.equal(sessionItems(testHasher, { ...ended, end: null }, 'p').length, 1);
  });

  test('is not made where Baton began the session by itself', () => {
    assert.deepEqual(sessionItems(testHasher, { ...ended, trigger: 'automatic' }, 'p'), []);
  });
});

suite('an item of a plan', () => {
  test('is read leniently, and nothing is made of what is none', () => {
    const json = JSON.stringify({
      id: 'p1',
      goal: 'Users log in',
      at: '2026-11-21T10:00:00Z',
      tasks: ['Schema', { id: '7', title: 'JWT' }, 3],
    });
    const [plan] = planItems(testHasher, json, 'p.json');
    assert.equal(plan?.title, 'Plan: Users log in');
    assert.equal(plan?.text, 'Users log in\n- Schema\n- #7 JWT');
    for (const odd of ['', '[]', 'null', '{"goal":""}', '{"tasks":[]}']) {
      assert.deepEqual(planItems(testHasher, odd, 'p.json'), [], odd);
    }
  });
});

suite('items of daily notes', () => {
  const text = [
    '# 2026-11-21',
    '',
    'Written by hand above all.',
    '',
    '<!-- baton:flush 1-3 -->',
    '## Flushed at 2026-11-21T15:00:00Z (session end)',
    '',
    '### Task Updates',
    '- #101: Feature jwt-1 passes, progress 0% → 50% (14:30 UTC)',
    '',
    '### Notes',
    '- #101: Note 1, decision: Use RS256 (14:31 UTC)',
    '- Note 2, error: Port 5432 is taken (replaces note 1) (14:32 UTC)',
    '',
    '## Thoughts',
    'The queue should be bounded.',
    '',
  ].join('\n');

  test('are what somebody wrote, and notes that the journal has no more', () => {
    const items = dailyItems(testHasher, { day: '2026-11-21', path: 'd.md', text }, (id) => id === 1);
    assert.deepEqual(
      items.map(({ title, detail, text: own }) => [title, detail, own]),
      [
        ['Written by hand above all.', 'daily', 'Written by hand above all.'],
        ['Thoughts', 'daily', 'The queue should be bounded.'],
        ['Port 5432 is taken', 'error', 'Port 5432 is taken'],
      ],
    );
    assert.ok(items.every(({ provenance }) => provenance === 'untrusted'));
  });
});
