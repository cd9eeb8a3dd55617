/** Sets keys of the front matter; everything else in it, comments and order included, stays as it is. */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { BatonError } from '../../base/baton-error';
import { applyEdits, type TextEdit } from '../../base/text-edit';
import { lineEndAt, nextLineAt, skipBlanks, trimEndAt } from '../blocks/line-marks';
import type { FrontMatter, FrontMatterBlock, FrontMatterValue } from '../front-matter/front-matter';
import { isYamlLanguage, readFrontMatter, yamlLimit } from '../front-matter/front-matter';
import { parseFrontMatterBlock } from '../front-matter/yaml-engine';
import { isBinary, withSafeLines } from '../state-file';
import { yamlList, yamlScalar } from '../yaml-scalar';
import { inEolOf } from './edit-session';

/** `null` removes the key. */
export type FrontMatterChange = string | number | boolean | readonly string[] | null;
export type FrontMatterChanges = Readonly<Record<string, FrontMatterChange | undefined>>;

const hint = 'Correct the block between the two "---" lines by hand';

type Wanted = readonly (readonly [key: string, value: FrontMatterChange])[];

/**
 * Creates the front matter when there is none. Throws `invalid_state_file` where it is not plain YAML, and
 * `invalid_input` for a key that needs quoting.
 */
export function setFrontMatter(text: string, changes: FrontMatterChanges): TextEdit[] {
  if (isBinary(text))
    throw new BatonError('invalid_state_file', 'The file holds NUL characters and is not edited');
  const safe = withSafeLines(text);
  const frontMatter = readFrontMatter(safe);
  const wanted = wantedChanges(frontMatter, changes);
  if (wanted.length === 0) return [];
  const edits =
    frontMatter.block === undefined
      ? [newBlock(safe, frontMatter.bodyStart, wanted)]
      : changeBlock(safe, frontMatter.block, wanted);
  const after = readFrontMatter(applyEdits(safe, edits));
  if (wanted.every((change) => says(after, change)) && keepsOthers(frontMatter, after, wanted)) return edits;
  throw new BatonError('invalid_state_file', 'The front matter cannot be edited as it stands', { hint });
}

function keepsOthers(before: FrontMatter, after: FrontMatter, wanted: Wanted): boolean {
  const changed = new Set(wanted.map(([key]) => key));
  return [...before.entries].every(([key, { value }]) => {
    const now = after.entries.get(key)?.value;
    return changed.has(key) || (now !== undefined && JSON.stringify(now) === JSON.stringify(value));
  });
}

/** What differs from what the file says. */
function wantedChanges(frontMatter: FrontMatter, changes: FrontMatterChanges): Wanted {
  const wanted: [string, FrontMatterChange][] = [];
  for (const [key, value] of Object.entries(changes)) {
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) {
      throw new BatonError('invalid_input', `"${key.slice(0, 80)}" is not a front matter key`);
    }
    if (value !== undefined && !says(frontMatter, [key, value])) wanted.push([key, value]);
  }
  return wanted;
}

function says(frontMatter: FrontMatter, [key, value]: Wanted[number]): boolean {
  const entry = frontMatter.entries.get(key);
  if (value === null) return entry === undefined;
  return entry !== undefined && sameValue(entry.value, value);
}

function sameValue(written: FrontMatterValue, value: Exclude<FrontMatterChange, null>): boolean {
  if (written.kind === 'scalar') return !isList(value) && written.text === String(value);
  if (written.kind !== 'list' || !isList(value)) return false;
  return written.items.length === value.length && written.items.every((item, index) => item === value[index]);
}

function isList(value: FrontMatterChange): value is readonly string[] {
  return Array.isArray(value);
}

function yamlValue(value: Exclude<FrontMatterChange, null>): string {
  return isList(value) ? yamlList(value) : yamlScalar(value);
}

function lines(wanted: Wanted): string {
  return wanted.map(([key, value]) => (value === null ? '' : `${key}: ${yamlValue(value)}\n`)).join('');
}

function newBlock(text: string, bodyStart: number, wanted: Wanted): TextEdit {
  const firstEnd = lineEndAt(text, bodyStart);
  const gap = bodyStart < text.length && skipBlanks(text, bodyStart, firstEnd) !== firstEnd ? '\n' : '';
  return { start: bodyStart, end: bodyStart, text: inEolOf(text, `---\n${lines(wanted)}---\n${gap}`) };
}

function changeBlock(text: string, block: FrontMatterBlock, wanted: Wanted): TextEdit[] {
  const pairs = readPairs(text, block);
  const values = new Map(wanted);
  const edits: TextEdit[] = [];
  let top = block.yaml.start;
  for (const [key, pair] of pairs) {
    const value = values.get(key);
    if (value === undefined) continue;
    const edit = value === null ? removal(text, pair, top) : replacement(text, pair, yamlValue(value));
    if (value === null && edit.start === top) top = edit.end;
    edits.push(edit);
  }
  const added = wanted.filter(([key, value]) => value !== null && !pairs.has(key));
  if (added.length > 0)
    edits.push({ start: block.yaml.end, end: block.yaml.end, text: inEolOf(text, lines(added)) });
  return edits;
}

interface PairPlace {
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Undefined for a key without a value. */
  readonly value: { readonly start: number; readonly end: number; readonly inPlace: boolean } | undefined;
}

function readPairs(text: string, block: FrontMatterBlock): ReadonlyMap<string, PairPlace> {
  const unreadable = (why: string) =>
    new BatonError('invalid_state_file', `The front matter cannot be edited: ${why}`, {
      hint,
    });
  if (!isYamlLanguage(block.language)) throw unreadable('it is not YAML');
  if (block.yaml.end - block.yaml.start > yamlLimit) throw unreadable('it is too long');
  const { document, base, findings } = parseFrontMatterBlock(text, block);
  const mistake = findings[0];
  if (mistake !== undefined) throw unreadable(mistake.message);
  const pairs = new Map<string, PairPlace>();
  if (document === undefined || document.contents === null) return pairs;
  if (!isMap(document.contents) || document.contents.flow === true)
    throw unreadable('it is not a list of `key: value` lines');
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key)) continue;
    const name = key.source ?? String(key.value);
    if (!pairs.has(name)) pairs.set(name, placeOf(key.range, value, base));
  }
  return pairs;
}

function placeOf(key: readonly [number, number, number], value: ParsedNode | null, base: number): PairPlace {
  const place = { keyStart: base + key[0], keyEnd: base + key[1] };
  if (value === null || value.range[0] === value.range[1]) return { ...place, value: undefined };
  const block = isScalar(value) && (value.type === 'BLOCK_LITERAL' || value.type === 'BLOCK_FOLDED');
  const flow = (isScalar(value) && !block) || isAlias(value) || (isSeq(value) && value.flow === true);
  return { ...place, value: { start: base + value.range[0], end: base + value.range[1], inPlace: flow } };
}

/** A value on the key's line is replaced alone, so that a comment behind it stays; a block goes as a whole. */
function replacement(text: string, pair: PairPlace, written: string): TextEdit {
  const { value } = pair;
  if (value?.inPlace === true) return { start: value.start, end: value.end, text: written };
  const colon = text.indexOf(':', pair.keyEnd) + 1;
  if (value === undefined) return { start: colon, end: colon, text: ` ${written}` };
  return { start: colon, end: trimEndAt(text, colon, value.end), text: ` ${written}` };
}

/** The lines of the key and its value; at the top of the block blank lines below go too, as it must not begin with one. */
function removal(text: string, pair: PairPlace, top: number): TextEdit {
  const last = trimEndAt(text, pair.keyEnd, pair.value?.end ?? pair.keyEnd);
  let end = nextLineAt(text, last);
  if (pair.keyStart === top) {
    while (skipBlanks(text, end, lineEndAt(text, end)) === lineEndAt(text, end) && end < text.length)
      end = nextLineAt(text, end);
  }
  return { start: pair.keyStart, end, text: '' };
}
