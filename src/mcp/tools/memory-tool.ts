import * as z from 'zod';
import { BatonError } from '../../core/base/baton-error';
import { queryMemory } from '../../core/operations/query-memory';
import { recallMemory } from '../../core/operations/recall-memory';
import { queryShape, recallShape } from '../../wire/memory-shape';
import { memoryAnswerSchema } from '../../wire/task-schema';
import { type ToolCall, taskId, tool } from '../tool';

const input = z.strictObject({
  query: z
    .string()
    .min(1)
    .optional()
    .describe('Words, an identifier, a path or an error text to search for.'),
  id: z.string().optional().describe('Id of what was found (m-…), to read more of it.'),
  full: z.boolean().default(false).describe('With id: the whole text instead of a summary.'),
  task: taskId.optional().describe('With query: only of this task.'),
  limit: z.int().min(1).max(20).default(5).describe('With query: how many at most.'),
});

/** Found by words alone: what it does not find may be there all the same, and what it finds may be out of date. */
export const memory = tool({
  name: 'memory',
  title: 'Search memory',
  description:
    'Search what earlier sessions, notes, outputs and documents of this folder say: give "query" to find, then "id" to read more. What no longer holds is marked and names what does. Not for the code, nor for the task you work on: task_show has all of that.',
  reads: true,
  input,
  output: memoryAnswerSchema,
  run: async (call, given) => {
    const { query, id } = given;
    if ((query === undefined) === (id === undefined)) {
      throw new BatonError('usage', 'Give either "query" or "id"', {
        hint: 'Search with "query"; read more of what was found with its "id".',
      });
    }
    return call.askCommandLine === undefined ? answer(call, given) : asked(call.askCommandLine, given);
  },
});

type Given = z.output<typeof input>;
type Answer = z.output<typeof memoryAnswerSchema>;

async function answer({ workspace }: ToolCall, { query, id, full, task, limit }: Given): Promise<Answer> {
  const shape =
    id === undefined
      ? queryShape(await queryMemory(workspace, { text: query ?? '', task: task?.replace(/^#/, ''), limit }))
      : recallShape(await recallMemory(workspace, id, { full }));
  return memoryAnswerSchema.parse(shape);
}

/** Where this process opens no database, as in the editor's own. */
async function asked(
  ask: NonNullable<ToolCall['askCommandLine']>,
  { query, id, full, task, limit }: Given,
): Promise<Answer> {
  const narrowed = task === undefined ? [] : ['--task', task.replace(/^#/, '')];
  const args =
    id === undefined
      ? ['query', '--limit', String(limit), ...narrowed, '--', query ?? '']
      : ['recall', ...(full ? ['--full'] : []), '--', id];
  return memoryAnswerSchema.parse(await ask(['memory', ...args]));
}
