import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type BadgeFacts,
  type Candidate,
  deriveBadges,
  pickNext,
  summarize,
} from '../../../../src/core/lifecycle/derive';
import { type Badge, badges, statuses } from '../../../../src/core/model/status';
import type { TaskId } from '../../../../src/core/model/task';

const plain: BadgeFacts = {
  status: 'pending',
  ready: false,
  unmet: 0,
  sessions: 0,
  running: false,
  silent: false,
  staleInputs: 0,
  undocumented: false,
  cyclic: false,
  dangling: 0,
  broken: false,
};
const derive = (changes: Partial<BadgeFacts>) => deriveBadges({ ...plain, ...changes });
const badgesOf = (changes: Partial<BadgeFacts>) => derive(changes).badges;

suite('badges', () => {
  const cases: readonly (readonly [string, Partial<BadgeFacts>, readonly Badge[]])[] = [
    ['a pending task with all upstream completed is ready', { ready: true }, ['ready']],
    ['a pending task with upstream to come is waiting', { unmet: 2 }, ['waiting']],
    ['only a pending task waits', { status: 'in_progress', unmet: 1 }, []],
    ['a task at work is running, not ready', { ready: true, running: true, sessions: 1 }, ['running']],
    [
      'an interrupted task released to pending is ready and resumable',
      { ready: true, sessions: 1 },
      ['ready', 'resumable'],
    ],
    ['an interrupted task in progress is resumable', { status: 'in_progress', sessions: 2 }, ['resumable']],
    ['a blocked task with a past session is resumable', { status: 'blocked', sessions: 1 }, ['resumable']],
    ['a completed task is not resumable', { status: 'completed', sessions: 3 }, []],
    ['a cancelled task is not resumable', { status: 'cancelled', sessions: 3 }, []],
    ['a circle shows', { cyclic: true, unmet: 1 }, ['waiting', 'cyclic']],
    ['a missing upstream task shows', { dangling: 1, unmet: 1 }, ['waiting', 'dangling']],
    ['a broken file shows', { broken: true }, ['broken']],
    ['a session without an entry shows', { undocumented: true, sessions: 1 }, ['resumable', 'undocumented']],
  ];
  for (const [name, facts, expected] of cases) test(name, () => assert.deepEqual(badgesOf(facts), expected));

  test('stale always says why', () => {
    assert.deepEqual(derive({ staleInputs: 1 }).stale, ['inputs']);
    assert.deepEqual(derive({ running: true, silent: true }).stale, ['silent']);
    assert.deepEqual(derive({ running: true, silent: true, staleInputs: 2 }).stale, ['inputs', 'silent']);
    assert.deepEqual(derive({ status: 'completed', staleInputs: 1 }).stale, ['inputs']);
    assert.deepEqual(derive({ status: 'cancelled', staleInputs: 1 }).stale, []);
    assert.deepEqual(derive({ silent: true }).stale, [], 'without a session there is nobody to be silent');
  });

  test('the stale badge and its reasons stand together, ready and waiting never, running and resumable never', () => {
    const anyFacts: fc.Arbitrary<BadgeFacts> = fc.record({
      status: fc.constantFrom(...statuses),
      ready: fc.boolean(),
      unmet: fc.nat(2),
      sessions: fc.nat(2),
      running: fc.boolean(),
      silent: fc.boolean(),
      staleInputs: fc.nat(2),
      undocumented: fc.boolean(),
      cyclic: fc.boolean(),
      dangling: fc.nat(1),
      broken: fc.boolean(),
    });
    fc.assert(
      fc.property(anyFacts, (facts) => {
        // What the graph promises of `ready`.
        fc.pre(!facts.ready || (facts.status === 'pending' && facts.unmet === 0 && !facts.cyclic));
        const { badges: own, stale } = deriveBadges(facts);
        assert.equal(own.includes('stale'), stale.length > 0);
        assert.ok(!(own.includes('ready') && own.includes('waiting')));
        assert.ok(!(own.includes('running') && own.includes('resumable')));
        assert.deepEqual(
          own,
          badges.filter((badge) => own.includes(badge)),
          'in the order of the list',
        );
      }),
    );
  });
});

suite('counts', () => {
  test('pending and resumable never count one task twice', () => {
    const counts = summarize([
      { status: 'pending', badges: ['ready'] },
      { status: 'pending', badges: ['ready', 'resumable'] },
      { status: 'blocked', badges: ['resumable', 'stale'] },
      { status: 'in_progress', badges: ['running'] },
    ]);
    assert.equal(counts.pending, 1);
    assert.equal(counts.resumable, 2);
    assert.equal(counts.ready, 2);
    assert.equal(counts.blocked, 1);
    assert.equal(counts.running, 1);
    assert.equal(counts.stale, 1);
    assert.equal(counts.total, 4);
  });

  test('of nothing there are zeros, for every status and badge', () => {
    const counts = summarize([]);
    assert.deepEqual(Object.keys(counts).sort(), [...statuses, ...badges, 'total'].sort());
    assert.ok(Object.values(counts).every((count) => count === 0));
  });
});

suite('the next task', () => {
  function candidate(id: string, changes: Partial<Candidate> = {}): Candidate {
    return {
      id: id as TaskId,
      status: 'pending',
      badges: ['ready'],
      priority: undefined,
      created: undefined,
      sessions: 0,
      downstream: [],
      unmet: [],
      ...changes,
    };
  }
  const ids = (...names: string[]) => names as TaskId[];

  /** In each pair the first is the better one, by the rule that the name says. */
  const duels: readonly (readonly [string, Partial<Candidate>, Partial<Candidate>])[] = [
    ['what was begun comes first', { badges: ['ready', 'resumable'], priority: 9 }, { priority: 1 }],
    ['then the priority, 1 before 2', { priority: 1 }, { priority: 2 }],
    ['a priority before none', { priority: 9 }, {}],
    ['then what unblocks more', { downstream: ids('x', 'y') }, { downstream: ids('x') }],
    ['then what is older', { created: '2026-01-01T00:00:00Z' }, { created: '2026-01-02T00:00:00Z' }],
    ['a date before none', { created: '2026-01-01T00:00:00Z' }, {}],
  ];
  const others = [candidate('x', { badges: ['waiting'] }), candidate('y', { badges: ['waiting'] })];
  for (const [name, better, worse] of duels) {
    test(name, () => {
      const [first, second] = [candidate('20', better), candidate('10', worse)];
      assert.equal(pickNext([first, second, ...others]).task, first);
      assert.equal(pickNext([...others, second, first]).task, first);
    });
  }

  test('at last the lower id, as people count', () => {
    assert.equal(pickNext([candidate('10'), candidate('9')]).task?.id, '9');
  });

  test('finished dependents are not unblocked any more', () => {
    const done = candidate('x', { status: 'completed', badges: [] });
    const picked = pickNext([candidate('2', { downstream: ids('x') }), candidate('1'), done]);
    assert.equal(picked.task?.id, '1');
  });

  test('a task left behind in progress can be resumed; a blocked, broken, waiting or cyclic one is not picked', () => {
    const left: Partial<Candidate> = { status: 'in_progress', badges: ['resumable'] };
    assert.equal(pickNext([candidate('1', left)]).task?.id, '1');
    assert.equal(pickNext([candidate('1', { ...left, unmet: ids('0') })]).task, undefined);
    assert.equal(pickNext([candidate('1', { ...left, status: 'blocked' })]).task, undefined);
    assert.equal(pickNext([candidate('1', { ...left, badges: ['resumable', 'cyclic'] })]).task, undefined);
    assert.equal(pickNext([candidate('1', { badges: ['ready', 'broken'] })]).task, undefined);
    assert.equal(pickNext([candidate('1', { badges: ['waiting'] })]).task, undefined);
  });

  test('the sentence tells why', () => {
    const x = candidate('x', { badges: ['waiting'] });
    assert.equal(pickNext([candidate('7')]).why, '#7 is ready.');
    assert.equal(pickNext([candidate('7', { priority: 1 })]).why, '#7 is ready and it has priority 1.');
    assert.equal(
      pickNext([
        candidate('7', { priority: 1, sessions: 2, badges: ['ready', 'resumable'], downstream: ids('x') }),
        x,
      ]).why,
      '#7 was interrupted after 2 sessions, it has priority 1 and 1 task waits for it.',
    );
  });

  test('when there is none, the sentence tells why not', () => {
    assert.equal(pickNext([]).why, 'There are no tasks yet.');
    assert.equal(
      pickNext([candidate('1', { status: 'completed', badges: [] })]).why,
      'All tasks are finished.',
    );
    assert.equal(
      pickNext([
        candidate('1', { status: 'in_progress', badges: ['running'] }),
        candidate('2', { badges: ['waiting'] }),
        candidate('3', { status: 'blocked', badges: [] }),
      ]).why,
      'No task is ready: 1 running, 1 waiting for upstream tasks, 1 blocked.',
    );
  });
});
