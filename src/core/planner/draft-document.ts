/** A document with headings, made into tasks: headings become tasks, lists below them features and criteria. */
import type { Block } from '../markdown/blocks/block';
import { type DocumentSection, documentSections, innerMeaning, outerMeaning } from './document-sections';
import { type Draft, draft } from './draft';
import { type ListItem, topItems } from './list-lines';
import { planBody, planLine } from './normal-plan';

export interface Drafted {
  /** Empty where the document has none. */
  readonly title: string;
  /** What stands beside the tasks, in its own Markdown. */
  readonly goal: string;
  readonly tasks: readonly Draft[];
}

/** @param blocks of the body of `text`, whose lines end in LF or CRLF */
export function draftDocument(text: string, blocks: readonly Block[]): Drafted {
  const { title, sections } = unwrapTitle(documentSections(text, blocks));
  const notes: string[] = [];
  const tasks = sections.flatMap((section) => draftSection(text, section, notes));
  return { title, goal: planBody(notes.join('\n\n')), tasks };
}

/** The only heading of level 1, or the one that holds all others, is the document's title. */
function unwrapTitle(sections: readonly DocumentSection[]) {
  const headed = sections.filter(({ level }) => level > 0);
  const [only] = headed;
  if (only === undefined || headed.length > 1 || (only.level > 1 && only.children.length === 0)) {
    return { title: '', sections };
  }
  const { title, blocks, children, bodyStart } = only;
  const end = children[0]?.start ?? only.end;
  const own =
    blocks.length === 0
      ? []
      : [{ ...only, title: '', name: '', level: 0, children: [], start: bodyStart, end }];
  return { title, sections: [...sections.filter(({ level }) => level === 0), ...own, ...children] };
}

function draftSection(text: string, section: DocumentSection, notes: string[]): readonly Draft[] {
  const meaning = section.level === 0 ? 'background' : outerMeaning(section.name);
  if (meaning === 'task') return [draftTask(text, section)];
  if (meaning === 'background') {
    notes.push(withHeading(text, section, 3));
    return [];
  }
  return draftTasks(text, section, notes);
}

/** Of a heading such as "Tasks": its sub-headings, and the items of its lists. */
function draftTasks(text: string, section: DocumentSection, notes: string[]): readonly Draft[] {
  const items = topItems(text, section.blocks).map(draftItem);
  const { rest } = split(text, section.blocks);
  if (rest !== '') notes.push(rest);
  const below = section.children.flatMap((child) =>
    outerMeaning(child.name) === 'tasks' ? draftTasks(text, child, notes) : [draftTask(text, child)],
  );
  const found = [...items, ...below];
  if (found.length > 0) return found;
  // It promises tasks and lists none: then it is one itself, or nothing at all.
  return section.blocks.length > 0 ? [draft(section.title)] : [];
}

/** An item is a title; what is nested below it are features, or criteria where they carry boxes. */
export function draftItem(item: ListItem): Draft {
  const { title, depends } = withoutDependsOn(item.text);
  const hints = [...depends, ...item.below.flatMap((line) => dependsOn(line) ?? [])];
  const features = item.below.filter((line) => dependsOn(line) === undefined);
  return draft(title === '' ? item.text : title, {
    features: features.map((description) => ({ description, steps: [] })),
    hints,
    isOrdered: item.isNumbered,
  });
}

/** `Schema (depends on: 1)` is a title and a hint. */
function withoutDependsOn(words: string): { readonly title: string; readonly depends: readonly string[] } {
  const match = /^(.*\S)\s*\((?:depends on|after|needs|requires)\b:?\s+([^()]+)\)$/i.exec(words);
  return match === null
    ? { title: words, depends: [] }
    : { title: match[1] ?? '', depends: [match[2] ?? ''] };
}

function draftTask(text: string, section: DocumentSection): Draft {
  const { title, depends } = withoutDependsOn(section.title);
  const found = new Found(text);
  found.hints.push(...depends);
  found.takeBlocks(section.blocks);
  for (const child of section.children) found.takeSection(child);
  return draft(title === '' ? 'Untitled' : title, {
    description: planBody(found.texts.join('\n\n')),
    criteria: found.criteria,
    features: found.features,
    hints: found.hints,
  });
}

class Found {
  readonly texts: string[] = [];
  readonly criteria: string[] = [];
  readonly features: { description: string; steps: readonly string[] }[] = [];
  readonly hints: string[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Items with boxes, and those below words that announce criteria, are criteria; other items are features. */
  takeBlocks(blocks: readonly Block[], as?: 'criteria' | 'features' | 'depends'): void {
    let announced: typeof as;
    for (const block of blocks) {
      if (block.kind === 'item') this.#takeItems([block], as ?? announced);
      else {
        const words = raw(this.#text, block.start, block.end);
        announced = announcement(words);
        const hint = as === 'depends' ? words : dependsOn(planLine(words));
        if (hint !== undefined) this.hints.push(hint);
        else if (announced === undefined || /\n/.test(words)) this.texts.push(words);
      }
    }
  }

  /** A sub-heading: a list with a name, or a part of the description, which keeps its heading. */
  takeSection(section: DocumentSection): void {
    const meaning = innerMeaning(section.name);
    if (meaning === 'criteria' || meaning === 'features' || meaning === 'depends') {
      this.takeBlocks(section.blocks, meaning);
      for (const child of section.children) this.takeSection(child);
    } else {
      this.texts.push(withHeading(this.#text, section, 4));
    }
  }

  #takeItems(blocks: readonly Block[], as: 'criteria' | 'features' | 'depends' | undefined): void {
    for (const { text, below, hasBox } of topItems(this.#text, blocks)) {
      const hint = as === 'depends' ? text : dependsOn(text);
      if (hint !== undefined) this.hints.push([hint, ...below].join(', '));
      else if (as === 'criteria' || (as === undefined && hasBox))
        this.criteria.push([text, ...below].join('; '));
      else this.features.push({ description: text, steps: below });
    }
  }
}

/** `Acceptance criteria:` above a list says what the list is. */
function announcement(words: string): 'criteria' | 'features' | undefined {
  if (words.length > 80 || (!words.endsWith(':') && !/[:]\W*$/.test(words))) return undefined;
  const meaning = innerMeaning(words.replace(/[*_:]/g, '').trim().toLowerCase());
  return meaning === 'criteria' || meaning === 'features' ? meaning : undefined;
}

/** What a line of its own names: `**Depends on:** Schema`. */
function dependsOn(line: string): string | undefined {
  return /^(?:\*\*|__)?(?:depends on|dependencies|blocked by|after|requires)(?:\*\*|__)?\s*:(?:\*\*|__)?\s*(.*)$/is.exec(
    line,
  )?.[1];
}

/** What is no list among the blocks. */
function split(text: string, blocks: readonly Block[]): { readonly rest: string } {
  const texts = blocks.filter(({ kind }) => kind !== 'item').map(({ start, end }) => raw(text, start, end));
  return { rest: texts.join('\n\n') };
}

/** A part of the document below a heading of another level: its own would end the part of the plan that it is put in. */
function withHeading(text: string, { title, bodyStart, end }: DocumentSection, level: number): string {
  const body = raw(text, bodyStart, end);
  if (title === '') return body;
  return [`${'#'.repeat(level)} ${title}`, body].filter((part) => part !== '').join('\n\n');
}

function raw(text: string, start: number, end: number): string {
  return text.slice(start, end).replaceAll('\r\n', '\n').trim();
}
