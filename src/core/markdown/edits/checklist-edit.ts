/** Opens the checklist of a file for an edit of its JSON, and turns edits of the JSON into edits of the file. */
import type { Node as JsonNode } from 'jsonc-parser';
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import type { Block } from '../blocks/block';
import { type Checklist, checklistFence, overallProgress, readChecklist } from '../checklist';
import { jsonNodes, propertyNode } from '../features';
import type { Structure } from '../structure';
import { inEolOf } from './edit-session';
import { setProperty } from './json-edits';

export interface OpenChecklist {
  readonly fence: Block;
  readonly json: string;
  readonly checklist: Checklist;
  readonly root: JsonNode;
  /** Nodes of the array's entries, by `RawFeature.index`. */
  readonly nodes: readonly JsonNode[];
}

/** Undefined when the file has no checklist block. Throws `invalid_state_file` when its JSON cannot be edited. */
export function openChecklist(structure: Structure): OpenChecklist | undefined {
  const fence = checklistFence(structure);
  if (fence === undefined) return undefined;
  const json = structure.text.slice(fence.contentStart, fence.contentEnd);
  const checklist = readChecklist(json);
  const { root, features } = jsonNodes(json);
  if (checklist.syntax !== 'broken' && root !== undefined)
    return { fence, json, checklist, root, nodes: features };
  throw new BatonError('invalid_state_file', 'The feature checklist is not valid JSON', {
    hint: 'Correct the JSON block under "Feature Checklist" by hand',
  });
}

/** The edit that makes `overall_progress` say what the features say. A bare array has no place for it. */
export function progressEdits(open: OpenChecklist, passed: number, total: number): readonly TextEdit[] {
  if (open.root.type !== 'object') return [];
  return setProperty(open.json, open.root, 'overall_progress', overallProgress(passed, total));
}

export function inFile(text: string, open: OpenChecklist, edits: readonly TextEdit[]): TextEdit[] {
  const base = open.fence.contentStart;
  return edits.map((edit) => ({
    start: base + edit.start,
    end: base + edit.end,
    text: inEolOf(text, edit.text),
  }));
}

export function featureArray(open: OpenChecklist): JsonNode | undefined {
  return open.root.type === 'array' ? open.root : propertyNode(open.root, 'features')?.children?.[1];
}
