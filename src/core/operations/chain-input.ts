/** What flows downstream: an upstream task's chain output as the text of a chain input. Requirements 003-24, 003-25. */
import type { NewChainInput } from '../markdown/edits/set-chain-input';
import type { TaskDocument, TaskId } from '../model/task';

/** Over this many characters the middle sections are left out and the file is named instead. */
const maxInputLength = 8000;

/** Undefined while the upstream task is not completed or has no output: nothing half-made flows downstream. */
export function inputFrom(upstream: TaskId, document: TaskDocument): NewChainInput | undefined {
  const output = document.outputDetail;
  if (document.status !== 'completed' || !output) return undefined;
  return { from: upstream, title: document.title, text: inputText(upstream, output), hash: output.hash };
}

function inputText(upstream: TaskId, output: NonNullable<TaskDocument['outputDetail']>): string {
  const parts = [output.summary.trim()];
  let length = output.summary.length;
  const left: string[] = [];
  for (const [heading, text] of Object.entries(output.sections)) {
    if (heading.toLowerCase() === 'summary' || text.trim() === '') continue;
    const part = `**${heading}**\n\n${text.trim()}`;
    if (length + part.length > maxInputLength) {
      left.push(heading);
      continue;
    }
    length += part.length;
    parts.push(part);
  }
  if (left.length > 0) parts.push(`(Too long to repeat here, see task #${upstream}: ${left.join(', ')})`);
  return parts.filter((part) => part !== '').join('\n\n');
}
