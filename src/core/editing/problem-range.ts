/** Where in a text a problem of the readers stands exactly: what has to be changed, not all that it belongs to. */
import type { TextRange } from '../base/text-edit';
import { lineEndAt } from '../markdown/blocks/line-marks';
import { jsonNodes, propertyNode } from '../markdown/features';
import type { Problem } from '../model/task';
import { checklistJson, type TaskText } from './task-text';

type Located = Pick<Problem, 'code' | 'message' | 'range'>;

/** Never empty where there is a text to mark; on one line wherever the problem is. */
export function exactRange(task: TaskText, problem: Located): TextRange {
  const { range } = problem;
  switch (problem.code) {
    case 'status_unknown':
    case 'front_matter_value':
      return valueRange(task.text, range);
    case 'depends_on_invalid':
      return itemRange(task.text, problem);
    case 'feature_duplicate':
      return jsonValue(task, range, 'id') ?? firstLine(task.text, range);
    case 'overall_progress_wrong':
      return jsonValue(task, undefined, 'overall_progress') ?? firstLine(task.text, range);
    case 'size_warning':
    case 'too_large':
      return firstLine(task.text, task.file.structure.title ?? { start: 0, end: task.text.length });
    default:
      return firstLine(task.text, range);
  }
}

/** What an entry of the front matter says, without its key; the key where it says nothing. */
export function valueRange(text: string, entry: TextRange): TextRange {
  const colon = text.indexOf(':', entry.start) + 1;
  if (colon === 0 || colon >= entry.end) return firstLine(text, entry);
  const value = text.slice(colon, entry.end);
  const start = colon + (value.length - value.trimStart().length);
  return start >= entry.end ? firstLine(text, entry) : firstLine(text, { start, end: entry.end });
}

/** The item that the message quotes first. */
function itemRange(text: string, { message, range }: Located): TextRange {
  const item = /^"([\s\S]{1,80})" in "depends_on"/.exec(message)?.[1];
  const at = item === undefined ? -1 : text.indexOf(item, text.indexOf(':', range.start));
  if (item === undefined || at < 0 || at >= range.end) return valueRange(text, range);
  return firstLine(text, { start: at, end: at + item.length });
}

/** The value of a property of the checklist, or of the feature that stands at `of`. */
function jsonValue(task: TaskText, of: TextRange | undefined, name: string): TextRange | undefined {
  const checklist = checklistJson(task);
  if (checklist === undefined) return undefined;
  const { root, features } = jsonNodes(checklist.json);
  const node = of === undefined ? root : features.find(({ offset }) => checklist.start + offset === of.start);
  const value = propertyNode(node, name)?.children?.[1];
  if (value === undefined) return undefined;
  const start = checklist.start + value.offset;
  return { start, end: start + value.length };
}

/**
 * A range of several lines says nothing: its first line, else the line it stands on; of blank lines the first one below
 * with something on it.
 */
export function firstLine(text: string, { start, end }: TextRange): TextRange {
  const from = skipBlankLines(text, Math.min(start, text.length));
  const stop = withoutBlank(text, from, Math.min(Math.max(end, from), Math.max(lineEndAt(text, from), from)));
  return stop > from ? { start: from, end: stop } : wholeLine(text, from);
}

function skipBlankLines(text: string, at: number): number {
  const gap = /^(?:[ \t]*\r?\n)+/.exec(text.slice(at))?.[0].length ?? 0;
  return at + gap < text.length ? at + gap : at;
}

function wholeLine(text: string, at: number): TextRange {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return { start, end: withoutBlank(text, start, Math.max(lineEndAt(text, start), start)) };
}

function withoutBlank(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}
