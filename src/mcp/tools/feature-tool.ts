import * as z from 'zod';
import { passFeature } from '../../core/operations/pass-feature';
import { taskBriefSchema } from '../../wire/task-schema';
import { taskBriefShape } from '../../wire/task-shape';
import { ownTask, tool } from '../tool';

export const featurePass = tool({
  name: 'feature_pass',
  title: 'Mark a feature as passing',
  description:
    'Mark one feature of the checklist as passing, after you have verified it. Baton records the time and the commit with your evidence. Not for what you expect to pass, nor for part of a feature.',
  again: true,
  input: z.strictObject({
    task: ownTask,
    feature: z.string().describe('Feature id.'),
    evidence: z.string().min(1).describe('What you ran and what you saw.'),
  }),
  output: z.looseObject({ task: taskBriefSchema, nextFeature: z.nullable(z.string()) }),
  run: async ({ workspace, task }, { task: given, feature, evidence }) => {
    const view = await passFeature(workspace, task(given), feature, { manual: evidence });
    return { task: taskBriefShape(view), nextFeature: view.nextFeature?.id ?? null };
  },
});
