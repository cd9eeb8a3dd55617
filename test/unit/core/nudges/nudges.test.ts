import assert from 'node:assert/strict';
import { type NudgeFacts, nextNudge, nudgesOf } from '../../../../src/core/nudges/nudges';
import { ended, live, session } from '../../vscode/support';
import { entry, facts, task, taskId } from './support';

const now = new Date('2026-11-21T12:00:00Z');

function told(sketch: Partial<NudgeFacts>) {
  return nudgesOf(facts(sketch), now).map(({ kind, task, action }) => [kind, task, action]);
}

function keys(sketch: Partial<NudgeFacts>) {
  return nudgesOf(facts(sketch), now).map(({ key }) => key);
}

suite('nudges', () => {
  test('name the action for every kind, the most urgent first', () => {
    const tasks = [
      task('1', { status: 'in_progress', badges: ['stale'], staleReasons: ['inputs'] }),
      task('2', { badges: ['undocumented'] }),
      task('3', { status: 'blocked', tracking: { blockedReason: 'No key' } }),
      task('4', { status: 'needs_input', tracking: { question: 'Which one?' } }),
      task('5'),
      task('6'),
      task('7', { status: 'in_progress' }),
      task('8', { status: 'in_progress' }),
    ];
    const entries = [
      entry('e5', '5', { deadAt: '2026-11-21T11:00:00Z', lastError: 'exit 1' }),
      entry('e6', '6', { reason: 'usage_limit', notBefore: '2026-11-21T14:30:00Z' }),
    ];
    const on = (task: string) => live(session(task, { task: taskId(task) }));
    const sessions = [
      { ...on('7'), hooksInactive: true },
      { ...on('8'), longRunning: true },
    ];
    const inputNews = new Map([[taskId('1'), 'abc']]);
    assert.deepEqual(told({ tasks, entries, sessions, inputNews }), [
      ['needs_input', '4', 'answer'],
      ['blocked', '3', 'unblock'],
      ['failed_resume', '5', 'resume'],
      ['stale_inputs', '1', 'refreshInputs'],
      ['long_running', '8', 'stop'],
      ['undocumented', '2', 'openTask'],
      ['usage_limit', '6', 'turnOnAutoResume'],
      ['hooks_inactive', '7', 'showTerminal'],
    ]);
    const [asked, , failed] = nudgesOf(facts({ tasks, entries }), now);
    assert.equal(asked?.detail, 'Which one?');
    assert.equal(failed?.detail, 'exit 1');
    assert.equal(failed?.entry, 'e5');
  });

  test('say nothing of a workspace where nothing is to do', () => {
    const tasks = [
      task('1', { status: 'completed', tracking: { completed: '2026-11-21T09:00:00Z' } }),
      task('2', { badges: ['waiting'], unmet: [taskId('3')] }),
    ];
    const entries = [
      entry('e1', '1', { reason: 'usage_limit', notBefore: '2026-11-21T11:00:00Z' }),
      entry('e9', '9', { deadAt: '2026-11-21T11:00:00Z' }),
    ];
    assert.deepEqual(told({ tasks, entries }), []);
  });

  test('are another fact when a task is held up again, and the same one until then', () => {
    const first = task('1', { status: 'blocked', tracking: { blockedReason: 'No key' } });
    const edited = { ...first, title: 'Another title', priority: 1 };
    const other = { ...first, tracking: { blockedReason: 'No disk' } };
    const later = { ...first, sessions: 1 };
    const [key] = keys({ tasks: [first] });
    assert.deepEqual(keys({ tasks: [edited] }), [key]);
    assert.notDeepEqual(keys({ tasks: [other] }), [key]);
    assert.notDeepEqual(keys({ tasks: [later] }), [key]);
  });

  test('are another fact when the upstream output changes once more', () => {
    const tasks = [task('1', { badges: ['stale'], staleReasons: ['inputs'] })];
    const withNews = (news: string) => keys({ tasks, inputNews: new Map([[taskId('1'), news]]) });
    assert.notDeepEqual(withNews('a'), withNews('b'));
  });

  test('of a usage limit tell when it is over, and lead to the queue where Baton resumes by itself', () => {
    const tasks = [task('6')];
    const entries = [entry('e6', '6', { reason: 'usage_limit', notBefore: '2026-11-21T14:30:00Z' })];
    const [limit] = nudgesOf(facts({ tasks, entries, autoResume: true }), now);
    assert.equal(limit?.until, '2026-11-21T14:30:00Z');
    assert.equal(limit?.action, 'showQueue');
  });

  suite('of a task that is ready while nobody works', () => {
    const ready = (created: string) => task('1', { badges: ['ready'], created });
    const idle = [['ready_idle', '1', 'launch']];

    test('come after half an hour and not after a day', () => {
      assert.deepEqual(told({ tasks: [ready('2026-11-21T11:31:00Z')] }), []);
      assert.deepEqual(told({ tasks: [ready('2026-11-21T11:30:00Z')] }), idle);
      assert.deepEqual(told({ tasks: [ready('2026-11-20T12:01:00Z')] }), idle);
      assert.deepEqual(told({ tasks: [ready('2026-11-20T12:00:00Z')] }), []);
      assert.deepEqual(told({ tasks: [task('1', { badges: ['ready'] })] }), []);
    });

    test('count from the last thing that happened', () => {
      const old = ready('2026-11-01T00:00:00Z');
      const done = (completed: string) => task('0', { status: 'completed', tracking: { completed } });
      assert.deepEqual(told({ tasks: [old, done('2026-11-21T11:00:00Z')] }), idle);
      assert.deepEqual(told({ tasks: [old, done('2026-11-21T11:45:00Z')] }), []);
      const worked = (at: string) => [live(session('a', { end: ended({ at }) }))];
      assert.deepEqual(told({ tasks: [old], sessions: worked('2026-11-21T11:00:00Z') }), idle);
    });

    test('speak of the best one alone', () => {
      const created = '2026-11-21T11:00:00Z';
      const tasks = [
        task('1', { badges: ['ready'], created, priority: 3 }),
        task('2', { badges: ['ready'], created, priority: 1 }),
      ];
      assert.deepEqual(told({ tasks }), [['ready_idle', '2', 'launch']]);
    });

    test('come by time alone: the moment is known before, and there is none where nothing will come', () => {
      const at = (sketch: Partial<NudgeFacts>) => nextNudge(facts(sketch), now);
      const one = ready('2026-11-21T11:45:00Z');
      const moment = at({ tasks: [one] });
      assert.equal(moment, '2026-11-21T12:15:00.000Z');
      assert.equal(nudgesOf(facts({ tasks: [one] }), new Date(moment)).length, 1);
      assert.equal(at({ tasks: [ready('2026-11-21T11:30:00Z')] }), undefined, 'it holds already');
      assert.equal(at({ tasks: [one], sessions: [live(session('a'))] }), undefined);
      assert.equal(at({ tasks: [task('1', { badges: ['waiting'] })] }), undefined);
      assert.equal(at({}), undefined);
    });

    test('are kept back while an agent runs, something waits to be resumed, or a task is resumable', () => {
      const one = ready('2026-11-21T11:00:00Z');
      assert.deepEqual(told({ tasks: [one], sessions: [live(session('a'))] }), []);
      assert.deepEqual(told({ tasks: [one], entries: [entry('e', '9')] }), []);
      assert.deepEqual(told({ tasks: [{ ...one, badges: ['ready', 'resumable'], sessions: 1 }] }), []);
    });
  });
});
