import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { flag } from '../options';
import type { Register } from '../program';

export function addMcpCommand(program: Command, register: Register): void {
  register(
    program,
    'mcp',
    'serve tasks to an agent by the Model Context Protocol, on standard input and output; see `baton connect`',
    (command) => command.option('--read-only', 'offer only what changes nothing'),
    async (context, _args, options) => {
      if (context.json) {
        throw new BatonError(
          'usage',
          '`baton mcp` speaks a protocol of its own, so --json means nothing here',
        );
      }
      await context.serveMcp({ readOnly: flag(options, 'readOnly') });
      return { data: {}, text: '' };
    },
  );
}
