/** The features of a checklist with their places in the file, and what is wrong with them. Source: requirement 003-43. */
import { type Node as JsonNode, parseTree } from 'jsonc-parser';
import { rememberLatest } from '../base/remember-latest';
import type { TextRange } from '../base/text-edit';
import { evidenceKind } from '../model/evidence';
import type { Status } from '../model/status';
import type { Evidence, Feature } from '../model/task';
import type { Block } from './blocks/block';
import {
  type Checklist,
  field,
  isRecord,
  nestingLimit,
  nestingOf,
  overallProgress,
  type RawFeature,
} from './checklist';
import { type Finding, finding } from './problems';

/** The JSON nodes of the array's entries, in order; empty where the text is too deep to be walked. */
export function featureNodes(json: string): readonly JsonNode[] {
  return jsonNodes(json).features;
}

interface JsonNodes {
  readonly root: JsonNode | undefined;
  readonly features: readonly JsonNode[];
}

/** Likewise, with the node of the whole; that is undefined where the text is too deep or holds nothing. */
export const jsonNodes = rememberLatest((json): JsonNodes => {
  if (nestingOf(json) > nestingLimit) return { root: undefined, features: [] };
  const root = parseTree(json, [], { allowTrailingComma: true });
  const list = root?.type === 'array' ? root : propertyNode(root, 'features')?.children?.[1];
  return { root, features: list?.type === 'array' ? (list.children ?? []) : [] };
});

/** The last property of that name, which is the one `JSON.parse` keeps. */
export function propertyNode(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node?.type !== 'object') return undefined;
  return node.children?.filter((property) => property.children?.[0]?.value === name).at(-1);
}

export function readFeatures(text: string, fence: Block, checklist: Checklist): readonly Feature[] {
  const nodes = featureNodes(text.slice(fence.contentStart, fence.contentEnd));
  return checklist.features.map((raw) => {
    const node = nodes[raw.index];
    const start = fence.contentStart + (node?.offset ?? 0);
    const end = node === undefined ? fence.contentEnd : start + node.length;
    return readFeature(raw, { start, end });
  });
}

function readFeature(raw: RawFeature, range: TextRange): Feature {
  const { fields } = raw;
  const files = texts(field(fields, 'files'));
  const evidence = readEvidence(field(fields, 'evidence'));
  const testedAt = text(field(fields, 'tested_at'));
  const kind = evidenceKind(raw.passes, testedAt, evidence);
  return {
    id: raw.id,
    description: raw.description,
    passes: raw.passes,
    testedAt,
    category: text(field(fields, 'category')),
    steps: texts(field(fields, 'steps')),
    verify: text(field(fields, 'verify')),
    ...(files.length === 0 ? {} : { files }),
    evidence,
    ...(kind === undefined ? {} : { evidenceKind: kind }),
    range,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function readEvidence(value: unknown): Evidence | undefined {
  if (!isRecord(value)) return undefined;
  return {
    command: text(field(value, 'command')),
    // Requirement 003-53 calls it `exit`.
    exitCode: number(field(value, 'exitCode')) ?? number(field(value, 'exit')),
    signal: text(field(value, 'signal')),
    timedOut: truth(field(value, 'timedOut')),
    commit: text(field(value, 'commit')),
    dirty: truth(field(value, 'dirty')),
    changes: text(field(value, 'changes')),
    durationMs: number(field(value, 'durationMs')),
    at: text(field(value, 'at')),
    by: text(field(value, 'by')),
    outputTail: text(field(value, 'outputTail')),
    manual: text(field(value, 'manual')),
    artifact: text(field(value, 'artifact')),
  };
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function truth(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function checklistFindings(
  fence: Block,
  checklist: Checklist,
  features: readonly Feature[],
  status: Status,
): readonly Finding[] {
  const block = { start: fence.start, end: fence.end };
  return [
    ...syntaxFindings(checklist, block),
    ...featureFindings(checklist, features, status),
    ...progressFindings(checklist, block),
  ];
}

function syntaxFindings(checklist: Checklist, block: TextRange): readonly Finding[] {
  if (checklist.syntax === 'broken') {
    return [finding('checklist_invalid', 'error', 'The feature checklist is not valid JSON', block)];
  }
  if (checklist.syntax === 'lenient') {
    const message = 'The feature checklist has comments or trailing commas, which strict JSON readers refuse';
    return [finding('checklist_invalid', 'warning', message, block)];
  }
  if (checklist.strays === 0) return [];
  return [
    finding('checklist_invalid', 'error', 'The feature checklist holds entries that are not objects', block),
  ];
}

function featureFindings(
  checklist: Checklist,
  features: readonly Feature[],
  status: Status,
): readonly Finding[] {
  const seen = new Set<string>();
  return features.flatMap((feature, position) => {
    const found: Finding[] = [];
    const raw = checklist.features[position];
    const name = feature.id.slice(0, 80);
    if (raw !== undefined) found.push(...shapeFindings(raw, feature));
    if (seen.has(feature.id)) {
      found.push(
        finding(
          'feature_duplicate',
          'error',
          `Feature "${name}" stands twice in the checklist`,
          feature.range,
        ),
      );
    }
    seen.add(feature.id);
    found.push(...evidenceFindings(feature, status));
    return found;
  });
}

/** What was finished is history; what is open can still be verified. */
function evidenceFindings(feature: Feature, status: Status): readonly Finding[] {
  const { passes, testedAt, evidence, range } = feature;
  const name = `Feature "${feature.id.slice(0, 80)}"`;
  if (passes && testedAt === undefined) {
    const message = `${name} passes, but nothing says when it was tested`;
    return [finding('feature_passes_untested', 'warning', message, range)];
  }
  if (feature.evidenceKind !== 'none') return [];
  const message = `${name} passes, but ${withoutEvidence(evidence)}`;
  const finished = status === 'completed' || status === 'cancelled';
  return [finding('feature_passes_without_evidence', finished ? 'info' : 'warning', message, range)];
}

function withoutEvidence(evidence: Evidence | undefined): string {
  if (evidence === undefined) return 'no evidence stands behind it';
  if (evidence.command !== undefined && evidence.exitCode !== 0)
    return 'its last verification did not succeed';
  return 'its evidence is not of when it was tested';
}

function shapeFindings(raw: RawFeature, feature: Feature): readonly Finding[] {
  const wrong: string[] = [];
  if (raw.idMissing) wrong.push('has no id');
  if (raw.description === '') wrong.push('has no description');
  if (typeof field(raw.fields, 'passes') !== 'boolean') wrong.push('does not say true or false in "passes"');
  if (wrong.length === 0) return [];
  const message = `Feature "${feature.id.slice(0, 80)}" ${wrong.join(' and ')}`;
  return [finding('checklist_invalid', 'warning', message, feature.range)];
}

function progressFindings(checklist: Checklist, block: TextRange): readonly Finding[] {
  const written = checklist.overallProgress;
  if (written === undefined || checklist.syntax === 'broken') return [];
  const passed = checklist.features.filter((feature) => feature.passes).length;
  const derived = overallProgress(passed, checklist.features.length);
  // A pattern that takes blanks off an end is slow on long gaps.
  const words = String(written).trim();
  if (`${words.endsWith('%') ? words.slice(0, -1).trimEnd() : words}%` === derived) return [];
  const message = `"overall_progress" is ${derived} by the features, not what is written`;
  return [finding('overall_progress_wrong', 'info', message, block)];
}
