import type { Command } from 'commander';
import { refreshInputs } from '../../core/operations/refresh-inputs';
import { argument } from '../options';
import type { Register } from '../program';

export function addInputsCommands(program: Command, register: Register): void {
  const inputs = program.command('inputs').description('what a task receives from its upstream tasks');
  register(
    inputs,
    'refresh <id>',
    'write the current output of completed upstream tasks into the chain inputs',
    (command) => command,
    async (context, args) => {
      const id = argument(args, 0, 'The task id');
      const { refreshed } = await refreshInputs(await context.workspace(), id);
      const text =
        refreshed.length === 0
          ? 'The chain inputs are up to date.'
          : `Refreshed from ${refreshed.map((from) => `#${from}`).join(', ')}`;
      return { data: { refreshed }, text };
    },
  );
}
