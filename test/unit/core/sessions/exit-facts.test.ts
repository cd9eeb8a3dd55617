import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Criterion, Feature, ProgressEntry, TaskDocument } from '../../../../src/core/model/task';
import { automaticEntry, type ExitSeen, exitFacts } from '../../../../src/core/sessions/exit-facts';
import { session, task } from './session-example';

const range = { start: 0, end: 0 };

function feature(id: string, passes: boolean): Feature {
  const unset = { testedAt: undefined, category: undefined, verify: undefined, evidence: undefined };
  return { id, description: `Feature ${id}`, passes, steps: [], range, ...unset };
}

function entry(number: number): ProgressEntry {
  const lists = { did: ['x'], issues: [], state: [], next: [] };
  return { session: number, at: undefined, ...lists, automatic: false, range };
}

/** The task at the end of the session, made of its lists. */
function taskNow(lists: {
  features?: readonly Feature[];
  criteria?: readonly boolean[];
  log?: readonly ProgressEntry[];
  output?: boolean;
}): TaskDocument {
  const featureList = lists.features ?? [];
  const criteriaList: Criterion[] = (lists.criteria ?? []).map((done, n) => ({
    text: `Criterion ${n + 1}`,
    done,
    range,
  }));
  const log = lists.log ?? [];
  return {
    id: task,
    title: 'JWT Service',
    status: 'in_progress',
    statusSource: 'stored',
    dependsOn: [],
    priority: undefined,
    estimateMinutes: undefined,
    created: undefined,
    agent: undefined,
    epic: undefined,
    criteria: { done: criteriaList.filter(({ done }) => done).length, total: criteriaList.length },
    features: {
      passed: featureList.filter(({ passes }) => passes).length,
      total: featureList.length,
      next: featureList.find(({ passes }) => !passes),
    },
    sessions: {
      count: log.length,
      lastNumber: Math.max(0, ...log.map((one) => one.session)),
      lastAt: undefined,
    },
    inputs: [],
    output: lists.output ? { hash: 'h' } : undefined,
    size: 0,
    context: { prd: undefined, epic: undefined, repository: undefined, agent: undefined, description: '' },
    criteriaList,
    featureList,
    inputList: [],
    log,
    commits: [],
    outputDetail: undefined,
    problems: [],
    titleRange: range,
  };
}

/** Killed four minutes after the start. */
const killed: ExitSeen = {
  at: '2026-11-21T07:32:00.000Z',
  exitCode: 137,
  signal: null,
  reason: 'process',
  commits: [],
  filesChanged: [],
  dirty: false,
};

suite('exit facts', () => {
  test('tell what the session changed, by comparison with its start', () => {
    const before = { entries: 1, passed: ['jwt-1', 'jwt-4'], criteriaDone: 1 };
    const document = taskNow({
      features: [
        feature('jwt-1', true),
        feature('jwt-2', true),
        feature('jwt-3', false),
        feature('jwt-4', false),
      ],
      criteria: [true, true, true, false],
      log: [entry(1)],
    });
    const facts = exitFacts(session({ number: 2, before }), document, killed);
    assert.deepEqual(facts.newlyPassed, [{ id: 'jwt-2', description: 'Feature jwt-2' }]);
    assert.deepEqual(facts.nowFailing, ['jwt-4']);
    assert.equal(facts.newlyTicked, 2);
    assert.equal(facts.durationMs, 240_000);
    assert.equal(facts.next?.id, 'jwt-3');
    assert.equal(facts.nextCriterion, 'Criterion 4');
    assert.equal(facts.documented, false);
  });

  test('a session is documented by an entry of its own number, not of another', () => {
    const documentedBy = (number: number) =>
      exitFacts(session({ number: 2 }), taskNow({ log: [entry(number)] }), killed);
    assert.equal(documentedBy(2).documented, true);
    assert.equal(documentedBy(1).documented, false);
  });

  test('a clock set back makes no negative time', () => {
    const facts = exitFacts(session(), taskNow({}), { ...killed, at: '2026-11-21T07:00:00Z' });
    assert.equal(facts.durationMs, 0);
  });
});

suite('the automatic entry', () => {
  test('tells in plain words how it ended, what changed, where it stands and what comes next', () => {
    const facts = exitFacts(
      session({ before: { entries: 0, passed: [], criteriaDone: 0 } }),
      taskNow({ features: [feature('jwt-1', true), feature('jwt-2', false)], criteria: [true, false] }),
      {
        ...killed,
        commits: [{ hash: 'abc1234def', subject: 'feat: add generateToken' }],
        filesChanged: ['src/jwt.ts', 'test/jwt.test.ts'],
        dirty: true,
      },
    );
    assert.deepEqual(automaticEntry(facts), {
      did: [
        'Ended with exit code 137 (killed) after 4 min',
        'Commits: `abc1234` feat: add generateToken',
        'Files changed: `src/jwt.ts`, `test/jwt.test.ts`',
        'Features that pass now: jwt-1',
        'Acceptance criteria ticked: 1',
      ],
      issues: [
        'The agent left no progress entry; Baton wrote this one from what it could see',
        'The session did not end by itself: work may be half done',
        'There are uncommitted changes; see git status',
      ],
      state: [
        '1 of 2 features pass',
        '1 of 2 acceptance criteria are ticked',
        'The chain output is not written yet',
      ],
      next: ['Look at the uncommitted changes first, then: jwt-2: Feature jwt-2'],
    });
  });

  test('of a session that did nothing says so, and says what it could not know', () => {
    const idle = { ...killed, exitCode: 0 };
    const withGit = automaticEntry(exitFacts(session(), taskNow({ criteria: [false] }), idle));
    assert.deepEqual(withGit.did, [
      'Ended with exit code 0 after 4 min',
      'No commit, no changed file and no change of the checklist',
    ]);
    assert.deepEqual(withGit.next, ['meet the acceptance criterion: Criterion 1']);
    const withoutGit = automaticEntry(exitFacts(session({ head: null }), taskNow({}), idle));
    assert.equal(
      withoutGit.did[1],
      'No change of the checklist; without a git history nothing more is known',
    );
  });

  test('reports what got worse', () => {
    const before = { entries: 0, passed: ['a'], criteriaDone: 2 };
    const facts = exitFacts(
      session({ before, dirty: true }),
      taskNow({ features: [feature('a', false)], criteria: [true] }),
      { ...killed, dirty: true },
    );
    assert.deepEqual(automaticEntry(facts).issues.slice(2), [
      'There are uncommitted changes, as there were at the start; see git status',
      'Features that passed before and do not now: a',
      'Acceptance criteria no longer ticked: 1',
    ]);
  });

  test('when all is done points to the chain output, and then to completing', () => {
    const next = (output: boolean) =>
      automaticEntry(exitFacts(session(), taskNow({ features: [feature('a', true)], output }), killed)).next;
    assert.deepEqual(next(false), ['write the chain output and complete the task']);
    assert.deepEqual(next(true), ['complete the task']);
  });

  test('of a long session keeps to the latest commits and the first files, and counts the rest', () => {
    const commits = Array.from({ length: 14 }, (_, n) => ({
      hash: `${n}`.padStart(8, '0'),
      subject: `step ${n}`,
    }));
    const filesChanged = Array.from({ length: 25 }, (_, n) => `f${n}`);
    const { did } = automaticEntry(exitFacts(session(), taskNow({}), { ...killed, commits, filesChanged }));
    assert.match(did[1] ?? '', /^Commits: `0000000` step 4; .* step 13 and 4 more$/);
    assert.match(did[2] ?? '', /^Files changed: `f0`, .*`f19` and 5 more$/);
  });

  test('an automatic entry always says how the session ended, where the task stands and what comes next', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 2000 });
    const seen: fc.Arbitrary<ExitSeen> = fc.record({
      at: fc.constant(killed.at),
      exitCode: fc.option(fc.integer(), { nil: null }),
      signal: fc.option(fc.constantFrom('SIGKILL', 'SIGTERM'), { nil: null }),
      reason: fc.constantFrom('process', 'user', 'shutdown', 'extension', 'vanished', 'unknown'),
      commits: fc.array(fc.record({ hash: fc.constant('abc1234'), subject: hostile }), { maxLength: 3 }),
      filesChanged: fc.array(hostile, { maxLength: 3 }),
      dirty: fc.boolean(),
    });
    const features = fc.array(
      fc.tuple(hostile, fc.boolean()).map(([id, passes]) => feature(id, passes)),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(seen, features, fc.boolean(), (end, list, output) => {
        const lists = automaticEntry(exitFacts(session(), taskNow({ features: list, output }), end));
        for (const lines of Object.values(lists)) {
          assert.ok(lines.length > 0);
          for (const line of lines) {
            assert.doesNotMatch(line, /[\r\n\t\u2028\u2029]/);
            assert.ok(line.trim().length > 0 && line.length <= 1000);
          }
        }
        assert.match(lists.did[0] ?? '', /^(Ended|Stopped|Disappeared)/);
      }),
    );
  });
});
