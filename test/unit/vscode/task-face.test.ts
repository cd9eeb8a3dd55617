import assert from 'node:assert/strict';
import { itemTokens } from '../../../src/vscode/contributions';
import {
  canStart,
  idList,
  isReadyToFinalize,
  nextAction,
  spokenTask,
  taskFace,
  taskTokens,
} from '../../../src/vscode/task-face';
import { l10n, live, progress, session, type TaskSketch, task, taskId } from './support';

const running = live(session('a', { number: 3 }));

suite('how a task looks', () => {
  const rows: readonly (readonly [string, TaskSketch, string, string])[] = [
    ['ready', { badges: ['ready'], ...progress(0, 5) }, 'circle-large-outline', 'ready · 0/5'],
    ['waiting', { badges: ['waiting'], unmet: [taskId('100')] }, 'lock', 'waiting for #100'],
    [
      'running',
      { status: 'in_progress', badges: ['running'], running, ...progress(2, 5) },
      'sync~spin',
      'in progress · 2/5 · session 3',
    ],
    [
      'running and silent',
      { status: 'in_progress', badges: ['running', 'stale'], staleReasons: ['silent'], running },
      'sync~spin',
      'running, silent · session 3',
    ],
    [
      'resumable',
      { badges: ['ready', 'resumable'], sessions: 2, ...progress(1, 3) },
      'debug-pause',
      'resumable · 1/3',
    ],
    ['blocked', { status: 'blocked', badges: ['resumable'], ...progress(1, 3) }, 'error', 'blocked · 1/3'],
    ['needs input', { status: 'needs_input' }, 'question', 'needs input'],
    ['completed', { status: 'completed', ...progress(3, 3) }, 'pass-filled', 'completed'],
    [
      'completed with stale inputs',
      { status: 'completed', badges: ['stale'], staleReasons: ['inputs'] },
      'pass-filled',
      'completed · stale inputs',
    ],
    ['cancelled', { status: 'cancelled' }, 'circle-slash', 'cancelled'],
    ['broken', { fileProblem: 'unreadable', badges: ['broken'] }, 'warning', 'cannot be read'],
    [
      'undocumented',
      { badges: ['ready', 'resumable', 'undocumented'], sessions: 1 },
      'debug-pause',
      'resumable · undocumented',
    ],
    ['ticked', { badges: ['ready', 'resumable'], ...progress(2, 2) }, 'pass', 'ready to finalize · 2/2'],
    ['cyclic', { badges: ['cyclic', 'dangling'] }, 'circle-large-outline', 'pending · depends on itself'],
  ];
  for (const [name, sketch, icon, description] of rows) {
    test(`a ${name} task is told by icon and by words`, () => {
      const face = taskFace(task('101', sketch), l10n);
      assert.equal(face.icon, icon);
      assert.equal(face.description, description);
    });
  }

  test('a task that was interrupted and waits again is shown waiting, since it cannot be resumed yet', () => {
    const one = task('102', { badges: ['waiting', 'resumable'], unmet: [taskId('101')], sessions: 1 });
    assert.equal(taskFace(one, l10n).state, 'waiting for #101');
    assert.equal(canStart(one), false);
  });

  test('a screen reader hears the numbers as words', () => {
    const one = task('101', { badges: ['ready'], title: 'JWT Service', ...progress(2, 5) });
    assert.equal(
      spokenTask(one, taskFace(one, l10n), l10n),
      'Task 101: JWT Service, ready, 2 of 5 features pass',
    );
  });

  test('a long list of ids is cut with an ellipsis', () => {
    assert.equal(idList(['1', '2', '3']), '#1, #2, #3');
    assert.equal(idList(['1', '2', '3', '4']), '#1, #2, #3, …');
  });
});

suite('what can be done with a task', () => {
  test('a ready task can be launched, not resumed', () => {
    const tokens = taskTokens(task('1', { badges: ['ready'], ...progress(0, 1) }));
    assert.ok(tokens.includes(itemTokens.canLaunch));
    assert.ok(!tokens.includes(itemTokens.canResume));
  });

  test('a running task can neither be launched nor finalized nor cancelled', () => {
    const tokens = taskTokens(task('1', { status: 'in_progress', badges: ['running'], running }));
    const offered = [itemTokens.task, itemTokens.running, itemTokens.canStop, itemTokens.canBlock];
    assert.deepEqual(tokens, offered);
  });

  test('an agent that is being stopped, or was started by hand, is not offered to be stopped', () => {
    for (const odd of [{ origin: 'external' }, { stopRequestedAt: '2026-11-21T10:05:00Z' }] as const) {
      const session = { ...running.session, ...odd };
      const own = task('1', { status: 'in_progress', badges: ['running'], running: { ...running, session } });
      assert.ok(!taskTokens(own).includes(itemTokens.canStop), JSON.stringify(odd));
    }
  });

  test('a finished task can be reopened and nothing else', () => {
    assert.deepEqual(taskTokens(task('1', { status: 'completed' })), [itemTokens.task, itemTokens.canReopen]);
  });

  test('finalizing is offered first when all is ticked and nobody works on it', () => {
    const ticked = { ...progress(2, 2), criteria: { done: 1, total: 1 }, badges: ['ready' as const] };
    assert.equal(nextAction(task('1', ticked)), 'finalize');
    assert.equal(isReadyToFinalize(task('1', { ...ticked, criteria: { done: 0, total: 1 } })), false);
    assert.equal(
      isReadyToFinalize(task('1', { badges: ['ready'] })),
      false,
      'nothing to tick is not all ticked',
    );
  });

  test('a click means: show what runs, resume what was interrupted, launch what is ready, open the rest', () => {
    assert.equal(nextAction(task('1', { running, badges: ['running'], status: 'in_progress' })), 'show');
    assert.equal(nextAction(task('1', { badges: ['ready', 'resumable'], ...progress(0, 1) })), 'resume');
    assert.equal(nextAction(task('1', { badges: ['ready'], ...progress(0, 1) })), 'launch');
    assert.equal(nextAction(task('1', { badges: ['waiting'], unmet: [taskId('2')] })), 'open');
    assert.equal(nextAction(task('1', { status: 'blocked' })), 'open');
    assert.equal(nextAction(task('1', { fileProblem: 'unreadable' })), 'open');
  });
});
