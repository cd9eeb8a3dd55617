/** From the parts of a state file to its outline; both readers end here, so they can differ in the blocks only. */
import type { Status } from '../model/status';
import { lastSessionNumber, type TaskId, type TaskOutline } from '../model/task';
import type { Block } from './blocks/block';
import { inputHash, inputParts } from './chain-inputs';
import { outputHash } from './chain-output';
import { type Checklist, checklistFence, field, readChecklist } from './checklist';
import { contextLines } from './context-lines';
import { headingText, parseTitle } from './headings';
import { entryParts } from './progress-log';
import type { StateFile } from './state-file';
import { type Structure, sectionBlocks } from './structure';

/** What a text says that is no state file to read: nothing but its size. */
export function emptyOutline(size: number): TaskOutline {
  return {
    id: undefined,
    title: '',
    status: 'pending',
    statusSource: 'derived',
    dependsOn: [],
    priority: undefined,
    estimateMinutes: undefined,
    created: undefined,
    agent: undefined,
    epic: undefined,
    criteria: { done: 0, total: 0 },
    features: { passed: 0, total: 0, next: undefined },
    sessions: { count: 0, lastNumber: 0, lastAt: undefined },
    inputs: [],
    output: undefined,
    size,
  };
}

export function extractOutline(file: StateFile): TaskOutline {
  const { facts, structure } = file;
  const title = structure.title && parseTitle(headingText(structure.text, structure.title));
  const inputs = inputParts(structure).map((part) => ({
    from: part.value.from,
    hash: inputHash(structure, part),
  }));
  const hash = outputHash(structure);
  const sessions = outlineSessions(structure);
  const lines = contextLines(structure);
  return {
    id: title?.id,
    title: title?.title ?? '',
    status: facts.status ?? derivedStatus(hash !== undefined, sessions.count),
    statusSource: facts.status === undefined ? 'derived' : 'stored',
    dependsOn: facts.dependsOn ?? inputs.map((input): TaskId => input.from),
    priority: facts.priority,
    estimateMinutes: facts.estimateMinutes,
    created: facts.created,
    ...(facts.tracking === undefined ? {} : { tracking: facts.tracking }),
    agent: lines.get('Agent')?.value,
    epic: lines.get('Epic')?.value,
    criteria: outlineCriteria(structure),
    features: outlineFeatures(readFileChecklist(structure)),
    sessions,
    inputs,
    output: hash === undefined ? undefined : { hash },
    size: structure.text.length,
  };
}

/** Without a stored status: filled output is completed, any session is in progress, else pending. */
function derivedStatus(hasOutput: boolean, sessions: number): Status {
  if (hasOutput) return 'completed';
  return sessions > 0 ? 'in_progress' : 'pending';
}

/** The task list items of the acceptance criteria; without that heading, those of the static context. */
export function criteriaItems(structure: Structure): readonly Block[] {
  const { sections } = structure;
  const own = sections.get('criteria');
  const found = own === undefined ? [sections.get('context'), sections.get('description')] : [own];
  return found.flatMap((section) =>
    section === undefined
      ? []
      : sectionBlocks(structure, section).filter((block) => block.checked !== undefined),
  );
}

function outlineCriteria(structure: Structure): TaskOutline['criteria'] {
  const items = criteriaItems(structure);
  return { done: items.filter((item) => item.checked === true).length, total: items.length };
}

/** Undefined when the file has no checklist block. */
export function readFileChecklist(structure: Structure): Checklist | undefined {
  const fence = checklistFence(structure);
  return fence && readChecklist(structure.text.slice(fence.contentStart, fence.contentEnd));
}

function outlineFeatures(checklist: Checklist | undefined): TaskOutline['features'] {
  const features = checklist?.features ?? [];
  const next = features.find((feature) => !feature.passes);
  const passed = features.filter((feature) => feature.passes);
  const passedAt = passed.flatMap(({ fields }) => {
    const at = field(fields, 'tested_at');
    return typeof at === 'string' && at !== '' ? [at] : [];
  });
  return {
    passed: passed.length,
    total: features.length,
    next: next && { id: next.id, description: next.description },
    ...(passedAt.length === 0 ? {} : { passedAt }),
  };
}

function outlineSessions(structure: Structure): TaskOutline['sessions'] {
  const entries = entryParts(structure);
  const numbers = entries.map((entry) => entry.value.session);
  return {
    count: entries.length,
    lastNumber: lastSessionNumber(numbers),
    lastAt: entries.at(-1)?.value.at,
  };
}
