/** A status edited by hand is judged by the status machine, wherever it is seen. Requirement 004-34. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/base/text-edit';
import type { Status } from '../../../../src/core/model/status';
import { changeStatus } from '../../../../src/core/operations/change-status';
import { createTask } from '../../../../src/core/operations/create-task';
import { finalizeTask } from '../../../../src/core/operations/finalize-task';
import { inspectTask } from '../../../../src/core/operations/inspect-task';
import { putBackEdits, statusEdits } from '../../../../src/core/operations/status-edits';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import type { OpenDocuments } from '../../../../src/core/ports';
import type { LogContents } from '../../../../src/core/store/change-log';
import type { ChangeRecord, Outcome } from '../../../../src/core/store/change-record';
import { StatusHistory } from '../../../../src/core/store/status-history';
import { testPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';

const file = `${root}/task-states/task-101-state.md`;

async function withTask() {
  const opened = await memoryWorkspace();
  await createTask(opened.workspace, { title: 'JWT', id: '101', criteria: ['Login works'] });
  const text = () => opened.ports.fs.text(file) ?? '';
  const edit = async (status: string, workspace: BatonWorkspace = opened.workspace) => {
    opened.ports.fs.put(file, text().replace(/^status: \w+/m, `status: ${status}`));
    await workspace.store.refresh();
  };
  return { ...opened, text, edit };
}

async function typesIn(workspace: BatonWorkspace): Promise<readonly string[]> {
  return (await workspace.store.changeLog.read()).records.map(({ record }) => record.type);
}

suite('a status edited by hand in a file', () => {
  test('that the machine refuses is reported at its line, with the refusal and what to do', async () => {
    const { workspace, edit, text } = await withTask();
    await edit('completed');
    const [found, ...others] = await statusEdits(workspace);
    assert.deepEqual(others, []);
    assert.ok(found);
    assert.deepEqual([found.before, found.now, found.line, found.column], ['pending', 'completed', 2, 1]);
    assert.equal(text().slice(found.range.start, found.range.end), 'status: completed');
    assert.equal(
      found.message,
      'The status was changed by hand from pending to completed, which is refused: The task cannot take complete yet; 1 of 1 acceptance criteria not ticked; The chain output has no summary. Finish what is missing, or force it with a reason.',
    );
  });

  test('where no step leads says what is allowed', async () => {
    const { workspace, edit } = await withTask();
    await changeStatus(workspace, '101', 'cancel');
    await edit('in_progress');
    const [found] = await statusEdits(workspace);
    assert.match(found?.message ?? '', /Allowed now: reopen\.$/);
  });

  test('is put back by its edits, and then nothing is found', async () => {
    const { workspace, ports, edit, text } = await withTask();
    const before = text();
    await edit('completed');
    const [found] = await statusEdits(workspace);
    assert.ok(found);
    ports.fs.put(file, applyEdits(text(), putBackEdits(text(), found)));
    assert.equal(text(), before);
    await workspace.store.refresh();
    assert.deepEqual(await statusEdits(workspace), []);
  });

  test('that the machine takes is accepted without a word, and put on record once', async () => {
    const { workspace, edit } = await withTask();
    await edit('in_progress');
    assert.deepEqual(await statusEdits(workspace, { record: true }), []);
    assert.deepEqual(await statusEdits(workspace, { record: true }), []);
    assert.deepEqual(await typesIn(workspace), ['task.create', 'status.start']);
    const last = (await workspace.store.changeLog.read()).records.at(-1)?.record;
    assert.deepEqual(last?.new, { trigger: 'start', status: 'in_progress', edited: true });
    assert.deepEqual(last?.old, { status: 'pending' });
  });

  test('is recorded only by who says so', async () => {
    const { workspace, edit } = await withTask();
    await edit('in_progress');
    await statusEdits(workspace);
    assert.deepEqual(await typesIn(workspace), ['task.create']);
  });

  test('what was recorded is what the next edit is judged against', async () => {
    const { workspace, edit } = await withTask();
    await edit('cancelled');
    await statusEdits(workspace, { record: true });
    await edit('blocked');
    const [found] = await statusEdits(workspace, { record: true });
    assert.deepEqual([found?.before, found?.now], ['cancelled', 'blocked']);
  });

  test('by force and with a reason is a decision and no edit', async () => {
    const { workspace } = await withTask();
    await finalizeTask(workspace, '101', { summary: 'Done', force: true, reason: 'enough' });
    assert.deepEqual(await statusEdits(workspace), []);
  });

  test('of a task that the change log does not know is nobody’s to judge', async () => {
    const { workspace, ports, edit } = await withTask();
    for (const path of ports.fs.paths()) if (/WAL-/.test(path)) await ports.fs.remove(path);
    await edit('completed');
    assert.deepEqual(await statusEdits(workspace), []);
  });

  test('that came with a commit may be many steps of somebody else, but a completion needs its proof', async () => {
    const { workspace, ports, edit } = await withTask();
    ports.git.current = { head: 'abc', branch: 'main', dirty: false };
    await changeStatus(workspace, '101', 'cancel');
    await edit('blocked');
    assert.deepEqual(await statusEdits(workspace), []);
    await edit('completed');
    assert.equal((await statusEdits(workspace)).length, 1);
    await edit('blocked');
    ports.git.changes = [{ path: 'task-states/task-101-state.md', change: 'modified' }];
    assert.equal((await statusEdits(workspace)).length, 1);
  });

  test('of many tasks at once, as a merge brings them, asks git and looks at sessions once', async () => {
    const { workspace, ports } = await withTask();
    ports.git.current = { head: 'abc', branch: 'main', dirty: false };
    const ids = ['101', '102', '103', '104'];
    for (const id of ids) {
      if (id !== '101') await createTask(workspace, { title: 'JWT', id, dependsOn: ['101'] });
      await changeStatus(workspace, id, 'cancel');
    }
    for (const id of ids) {
      const path = file.replace('101', id);
      ports.fs.put(path, (ports.fs.text(path) ?? '').replace(/^status: \w+/m, 'status: blocked'));
    }
    ports.git.changes = [{ path: 'task-states/task-102-state.md', change: 'modified' }];
    await workspace.store.refresh();
    const asked = { state: 0, changes: 0, sessions: 0 };
    const { git } = ports;
    const [state, changes, list] = [
      git.state.bind(git),
      git.filesChangedSince.bind(git),
      workspace.sessions.list.bind(workspace.sessions),
    ];
    git.state = () => {
      asked.state++;
      return state();
    };
    git.filesChangedSince = () => {
      asked.changes++;
      return changes();
    };
    workspace.sessions.list = () => {
      asked.sessions++;
      return list();
    };
    const found = await statusEdits(workspace);
    assert.deepEqual(
      found.map(({ task }) => task),
      ['102'],
    );
    assert.deepEqual(asked, { state: 1, changes: 1, sessions: 1 });
  });

  test('in an open document is judged by its unsaved text, and not recorded before it is saved', async () => {
    const { ports, text } = await withTask();
    let unsaved: string | undefined;
    const documents: OpenDocuments = {
      dirtyText: (path) => (path === file ? unsaved : undefined),
      apply: async () => false,
    };
    const workspace = await openMemory({ ...testPorts(), ...ports, documents });
    await workspace.store.refresh();
    unsaved = `\n${text()}`.trimStart().replace('status: pending', 'created_by: me\nstatus: completed');
    const [found] = await statusEdits(workspace, { record: true });
    assert.equal(found?.line, 3);
    unsaved = text().replace('status: pending', 'status: in_progress');
    assert.deepEqual(await statusEdits(workspace, { record: true }), []);
    assert.deepEqual(await typesIn(workspace), ['task.create']);
  });

  test('is among the problems that `task show` tells', async () => {
    const { workspace, edit } = await withTask();
    await edit('completed');
    const { document } = await inspectTask(workspace, '101');
    assert.deepEqual(
      document.problems.map(({ code, severity, line }) => [code, severity, line]),
      [['status_edited', 'warning', 2]],
    );
  });
});

interface Said {
  readonly status: Status | 'unknown';
  readonly outcome: Outcome | undefined;
  readonly via?: ChangeRecord['via'];
}

type LogLine = { readonly record: ChangeRecord } | { readonly seq: number; readonly outcome: Outcome };

/** A log of one task that grows by one line with every read, settlements after their records. */
function growingLog(said: readonly Said[]) {
  const lines = said.flatMap(({ status, outcome, via = 'file' }, index): readonly LogLine[] => {
    const seq = index + 1;
    const record: ChangeRecord = {
      ...{ v: 1, seq, type: 'status.start', task: taskId('101'), actor: 'tool', session: null, via },
      ...{ path: 'x', before: null, after: '', edits: [], time: '2026-11-20T07:00:00Z', new: { status } },
    };
    return outcome === undefined ? [{ record }] : [{ record }, { seq, outcome }];
  });
  let shown = 0;
  return {
    lines: lines.length,
    grow: (by: number) => {
      shown += by;
    },
    async read(from?: { readonly offset: number }): Promise<LogContents> {
      const added = lines.slice(from?.offset ?? 0, shown);
      return {
        records: added.flatMap((line) =>
          'record' in line ? [{ record: line.record, segment: 's', offset: 0 }] : [],
        ),
        outcomes: new Map(
          added.flatMap((line) => ('outcome' in line ? [[line.seq, line.outcome] as const] : [])),
        ),
        ...{ torn: [], damaged: [], segments: ['s'], end: { segment: 's', offset: shown, seq: 0 } },
      };
    },
  };
}

suite('the statuses that the change log tells', () => {
  const said = fc.record({
    status: fc.constantFrom<Said['status']>('pending', 'in_progress', 'completed', 'unknown'),
    outcome: fc.constantFrom<Outcome>('done', 'aborted', 'superseded', 'conflict'),
    via: fc.constantFrom<ChangeRecord['via']>('file', 'document'),
  });

  test('read piece by piece are those read at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(said, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 4 })),
        async (all, steps) => {
          const pieces = growingLog(all);
          const history = new StatusHistory(pieces);
          for (const step of steps) {
            pieces.grow(step);
            await history.known();
          }
          const whole = growingLog(all);
          pieces.grow(pieces.lines);
          whole.grow(whole.lines);
          assert.deepEqual(await history.known(), await new StatusHistory(whole).known());
        },
      ),
    );
  });

  test('are the last that was made: an aborted change counts for nothing, a lost one leaves nothing to judge by', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(said, { maxLength: 12 }), async (all) => {
        const log = growingLog(all);
        log.grow(log.lines);
        const last = all.findLast(({ outcome }) => outcome !== 'aborted');
        const expected = last?.outcome === 'done' && last.status !== 'unknown' ? last.status : undefined;
        assert.equal((await new StatusHistory(log).known()).get(taskId('101')), expected);
      }),
    );
  });

  test('are not told while a change is being made', async () => {
    const log = growingLog([
      { status: 'pending', outcome: 'done' },
      { status: 'completed', outcome: undefined },
    ]);
    log.grow(log.lines);
    assert.equal((await new StatusHistory(log).known()).size, 0);
  });
});
