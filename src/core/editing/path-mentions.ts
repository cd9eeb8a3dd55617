/** Paths that a task file names: its PRD, the files of its output, the files that evidence rests on. */
import type { TextRange } from '../base/text-edit';
import { lineEndAt, nextLineAt } from '../markdown/blocks/line-marks';
import { outputParts } from '../markdown/chain-output';
import { contextLines } from '../markdown/context-lines';
import { featureNodes, propertyNode } from '../markdown/features';
import { headingName } from '../markdown/headings';
import { codeRanges, rangeAround } from './plain-places';
import { checklistJson, type TaskText } from './task-text';

export interface PathMention {
  /** As written, `/` as separator, without anchor and line number. */
  readonly path: string;
  readonly range: TextRange;
  readonly from: 'prd' | 'output' | 'feature';
}

export function pathMentions(task: TaskText): readonly PathMention[] {
  return [...prdMention(task), ...featureMentions(task), ...outputMentions(task)].sort(
    (a, b) => a.range.start - b.range.start,
  );
}

/**
 * Where a path may lie, most likely first, as absolute paths with `/`: beside the task file or below the workspace
 * folder. Nothing outside the workspace folder is looked at, whatever a file of somebody else names.
 */
export function pathCandidates(mention: PathMention, root: string, taskFolder: string): readonly string[] {
  if (/^(?:[a-z][\w+.-]*:|[/\\~])/i.test(mention.path)) return [];
  const bases = mention.from === 'prd' ? [taskFolder, root] : [root, taskFolder];
  const candidates = bases.map((base) => normalised(`${base}/${mention.path}`));
  return [...new Set(candidates)].filter((path) => path.startsWith(`${root}/`));
}

function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

function prdMention({ text, file }: TaskText): readonly PathMention[] {
  const line = contextLines(file.structure).get('PRD');
  if (line?.value === undefined) return [];
  // A Markdown link is VS Code's own business.
  if (/^\[.*\]\(.*\)$/.test(line.value)) return [];
  return mentionIn(text, line.valueRange, 'prd');
}

function featureMentions(task: TaskText): readonly PathMention[] {
  const checklist = checklistJson(task);
  if (checklist === undefined || !checklist.json.includes('"files"')) return [];
  return featureNodes(checklist.json).flatMap((feature) => {
    const list = propertyNode(feature, 'files')?.children?.[1];
    return (list?.type === 'array' ? (list.children ?? []) : []).flatMap((node) => {
      if (node.type !== 'string' || node.length < 3) return [];
      const start = checklist.start + node.offset + 1;
      return mentionIn(task.text, { start, end: start + node.length - 2 }, 'feature');
    });
  });
}

/** What a list item begins with, in code marks or without. */
const outputItem = /^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?:\*\*|__)?(?:`([^`\n]+)`|([^\s`*]+))/;

function outputMentions(task: TaskText): readonly PathMention[] {
  const { text, file } = task;
  const code = codeRanges(task);
  return outputParts(file.structure)
    .filter(({ name }) => headingName(name).startsWith('files'))
    .flatMap(({ start, end }) => {
      const found: PathMention[] = [];
      for (let line = start; line < end; line = nextLineAt(text, line)) {
        if (rangeAround(code, line) !== undefined) continue;
        const words = text.slice(line, Math.min(lineEndAt(text, line), end));
        const match = outputItem.exec(words);
        const path = within(match?.[1] ?? match?.[2] ?? '', '', ':,;');
        const start = line + (match === null ? 0 : match[0].lastIndexOf(path));
        found.push(...mentionIn(text, { start, end: start + path.length }, 'output'));
      }
      return found;
    });
}

/** Without these characters at either end; a pattern that looks for an end is slow on long runs. */
function within(words: string, before: string, after: string): string {
  let start = 0;
  let end = words.length;
  while (start < end && before.includes(words.charAt(start))) start++;
  while (end > start && after.includes(words.charAt(end - 1))) end--;
  return words.slice(start, end);
}

/** Nothing for patterns, commands and addresses: what is no plain path is not judged. */
function mentionIn(text: string, range: TextRange, from: PathMention['from']): readonly PathMention[] {
  const written = text.slice(range.start, range.end);
  const bare = within(written, '`"\'<', '`"\'>');
  const start = range.start + written.indexOf(bare);
  const path = bare.replace(/(?:#.*|:\d+(?::\d+)?)$/, '').replaceAll('\\', '/');
  const isPlain =
    path.length <= 300 && !/[*?{}$<>|\s]|:\/\//.test(path) && /\/|.\.[A-Za-z]\w{0,7}$/.test(path);
  return isPlain ? [{ path, range: { start, end: start + bare.length }, from }] : [];
}
