import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { finalizeTask } from '../../core/operations/finalize-task';
import { taskShape } from '../../wire/task-shape';
import { argument, flag, text } from '../options';
import type { Register } from '../program';

export function addFinalizeCommand(program: Command, register: Register): void {
  register(
    program,
    'finalize <id>',
    'write the chain output, complete the task and feed the tasks downstream',
    (command) =>
      command
        .option('--summary <text>', 'summary of the chain output')
        .option('--summary-file <path>', 'summary from a file, - for standard input')
        .option('--force', 'complete although something is missing; needs --reason')
        .option('--reason <text>', 'why it is forced'),
    async (context, args, options) => {
      const file = text(options, 'summaryFile');
      const given = text(options, 'summary');
      if (file !== undefined && given !== undefined) {
        throw new BatonError('usage', 'Give --summary or --summary-file, not both');
      }
      const { task, fed } = await finalizeTask(await context.workspace(), argument(args, 0, 'The task id'), {
        summary: file === undefined ? given : await context.readText(file),
        force: flag(options, 'force'),
        reason: text(options, 'reason'),
      });
      const feeds = fed.length === 0 ? '' : `; fed ${fed.map((id) => `#${id}`).join(', ')}`;
      return { data: { task: taskShape(task), fed }, text: `#${task.id} is completed${feeds}` };
    },
  );
}
