import * as z from 'zod';
import { recordProgress } from '../../core/operations/record-progress';
import { ownTask, tool } from '../tool';

const points = z.array(z.string()).optional();

export const progressAdd = tool({
  name: 'progress_add',
  title: 'Add a progress entry',
  description:
    'Append an entry to the progress log of the task, one string a point. Do it before your session ends, and whenever somebody else would need it to continue. Not after every step.',
  input: z.strictObject({
    task: ownTask,
    did: z.array(z.string()).min(1).describe('What was done.'),
    issues: points.describe('Issues encountered.'),
    state: points.describe('Current state.'),
    next: points.describe('Next steps, for whoever continues.'),
  }),
  output: z.looseObject({ session: z.int() }),
  run: async ({ workspace, task }, { task: given, did, issues = [], state = [], next = [] }) =>
    recordProgress(workspace, task(given), { did, issues, state, next }),
});
