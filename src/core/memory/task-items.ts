/** Items from a state file and its archive: progress entries, facts of the checklist, the chain output. */
import type { MemoryInput, Provenance } from '../model/memory';
import type { ChainOutput, Feature, TaskId } from '../model/task';
import type { Hasher } from '../ports';
import { makeItems, unknownTime, utcOf } from './make-items';

export interface EntryFacts {
  readonly session: number;
  /** As written. */
  readonly at: string | undefined;
  /** Written by Baton from facts: it makes no item, since the session's end says the same. */
  readonly automatic: boolean;
  /** The heading's words as written. */
  readonly heading: string;
  readonly text: string;
}

/** Whose words they are. */
export interface Writers {
  ofSession(session: number): Provenance;
  /** Of what no session is named with. */
  readonly ofTask: Provenance;
}

export interface TaskFacts {
  readonly task: TaskId;
  /** From the workspace folder, `/` as separator. */
  readonly path: string;
  readonly title: string;
  readonly created: string | undefined;
  readonly completed: string | undefined;
  readonly features: readonly Feature[];
  readonly output: ChainOutput | undefined;
  readonly outputHeading: string | null;
  readonly writers: Writers;
}

/**
 * One item an entry. An entry keeps its id when it moves to the archive: it is known by task, session, time, and its place
 * among those with the same of all three.
 *
 * @param archived entries that were cut from this file: they come before, and where a crash has left one here too, it is
 * the archive's
 */
export function progressItems(
  hasher: Hasher,
  { task, path, writers }: Pick<TaskFacts, 'task' | 'path' | 'writers'>,
  entries: readonly EntryFacts[],
  archived: readonly EntryFacts[] = [],
): readonly MemoryInput[] {
  const seen = new Map<string, number>();
  const count = (entry: EntryFacts) => {
    const nth = (seen.get(keyOf(entry)) ?? 0) + 1;
    seen.set(keyOf(entry), nth);
    return nth;
  };
  for (const entry of archived) count(entry);
  const copies = new Set(archived.map((entry) => `${keyOf(entry)}\n${entry.text}`));
  return entries.flatMap((entry) => {
    if (copies.has(`${keyOf(entry)}\n${entry.text}`)) return [];
    const { session, at, automatic, heading, text } = entry;
    const when = utcOf(at);
    const nth = count(entry);
    if (automatic) return [];
    return makeItems(hasher, {
      about: ['progress', task, session, when ?? at ?? '', nth],
      kind: 'progress',
      detail: null,
      ...{ task, session, text },
      provenance: writers.ofSession(session),
      at: when ?? unknownTime,
      source: { path, anchor: heading },
    });
  });
}

function keyOf({ session, at }: EntryFacts): string {
  return `${session} ${utcOf(at) ?? at ?? ''}`;
}

/** One item a feature: what it is, and whether it passes. It gets a new version when that changes. */
export function checklistItems(hasher: Hasher, facts: TaskFacts): readonly MemoryInput[] {
  const seen = new Map<string, number>();
  return facts.features.flatMap((feature) => {
    const nth = (seen.get(feature.id) ?? 0) + 1;
    seen.set(feature.id, nth);
    const at = feature.passes ? (utcOf(feature.testedAt) ?? utcOf(feature.evidence?.at)) : undefined;
    return makeItems(hasher, {
      about: ['checklist', facts.task, feature.id, nth],
      kind: 'checklist',
      detail: feature.id,
      task: facts.task,
      session: null,
      provenance: feature.evidenceKind === 'command' ? 'tool' : facts.writers.ofTask,
      at: at ?? utcOf(facts.created) ?? unknownTime,
      title: `${feature.id} ${feature.passes ? 'passes' : 'does not pass yet'}: ${feature.description}`,
      text: featureText(facts.task, feature),
      source: { path: facts.path, anchor: feature.id },
    });
  });
}

export function outputItems(hasher: Hasher, facts: TaskFacts): readonly MemoryInput[] {
  const { output, task } = facts;
  if (output === undefined) return [];
  const sections = Object.entries(output.sections).filter(([, text]) => text.trim() !== '');
  const whole = sections.map(([name, text]) => `### ${name}\n\n${text}`).join('\n\n');
  return makeItems(hasher, {
    about: ['output', task],
    kind: 'output',
    detail: null,
    ...{ task, session: null },
    provenance: facts.writers.ofTask,
    at: utcOf(facts.completed) ?? utcOf(facts.created) ?? unknownTime,
    title: `Output of #${task}${facts.title === '' ? '' : `, ${facts.title}`}`,
    text: whole === '' ? output.summary : whole,
    source: { path: facts.path, anchor: facts.outputHeading },
  });
}

function featureText(task: TaskId, feature: Feature): string {
  const { evidence } = feature;
  const standing = feature.passes
    ? `It passes${feature.testedAt === undefined ? '' : `, tested ${feature.testedAt}`}.`
    : 'It does not pass yet.';
  return [
    `Feature ${feature.id} of #${task}: ${feature.description}`,
    ...feature.steps.map((step) => `- ${step}`),
    standing,
    ...(feature.verify === undefined ? [] : [`Verified with: ${feature.verify}`]),
    ...(feature.passes && evidence?.manual !== undefined ? [`Evidence: ${evidence.manual}`] : []),
  ].join('\n');
}
