/**
 * Front matter that is not flat, through gray-matter. Every engine gray-matter brings or knows is replaced: a state
 * file comes from a repository that may be a stranger's, so its front matter is data and never code.
 */
import matter from 'gray-matter';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import type { TextRange } from '../../base/text-edit';
import { lineEndAt } from '../blocks/line-marks';
import { type Finding, finding } from '../problems';
import type {
  FrontMatterBlock,
  FrontMatterEntries,
  FrontMatterEntry,
  FrontMatterValue,
} from './front-matter';

/** Aliases are never expanded and keys never become properties, so neither can blow up or reach a prototype. */
const yamlOptions = {
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  version: '1.2',
  merge: false,
} as const;

/** More brackets and stacked dashes than this is not front matter but an attack on the parser's stack. */
const nestingLimit = 1000;

function refuse(): object {
  throw new Error('Only YAML front matter is read');
}

/**
 * gray-matter with YAML as its only engine. Options are always given, since without them it keeps every file it
 * ever saw in a module-wide cache. Offsets in the document count from behind the opening `---`.
 */
export function parseYamlOnly(text: string): Document.Parsed | undefined {
  const parsed: Document.Parsed[] = [];
  const parse = (yaml: string) => {
    parsed.push(parseDocument(yaml, yamlOptions));
    return {};
  };
  const refused = { parse: refuse };
  matter(text, {
    language: 'yaml',
    engines: {
      yaml: { parse },
      javascript: refused,
      js: refused,
      json: refused,
      coffee: refused,
      toml: refused,
    },
  });
  return parsed[0];
}

export interface YamlDocument {
  readonly document: Document.Parsed | undefined;
  /** Add to an offset of the document to get the offset in the state file. */
  readonly base: number;
  readonly findings: readonly Finding[];
}

/** The parsed block with its mistakes. `document` is undefined for an empty block or one that is too deep. */
export function parseFrontMatterBlock(text: string, block: FrontMatterBlock): YamlDocument {
  const base = lineEndAt(text, block.range.start);
  const yaml = text.slice(block.yaml.start, block.yaml.end);
  if ((yaml.match(/[[{]|[-?] (?=[-?] )/g)?.length ?? 0) > nestingLimit) {
    const message = 'Front matter is nested too deeply and is not read';
    return {
      document: undefined,
      base,
      findings: [finding('front_matter_invalid', 'error', message, block.range)],
    };
  }
  // The language word is taken out, so that no word of the file ever chooses an engine. The extra line ending keeps
  // gray-matter from cutting a CRLF in two.
  const document = parseYamlOnly(`---${text.slice(base, block.yaml.end)}\n---\n`);
  return {
    document,
    base,
    findings: document === undefined ? [] : yamlFindings(document, text, base, block.range),
  };
}

function yamlFindings(
  document: Document.Parsed,
  text: string,
  base: number,
  within: TextRange,
): readonly Finding[] {
  const findings = document.errors.map((error) => {
    const start = outsideCrlf(text, Math.min(base + error.pos[0], within.end));
    const range = { start, end: Math.max(start, Math.min(base + error.pos[1], within.end)) };
    return finding(
      'front_matter_invalid',
      'error',
      `Front matter is not valid YAML: ${firstLine(error.message)}`,
      range,
    );
  });
  if (
    findings.length === 0 &&
    document.contents !== null &&
    !isMap(document.contents) &&
    !isEmptyNode(document.contents)
  ) {
    return [
      finding('front_matter_invalid', 'error', 'Front matter is not a list of `key: value` lines', within),
    ];
  }
  return findings;
}

/** YAML counts a CRLF as two characters, and an error may lie between them. */
function outsideCrlf(text: string, at: number): number {
  return text.startsWith('\r\n', at - 1) ? at - 1 : at;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

export interface YamlReading {
  readonly entries: FrontMatterEntries;
  readonly findings: readonly Finding[];
}

/** Keys before the first mistake are read; of a repeated key the first counts. */
export function readYaml(text: string, block: FrontMatterBlock): YamlReading {
  const { document, base, findings } = parseFrontMatterBlock(text, block);
  const entries = new Map<string, FrontMatterEntry>();
  const repeated: Finding[] = [];
  if (document === undefined || !isMap(document.contents)) return { entries, findings };
  const firstMistake = Math.min(Number.POSITIVE_INFINITY, ...findings.map((found) => found.range.start));
  for (const pair of document.contents.items) {
    if (!isScalar(pair.key)) continue;
    const range = pairRange(pair.key, pair.value, base);
    if (range.end > firstMistake) break;
    const key = scalarText(pair.key);
    if (entries.has(key)) {
      repeated.push(
        finding(
          'front_matter_invalid',
          'warning',
          `"${key}" stands twice in the front matter; the first counts`,
          range,
        ),
      );
    } else {
      entries.set(key, { value: frontMatterValue(document, pair.value), range });
    }
  }
  return { entries, findings: [...findings, ...repeated] };
}

function pairRange(key: ParsedNode, value: ParsedNode | null, base: number): TextRange {
  const end = value === null ? key.range[1] : Math.max(key.range[1], value.range[1]);
  return { start: base + key.range[0], end: base + end };
}

function frontMatterValue(document: Document.Parsed, value: Node | null): FrontMatterValue {
  const node = resolved(document, value);
  if (node === null || isEmptyNode(node)) return { kind: 'empty' };
  if (isScalar(node)) return { kind: 'scalar', text: scalarText(node) };
  if (!isSeq(node)) return { kind: 'other' };
  const items: string[] = [];
  for (const item of node.items) {
    const scalar = isNode(item) ? resolved(document, item) : null;
    if (!isScalar(scalar)) return { kind: 'other' };
    items.push(scalarText(scalar));
  }
  return { kind: 'list', items };
}

function resolved(document: Document.Parsed, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function isEmptyNode(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

/** The text as written, so that `0101`, `1e3` and dates stay what a person sees. */
function scalarText(scalar: { readonly source?: string; readonly value: unknown }): string {
  return scalar.source ?? String(scalar.value);
}
