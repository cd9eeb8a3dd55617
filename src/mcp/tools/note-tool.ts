import * as z from 'zod';
import { maxNoteLength, noteKinds } from '../../core/model/note';
import { addNote } from '../../core/operations/add-note';
import { noteShape } from '../../wire/note-shape';
import { noteSchema } from '../../wire/task-schema';
import { taskId, tool } from '../tool';

export const noteAdd = tool({
  name: 'note_add',
  title: 'Add a note',
  description:
    'Keep a decision, a correction by the person, an error and its cure, a name or a number. Decisions and corrections reach every later session of the task. Not for what you did or do next: that is progress_add.',
  input: z.strictObject({
    kind: z.enum(noteKinds),
    text: z.string().min(1).max(maxNoteLength),
    task: taskId.optional().describe('Task it is about. Default: the task of this session.'),
    supersedes: z.int().min(1).optional().describe('Id of the note that this one replaces.'),
  }),
  output: z.looseObject({ note: noteSchema }),
  run: async ({ workspace, ownTask: own }, { kind, text, task, supersedes }) => {
    // A note that replaces another one stays with that one's task.
    const about = task ?? (supersedes === undefined ? own : undefined);
    return { note: noteShape(await addNote(workspace, { kind, text, task: about, supersedes })) };
  },
});
