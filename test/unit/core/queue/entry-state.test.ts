import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Claim, EntryState, QueueEntry } from '../../../../src/core/model/queue';
import {
  ageingMs,
  allDue,
  entryState,
  type LiveSession,
  nextDue,
  nextMoment,
} from '../../../../src/core/queue/entry-state';
import { taskId } from '../../../support/state-text';
import { entry, minutes, now } from './queue-example';

const claim = (until: string, session: string | null = null): Claim => ({
  by: 'a window',
  until,
  rev: 1,
  session,
});
const agent: LiveSession = { id: 'session-1', task: taskId('900') };

const states: readonly (readonly [string, Partial<QueueEntry>, readonly LiveSession[], EntryState])[] = [
  ['nothing stands against it', {}, [], 'due'],
  ['its wait is over', { nextRetryAt: minutes(0) }, [], 'due'],
  ['it waits after a failed run', { nextRetryAt: minutes(1) }, [], 'waiting'],
  ["it waits for its provider's limit", { notBefore: minutes(1) }, [], 'waiting'],
  ['either wait lasts', { nextRetryAt: minutes(-1), notBefore: minutes(1) }, [], 'waiting'],
  ['somebody is about to start it', { claim: claim(minutes(1)) }, [], 'claimed'],
  ['the claim has run out', { claim: claim(minutes(0)) }, [], 'due'],
  [
    'the claim has run out and its session lives',
    { claim: claim(minutes(-9), agent.id) },
    [agent],
    'running',
  ],
  ['the claim has run out and its session is gone', { claim: claim(minutes(-9), agent.id) }, [], 'due'],
  ['somebody else works on its task', { taskId: agent.task }, [agent], 'running'],
  ['all attempts are used up', { deadAt: minutes(-1) }, [], 'dead'],
];

suite('The state of an entry', () => {
  for (const [what, changes, live, state] of states) {
    test(`is ${state} when ${what}`, () => assert.equal(entryState(entry(changes), now, live), state));
  }
});

suite('Whose turn is next', () => {
  const ids = (entries: readonly QueueEntry[]) => allDue(entries, now).map(({ id }) => id);

  test('the urgent before the less urgent, the older before the younger', () => {
    const queue = [
      entry({ id: 'low', priority: 5 }),
      entry({ id: 'young', priority: 1, added_at: minutes(-1) }),
      entry({ id: 'old', priority: 1, added_at: minutes(-2) }),
    ];
    assert.deepEqual(ids(queue), ['old', 'young', 'low']);
  });

  test('one step of priority is worth half an hour of waiting', () => {
    const urgent = entry({ id: 'urgent', priority: 1 });
    assert.deepEqual(ids([entry({ id: 'waited', priority: 2, added_at: minutes(-31) }), urgent]), [
      'waited',
      'urgent',
    ]);
    assert.deepEqual(ids([entry({ id: 'waited', priority: 2, added_at: minutes(-29) }), urgent]), [
      'urgent',
      'waited',
    ]);
  });

  test('what waits, is claimed, has failed for good or only holds a prompt is passed over', () => {
    const queue = [
      entry({ id: 'waits', nextRetryAt: minutes(1) }),
      entry({ id: 'claimed', claim: claim(minutes(1)) }),
      entry({ id: 'dead', deadAt: minutes(-1) }),
      entry({ id: 'prompt', taskId: null }),
    ];
    assert.equal(nextDue(queue, now), undefined);
    assert.equal(nextDue([...queue, entry({ id: 'due', priority: 9 })], now)?.id, 'due');
  });

  test('a time in the future does not keep an entry waiting', () => {
    const wrong = entry({ id: 'wrong clock', added_at: '2999-01-01T00:00:00Z' });
    assert.equal(nextDue([entry({ id: 'right', priority: 3 }), wrong], now)?.id, 'wrong clock');
  });

  test('the next moment is when the next wait or claim ends', () => {
    const queue = [
      entry({ nextRetryAt: minutes(5), notBefore: minutes(9) }),
      entry({ claim: claim(minutes(7)) }),
      entry({ nextRetryAt: minutes(1), deadAt: minutes(-1) }),
    ];
    assert.equal(nextMoment(queue, now), minutes(7));
    assert.equal(nextMoment([entry()], now), undefined);
  });
});

suite('Nothing waits for ever', () => {
  const priority = fc.integer({ min: 0, max: 20 });

  test('however many urgent entries keep coming, an entry starts once its age has made up for its priority', () => {
    fc.assert(
      fc.property(priority, fc.array(priority, { minLength: 1, maxLength: 5 }), (own, coming) => {
        let queue: QueueEntry[] = [entry({ id: 'patient', priority: own })];
        const stepMs = 5 * 60_000;
        const limit = (own * ageingMs) / stepMs + 2;
        for (let step = 0; step <= limit; step++) {
          const at = new Date(now.getTime() + step * stepMs);
          const added = coming.map((value, n) =>
            entry({ id: `new-${step}-${n}`, priority: Math.min(value, own), added_at: at.toISOString() }),
          );
          queue = [...queue, ...added];
          const started = nextDue(queue, at);
          assert.ok(started);
          if (started.id === 'patient') return;
          // One is started a step, and more than that come: the backlog of what was there before it counts too.
          queue = queue.filter(({ id }) => id !== started.id);
          if (coming.length > 1)
            queue = queue.filter(({ id }) => id === 'patient' || id.startsWith(`new-${step}-`));
        }
        assert.fail('it was never its turn');
      }),
    );
  });

  test('who came later by more than the difference in priority never goes first', () => {
    fc.assert(
      fc.property(priority, priority, fc.integer({ min: 1, max: 100_000 }), (a, b, extraMs) => {
        const early = entry({
          id: 'early',
          priority: a,
          added_at: new Date(now.getTime() - 1e9).toISOString(),
        });
        const gap = Math.max(0, a - b) * ageingMs + extraMs;
        const late = entry({
          id: 'late',
          priority: b,
          added_at: new Date(now.getTime() - 1e9 + gap).toISOString(),
        });
        assert.equal(nextDue([late, early], now)?.id, 'early');
      }),
    );
  });
});
