/** What could be written at an offset of a task file, from the text alone, however unfinished it is. */
import type { TextRange } from '../base/text-edit';
import { lineEndAt } from '../markdown/blocks/line-marks';
import { type ContextLineName, contextLineNames } from '../markdown/context-lines';
import { locateFrontMatter } from '../markdown/front-matter/front-matter';
import { codeRanges, isInCodeSpan, rangeAround } from './plain-places';
import type { TaskText } from './task-text';

export type CompletionPlace =
  | {
      /** Front matter: a key at the start of a line. */
      readonly kind: 'key';
      readonly range: TextRange;
      /** Keys that stand there already. */
      readonly taken: readonly string[];
    }
  | { readonly kind: 'status' | 'recurs' | 'time' | 'day'; readonly range: TextRange }
  | {
      readonly kind: 'upstream';
      readonly range: TextRange;
      /** No quote stands before or behind it, so the value brings its own. */
      readonly quotes: boolean;
    }
  /** The whole of `#id`; the range begins at the hash. */
  | { readonly kind: 'mention'; readonly range: TextRange }
  | { readonly kind: 'context'; readonly name: ContextLineName; readonly range: TextRange }
  /** Words of the body: ids of features may stand here. */
  | { readonly kind: 'word'; readonly range: TextRange }
  /** The heading of the next session, on an empty line of the log. */
  | { readonly kind: 'session'; readonly range: TextRange }
  | { readonly kind: 'checklist'; readonly offset: number };

/** Undefined where nothing of ours is written. */
export function completionPlace(task: TaskText, offset: number): CompletionPlace | undefined {
  const { text, checklist } = task;
  if (checklist !== undefined && offset >= checklist.contentStart && offset <= checklist.contentEnd) {
    return { kind: 'checklist', offset: offset - checklist.contentStart };
  }
  const front = locateFrontMatter(text);
  if (front !== undefined && offset < front.next) {
    return offset >= front.yaml.start && offset <= front.yaml.end
      ? frontMatterPlace(text, front.yaml, offset)
      : undefined;
  }
  return bodyPlace(task, offset);
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** The line up to the offset. */
  readonly before: string;
  readonly text: string;
}

function lineAround(text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = Math.max(lineEndAt(text, offset), offset);
  return { start, end, before: text.slice(start, offset), text: text.slice(start, end) };
}

const scalarKinds = new Map<string, 'status' | 'recurs' | 'time' | 'day'>([
  ['status', 'status'],
  ['recurs', 'recurs'],
  ['created', 'time'],
  ['completed', 'time'],
  ['next_due', 'day'],
]);

function frontMatterPlace(text: string, yaml: TextRange, offset: number): CompletionPlace | undefined {
  const line = lineAround(text, offset);
  if (/(?:^|\s)#/.test(line.before)) return undefined;
  if (/^[\w-]*$/.test(line.before)) return keyPlace(text, yaml, line);
  const key = /^([\w-]+):[ \t]*/.exec(line.before);
  const name = key?.[1] ?? (/^[ \t]*-[ \t]/.test(line.before) ? keyAbove(text, yaml, line.start) : undefined);
  if (name === 'depends_on') return upstreamPlace(line, offset);
  const kind = name === undefined ? undefined : scalarKinds.get(name);
  if (kind === undefined || key === null) return undefined;
  const behind = line.text.slice(key[0].length);
  const comment = behind.search(/(?<=[ \t])#/);
  const value = (comment < 0 ? behind : behind.slice(0, comment)).trimEnd();
  const start = line.start + key[0].length;
  return { kind, range: { start, end: Math.max(start + value.length, offset) } };
}

function keyPlace(text: string, yaml: TextRange, line: Line): CompletionPlace {
  const others = text.slice(yaml.start, line.start) + text.slice(line.end, yaml.end);
  const taken = [...others.matchAll(/^([\w-]+):/gm)].map((match) => match[1] ?? '');
  const length = /^[\w-]*(?::[ \t]*$)?/.exec(line.text)?.[0].length ?? 0;
  return { kind: 'key', range: { start: line.start, end: line.start + length }, taken };
}

/** The key that a line of a block list belongs to. */
function keyAbove(text: string, yaml: TextRange, lineStart: number): string | undefined {
  const above = text.slice(yaml.start, lineStart).split('\n').slice(0, -1).reverse();
  const owner = above.find((line) => !/^[ \t]*(?:-[ \t]|#|\r?$)/.test(line));
  return /^([\w-]+):[ \t]*\r?$/.exec(owner ?? '')?.[1];
}

function upstreamPlace(line: Line, offset: number): CompletionPlace {
  const start = offset - signsBefore(line).length;
  const quoted = /["']#?$/.test(line.before.slice(0, start - line.start));
  return { kind: 'upstream', range: { start, end: wordEnd(line, offset) }, quotes: !quoted };
}

const contextLine =
  /^([ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)?(PRD|Epic|Repository|Agent)(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*)/i;

function bodyPlace(task: TaskText, offset: number): CompletionPlace | undefined {
  const { text, file } = task;
  const line = lineAround(text, offset);
  if (rangeAround(codeRanges(task), offset) !== undefined || isInCodeSpan(text, offset)) {
    return isInCodeSpan(text, offset) ? wordPlace(line, offset) : undefined;
  }
  const mention = /(?<![\w#&/\\]|\]\()#([A-Za-z0-9._-]*)$/.exec(line.before);
  // At the start of a line a hash begins a heading.
  if (mention !== null && (mention.index > 0 || (mention[1] ?? '') !== '')) {
    return { kind: 'mention', range: { start: line.start + mention.index, end: wordEnd(line, offset) } };
  }
  const context = contextLine.exec(line.before);
  const name = contextLineNames.find((one) => one.toLowerCase() === context?.[2]?.toLowerCase());
  if (context && name !== undefined) {
    const start = line.start + context[0].length;
    return {
      kind: 'context',
      name,
      // A cursor behind trailing blanks is held too.
      range: { start, end: Math.max(offset, line.start + line.text.trimEnd().length) },
    };
  }
  const log = file.structure.sections.get('log');
  const inLog = log !== undefined && offset >= log.start && offset <= log.end;
  if (inLog && /^#{0,6}[ \t]*$/.test(line.text))
    return { kind: 'session', range: { start: line.start, end: line.end } };
  return wordPlace(line, offset);
}

function wordPlace(line: Line, offset: number): CompletionPlace {
  const word = signsBefore(line).replace(/^[._-]+/, '').length;
  return { kind: 'word', range: { start: offset - word, end: wordEnd(line, offset) } };
}

/** What may be of an id, up to the cursor. Backward, since a pattern would begin anew at each sign of a long line. */
function signsBefore({ before }: Line): string {
  let start = before.length;
  while (start > 0 && /[A-Za-z0-9._-]/.test(before.charAt(start - 1))) start--;
  return before.slice(start);
}

function wordEnd(line: Line, offset: number): number {
  return offset + (/^[A-Za-z0-9._-]*/.exec(line.text.slice(line.before.length))?.[0].length ?? 0);
}
