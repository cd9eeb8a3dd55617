/**
 * One entry in an agent's own settings file, set or removed as an edit: comments, order, line ends and everything that
 * is not the entry stay as they are, to the character.
 */
import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
} from 'jsonc-parser';
import { BatonError } from '../base/baton-error';
import { inlineToml, type Json } from './toml';

export interface SettingsEntry {
  readonly format: 'json' | 'toml';
  /** Keys down to the entry. */
  readonly at: readonly string[];
  /** Undefined removes it. */
  readonly value: { readonly [key: string]: Json } | undefined;
}

export interface ChangedSettings {
  readonly change: 'none' | 'added' | 'replaced' | 'removed';
  /** The whole file as it is to be. */
  readonly text: string;
}

/**
 * @param text the file as it is; empty when there is none
 * @throws `invalid_config` when the file cannot be edited without guessing
 */
export function setSettingsEntry(text: string, entry: SettingsEntry): ChangedSettings {
  const bom = text.startsWith('\ufeff') ? '\ufeff' : '';
  const body = text.slice(bom.length);
  const changed = entry.format === 'json' ? setJsonEntry(body, entry) : setTomlEntry(body, entry);
  if (entry.format === 'json' && changed.text !== body) requireSound(body, changed.text);
  return { ...changed, text: bom + changed.text };
}

/** What a change of the entry shows of a file: of JSON, where others may share its line, the entry alone. */
export function shownOf(text: string, { format, at }: SettingsEntry): string {
  if (format === 'toml') return text;
  const body = text.replace(/^\ufeff/, '');
  const tree = parseTree(body, [], { allowTrailingComma: true });
  const property = tree && findNodeAtLocation(tree, [...at])?.parent;
  if (property === undefined) return '';
  return (indentOf(body, property.offset) ?? '') + body.slice(property.offset, endOf(property));
}

function setJsonEntry(text: string, { at, value }: SettingsEntry): ChangedSettings {
  if (text.trim() === '') {
    if (value === undefined) return { change: 'none', text };
    return { change: 'added', text: `${JSON.stringify(nested(at, value), null, 2)}\n` };
  }
  const tree = readableTree(text);
  const path = [...at];
  const present = findNodeAtLocation(tree, path);
  if (present !== undefined) {
    if (value === undefined) return { change: 'removed', text: withoutProperty(text, present) };
    if (sameJson(getNodeValue(present), value)) return { change: 'none', text };
    const written = spread(text, value, indentOf(text, present.parent?.offset ?? 0) ?? '');
    return { change: 'replaced', text: replaced(text, present.offset, endOf(present), written) };
  }
  if (value === undefined) return { change: 'none', text };
  const { object, rest } = deepestObject(tree, path);
  const [key = '', ...deeper] = rest;
  return { change: 'added', text: withProperty(text, object, key, nested(deeper, value)) };
}

function nested(keys: readonly string[], value: Json): Json {
  return keys.reduceRight<Json>((held, key) => ({ [key]: held }), value);
}

function readableTree(text: string): Node {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (tree?.type === 'object' && first === undefined) return tree;
  const line = text.slice(0, first?.offset ?? 0).split('\n').length;
  throw uneditable(first ? `it is not valid JSON (line ${line})` : 'it does not hold a JSON object');
}

/** Whatever stood in the file: an agent that cannot read its settings may not start. */
function requireSound(before: string, after: string): void {
  const errorsIn = (text: string, allowTrailingComma: boolean) => {
    const errors: ParseError[] = [];
    parseTree(text, errors, { allowTrailingComma });
    return errors.length;
  };
  if (errorsIn(after, errorsIn(before, false) > 0) === 0) return;
  throw uneditable('the change would leave it as no valid JSON');
}

/** The object on the way to the entry that is there already, and the keys below it. */
function deepestObject(tree: Node, path: readonly string[]): { object: Node; rest: readonly string[] } {
  let object = tree;
  for (let depth = 1; depth <= path.length; depth++) {
    const node = findNodeAtLocation(tree, path.slice(0, depth));
    if (node === undefined) return { object, rest: path.slice(depth - 1) };
    // Somebody may use the name for something else.
    if (node.type !== 'object') throw uneditable(`"${path.slice(0, depth).join('.')}" is not an object`);
    object = node;
  }
  return { object, rest: [] };
}

/** After the last property, laid out as that one is; in an object of one line, on that line. */
function withProperty(text: string, object: Node, key: string, value: Json): string {
  const name = JSON.stringify(key);
  const last = object.children?.at(-1);
  if (last === undefined) return withFirstProperty(text, object, name, value);
  const indent = indentOf(text, last.offset);
  const added =
    indent === undefined
      ? `, ${name}: ${JSON.stringify(value)}`
      : `,${eolOf(text)}${indent}${name}: ${spread(text, value, indent)}`;
  return replaced(text, endOf(last), endOf(last), added);
}

/** What stands between the braces may be a comment. */
function withFirstProperty(text: string, object: Node, name: string, value: Json): string {
  const outer = /^[ \t]*/.exec(lineUpTo(text, object.offset))?.[0] ?? '';
  const inner = outer + unitOf(text);
  const eol = eolOf(text);
  const between = text.slice(object.offset + 1, endOf(object) - 1);
  const close = between.trim() === '' ? `${eol}${outer}` : between;
  return replaced(
    text,
    object.offset + 1,
    endOf(object) - 1,
    `${eol}${inner}${name}: ${spread(text, value, inner)}${close}`,
  );
}

/** With its comma, and its lines where it has them to itself. A comment before the comma stays. */
function withoutProperty(text: string, value: Node): string {
  const property = value.parent;
  const siblings = property?.parent?.children ?? [];
  if (property === undefined) throw new RangeError('The entry is not a property');
  const before = siblings[siblings.indexOf(property) - 1];
  const comma = commaAfter(text, property);
  let end = comma === undefined ? endOf(property) : comma + 1;
  const comment = comma === undefined ? '' : text.slice(endOf(property), comma).trimStart();
  if (comment !== '') return replaced(text, property.offset, end, comment);
  let start = property.offset;
  if (indentOf(text, start) !== undefined) {
    start -= lineUpTo(text, start).length;
    const blank = /^[ \t]*\r?\n/.exec(text.slice(end))?.[0].length;
    if (blank !== undefined) end += blank;
  }
  const rest = replaced(text, start, end, '');
  // The comma that led to it would now lead nowhere.
  const lead = comma === undefined && before !== undefined ? commaAfter(text, before) : undefined;
  if (lead === undefined || before === undefined) return rest;
  const gap = text.slice(endOf(before), lead);
  return replaced(rest, endOf(before), lead + 1, gap.trim() === '' ? '' : gap);
}

/** Where the comma after a property stands; comments may come first. */
function commaAfter(text: string, property: Node): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(endOf(property));
  scanner.scan();
  return text[scanner.getTokenOffset()] === ',' ? scanner.getTokenOffset() : undefined;
}

function replaced(text: string, start: number, end: number, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

function lineUpTo(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
}

/** The blanks before an offset when it is the first thing on its line; undefined when it is not. */
function indentOf(text: string, offset: number): string | undefined {
  const line = lineUpTo(text, offset);
  return line.trim() === '' ? line : undefined;
}

/** One step of the file's own indentation. */
function unitOf(text: string): string {
  return /^[{[][^\n]*\n([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function spread(text: string, value: Json, indent: string): string {
  return JSON.stringify(value, null, unitOf(text)).replaceAll('\n', `${eolOf(text)}${indent}`);
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * TOML is edited by whole tables only: ours is appended at the end, where a table may always stand, and taken out or
 * replaced from its header to its last line.
 */
function setTomlEntry(text: string, { at, value }: SettingsEntry): ChangedSettings {
  const lines = text.split(/(?<=\n)/);
  const found = tableIn(lines, at);
  requireReadable(text, found !== undefined);
  if (found === undefined && namedElsewhere(lines, at)) {
    throw uneditable(`"${at.join('.')}" is written there in a form that Baton does not edit`);
  }
  const eol = eolOf(text);
  const table = value && tomlTable(at, value, eol);
  if (found === undefined) {
    if (table === undefined) return { change: 'none', text };
    return { change: 'added', text: appended(text, table, eol) };
  }
  const before = lines.slice(0, found.start).join('');
  const present = lines.slice(found.start, found.end).join('');
  const after = lines.slice(found.end).join('');
  if (table === undefined) {
    requireWhole(lines, at);
    return { change: 'removed', text: withoutGap(before, eol) + after };
  }
  if (present.trim() === table.trim()) return { change: 'none', text };
  return { change: 'replaced', text: before + table + after };
}

function tomlTable(at: readonly string[], value: NonNullable<SettingsEntry['value']>, eol: string): string {
  const pairs = Object.entries(value).map(([key, held]) => `${key} = ${inlineToml(held)}`);
  return [`[${at.join('.')}]`, ...pairs, ''].join(eol);
}

function appended(text: string, table: string, eol: string): string {
  if (text.trim() === '') return table;
  return `${text}${text.endsWith('\n') ? '' : eol}${eol}${table}`;
}

/** Without the blank line that was put in front of the table when it was appended. */
function withoutGap(before: string, eol: string): string {
  return before.endsWith(eol + eol) ? before.slice(0, -eol.length) : before;
}

/** Lines from the table's header to its last pair; what leads to the next table is not its own. */
function tableIn(
  lines: readonly string[],
  at: readonly string[],
): { readonly start: number; readonly end: number } | undefined {
  const start = lines.findIndex((line) => sameKeys(headerOf(line), at));
  if (start < 0) return undefined;
  const next = lines.findIndex((line, index) => index > start && /^\s*\[/.test(line));
  let end = next < 0 ? lines.length : next;
  while (end > start + 1 && /^\s*(#|$)/.test(lines[end - 1] ?? '')) end--;
  return { start, end };
}

/** The keys of a table's header, or undefined for any other line. Quoted keys that hold dots or quotes are not ours. */
function headerOf(line: string): readonly string[] | undefined {
  const [, keys] = /^\s*\[([^[\]]+)\]\s*(#.*)?$/.exec(line.trimEnd()) ?? [];
  return keys?.split('.').map((key) => key.trim().replace(/^(["'])(.*)\1$/, '$2'));
}

function sameKeys(keys: readonly string[] | undefined, at: readonly string[]): boolean {
  return keys !== undefined && keys.length === at.length && keys.every((key, index) => key === at[index]);
}

/** As a sub-table, an inline table or a dotted key. */
function namedElsewhere(lines: readonly string[], at: readonly string[]): boolean {
  const [first = '', ...rest] = at;
  const last = rest.at(-1) ?? '';
  let inParent = false;
  return lines.some((line) => {
    const header = headerOf(line);
    if (header !== undefined) {
      inParent = sameKeys(header, at.slice(0, -1));
      return isBelow(header, at);
    }
    const key = /^\s*(["']?)([A-Za-z0-9_-]+)\1\s*[.=]/.exec(line)?.[2];
    return inParent ? key === last : key === first && line.includes(last);
  });
}

/** A table below ours would stay, as a server without a command: some agents do not start with that. */
function requireWhole(lines: readonly string[], at: readonly string[]): void {
  const below = lines.map(headerOf).find((keys) => keys !== undefined && isBelow(keys, at));
  if (below !== undefined) throw uneditable(`"${below.join('.')}" would stay behind`);
}

function isBelow(keys: readonly string[], at: readonly string[]): boolean {
  return keys.length > at.length && sameKeys(keys.slice(0, at.length), at);
}

/** What looks like a header may stand inside a text of many lines. */
function requireReadable(text: string, found: boolean): void {
  const quotes = text.match(/"""|'''/g) ?? [];
  if (quotes.length % 2 === 0 && (quotes.length === 0 || !found)) return;
  throw uneditable('it holds texts of many lines, which Baton does not read');
}

function uneditable(why: string): BatonError {
  return new BatonError('invalid_config', `The settings are not changed: ${why}`, {
    hint: 'Correct the file, or add the entry by hand.',
  });
}
