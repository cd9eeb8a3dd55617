import type { Command } from 'commander';
import { flushBuffer } from '../../core/operations/flush-buffer';
import { text } from '../options';
import type { Register } from '../program';

export function addFlushCommand(program: Command, register: Register): void {
  register(
    program,
    'flush',
    'move the working buffer into the daily notes',
    (command) => command.option('--reason <text>', 'why, as "compaction"'),
    async (context, _args, options) => {
      const { flushed } = await flushBuffer(await context.workspace(), text(options, 'reason'));
      return {
        data: { flushed },
        text: flushed === 0 ? 'Nothing new to flush.' : `${flushed} entries are in the daily notes`,
      };
    },
  );
}
