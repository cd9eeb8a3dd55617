import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { isRecurrence, recurrences } from '../../core/model/task';
import { setRecurrence } from '../../core/operations/recurring-task';
import { taskShape } from '../../wire/task-shape';
import { argument, text } from '../options';
import type { Register } from '../program';

export function addRecurCommand(program: Command, register: Register): void {
  register(
    program,
    'recur <id> <how-often>',
    `make a task come back when it is completed: ${recurrences.join(', ')}, or never`,
    (command) => command.option('--due <day>', 'when it is due, as 2026-11-30'),
    async (context, args, options) => {
      const often = argument(args, 1, 'How often');
      if (often !== 'never' && !isRecurrence(often)) {
        throw new BatonError('usage', `A task does not recur "${often}"`, {
          hint: `Give ${recurrences.join(', ')} or never.`,
        });
      }
      const recurs = often === 'never' ? undefined : often;
      const id = argument(args, 0, 'The task id');
      const task = await setRecurrence(await context.workspace(), id, recurs, text(options, 'due'));
      const due = task.tracking?.nextDue === undefined ? '' : `, due ${task.tracking.nextDue}`;
      return {
        data: { task: taskShape(task) },
        text: recurs === undefined ? `#${task.id} recurs no more` : `#${task.id} recurs ${recurs}${due}`,
      };
    },
  );
}
