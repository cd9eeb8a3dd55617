import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { readDocument } from '../../../../src/core/markdown/document';
import { askForInput, blockTask } from '../../../../src/core/operations/block-task';
import { previewPacket } from '../../../../src/core/operations/build-packet';
import { changeStatus } from '../../../../src/core/operations/change-status';
import { createTask } from '../../../../src/core/operations/create-task';
import { finalizeTask } from '../../../../src/core/operations/finalize-task';
import { prepareLaunch } from '../../../../src/core/operations/launch-session';
import { logTime } from '../../../../src/core/operations/log-time';
import { passFeature } from '../../../../src/core/operations/pass-feature';
import { setRecurrence } from '../../../../src/core/operations/recurring-task';
import { setProgress } from '../../../../src/core/operations/set-progress';
import { showTask } from '../../../../src/core/operations/show-task';
import { takeSnapshot } from '../../../../src/core/operations/take-snapshot';
import { answerInput, unblockTask } from '../../../../src/core/operations/unblock-task';
import { velocity, velocityOf } from '../../../../src/core/operations/velocity';
import { paths } from '../../../../src/core/store/paths';
import { builtIn } from '../../../support/agent-profiles';
import { memoryWorkspace, root } from '../../../support/memory-workspace';

const file = (id: string) => `${root}/task-states/task-${id}-state.md`;
const forced = { summary: 'Done', force: true, reason: 'enough' };

async function withTask(id = '101') {
  const opened = await memoryWorkspace();
  await createTask(opened.workspace, { title: 'JWT Service', id });
  return { ...opened, text: (of = id) => opened.ports.fs.text(file(of)) ?? '' };
}

const refusedAs = (code: 'guard_failed' | 'invalid_input' | 'transition_refused') => (error: unknown) =>
  isBatonError(error, code);

suite('logging time', () => {
  test('minutes add up in the file, and the log has old and new', async () => {
    const { workspace, text } = await withTask();
    await logTime(workspace, '101', 40);
    assert.equal((await logTime(workspace, '101', 25)).tracking?.spentMinutes, 65);
    assert.match(text(), /^spent_minutes: 65$/m);
    const { records } = await workspace.store.changeLog.read();
    assert.deepEqual(
      [records.at(-1)?.record.old, records.at(-1)?.record.new],
      [{ spentMinutes: 40 }, { minutes: 25, spentMinutes: 65 }],
    );
  });

  test('what is no number of minutes is refused, and nothing is written', async () => {
    const { workspace, text } = await withTask();
    const before = text();
    for (const minutes of [0, -5, 1.5, Number.NaN, 10_081]) {
      await assert.rejects(logTime(workspace, '101', minutes), refusedAs('invalid_input'));
    }
    assert.equal(text(), before);
  });
});

suite('what holds a task up', () => {
  test('the file tells the reason while the task is blocked, and only then', async () => {
    const { workspace, text } = await withTask();
    const before = text();
    await blockTask(workspace, '101', 'Waiting on "schema": #100');
    assert.equal(readDocument(text()).tracking?.blockedReason, 'Waiting on "schema": #100');
    assert.ok((await previewPacket(workspace, '101')).text.includes('Blocked: Waiting on "schema": #100'));
    await unblockTask(workspace, '101');
    assert.equal(text(), before);
  });

  test('the question stands in the file until it is answered, and the answer is a decision of the task', async () => {
    const { workspace, text } = await withTask();
    const before = text();
    await askForInput(workspace, '101', 'RSA or EC?');
    assert.equal((await showTask(workspace, '101')).tracking?.question, 'RSA or EC?');
    await answerInput(workspace, '101', 'EC');
    assert.equal(text(), before);
    const { text: packet } = await previewPacket(workspace, '101');
    assert.ok(packet.includes('RSA or EC? Answer: EC'));
    assert.ok(!packet.includes('Waiting for an answer'));
  });

  test('an answer that cannot be kept leaves the question where it stands; a long question gives way to the answer', async () => {
    const { workspace, ports, text } = await withTask();
    await assert.rejects(answerInput(workspace, '101', 'EC'), refusedAs('transition_refused'));
    await askForInput(workspace, '101', `Which one? ${'Why? '.repeat(600)}`);
    const before = text();
    await assert.rejects(answerInput(workspace, '101', 'x'.repeat(4001)), refusedAs('invalid_input'));
    ports.fs.put(paths.journal(root), new Uint8Array([0xff, 0xfe]));
    await assert.rejects(answerInput(workspace, '101', 'EC'));
    assert.equal(text(), before);
    ports.fs.put(paths.journal(root), '');
    const answer = 'y'.repeat(2000);
    await answerInput(workspace, '101', answer);
    const notes = await workspace.journal.notes();
    assert.deepEqual(
      notes.map((note) => [note.text.length, note.text.startsWith('Which one? Why? ')]),
      [[4000, true]],
    );
    assert.ok(notes[0]?.text.endsWith(`… Answer: ${answer}`));
  });

  test('from blocked to a question, the one goes and the other comes', async () => {
    const { workspace, text } = await withTask();
    await blockTask(workspace, '101', 'No schema');
    await askForInput(workspace, '101', 'Which schema?');
    assert.deepEqual(readDocument(text()).tracking, { question: 'Which schema?' });
  });

  test('blocking without a reason is refused', async () => {
    const { workspace } = await withTask();
    await assert.rejects(blockTask(workspace, '101', ' '), refusedAs('invalid_input'));
    await assert.rejects(unblockTask(workspace, '101'), refusedAs('transition_refused'));
  });
});

suite('progress by hand', () => {
  test('it counts where there is no checklist', async () => {
    const { workspace } = await withTask();
    assert.deepEqual((await setProgress(workspace, '101', 75)).progress, {
      passed: 0,
      total: 0,
      percent: 75,
      of: 'hand',
    });
  });

  test('it is refused with the reason where features or criteria count', async () => {
    const { workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'A', id: '1', features: [{ id: 'f', description: 'd' }] });
    await createTask(workspace, { title: 'B', id: '2', criteria: ['c'] });
    const failure = (what: RegExp) => (error: unknown) =>
      isBatonError(error, 'guard_failed') && what.test(error.message);
    await assert.rejects(setProgress(workspace, '1', 50), failure(/has features/));
    await assert.rejects(setProgress(workspace, '2', 50), failure(/has acceptance criteria/));
  });

  test('what is no percentage is refused', async () => {
    const { workspace } = await withTask();
    for (const percent of [-1, 101, 0.5])
      await assert.rejects(setProgress(workspace, '101', percent), refusedAs('invalid_input'));
  });
});

suite('completing', () => {
  test('the file says when, and a reopened task says it no more', async () => {
    const { workspace, text } = await withTask();
    await finalizeTask(workspace, '101', forced);
    assert.match(text(), /^completed: 2026-11-21T07:28:00Z$/m);
    await changeStatus(workspace, '101', 'reopen');
    assert.doesNotMatch(text(), /^completed:/m);
  });

  test('a downstream file that cannot be edited keeps no other from being fed, and fails nothing', async () => {
    const { workspace, ports } = await withTask();
    for (const id of ['102', '103']) await createTask(workspace, { title: id, id, dependsOn: ['101'] });
    const broken = ports.fs.text(file('102')) ?? '';
    ports.fs.put(file('102'), new Uint8Array([...new TextEncoder().encode(broken), 0xff]));
    const { task, fed } = await finalizeTask(workspace, '101', forced);
    assert.deepEqual([task.status, fed], ['completed', ['103']]);
    assert.ok(
      ports.log.lines.some((line) => line.startsWith('warn: #102 has not received the output of #101')),
    );
  });

  test('a downstream task that is finished keeps what it was built on, and shows that it is out of date', async () => {
    const { workspace, text } = await withTask();
    await createTask(workspace, { title: 'Endpoints', id: '102', dependsOn: ['101'] });
    await finalizeTask(workspace, '101', forced);
    await finalizeTask(workspace, '102', forced);
    await changeStatus(workspace, '101', 'reopen');
    const before = text('102');
    assert.deepEqual((await finalizeTask(workspace, '101', { ...forced, summary: 'Done anew' })).fed, []);
    assert.equal(text('102'), before);
    assert.deepEqual((await showTask(workspace, '102')).staleReasons, ['inputs']);
    await assert.rejects(
      prepareLaunch(workspace, '102', { agent: builtIn('claude') }),
      refusedAs('transition_refused'),
    );
    assert.equal(text('102'), before, 'nor does a launch that is refused write anything');
  });
});

suite('recurring tasks', () => {
  test('completing one creates the next as a task of its own, with the same work undone; the completed one stays', async () => {
    const { workspace, text } = await memoryWorkspace().then((opened) => ({
      ...opened,
      text: (id: string) => opened.ports.fs.text(file(id)) ?? '',
    }));
    await createTask(workspace, {
      title: 'Standup notes',
      id: 'standup',
      epic: 'Team',
      criteria: ['Sent'],
      features: [
        { id: 'f-1', description: 'collect', steps: ['ask', 'write'], verify: 'npm test', files: ['notes'] },
      ],
      recurrence: { recurs: 'weekly', due: '2026-11-23' },
    });
    await passFeature(workspace, 'standup', 'f-1', { manual: 'Asked and wrote' });
    await finalizeTask(workspace, 'standup', forced);
    const next = await showTask(workspace, 'standup-2026-11-30');
    assert.deepEqual(next.tracking, { recurs: 'weekly', nextDue: '2026-11-30' });
    assert.deepEqual([next.status, next.title, next.epic], ['pending', 'Standup notes', 'Team']);
    assert.deepEqual(
      next.document.featureList.map(({ id, passes, steps, verify, files }) => ({
        ...{ id, passes, steps, verify, files },
      })),
      [{ id: 'f-1', passes: false, steps: ['ask', 'write'], verify: 'npm test', files: ['notes'] }],
    );
    assert.deepEqual(next.criteria, { done: 0, total: 1 });
    assert.equal(readDocument(text('standup')).status, 'completed');
    await finalizeTask(workspace, 'standup-2026-11-30', forced);
    assert.equal((await showTask(workspace, 'standup-2026-12-07')).status, 'pending');
  });

  test('completing an occurrence twice creates the next one once', async () => {
    const { workspace } = await withTask();
    await setRecurrence(workspace, '101', 'daily', '2026-11-21');
    await finalizeTask(workspace, '101', forced);
    await changeStatus(workspace, '101', 'reopen');
    await finalizeTask(workspace, '101', forced);
    const { tasks } = await takeSnapshot(workspace);
    assert.deepEqual(
      tasks.map(({ id }) => id),
      ['101', '101-2026-11-22'],
    );
  });

  test('completing an occurrence again on a later day creates no second next one', async () => {
    const { workspace, ports } = await withTask();
    await setRecurrence(workspace, '101', 'daily', '2026-11-21');
    for (const id of ['101', '101-2026-11-22']) await finalizeTask(workspace, id, forced);
    ports.clock.setWall('2026-11-25T12:00:00Z');
    await changeStatus(workspace, '101', 'reopen');
    await finalizeTask(workspace, '101', forced);
    const { tasks } = await takeSnapshot(workspace);
    assert.deepEqual(
      tasks.map(({ id }) => id),
      ['101', '101-2026-11-22', '101-2026-11-23'],
    );
  });

  test('a completion that is refused creates nothing', async () => {
    const { workspace } = await withTask();
    await setRecurrence(workspace, '101', 'daily');
    await assert.rejects(finalizeTask(workspace, '101'), refusedAs('guard_failed'));
    assert.equal((await takeSnapshot(workspace)).tasks.length, 1);
  });

  test('a task whose heading names no id has a next occurrence too', async () => {
    const { workspace, ports, text } = await withTask('standup');
    ports.fs.put(file('standup'), text().replace(/^# .*$/m, '# Standup'));
    await setRecurrence(workspace, 'standup', 'daily', '2026-11-21');
    await finalizeTask(workspace, 'standup', forced);
    assert.equal((await showTask(workspace, 'standup-2026-11-22')).title, 'Standup');
  });

  test('a series ends when its recurrence is taken away', async () => {
    const { workspace, text } = await withTask();
    const before = text();
    await setRecurrence(workspace, '101', 'monthly', '2026-11-30');
    await setRecurrence(workspace, '101', undefined);
    assert.equal(text(), before);
    await finalizeTask(workspace, '101', forced);
    assert.equal((await takeSnapshot(workspace)).tasks.length, 1);
  });

  test('a monthly task remembers the day it wants through a short month', async () => {
    const { workspace, ports } = await withTask();
    await setRecurrence(workspace, '101', 'monthly', '2027-01-31');
    await finalizeTask(workspace, '101', forced);
    ports.clock.setWall('2027-02-28T12:00:00Z');
    assert.deepEqual((await showTask(workspace, '101-2027-02-28')).tracking, {
      recurs: 'monthly',
      nextDue: '2027-02-28',
      recursDay: 31,
    });
    await finalizeTask(workspace, '101-2027-02-28', forced);
    assert.deepEqual((await showTask(workspace, '101-2027-03-31')).tracking, {
      recurs: 'monthly',
      nextDue: '2027-03-31',
    });
  });

  test('a day that does not exist is refused', async () => {
    const { workspace } = await withTask();
    for (const due of ['2026-02-30', 'tomorrow', '2026-1-1', '']) {
      await assert.rejects(setRecurrence(workspace, '101', 'daily', due), refusedAs('invalid_input'));
    }
  });
});

suite('velocity', () => {
  test('counts completed tasks and passing features of the last 7 and 14 days, by the files', async () => {
    const { workspace, ports } = await memoryWorkspace();
    for (const id of ['1', '2', '3']) {
      await createTask(workspace, { title: id, id, features: [{ id: 'f', description: 'd' }] });
      await passFeature(workspace, id, 'f');
      await finalizeTask(workspace, id, { summary: 'Done' });
      ports.clock.advance(5 * 86_400_000);
    }
    await changeStatus(workspace, '2', 'reopen');
    const { tasks, features } = velocity(workspace);
    // Five, ten and fifteen days ago; the second was reopened, its feature still passes.
    assert.deepEqual(
      [tasks.last7, tasks.last14],
      [
        { count: 1, perDay: 0.14 },
        { count: 1, perDay: 0.07 },
      ],
    );
    assert.deepEqual([features.last7.count, features.last14.count], [1, 2]);
  });

  test('moments of the future and what is no moment are left out', () => {
    const outline = {
      status: 'completed' as const,
      features: { passed: 2, total: 2, next: undefined, passedAt: ['2026-11-22T00:00:00Z', 'soon'] },
      tracking: { completed: '2030-01-01' },
    };
    const none = { count: 0, perDay: 0 };
    assert.deepEqual(velocityOf([outline], new Date('2026-11-21T00:00:00Z')), {
      tasks: { last7: none, last14: none },
      features: { last7: none, last14: none },
    });
  });
});

suite('tracking keys that people write', () => {
  test('useless values are reported and read as missing, never thrown on', () => {
    const text =
      '---\nspent_minutes: -5\nprogress: 150\nrecurs: hourly\nnext_due: 2026-02-30\nblocked_reason: [a]\n---\n\n# Task #1: A - State\n';
    const { tracking, problems } = readDocument(text);
    assert.equal(tracking, undefined);
    assert.deepEqual(
      problems.filter(({ code }) => code === 'front_matter_value').map(({ line }) => line),
      [2, 3, 4, 5, 6],
    );
  });
});
