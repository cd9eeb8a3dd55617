/** The feature checklist: a fenced JSON block, read liberally. Source: requirements 003-43, 003-44. */
import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { rememberLatest } from '../base/remember-latest';
import type { Block } from './blocks/block';
import { type Structure, sectionBlocks } from './structure';

/** A feature as far as it could be read; everything but the id may be missing or wrong in the file. */
export interface RawFeature {
  readonly id: string;
  /** The file has no id for it; `id` is its position. */
  readonly idMissing: boolean;
  readonly description: string;
  readonly passes: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Index in the JSON array, which may hold things that are no features. */
  readonly index: number;
}

export interface Checklist {
  readonly features: readonly RawFeature[];
  readonly overallProgress: unknown;
  /** Entries of the array that are not objects. */
  readonly strays: number;
  /** What is wrong with the JSON as JSON: `strict` mistakes can still be edited around, `broken` ones cannot. */
  readonly syntax: 'valid' | 'lenient' | 'broken';
  /** The array is the whole document, not under `features`. */
  readonly bareArray: boolean;
}

/** Nesting beyond this is no checklist; the lenient parser would run out of stack on it. */
export const nestingLimit = 200;

const nothing: Checklist = {
  features: [],
  overallProgress: undefined,
  strays: 0,
  syntax: 'broken',
  bareArray: false,
};

/** The fence that holds the checklist: the first JSON one of its section, else the first without a language. */
export function checklistFence(structure: Structure): Block | undefined {
  const section = structure.sections.get('checklist');
  if (section === undefined) return undefined;
  const fences = sectionBlocks(structure, section).filter((block) => block.kind === 'fence');
  const withInfo = (pattern: RegExp) =>
    fences.find((fence) => pattern.test(fenceInfo(structure.text, fence)));
  return withInfo(/^jsonc?5?\b/i) ?? withInfo(/^$/);
}

function fenceInfo(text: string, fence: Block): string {
  return text
    .slice(fence.start, fence.contentStart)
    .replace(/^[`~]+/, '')
    .trim();
}

export const readChecklist = rememberLatest((json): Checklist => {
  const { value, syntax } = parseLiberally(json);
  const bareArray = Array.isArray(value);
  const list: unknown = bareArray ? value : field(value, 'features');
  if (!Array.isArray(list)) {
    // An empty object is a checklist without features; anything else is none.
    return isRecord(value) && list === undefined
      ? { ...nothing, syntax, overallProgress: field(value, 'overall_progress') }
      : nothing;
  }
  const items: readonly unknown[] = list;
  const features = items.flatMap((item, index) => (isRecord(item) ? [readFeature(item, index)] : []));
  return {
    features,
    overallProgress: field(value, 'overall_progress'),
    strays: items.length - features.length,
    syntax,
    bareArray,
  };
});

function parseLiberally(json: string): { value: unknown; syntax: Checklist['syntax'] } {
  try {
    return { value: JSON.parse(json), syntax: 'valid' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (nestingOf(json) > nestingLimit) return { value: undefined, syntax: 'broken' };
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(json, errors, { allowTrailingComma: true });
  return { value, syntax: errors.length === 0 ? 'lenient' : 'broken' };
}

/** An upper bound: brackets in strings count too. */
export function nestingOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth);
    else if (code === 93 || code === 125) depth--;
  }
  return deepest;
}

function readFeature(fields: Readonly<Record<string, unknown>>, index: number): RawFeature {
  const written = field(fields, 'id');
  const id = typeof written === 'string' ? written : typeof written === 'number' ? String(written) : '';
  const description = field(fields, 'description');
  return {
    id: id === '' ? `feature-${index + 1}` : id,
    idMissing: id === '',
    description: typeof description === 'string' ? description : '',
    passes: field(fields, 'passes') === true,
    fields,
    index,
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property; `__proto__` in a file is data like any other key. */
export function field(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The share of passing features as it is written to `overall_progress`, rounded down so that 100% means all. */
export function overallProgress(passed: number, total: number): string {
  return `${total === 0 ? 0 : Math.floor((passed * 100) / total)}%`;
}
