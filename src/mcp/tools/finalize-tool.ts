import * as z from 'zod';
import { finalizeTask } from '../../core/operations/finalize-task';
import { tickCriterion } from '../../core/operations/tick-criterion';
import { taskBriefSchema } from '../../wire/task-schema';
import { taskBriefShape } from '../../wire/task-shape';
import { ownTask, tool } from '../tool';

export const finalize = tool({
  name: 'finalize',
  title: 'Finalize a task',
  description:
    'Complete a task: write its chain output, which the tasks downstream receive. Every feature must pass and every acceptance criterion be met; when something is missing, the answer says what. Not to end a session: that is progress_add.',
  replaces: true,
  input: z.strictObject({
    task: ownTask,
    summary: z
      .string()
      .min(1)
      .describe('What was built and what the tasks downstream must know to build on it.'),
    sections: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        'Further parts by heading: "API Contract", "Configuration Required", "Integration Notes for Downstream Tasks".',
      ),
    criteriaMet: z
      .array(z.int().min(1))
      .optional()
      .describe(
        'Numbers of the acceptance criteria that are met now, counted from 1 as task_show lists them.',
      ),
  }),
  output: z.looseObject({ task: taskBriefSchema, fed: z.array(z.string()) }),
  run: async ({ workspace, task }, { task: given, summary, sections, criteriaMet = [] }) => {
    const id = task(given);
    for (const number of criteriaMet) await tickCriterion(workspace, id, number - 1, true);
    const done = await finalizeTask(workspace, id, { summary, sections });
    return { task: taskBriefShape(done.task), fed: done.fed };
  },
});
