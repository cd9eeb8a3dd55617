import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { askForInput, blockTask } from '../../core/operations/block-task';
import type { TaskView } from '../../core/operations/task-view';
import { answerInput, unblockTask } from '../../core/operations/unblock-task';
import { taskShape } from '../../wire/task-shape';
import type { Answer } from '../context';
import { argument, text } from '../options';
import type { Register } from '../program';
import { stateWords } from '../text';

export function addBlockCommands(program: Command, register: Register): void {
  register(
    program,
    'block <id>',
    'say that a task cannot go on, and why',
    (command) => command.option('--reason <text>', 'what blocks it'),
    async (context, args, options) => {
      const reason = required(text(options, 'reason'), '--reason');
      return changed(await blockTask(await context.workspace(), argument(args, 0, 'The task id'), reason));
    },
  );
  register(
    program,
    'unblock <id>',
    'say that a blocked task can go on',
    (command) => command,
    async (context, args) =>
      changed(await unblockTask(await context.workspace(), argument(args, 0, 'The task id'))),
  );
  register(
    program,
    'ask <id> <question>',
    'ask a person; the task waits for the answer',
    (command) => command,
    async (context, args) => {
      const question = argument(args, 1, 'The question');
      return changed(
        await askForInput(await context.workspace(), argument(args, 0, 'The task id'), question),
      );
    },
  );
  register(
    program,
    'answer <id> <text>',
    'answer what a task waits for; the answer is kept as a decision',
    (command) => command,
    async (context, args) => {
      const answer = argument(args, 1, 'The answer');
      return changed(await answerInput(await context.workspace(), argument(args, 0, 'The task id'), answer));
    },
  );
}

function changed(task: TaskView): Answer {
  return { data: { task: taskShape(task) }, text: `#${task.id} is ${stateWords(task)}` };
}

function required(value: string | undefined, name: string): string {
  if (value === undefined) throw new BatonError('usage', `${name} is missing`);
  return value;
}
