import assert from 'node:assert/strict';
import { addNote } from '../../../../src/core/operations/add-note';
import { blockTask } from '../../../../src/core/operations/block-task';
import { closeSession } from '../../../../src/core/operations/close-session';
import { createTask } from '../../../../src/core/operations/create-task';
import { flushBuffer } from '../../../../src/core/operations/flush-buffer';
import { confirmStart, prepareLaunch } from '../../../../src/core/operations/launch-session';
import { logTime } from '../../../../src/core/operations/log-time';
import { recordProgress } from '../../../../src/core/operations/record-progress';
import { setProgress } from '../../../../src/core/operations/set-progress';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { describeChange } from '../../../../src/core/renderings/describe-change';
import { sessionStateText } from '../../../../src/core/renderings/session-state';
import type { ChangeRecord } from '../../../../src/core/store/change-record';
import { paths } from '../../../../src/core/store/paths';
import { builtIn } from '../../../support/agent-profiles';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { stateText, taskId } from '../../../support/state-text';

const state = ({ fs }: TestPorts) => fs.text(paths.sessionState(root)) ?? '';
const buffer = ({ fs }: TestPorts) => fs.text(paths.workingBuffer(root)) ?? '';
const daily = ({ fs }: TestPorts, day = '2026-11-21') => fs.text(paths.dailyNotes(root, day)) ?? '';
const count = (text: string, line: string) => text.split('\n').filter((one) => one === line).length;

async function launch(workspace: BatonWorkspace, id: string): Promise<string> {
  const { session } = await prepareLaunch(workspace, id, { agent: builtIn('claude') });
  await confirmStart(workspace, session.id, 1000);
  return session.id;
}

/** Lets everything else run until it is so, `most` times at the most. */
async function turns(isSo: () => boolean, most: number): Promise<void> {
  for (let turn = 0; turn < most && !isSo(); turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A folder with a task per id, all rendered. */
async function withTasks(...ids: readonly string[]) {
  const opened = await memoryWorkspace();
  for (const id of ids) {
    await createTask(opened.workspace, {
      title: `Task ${id}`,
      id,
      features: [{ id: 'f-1', description: 'd' }],
    });
  }
  await opened.workspace.renderings.settled();
  return opened;
}

suite('the session state', () => {
  test('the whole page, with the numbers of the seed', () => {
    const text = sessionStateText({
      updated: '2026-02-12T08:35:00Z',
      current: [
        {
          id: taskId('412'),
          title: 'Create server templates',
          status: 'in_progress',
          file: 'task-states/task-412-state.md',
          progress: { percent: 75, passed: 3, total: 4, of: 'features' },
          estimateMinutes: 120,
          spentMinutes: 65,
          observedMinutes: 71,
          sessions: [{ number: 2, agent: 'claude', liveness: 'live', startedAt: '2026-02-12T07:24:00Z' }],
          nextAction: 'Work on feature t-4: the last template',
        },
      ],
      blockers: [],
      notes: ['decision 3: Use one folder'],
      recent: ['#412: 25 min logged (08:35 UTC)'],
    });
    assert.equal(
      text,
      `# SESSION-STATE.md - Active Working Memory
Last updated: 2026-02-12T08:35:00Z

Baton writes this file after every change; what is edited here is lost. The task files are the truth.

## Current Task

### #412: Create server templates
- Status: in progress
- Session: 2 by claude, live, since 2026-02-12T07:24:00Z
- Progress: 75% (3 of 4 features pass)
- Estimated: 120 min
- Actual logged: 65 min: used 54% of the estimate at 75% progress, pace 28% faster than the estimate
- Observed in sessions: 71 min
- File: task-states/task-412-state.md

## Blockers
- None

## Next action
- #412: Work on feature t-4: the last template

## Decisions and corrections in force
- decision 3: Use one folder

## Last changes
- #412: 25 min logged (08:35 UTC)
`,
    );
  });

  test('with several live sessions all of them are current, whatever was changed last', async () => {
    const { workspace, ports } = await withTasks('1', '2', '3');
    await launch(workspace, '1');
    await launch(workspace, '2');
    await blockTask(workspace, '3', 'No schema');
    await workspace.renderings.settled();
    const text = state(ports);
    assert.match(text, /^## Current Tasks$/m);
    assert.equal(count(text, '- Session: 1 by claude, live, since 2026-11-21T07:28:00.000Z'), 2);
    assert.ok(text.includes('### #1: Task 1') && text.includes('### #2: Task 2'), text);
    assert.ok(!text.includes('### #3'), text);
    assert.ok(text.includes('- #3 is blocked: No schema'), text);
    assert.ok(text.includes('- #1: Work on feature f-1: d') && text.includes('- #2: Work on feature f-1: d'));
  });

  test('without a live session the task changed last is current', async () => {
    const { workspace, ports } = await withTasks('1', '2');
    await logTime(workspace, '1', 5);
    await workspace.renderings.settled();
    assert.ok(state(ports).includes('### #1: Task 1'));
    assert.ok(!state(ports).includes('### #2'));
  });

  test('a task whose file is gone is no longer current, and nothing fails', async () => {
    const { workspace, ports } = await withTasks('1', '2');
    await ports.fs.remove(`${root}/task-states/task-2-state.md`);
    await addNote(workspace, { kind: 'decision', text: 'Go on' });
    await workspace.renderings.settled();
    assert.ok(state(ports).includes('### #1: Task 1'));
    assert.ok(state(ports).includes('decision 1: Go on'));
  });

  test('every moment in it is one that Date reads', async () => {
    const { workspace, ports } = await withTasks('1');
    await launch(workspace, '1');
    await workspace.renderings.settled();
    const moments = state(ports).match(/\d{4}-\d{2}-\d{2}T\S+/g) ?? [];
    assert.ok(moments.length >= 2);
    for (const moment of moments)
      assert.ok(moment.endsWith('Z') && Number.isFinite(Date.parse(moment)), moment);
  });
});

suite('the working buffer', () => {
  test('has the day, and its three sections', async () => {
    const { workspace, ports } = await withTasks('1');
    await blockTask(workspace, '1', 'Waiting on schema');
    await logTime(workspace, '1', 25);
    await addNote(workspace, { kind: 'note', text: 'User mentioned speed' });
    await workspace.renderings.settled();
    assert.equal(
      buffer(ports),
      `# Working Buffer - 2026-11-21
Captured during danger zone (between compactions). Baton writes this file; what is edited here is lost.

## Task Updates
- #1: Created "Task 1" (07:28 UTC)
- #1: Blocked "Waiting on schema" (07:28 UTC)

## Time Logs
- #1: 25 min logged (07:28 UTC)

## Notes
- Note 1, note: User mentioned speed (07:28 UTC)
`,
    );
  });

  test('five updates give five log entries and five lines', async () => {
    const { workspace, ports } = await withTasks('1');
    const before = (await workspace.store.changeLog.read()).records.length;
    for (let n = 1; n <= 5; n++) await logTime(workspace, '1', n);
    await workspace.renderings.settled();
    assert.equal((await workspace.store.changeLog.read()).records.length - before, 5);
    assert.equal(buffer(ports).match(/min logged/g)?.length, 5);
  });

  test('what another process did is told by whoever renders next, once', async () => {
    const { workspace, ports } = await withTasks('1');
    const killed = await openMemory(ports);
    await logTime(killed, '1', 7);
    await logTime(workspace, '1', 8);
    await workspace.renderings.settled();
    await killed.renderings.settled();
    assert.equal(count(buffer(ports), '- #1: 7 min logged (07:28 UTC)'), 1);
    assert.equal(count(buffer(ports), '- #1: 8 min logged (07:28 UTC)'), 1);
  });

  test('a burst of changes renders once at the end', async () => {
    const ports = testPorts();
    await memoryWorkspace({ ports });
    const fs = new FaultyFileSystem(ports.fs);
    const workspace = await openMemory({ ...ports, fs });
    await createTask(workspace, { title: 'One', id: '1' });
    for (let n = 1; n <= 20; n++) await logTime(workspace, '1', n);
    await workspace.renderings.settled();
    const written = fs.operations.filter((one) => one === `rename ${paths.sessionState(root)}`);
    assert.equal(written.length, 1);
  });

  test('a surface that lives on renders without being asked', async () => {
    const ports = testPorts();
    await memoryWorkspace({ ports });
    const workspace = await openMemory(ports, { surface: 'editor' });
    await createTask(workspace, { title: 'One', id: '1' });
    await workspace.renderings.settled();
    assert.ok(state(ports).includes('### #1: One'));
    workspace.renderings.dispose();
    await logTime(workspace, '1', 5);
    await workspace.renderings.settled();
    assert.ok(!state(ports).includes('5 min'));
  });

  test('a change made while a rendering runs is rendered without being asked, too', async () => {
    const ports = testPorts();
    await memoryWorkspace({ ports });
    const workspace = await openMemory(ports, { surface: 'editor' });
    await createTask(workspace, { title: 'One', id: '1' });
    await workspace.renderings.settled();
    const rename = ports.fs.rename.bind(ports.fs);
    let underWay = false;
    let mayEnd = false;
    ports.fs.rename = async (from, to) => {
      underWay ||= to === paths.sessionState(root);
      if (to === paths.sessionState(root)) await turns(() => mayEnd, 2000);
      return rename(from, to);
    };
    await logTime(workspace, '1', 5);
    await turns(() => underWay, 2000);
    assert.ok(underWay);
    await logTime(workspace, '1', 8);
    // The burst of the second change is over while the first rendering still runs.
    await turns(() => false, 50);
    mayEnd = true;
    await turns(() => buffer(ports).includes('8 min logged'), 2000);
    assert.ok(buffer(ports).includes('8 min logged'), buffer(ports));
    assert.ok(state(ports).includes('13 min'), state(ports));
  });

  test('a kept state that is lost or damaged is made again from the change log', async () => {
    for (const damage of [
      '',
      '{"v":1',
      '{"v":2}',
      '{"v":1,"position":{"segment":"WAL-2020-01-01.log","offset":9,"seq":99},"entries":[],"recent":[],"touched":[]}',
    ]) {
      const { workspace, ports } = await withTasks('1');
      ports.fs.put(paths.bufferState(root), damage);
      await logTime(workspace, '1', 25);
      await workspace.renderings.settled();
      assert.equal(count(buffer(ports), '- #1: Created "Task 1" (07:28 UTC)'), 1, damage);
      assert.equal(count(buffer(ports), '- #1: 25 min logged (07:28 UTC)'), 1, damage);
    }
  });

  test('a change that was cut short and never made, since the next writer found the file as before, is not told', async () => {
    const { workspace, ports } = await withTasks('1');
    const file = `${root}/task-states/task-1-state.md`;
    const before = ports.fs.text(file) ?? '';
    await logTime(workspace, '1', 11);
    // As if the process had died between the log and the file, and nobody had replayed the log since.
    const log = `${paths.memory(root)}/WAL-2026-11-21.log`;
    const lines = (ports.fs.text(log) ?? '').split('\n').filter((line) => line !== '');
    ports.fs.put(log, `${lines.slice(0, -1).join('\n')}\n`);
    ports.fs.put(file, before);
    await logTime(workspace, '1', 12);
    const later = await openMemory(ports);
    await logTime(later, '1', 13);
    await later.renderings.settled();
    assert.ok((ports.fs.text(file) ?? '').includes('spent_minutes: 25'));
    assert.ok(!buffer(ports).includes('11 min logged'), buffer(ports));
    assert.equal(buffer(ports).match(/1[23] min logged/g)?.length, 2);
  });

  test('what was flushed is not told again when the kept state is lost', async () => {
    const { workspace, ports } = await withTasks('1');
    await flushBuffer(workspace, 'compaction');
    await ports.fs.remove(paths.bufferState(root));
    await logTime(workspace, '1', 25);
    await flushBuffer(workspace, 'compaction');
    assert.equal(count(daily(ports), '- #1: Created "Task 1" (07:28 UTC)'), 1);
    assert.equal(count(daily(ports), '- #1: 25 min logged (07:28 UTC)'), 1);
  });
});

suite('the flush', () => {
  test('moves the buffer and the session state into the notes of the day', async () => {
    const { workspace, ports } = await withTasks('1');
    assert.deepEqual(await flushBuffer(workspace, 'compaction'), { flushed: 1 });
    assert.match(
      daily(ports),
      /^# 2026-11-21\n\n<!-- baton:flush 1-1 -->\n## Flushed at 2026-11-21T07:28:00\.000Z \(compaction\)\n\n### Task Updates\n- #1: Created "Task 1" \(07:28 UTC\)\n\n### Session state at that time\n> # SESSION-STATE\.md/,
    );
    assert.match(buffer(ports), /## Task Updates\n- None\n/);
    assert.ok(state(ports).includes('### #1: Task 1'));
  });

  test('flushing again changes nothing', async () => {
    const { workspace, ports } = await withTasks('1');
    await flushBuffer(workspace);
    const before = daily(ports);
    assert.deepEqual(await flushBuffer(workspace), { flushed: 0 });
    assert.equal(daily(ports), before);
  });

  test('what a person wrote into the daily notes stays', async () => {
    const { workspace, ports } = await withTasks('1');
    ports.fs.put(paths.dailyNotes(root, '2026-11-21'), '# My day\n\nlunch');
    await flushBuffer(workspace);
    assert.ok(daily(ports).startsWith('# My day\n\nlunch\n\n<!-- baton:flush 1-1 -->\n'));
  });

  test('a new day brings the entries of the old one into the notes of their own day', async () => {
    const { workspace, ports } = await withTasks('1');
    ports.clock.setWall('2026-11-22T00:00:01Z');
    await logTime(workspace, '1', 25);
    await workspace.renderings.settled();
    assert.match(daily(ports), /\(day change\)[\s\S]*Created "Task 1"/);
    assert.equal(daily(ports, '2026-11-22'), '');
    assert.match(buffer(ports), /^# Working Buffer - 2026-11-22\n/);
    assert.equal(count(buffer(ports), '- #1: 25 min logged (00:00 UTC)'), 1);
    assert.ok(!buffer(ports).includes('Created'));
  });

  test('the end of a session flushes', async () => {
    const { workspace, ports } = await withTasks('1');
    const session = await launch(workspace, '1');
    await recordProgress(workspace, '1', { did: ['half of it'], issues: [], state: [], next: [] });
    await closeSession(workspace, session, { exitCode: 0, reason: 'process' });
    await workspace.renderings.settled();
    assert.match(daily(ports), /\(session end\)/);
    assert.equal(count(daily(ports), '- #1: Session 1: half of it (07:28 UTC)'), 1);
  });

  test('daily notes that are not text are left alone, and the entries stay in the buffer', async () => {
    const { workspace, ports } = await withTasks('1');
    ports.fs.put(paths.dailyNotes(root, '2026-11-21'), new Uint8Array([0xff, 0xfe, 0x80]));
    await assert.rejects(flushBuffer(workspace), /not UTF-8/);
    assert.equal(count(buffer(ports), '- #1: Created "Task 1" (07:28 UTC)'), 1);
  });

  test('daily notes that are not text stop neither the session state nor the notes of other days', async () => {
    const { workspace, ports } = await withTasks('1');
    ports.fs.put(paths.dailyNotes(root, '2026-11-21'), new Uint8Array([0xff, 0xfe, 0x80]));
    ports.clock.setWall('2026-11-22T08:00:00Z');
    await logTime(workspace, '1', 25);
    await workspace.renderings.settled();
    assert.ok(state(ports).includes('- #1: 25 min logged (08:00 UTC)'), state(ports));
    ports.clock.setWall('2026-11-23T08:00:00Z');
    await logTime(workspace, '1', 5);
    await workspace.renderings.settled();
    assert.equal(count(daily(ports, '2026-11-22'), '- #1: 25 min logged (08:00 UTC)'), 1);
    await assert.rejects(flushBuffer(workspace), /not UTF-8/);
    assert.equal(count(buffer(ports), '- #1: Created "Task 1" (07:28 UTC)'), 1);
    assert.ok(!buffer(ports).includes('min logged'), buffer(ports));
  });
});

suite('changes in words', () => {
  const record = (over: Partial<ChangeRecord>): ChangeRecord => ({
    v: 1,
    seq: 1,
    type: 'something.new',
    task: null,
    actor: 'tool',
    session: null,
    path: 'x',
    via: 'event',
    before: null,
    after: '',
    edits: [],
    time: '2026-11-21T07:28:00.000Z',
    ...over,
  });

  test('a type that is not known has words too, and damaged facts never throw', () => {
    assert.equal(describeChange(record({})).text, 'something.new (07:28 UTC)');
    for (const facts of [null, 5, 'text', [], { percent: 'x', did: 'y', reason: { a: 1 } }]) {
      for (const type of ['progress.set', 'progress.append', 'status.block', 'note.add', 'task.recur']) {
        const entry = describeChange(record({ type, new: facts, old: facts, task: taskId('1') }));
        assert.match(entry.text, /^#1: .* \(07:28 UTC\)$/);
      }
    }
  });

  test('a type that every object has a member for is only a word', () => {
    for (const type of ['constructor', 'toString', '__proto__']) {
      assert.equal(describeChange(record({ type })).text, `${type} (07:28 UTC)`);
    }
  });

  test('texts stay on one line and within reason', () => {
    const long = describeChange(
      record({ type: 'status.block', new: { reason: `a\n## b ${'x'.repeat(500)}` } }),
    );
    assert.ok(!long.text.includes('\n') && long.text.length < 240, long.text);
  });

  test('a file that Baton did not create is rendered like any other', async () => {
    const { workspace, ports } = await memoryWorkspace();
    ports.fs.put(`${root}/task-states/task-9-state.md`, stateText('9'));
    await setProgress(workspace, '9', 40);
    await workspace.renderings.settled();
    assert.ok(state(ports).includes('- Progress: 40% (set by hand)'));
  });
});
