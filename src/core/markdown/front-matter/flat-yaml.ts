/**
 * Reads flat YAML by hand: lines of `key: scalar` and `key: [a, "b"]`, comments and empty lines.
 *
 * **Invariant:** where the flat scan of front matter answers, the YAML engine gives the same entries.
 */
import type { TextRange } from '../../base/text-edit';
import { lineEndAt, nextLineAt, skipBlanks, trimEndAt } from '../blocks/line-marks';
import type { FrontMatterEntries, FrontMatterEntry, FrontMatterValue } from './front-matter';

const keyPattern = /^([A-Za-z_][A-Za-z0-9_-]*):(?:[ ]+|$)/;
/** Plain scalars that hold nothing YAML could read as something else. A colon needs a following non-blank. */
const plainPattern = /^[A-Za-z0-9](?:[A-Za-z0-9_./@+ -]|:(?=[A-Za-z0-9_./@+-]))*$/;
const plainItemPattern = /^[A-Za-z0-9][A-Za-z0-9_./@+-]*$/;
const quotedPattern = /^(?:"([^"\\\t]*)"|'([^'\t]*)')$/;
const emptyWord = /^(?:~|null|Null|NULL)$/;

/** Undefined when any line is not flat. */
export function readFlatYaml(text: string, yaml: TextRange): FrontMatterEntries | undefined {
  const entries = new Map<string, FrontMatterEntry>();
  for (let line = yaml.start; line < yaml.end; line = nextLineAt(text, line)) {
    const end = trimEndAt(text, line, Math.min(lineEndAt(text, line), yaml.end));
    if (skipBlanks(text, line, end) === end || text[line] === '#') continue;
    const raw = text.slice(line, end);
    const key = keyPattern.exec(raw);
    const name = key?.[1];
    if (key === null || name === undefined || entries.has(name)) return undefined;
    const value = readFlatValue(raw.slice(key[0].length));
    if (value === undefined) return undefined;
    entries.set(name, { value, range: { start: line, end } });
  }
  return entries;
}

function readFlatValue(raw: string): FrontMatterValue | undefined {
  if (raw === '' || emptyWord.test(raw)) return { kind: 'empty' };
  if (raw.startsWith('[')) return readFlatList(raw);
  const text = readFlatScalar(raw, plainPattern);
  return text === undefined ? undefined : { kind: 'scalar', text };
}

function readFlatScalar(raw: string, plain: RegExp): string | undefined {
  if (plain.test(raw)) return raw;
  const quoted = quotedPattern.exec(raw);
  return quoted?.[1] ?? quoted?.[2];
}

function readFlatList(raw: string): FrontMatterValue | undefined {
  if (!raw.endsWith(']')) return undefined;
  const inner = raw.slice(1, -1).trim();
  if (inner === '') return { kind: 'list', items: [] };
  const items: string[] = [];
  for (const part of inner.split(',')) {
    const item = part.trim();
    const text = emptyWord.test(item) ? undefined : readFlatScalar(item, plainItemPattern);
    if (text === undefined) return undefined;
    items.push(text);
  }
  return { kind: 'list', items };
}
