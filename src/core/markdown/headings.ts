/** What headings say: titles, section names, sessions, upstream tasks. Liberal in form, since people and agents write them. */
import { isTaskId, type TaskId } from '../model/task';
import type { Block } from './blocks/block';

export type SectionKind =
  | 'context'
  | 'description'
  | 'criteria'
  | 'inputs'
  | 'checklist'
  | 'log'
  | 'history'
  | 'output';

/** Names nothing else is called: they make a section at heading levels 1–3, wherever they stand. */
const fullNames = new Map<string, SectionKind>([
  ['static context', 'context'],
  ['chain inputs', 'inputs'],
  ['chain input', 'inputs'],
  ['feature checklist', 'checklist'],
  ['progress log', 'log'],
  ['session log', 'log'],
  ['git history', 'history'],
  ['chain output', 'output'],
  ['chain outputs', 'output'],
]);

/** Names that also occur inside sections: they count only at the level of the sections themselves. */
const shortNames = new Map<string, SectionKind>([
  ['context', 'context'],
  ['inputs', 'inputs'],
  ['features', 'checklist'],
  ['checklist', 'checklist'],
  ['progress', 'log'],
  ['log', 'log'],
  ['sessions', 'log'],
  ['commits', 'history'],
  ['output', 'output'],
]);

const contextParts = new Map<string, SectionKind>([
  ['task description', 'description'],
  ['description', 'description'],
  ['acceptance criteria', 'criteria'],
  ['criteria', 'criteria'],
]);

export const deepestSectionLevel = 3;

export function fullSectionName(name: string): SectionKind | undefined {
  return fullNames.get(name);
}

export function shortSectionName(name: string): SectionKind | undefined {
  return shortNames.get(name);
}

export function contextPartName(name: string): SectionKind | undefined {
  return contextParts.get(name);
}

/** The raw text of a heading: hashes, closing hashes or underline taken off, lines joined by a space. */
export function headingText(text: string, block: Block): string {
  const raw = text.slice(block.start, block.end);
  if (raw.includes('\n'))
    return raw
      .slice(0, raw.lastIndexOf('\n'))
      .split('\n')
      .map((line) => line.trim())
      .join(' ');
  return withoutClosingHashes(raw.slice(block.level).trim());
}

function withoutClosingHashes(raw: string): string {
  let end = raw.length;
  while (end > 0 && raw[end - 1] === '#') end--;
  if (end === raw.length) return raw;
  if (end === 0) return '';
  return raw[end - 1] === ' ' || raw[end - 1] === '\t' ? raw.slice(0, end).trimEnd() : raw;
}

const maximumNameLength = 120;
/** Most headings are only words, or a session with its time, and every heading of every file passes here. */
const plainName = /^(?:[A-Za-z]+(?: [A-Za-z]+){0,9}|Session \d+ - [\d :-]*\d)$/;

/** A heading's words for comparison: no number, no emphasis, nothing in parentheses, lower case. */
export function headingName(heading: string): string {
  if (plainName.test(heading)) return heading.toLowerCase();
  const bare = heading.slice(0, maximumNameLength).replace(/[*_`]/g, '');
  const open = bare.indexOf('(');
  const words = (open > 0 ? bare.slice(0, open) : bare).replace(/^[^A-Za-z0-9]+/, '');
  const unnumbered = words.replace(/^\d{1,3}(?:\.\d{1,3})*[.):]?[ \t]+/, '').replace(/[ \t:]+$/, '');
  return unnumbered.toLowerCase().replace(/[ \t]+/g, ' ');
}

export interface TitleParts {
  readonly id: TaskId | undefined;
  readonly title: string;
  /** What stands where the id should, when it is none. */
  readonly invalidId: string | undefined;
  /** The heading follows the form `Task #id: title`. */
  readonly isTask: boolean;
}

const taskWithHash = /^task[ \t]*#[ \t]*([^\s:]*)(.*)$/i;
const taskWithoutHash = /^task[ \t]+([A-Za-z0-9._-]+)[ \t]*(:.*)$/i;

/** Reads `Task #101: JWT Service - State` and its variants; any other heading is a title without an id. */
export function parseTitle(heading: string): TitleParts {
  const withoutHash = taskWithoutHash.exec(heading);
  // Without a hash only an id with a digit tells it from a sentence.
  const match = taskWithHash.exec(heading) ?? (/\d/.test(withoutHash?.[1] ?? '') ? withoutHash : null);
  if (match === null) {
    return {
      id: undefined,
      title: titleWords(heading),
      invalidId: undefined,
      isTask: false,
    };
  }
  const id = match[1] ?? '';
  const rest = (match[2] ?? '').trimStart().replace(/^[:\u2013\u2014-]/, '');
  return {
    id: isTaskId(id) ? id : undefined,
    title: titleWords(rest),
    invalidId: isTaskId(id) ? undefined : id,
    isTask: true,
  };
}

/**
 * Takes one trailing `- State` off, by hand: a pattern with two blank runs would be slow on long blank lines. Only
 * without it do trailing hashes stand at the heading's end, where they are written with a backslash.
 */
function titleWords(written: string): string {
  const title = written.trim();
  if (!/state$/i.test(title.slice(-5))) return unescapeHeading(title);
  const before = title.slice(0, -5).trimEnd();
  const head = before.slice(0, -1);
  if (!/[\u2013\u2014-]$/.test(before) || (head !== '' && !/\s$/.test(head))) return title;
  return head.trim();
}

export interface SessionHeading {
  readonly session: number;
  readonly at: string | undefined;
  readonly automatic: boolean;
}

/** `Session 2 - 2024-11-26 15:45`, with any dash, brackets or none; undefined for other headings. */
export function parseSession(heading: string): SessionHeading | undefined {
  const plain = heading.replace(/[*_`]/g, '').trim();
  const match = /^session[ \t]*(?:#[ \t]*)?(\d{1,9})(?![\w.])(.*)$/i.exec(plain);
  if (match === null) return undefined;
  const rest = (match[2] ?? '').trim();
  const automatic = /\(automatic\)$/i.test(rest.slice(-11));
  const words = (automatic ? rest.slice(0, -11) : rest).replace(/^[\u2013\u2014:|,-]+/, '').trim();
  const bracketed = /^\(([^()]*)\)$/.exec(words);
  const at = (bracketed?.[1] ?? words).trim();
  return { session: Number(match[1]), at: at === '' ? undefined : at, automatic };
}

export interface InputHeading {
  readonly from: TaskId;
  readonly title: string;
}

/** `From Task #100: Database Schema`; undefined for other headings. */
export function parseInput(heading: string): InputHeading | undefined {
  const match = /^from[ \t]+(?:task[ \t]*)?(?:#[ \t]*)?([^\s:#]+)(.*)$/i.exec(heading.trim());
  const from = match?.[1];
  if (!isTaskId(from)) return undefined;
  const title = (match?.[2] ?? '')
    .trim()
    .replace(/^[:\u2013\u2014-]/, '')
    .trim();
  return { from, title: unescapeHeading(title) };
}

/** Keeps trailing hashes of a text from being read as the closing hashes of a heading. */
export function escapeHeading(text: string): string {
  return text.replace(/(^|\s)(\\*)(#+)$/, '$1\\$2$3');
}

/** The reverse of `escapeHeading`. */
export function unescapeHeading(text: string): string {
  if (!text.endsWith('#')) return text;
  return text.replace(/(^|\s)\\(\\*)(#+)$/, '$1$2$3');
}
