import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { currentNotes, judgeNotes, noteLine, readNotes } from '../../../../src/core/journal/notes';
import type { Note } from '../../../../src/core/model/note';
import { addNote, listNotes } from '../../../../src/core/operations/add-note';
import { previewPacket } from '../../../../src/core/operations/build-packet';
import { createTask } from '../../../../src/core/operations/create-task';
import { paths } from '../../../../src/core/store/paths';
import { testPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';

function note(id: number, supersedes: number | null = null): Note {
  return {
    v: 1,
    id,
    kind: 'decision',
    text: `text ${id}`,
    task: null,
    session: null,
    actor: 'person',
    at: '2026-11-21T07:28:00Z',
    supersedes,
  };
}

suite('the journal', () => {
  test('keeps its first note when an editor puts a byte order mark in front', () => {
    const read = readNotes(`\uFEFF${noteLine(note(1))}${noteLine(note(2))}`);
    assert.deepEqual(read, { notes: [note(1), note(2)], damaged: [] });
  });

  test('numbers notes 1, 2, 3 and keeps who, when and what about', async () => {
    const { workspace, ports } = await memoryWorkspace();
    await createTask(workspace, { title: 'One', id: '101' });
    await addNote(workspace, { kind: 'decision', text: ' Use RS256 ', task: '101' });
    const second = await addNote(workspace, { kind: 'number', text: '3 retries' });
    assert.deepEqual([second.id, second.task], [2, null]);
    const again = await openMemory(ports);
    assert.deepEqual(
      (await listNotes(again)).map(({ id, text, task, at, actor }) => ({ id, text, task, at, actor })),
      [
        { id: 1, text: 'Use RS256', task: '101', at: '2026-11-21T07:28:00Z', actor: 'person' },
        { id: 2, text: '3 retries', task: null, at: '2026-11-21T07:28:00Z', actor: 'person' },
      ],
    );
  });

  test('every note is in the change log, with its task, and verifies', async () => {
    const { workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'One', id: '101' });
    await addNote(workspace, { kind: 'decision', text: 'a', task: '101' });
    await addNote(workspace, { kind: 'correction', text: 'b', supersedes: 1 });
    const { records } = await workspace.store.changeLog.read();
    assert.deepEqual(
      records.map(({ record }) => [record.type, record.task]),
      [
        ['task.create', '101'],
        ['note.add', '101'],
        ['note.add', '101'],
      ],
    );
    assert.equal((await workspace.store.changeLog.verify()).pending, 0);
  });

  test('a note that was announced and not written is written when the folder is opened again', async () => {
    const { workspace, ports } = await memoryWorkspace();
    await addNote(workspace, { kind: 'note', text: 'first' });
    const before = ports.fs.text(paths.journal(root)) ?? '';
    await addNote(workspace, { kind: 'note', text: 'second' });
    const whole = ports.fs.text(paths.journal(root)) ?? '';
    // As if the process had died between the log and the file: no outcome, and the old bytes.
    const log = `${paths.memory(root)}/WAL-2026-11-21.log`;
    const lines = (ports.fs.text(log) ?? '').split('\n').filter((line) => line !== '');
    ports.fs.put(log, `${lines.slice(0, -1).join('\n')}\n`);
    ports.fs.put(paths.journal(root), before);
    await openMemory(ports);
    assert.equal(ports.fs.text(paths.journal(root)), whole);
  });

  test('superseding an unknown note is refused, and so is superseding one twice', async () => {
    const { workspace } = await memoryWorkspace();
    await addNote(workspace, { kind: 'decision', text: 'a' });
    await addNote(workspace, { kind: 'decision', text: 'b', supersedes: 1 });
    await addNote(workspace, { kind: 'decision', text: 'c', supersedes: 2 });
    for (const supersedes of [4, 99]) {
      await assert.rejects(addNote(workspace, { kind: 'note', text: 'x', supersedes }), (error) =>
        isBatonError(error, 'not_found'),
      );
    }
    await assert.rejects(
      addNote(workspace, { kind: 'note', text: 'x', supersedes: 1 }),
      (error) => isBatonError(error, 'conflict') && error.hint === 'Supersede note 3, which holds now.',
    );
    assert.equal((await workspace.journal.notes()).length, 3);
  });

  test('an empty note, one that is too long, and one about a task that is not there are refused', async () => {
    const { workspace } = await memoryWorkspace();
    const refused = (input: Parameters<typeof addNote>[1], code: 'invalid_input' | 'not_found') =>
      assert.rejects(addNote(workspace, input), (error) => isBatonError(error, code));
    await refused({ kind: 'note', text: ' \n' }, 'invalid_input');
    await refused({ kind: 'note', text: 'x'.repeat(4001) }, 'invalid_input');
    await refused({ kind: 'note', text: 'x', task: '77' }, 'not_found');
    assert.deepEqual(await workspace.journal.notes(), []);
  });

  test('a superseding note stays with the task of the one it replaces', async () => {
    const { workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'One', id: '101' });
    await addNote(workspace, { kind: 'decision', text: 'a', task: '101' });
    assert.equal((await addNote(workspace, { kind: 'decision', text: 'b', supersedes: 1 })).task, '101');
  });

  test('two processes that add at once both keep their note, under two numbers', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const other = await openMemory({ ...testPorts(), ...ports });
    await Promise.all(
      [workspace, other].flatMap((one) =>
        [1, 2, 3].map((n) => addNote(one, { kind: 'note', text: `note ${n}` })),
      ),
    );
    assert.deepEqual(
      (await workspace.journal.notes()).map(({ id }) => id),
      [1, 2, 3, 4, 5, 6],
    );
  });
});

suite('notes and the packet', () => {
  test('decisions and corrections that hold reach the packet, of the task and of all; superseded ones never do', async () => {
    const { workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'One', id: '101' });
    await createTask(workspace, { title: 'Two', id: '102' });
    const add = (kind: Note['kind'], text: string, task?: string, supersedes?: number) =>
      addNote(workspace, { kind, text, task, supersedes });
    await add('decision', 'old decision', '101');
    await add('decision', 'newer decision', '101', 1);
    await add('correction', 'newest decision', '101', 2);
    await add('correction', 'for everybody');
    await add('decision', 'of another task', '102');
    await add('error', 'no decision', '101');
    const { text } = await previewPacket(workspace, '101');
    for (const shown of ['newest decision', 'for everybody']) assert.ok(text.includes(shown), shown);
    for (const hidden of ['old decision', 'newer decision', 'of another task', 'no decision']) {
      assert.ok(!text.includes(hidden), hidden);
    }
  });
});

suite('which notes hold', () => {
  test('a superseded note is never current, through whatever chain it was superseded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 12 }), { maxLength: 14 }), async (wishes) => {
        const { workspace } = await memoryWorkspace();
        const holding = new Set<number>();
        let made = 0;
        for (const wish of wishes) {
          const supersedes = wish === 0 ? undefined : wish;
          const allowed = supersedes === undefined || holding.has(supersedes);
          const adding = addNote(workspace, { kind: 'decision', text: `wish ${wish}`, supersedes });
          if (allowed) {
            holding.add((await adding).id);
            made += 1;
            if (supersedes !== undefined) holding.delete(supersedes);
          } else {
            await assert.rejects(adding, (error) => isBatonError(error));
          }
        }
        const current = (await listNotes(workspace)).map(({ id }) => id);
        assert.deepEqual(
          current,
          [...holding].sort((a, b) => a - b),
        );
        assert.equal((await listNotes(workspace, { all: true })).length, made);
      }),
      { numRuns: 40 },
    );
  });

  test('notes in a circle, which no Baton writes, do not extinguish each other', () => {
    assert.deepEqual(
      currentNotes([note(1, 2), note(2, 1), note(3, 3)]).map(({ id }) => id),
      [2, 3],
    );
  });

  test('a superseded note names what replaced it', () => {
    assert.deepEqual(
      judgeNotes([note(1), note(2, 1)]).map(({ supersededBy }) => supersededBy),
      [2, undefined],
    );
  });
});

suite('reading the journal', () => {
  test('reading never throws, and gives back what was written among anything else', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json(), fc.constant('')), { maxLength: 8 }), (junk) => {
        const lines = junk.map((line) => line.replace(/[\r\n]/g, ' '));
        const text = `${lines.join('\n')}\n${noteLine(note(7))}`;
        assert.deepEqual(
          readNotes(text).notes.map(({ id }) => id),
          [7],
        );
      }),
    );
  });

  test('damaged lines are named, and an id means one note', () => {
    const text = `${noteLine(note(1))}not json\n${noteLine({ ...note(1), text: 'another' })}`;
    assert.deepEqual(readNotes(text).damaged, [2, 3]);
    assert.equal(readNotes(text).notes[0]?.text, 'text 1');
  });

  test('a last line without its end is not glued to the next note', async () => {
    const { workspace, ports } = await memoryWorkspace();
    ports.fs.put(paths.journal(root), noteLine(note(1)).trimEnd());
    await addNote(workspace, { kind: 'note', text: 'next' });
    assert.deepEqual(
      (await workspace.journal.notes()).map(({ id }) => id),
      [1, 2],
    );
  });
});
