/**
 * Quick fixes of what is wrong in the text of a task file, as edits of that very text. A fix that would not help, or that
 * the text does not allow, is not offered.
 */
import { isBatonError } from '../base/baton-error';
import { applyEdits, type TextEdit } from '../base/text-edit';
import { readTaskText, type TaskText } from '../editing/task-text';
import { type GuardedFeature, guardBreach } from '../health/checklist-guard';
import type { Repair } from '../health/finding';
import { meantStatuses, spelledStatus } from '../lifecycle/spelled-status';
import { documentOf } from '../markdown/document';
import { type NewChainInput, setChainInput } from '../markdown/edits/set-chain-input';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import { setOverallProgress } from '../markdown/edits/set-overall-progress';
import { headingText } from '../markdown/headings';
import { entryParts } from '../markdown/progress-log';
import type { TaskId } from '../model/task';
import { nearIds } from '../store/near-ids';
import { restoreWording } from './health/restore-features';
import { frontMatterEdits } from './health/task-repairs';
import { wholeEdit } from './health/whole-edit';
import type { TaskProblem } from './task-problems';

export type FixKind =
  | 'remove_upstream'
  | 'use_upstream'
  | 'remove_invalid'
  | 'set_status'
  | 'write_progress'
  | 'refresh_input'
  | 'restore_features'
  | 'renumber_session'
  | 'rename_section'
  | 'rename_feature'
  | 'add_title'
  | 'use_file_id'
  | 'remove_value'
  | 'set_value';

export interface ProblemFix {
  readonly kind: FixKind;
  /** What the edit writes or takes away, for its name. */
  readonly subject: string;
  readonly edits: readonly TextEdit[];
  /** The one a person most likely wants. */
  readonly preferred: boolean;
  /** Loses nothing and leaves nothing to decide: *fix all* does it too. */
  readonly safe: boolean;
}

export interface FixFacts {
  readonly id: TaskId;
  readonly known: readonly TaskId[];
  readonly guarded: readonly GuardedFeature[];
  /** The present output of a completed upstream task. */
  readonly inputFrom: (upstream: TaskId) => NewChainInput | undefined;
}

type Offer = Pick<ProblemFix, 'kind' | 'subject'> & {
  readonly edits: () => readonly TextEdit[];
  readonly preferred?: boolean;
  readonly safe?: boolean;
};

export function problemFixes(task: TaskText, problem: TaskProblem, facts: FixFacts): readonly ProblemFix[] {
  return offers(task, problem, facts).flatMap(({ kind, subject, edits, preferred, safe }) => {
    const made = attempt(edits);
    if (made.length === 0) return [];
    return [{ kind, subject, edits: made, preferred: preferred === true, safe: safe === true }];
  });
}

/**
 * Every safe fix of a text in one edit, each computed from what the one before has left. @param problemsOf what is wrong
 * with a text of the file; asked again after each fix, since a fix may take several problems away.
 */
export function allSafeFixes(
  text: string,
  problemsOf: (task: TaskText) => readonly TaskProblem[],
  facts: FixFacts,
): readonly TextEdit[] {
  let now = text;
  const tried = new Set<string>();
  for (let rounds = 0; rounds < maxSafeFixes; rounds++) {
    const task = readTaskText(now);
    const fix = problemsOf(task)
      .flatMap((problem) => problemFixes(task, problem, facts))
      .find(({ safe, kind, subject }) => safe && !tried.has(`${kind} ${subject}`));
    if (fix === undefined) break;
    tried.add(`${fix.kind} ${fix.subject}`);
    now = applyEdits(now, fix.edits);
  }
  return wholeEdit(text, now);
}

/** One for each upstream task, progress, features; a file with more is put right by running it again. */
const maxSafeFixes = 50;

/** What cannot be edited as it stands is left to a person. */
function attempt(edits: () => readonly TextEdit[]): readonly TextEdit[] {
  try {
    return edits();
  } catch (error) {
    if (isBatonError(error)) return [];
    throw error;
  }
}

function offers(task: TaskText, problem: TaskProblem, facts: FixFacts): readonly Offer[] {
  const { text } = task;
  const replaced = (words: string) => () => [{ ...problem.range, text: words }];
  switch (problem.code) {
    case 'dangling_dependency':
      return [...nearUpstream(task, problem, facts), ...withoutUpstream(task, problem.upstream)];
    case 'cyclic_dependency':
      return withoutUpstream(task, problem.upstream, true);
    case 'depends_on_invalid':
      return [
        {
          kind: 'remove_invalid',
          subject: problem.subject,
          edits: () => setFrontMatter(text, { depends_on: task.file.facts.dependsOn ?? [] }),
          preferred: true,
        },
      ];
    case 'stale_input':
    case 'missing_input':
      return refreshed(task, problem.upstream, facts);
    case 'status_unknown':
      return meantStatuses(problem.subject).map((status, index) => ({
        kind: 'set_status',
        subject: status,
        edits: () => setFrontMatter(text, { status: spelledStatus(problem.subject, status) }),
        preferred: index === 0,
      }));
    case 'overall_progress_wrong':
      return [
        {
          kind: 'write_progress',
          subject: '',
          edits: () => setOverallProgress(text),
          preferred: true,
          safe: true,
        },
      ];
    case 'checklist_guard':
      return [
        {
          kind: 'restore_features',
          subject: '',
          edits: () => restoreWording(text, guardBreach(facts.guarded, documentOf(task.file).featureList)),
          preferred: true,
          safe: true,
        },
      ];
    case 'session_duplicate':
      return renumbered(task, problem);
    case 'section_duplicate':
      return renamedSection(task, problem);
    case 'feature_duplicate':
      return renamedFeature(task, problem);
    case 'title_missing':
      return [
        { kind: 'add_title', subject: facts.id, edits: () => newTitle(task, facts.id), preferred: true },
      ];
    case 'id_mismatch':
      return [{ kind: 'use_file_id', subject: problem.subject, edits: replaced(problem.subject) }];
    default:
      return frontMatterRepair(text, problem.repair);
  }
}

function nearUpstream(task: TaskText, { range, upstream }: TaskProblem, facts: FixFacts): readonly Offer[] {
  if (upstream === undefined || task.file.facts.dependsOn === undefined) return [];
  const taken = new Set<TaskId>([facts.id, ...task.outline.dependsOn]);
  const near = nearIds(
    upstream,
    facts.known.filter((id) => !taken.has(id)),
  );
  return near.map((id, index) => ({
    kind: 'use_upstream',
    subject: id,
    edits: () => [{ ...range, text: id }],
    preferred: index === 0,
  }));
}

/** A dependency that only a heading of the chain inputs tells goes with that heading, which is for a person. */
function withoutUpstream(task: TaskText, upstream: TaskId | undefined, preferred = false): readonly Offer[] {
  const declared = task.file.facts.dependsOn;
  if (upstream === undefined || declared === undefined) return [];
  const left = declared.filter((id) => id !== upstream);
  const edits = () => setFrontMatter(task.text, { depends_on: left });
  return [{ kind: 'remove_upstream', subject: upstream, edits, preferred }];
}

function refreshed({ text, outline }: TaskText, upstream: TaskId | undefined, facts: FixFacts) {
  const input = upstream === undefined ? undefined : facts.inputFrom(upstream);
  // What was finished was built on what it had; to rewrite that would hide it.
  if (input === undefined || outline.status === 'completed' || outline.status === 'cancelled') return [];
  const edits = () => setChainInput(text, input);
  return [
    { kind: 'refresh_input', subject: input.from, edits, preferred: true, safe: true },
  ] satisfies Offer[];
}

function renumbered(task: TaskText, { range }: TaskProblem): readonly Offer[] {
  const parts = entryParts(task.file.structure);
  const part = parts.find(({ heading }) => heading.start === range.start);
  if (part === undefined) return [];
  const next = Math.max(0, ...parts.map(({ value }) => value.session)) + 1;
  const heading = task.text.slice(part.heading.start, part.heading.end);
  const at = /session[^\d]*?(\d{1,9})/i.exec(heading);
  if (at?.[1] === undefined) return [];
  const start = part.heading.start + at.index + at[0].length - at[1].length;
  const edits = () => [{ start, end: start + (at[1] ?? '').length, text: String(next) }];
  return [{ kind: 'renumber_session', subject: String(next), edits, preferred: true }];
}

/** Under a name of its own it is a section that Baton keeps and does not read. */
function renamedSection(task: TaskText, { range }: TaskProblem): readonly Offer[] {
  const section = task.file.structure.duplicates.find(({ heading }) => heading.start === range.start);
  if (section === undefined) return [];
  const name = headingText(task.text, section.heading);
  const at = task.text.lastIndexOf(name, section.heading.end);
  if (name === '' || at < section.heading.start) return [];
  for (let number = 2; number < 10; number++) {
    const edits = [{ start: at + name.length, end: at + name.length, text: ` ${number}` }];
    const after = readTaskText(applyEdits(task.text, edits)).file.structure;
    if (after.duplicates.length >= task.file.structure.duplicates.length) continue;
    return [{ kind: 'rename_section', subject: `${name} ${number}`, edits: () => edits, preferred: true }];
  }
  return [];
}

function renamedFeature(task: TaskText, { range, subject }: TaskProblem): readonly Offer[] {
  const written = task.text.slice(range.start, range.end);
  if (!/^"[^"\\]+"$/.test(written)) return [];
  const taken = new Set(documentOf(task.file).featureList.map(({ id }) => id));
  let number = 2;
  while (taken.has(`${subject}-${number}`)) number++;
  const id = `${subject}-${number}`;
  const edits = () => [{ ...range, text: JSON.stringify(id) }];
  return [{ kind: 'rename_feature', subject: id, edits, preferred: true }];
}

function newTitle({ text, file }: TaskText, id: TaskId): readonly TextEdit[] {
  const at = file.structure.bodyStart;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return [{ start: at, end: at, text: `${at > 0 ? eol : ''}# Task #${id}: ${id} - State${eol}${eol}` }];
}

/** A value that cannot be: away with it, or what it must have been. */
function frontMatterRepair(text: string, repair: Repair | undefined): readonly Offer[] {
  if (repair?.kind !== 'front_matter') return [];
  const { set } = repair;
  const changes = Object.entries(set).filter(([, value]) => value !== undefined);
  const [first] = changes;
  if (first === undefined) return [];
  const [key, value] = first;
  const kind = value === null ? 'remove_value' : 'set_value';
  const edits = () => frontMatterEdits(text, set);
  return [
    { kind, subject: value === null ? key : `${key}: ${value}`, edits, preferred: changes.length === 1 },
  ];
}
