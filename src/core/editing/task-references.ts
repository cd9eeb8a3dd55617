/** Every place of a task file that names a task: its own title, what it depends on, chain inputs, and words. */
import type { TextRange } from '../base/text-edit';
import type { Block } from '../markdown/blocks/block';
import { isTaskId, type TaskId } from '../model/task';
import { codeRanges, codeSpans, rangeAround } from './plain-places';
import type { TaskText } from './task-text';

export interface TaskReference {
  readonly id: TaskId;
  /** The id alone, without `#` and quotes. */
  readonly range: TextRange;
  /** Id with the `#` before it, where there is one. */
  readonly whole: TextRange;
  readonly kind: 'title' | 'depends_on' | 'input' | 'marker' | 'mention';
  /** It can mean nothing but the task. `#12` in a sentence may be an issue or a pull request. */
  readonly certain: boolean;
  /** In Git History, which is a record of what others have written. */
  readonly recorded: boolean;
}

type Found = Pick<TaskReference, 'id' | 'range' | 'kind'> & { readonly certain?: boolean };

/** Hover, renaming and problems ask of the same text one after the other. */
const readBefore = new WeakMap<TaskText, readonly TaskReference[]>();

/** In file order, none twice. Tasks that do not exist are named too. */
export function taskReferences(task: TaskText): readonly TaskReference[] {
  const known = readBefore.get(task);
  if (known !== undefined) return known;
  const references = readReferences(task);
  readBefore.set(task, references);
  return references;
}

function readReferences(task: TaskText): readonly TaskReference[] {
  const structural = [
    ...titleReference(task),
    ...upstreamReferences(task),
    ...headingReferences(task),
    ...markerReferences(task),
  ];
  const taken = new Set(structural.map(({ range }) => range.start));
  const mentions = mentionReferences(task).filter(({ range }) => !taken.has(range.start));
  const history = task.file.structure.sections.get('history');
  return [...structural, ...mentions]
    .sort((a, b) => a.range.start - b.range.start)
    .map(({ id, range, kind, certain = true }) => ({
      ...{ id, range, kind, certain },
      whole: { start: task.text[range.start - 1] === '#' ? range.start - 1 : range.start, end: range.end },
      recorded: history !== undefined && range.start >= history.start && range.start < history.end,
    }));
}

/** The one that the offset stands in or behind. */
export function referenceAt(references: readonly TaskReference[], offset: number): TaskReference | undefined {
  return references.find(({ whole }) => offset >= whole.start && offset <= whole.end);
}

function found(id: string | undefined, start: number, kind: Found['kind'], certain = true): readonly Found[] {
  if (!isTaskId(id)) return [];
  return [{ id, range: { start, end: start + id.length }, kind, certain }];
}

const titleHead = /^[ \t]*#*[^\S\n]*task[ \t]*#?[ \t]*/i;

function titleReference({ text, file, outline }: TaskText): readonly Found[] {
  const { title } = file.structure;
  const head = title && titleHead.exec(text.slice(title.start, title.end));
  if (title === undefined || !head || outline.id === undefined) return [];
  const start = title.start + head[0].length;
  return text.startsWith(outline.id, start) ? found(outline.id, start, 'title') : [];
}

/** Quoted items, plain items, and comments, which are passed over. */
const upstreamToken = /"([^"\n]*)"|'([^'\n]*)'|(?:^|[ \t])#.*$|([^\s,[\]"'#][^\s,[\]]*)/gm;

function upstreamReferences({ text, file, outline }: TaskText): readonly Found[] {
  const range = file.frontMatter.entries.get('depends_on')?.range;
  if (range === undefined) return [];
  const valueStart = text.indexOf(':', range.start) + 1;
  const upstream = new Set<string>(outline.dependsOn);
  return [...text.slice(valueStart, range.end).matchAll(upstreamToken)].flatMap((match) => {
    const written = match[1] ?? match[2] ?? match[3];
    if (written === undefined) return [];
    const id = written.trim().replace(/^#/, '');
    if (!upstream.has(id)) return [];
    const start = valueStart + match.index + match[0].indexOf(written) + written.indexOf(id);
    return found(id, start, 'depends_on');
  });
}

const inputHead = /^[ \t]*#*[^\S\n]*from[ \t]+(?:task[ \t]*)?(?:#[ \t]*)?([^\s:#]+)/i;

/** All headings that name an upstream task, also those of inputs that stand twice. */
function headingReferences({ text, file: { structure } }: TaskText): readonly Found[] {
  const inputs = structure.sections.get('inputs');
  if (inputs === undefined) return [];
  return structure.blocks.slice(inputs.first, inputs.last).flatMap((block) => {
    if (block.kind !== 'heading') return [];
    const match = inputHead.exec(text.slice(block.start, block.end));
    const id = match?.[1];
    if (!match || id === undefined) return [];
    return found(id, block.start + match[0].length - id.length, 'input');
  });
}

const marker = /^<!--[ \t]*baton:input\b[^\n]*?[ \t]from=([A-Za-z0-9._-]+)/;

function markerReferences({ text, file }: TaskText): readonly Found[] {
  return file.structure.blocks.flatMap((block: Block) => {
    if (block.kind !== 'comment') return [];
    const match = marker.exec(text.slice(block.start, Math.min(block.end, block.start + 400)));
    const id = match?.[1];
    if (!match || id === undefined) return [];
    return found(id, block.start + match[0].length - id.length, 'marker');
  });
}

/** Not in an address, an entity, a heading's hashes or the target of a link. */
const mention = /(?<![\w#&/\\]|\]\()#([A-Za-z0-9][A-Za-z0-9._-]{0,80})/g;

function mentionReferences(task: TaskText): readonly Found[] {
  const { text, file } = task;
  const code = codeRanges(task);
  const from = file.structure.bodyStart;
  const spans = codeSpans(text, from);
  const mentions: Found[] = [];
  for (const match of text.slice(from).matchAll(mention)) {
    const at = from + match.index;
    const id = (match[1] ?? '').replace(/\.\..*$/, '').replace(/[._-]+$/, '');
    if (rangeAround(code, at) !== undefined || rangeAround(spans, at) !== undefined) continue;
    const certain = !/^\d+$/.test(id) || /\btasks?[ \t]*$/i.test(text.slice(Math.max(from, at - 12), at));
    mentions.push(...found(id, at + 1, 'mention', certain));
  }
  return mentions;
}
