import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { flag, text } from '../options';
import type { Register } from '../program';

export function addMcpCommand(program: Command, register: Register): void {
  register(
    program,
    'mcp',
    'serve tasks to an agent by the Model Context Protocol, on standard input and output; see `baton connect`',
    (command) =>
      command
        .option('--read-only', 'offer only what changes nothing')
        .option(
          '--mode <mode>',
          'work (unless given), read, or supervise: for a program that looks after agents',
        ),
    async (context, _args, options) => {
      if (context.json) {
        throw new BatonError(
          'usage',
          '`baton mcp` speaks a protocol of its own, so --json means nothing here',
        );
      }
      await context.serveMcp(modeOf(options));
      return { data: {}, text: '' };
    },
  );
}

/** Throws `usage`. */
function modeOf(options: Record<string, unknown>) {
  const readOnly = flag(options, 'readOnly');
  const mode = text(options, 'mode') ?? (readOnly ? 'read' : 'work');
  if (!['work', 'read', 'supervise'].includes(mode)) {
    throw new BatonError('usage', `"${mode}" is no mode`, { allowed: ['work', 'read', 'supervise'] });
  }
  if (readOnly && mode !== 'read') {
    throw new BatonError('usage', `--read-only and --mode ${mode} contradict each other`);
  }
  return { readOnly: mode === 'read', supervise: mode === 'supervise' };
}
