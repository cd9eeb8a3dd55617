/** The startup packet: the one document a launched agent reads first. Order and rules: product.md section 6. */
import type { Packet, PacketInput } from './packet-input';
import { type FittedLog, fitLog } from './packet-log';
import { fitMemory } from './packet-memory';
import {
  chainInputs,
  ending,
  identity,
  introduction,
  lastWords,
  nextFeature,
  protocol,
  standing,
  task,
  warnings,
} from './packet-sections';
import { inlineCode } from './quote';
import { estimateTokens, tokenQuarters } from './token-estimate';

/** Room kept for the figures in the budget line, which are only known at the end. */
const budgetLineQuarters = 200;

/**
 * Builds the packet. Pure, and the same to the byte for the same input.
 *
 * **Invariant:** nothing mandatory is cut to fit, whatever the budget; only detail of earlier sessions is.
 */
export function buildPacket(input: PacketInput): Packet {
  const last = lastWords(input.task.document);
  const before = [
    protocol(input),
    identity(input),
    task(input),
    chainInputs(input),
    nextFeature(input.task.document),
    standing(input, last),
  ];
  const after = [warnings(input), ending(input)];
  const mandatory = join([introduction(input, ''), ...before, ...after]);
  const room = input.budget * 4 - tokenQuarters(mandatory) - budgetLineQuarters;
  const log = fitLog(input.task.document.log, room, inlineCode(input.task.file), last);
  const memory = recalled(input, room - tokenQuarters(log.text), [...before, log.text, ...after]);
  const body = [...before, log.text, memory, ...after];
  const estimate = tokenQuarters(join([introduction(input, ''), ...body])) + budgetLineQuarters;
  const text = `${join([introduction(input, budgetLine(estimate, input.budget, log)), ...body])}\n`;
  const tokens = estimateTokens(text);
  return { text, tokens, budget: input.budget, cut: log.cut, mandatoryOverBudget: tokens > input.budget };
}

/** After everything else: it gives way before any detail of the task's own log does. */
function recalled({ memory, baton }: PacketInput, room: number, held: readonly string[]): string {
  if (memory === undefined) return '';
  return fitMemory(memory.items, Math.min(room, memory.tokens * 4), join(held), baton);
}

function join(sections: readonly string[]): string {
  return sections
    .map((section) => section.trimEnd())
    .filter((section) => section !== '')
    .join('\n\n');
}

function budgetLine(quarters: number, budget: number, log: FittedLog): string {
  const tokens = Math.ceil(quarters / 4);
  const over = tokens > budget ? '; what is mandatory alone is more than that, and none of it was cut' : '';
  const cut = log.cut.length > 0 ? `; detail of ${log.cut.length} earlier sessions was cut` : '';
  return `Budget: at most ${tokens} of ${budget} tokens${over}${cut}`;
}
