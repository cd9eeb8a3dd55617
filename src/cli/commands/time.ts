import type { Command } from 'commander';
import { logTime } from '../../core/operations/log-time';
import { setProgress } from '../../core/operations/set-progress';
import { taskShape } from '../../wire/task-shape';
import { argument, wholeArgument } from '../options';
import type { Register } from '../program';

export function addTimeCommands(program: Command, register: Register): void {
  register(
    program,
    'time <id> <minutes>',
    'log minutes worked on a task',
    (command) => command,
    async (context, args) => {
      const minutes = wholeArgument(args, 1, 'The minutes');
      const task = await logTime(await context.workspace(), argument(args, 0, 'The task id'), minutes);
      const estimate = task.estimateMinutes === undefined ? '' : ` of ${task.estimateMinutes} estimated`;
      return {
        data: { task: taskShape(task) },
        text: `${minutes} min logged on #${task.id}, ${task.tracking?.spentMinutes ?? 0} min${estimate} in all`,
      };
    },
  );
  register(
    program,
    'percent <id> <number>',
    'set the progress of a task that has no checklist, 0 to 100',
    (command) => command,
    async (context, args) => {
      const percent = wholeArgument(args, 1, 'The percentage');
      const task = await setProgress(await context.workspace(), argument(args, 0, 'The task id'), percent);
      return { data: { task: taskShape(task) }, text: `#${task.id} is at ${task.progress.percent}%` };
    },
  );
}
