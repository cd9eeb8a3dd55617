import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { isNoteKind, type NoteKind, noteKinds } from '../../core/model/note';
import { addNote, listNotes } from '../../core/operations/add-note';
import { noteShape } from '../../wire/note-shape';
import { argument, flag, integer, text } from '../options';
import type { Register } from '../program';
import { plain } from '../text';

const kinds = noteKinds.join(', ');

export function addNoteCommands(program: Command, register: Register): void {
  const note = program.command('note').description('the journal: decisions, corrections and other notes');
  register(
    note,
    'add <text>',
    'add a note; `baton note TEXT` does the same',
    (command) =>
      command
        .option('--kind <kind>', `one of ${kinds}`, 'note')
        .option('--task <id>', "the task it is about; the session's own unless given")
        .option('--supersedes <n>', 'the note that this one replaces'),
    async (context, args, options) => {
      const added = await addNote(await context.workspace(), {
        kind: kindOf(options) ?? 'note',
        text: argument(args, 0, 'The text'),
        task: text(options, 'task'),
        supersedes: integer(options, 'supersedes', { min: 1, max: 999_999_999 }),
      });
      return { data: { note: noteShape(added) }, text: `Note ${added.id} is kept` };
    },
    { isDefault: true },
  );
  register(
    note,
    'list',
    'list the notes that hold',
    (command) =>
      command
        .option('--task <id>', 'only those about this task or about all of them')
        .option('--kind <kind>', `only ${kinds}`)
        .option('--all', 'superseded ones as well'),
    async (context, _args, options) => {
      const notes = await listNotes(await context.workspace(), {
        task: text(options, 'task'),
        kind: kindOf(options),
        all: flag(options, 'all'),
      });
      const lines = notes.map((one) => {
        const task = one.task === null ? '' : `  #${one.task}`;
        const gone = one.supersededBy === undefined ? '' : `  (superseded by ${one.supersededBy})`;
        return `${one.id}  ${one.kind}${task}  ${plain(one.text)}${gone}`;
      });
      return {
        data: { notes: notes.map(noteShape) },
        text: lines.length === 0 ? 'No notes.' : lines.join('\n'),
      };
    },
  );
}

function kindOf(options: Record<string, unknown>): NoteKind | undefined {
  const kind = text(options, 'kind');
  if (kind === undefined || isNoteKind(kind)) return kind;
  throw new BatonError('usage', `There is no kind of note "${kind}"`, { hint: `Kinds are: ${kinds}.` });
}
