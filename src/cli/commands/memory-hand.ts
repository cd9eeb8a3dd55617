import type { Command } from 'commander';
import { type MemoryHand, memoryHand, pinMemory } from '../../core/operations/memory-hand';
import type { MemoryStanding } from '../../core/operations/use-memory';
import { handShape, pinShape } from '../../wire/memory-hand-shape';
import type { CliContext } from '../context';
import { argument, flag, integer } from '../options';
import type { Register } from '../program';
import { plain } from '../text';

export function addMemoryHandCommands(memory: Command, register: Register): void {
  register(
    memory,
    'hand <id>',
    'what is held at hand of a task, and what was put away',
    (command) =>
      command
        .option('--clear', 'put all of it away, as for a fresh start; nothing is forgotten')
        .option('--session <n>', 'what one session of the task left, held apart'),
    async (context, args, options) => {
      const id = argument(args, 0, 'The task id');
      const session = integer(options, 'session', { min: 1, max: 999_999 });
      const clear = flag(options, 'clear');
      const hand = await memoryHand(await context.workspace(), id, { clear, session });
      tell(context, hand);
      return { data: handShape(hand), text: words(hand) };
    },
  );
  register(
    memory,
    'pin <id>',
    'keep an item (m-…) at hand whatever comes',
    (command) => command.option('--off', 'no longer'),
    async (context, args, options) => {
      const off = flag(options, 'off');
      const answer = await pinMemory(await context.workspace(), argument(args, 0, 'The id'), !off);
      tell(context, answer);
      return {
        data: pinShape(answer),
        text: `${off ? 'No longer pinned' : 'Pinned'}: ${plain(answer.item.title)}`,
      };
    },
  );
}

function words({ items, bytes, limits, away, cleared }: MemoryHand): string {
  const lines = items.map(({ id, title, current, pinned }) => {
    const marks = [...(pinned ? ['pinned'] : []), ...(current ? [] : ['holds no more'])];
    return `${id}  ${plain(title)}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
  });
  const used = `At hand: ${items.length} of ${limits.items} items, ${bytes} of ${limits.bytes} bytes; ${away.length} put away`;
  return [...(cleared > 0 ? [`Put ${cleared} away`] : []), ...lines, used].join('\n');
}

function tell(context: CliContext, { notice }: MemoryStanding): void {
  if (notice !== undefined) context.output.err(`baton: ${plain(notice)}\n`);
}
