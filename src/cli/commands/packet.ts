import type { Command } from 'commander';
import { previewPacket } from '../../core/operations/build-packet';
import { argument, integer, text } from '../options';
import type { Register } from '../program';

export function addPacketCommand(program: Command, register: Register): void {
  register(
    program,
    'packet <id>',
    'print the startup packet a launched agent would read first',
    (command) =>
      command.option('--agent <name>', 'agent it is for').option('--budget <tokens>', 'token budget'),
    async (context, args, options) => {
      const packet = await previewPacket(await context.workspace(), argument(args, 0, 'The task id'), {
        agent: text(options, 'agent'),
        budget: integer(options, 'budget', { min: 500, max: 50_000 }),
      });
      const { tokens, budget, cut } = packet;
      return { data: { packet: packet.text, tokens, budget, cut }, text: packet.text };
    },
  );
}
