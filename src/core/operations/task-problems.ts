/**
 * Everything that is wrong with a task file as far as its text, its neighbours and its remembered checklist tell: what the
 * readers find, what the health rules find in a text, and what the graph makes of `depends_on`. Fast enough for typing,
 * and for every file that changes.
 */
import type { TextRange } from '../base/text-edit';
import { ChainGraph } from '../chain/graph';
import { exactRange, firstLine, valueRange } from '../editing/problem-range';
import { taskReferences } from '../editing/task-references';
import { checklistJson, type TaskText } from '../editing/task-text';
import { type Neighbours, type UpstreamProblem, upstreamProblems } from '../editing/upstream-problems';
import { type GuardedFeature, guardBreach } from '../health/checklist-guard';
import { badNumber, effortOverEstimate } from '../health/detectors/effort';
import { fileOversized, tooManySessions } from '../health/detectors/files';
import { recurringWithoutGoal } from '../health/detectors/recurring';
import { blockedWithoutReason, completeButOpen } from '../health/detectors/states';
import { badEntryTime, badTaskTime } from '../health/detectors/times';
import type { HealthRule, Repair } from '../health/finding';
import type { HealthFacts, TaskFacts } from '../health/health-facts';
import { documentOf } from '../markdown/document';
import { featureNodes, propertyNode } from '../markdown/features';
import { documentLimit } from '../markdown/state-file';
import type { ProblemCode, Severity, TaskDocument, TaskId } from '../model/task';
import type { TaskRecord } from '../store/task-record';
import { writtenValues } from './health/gather-facts';

/** What the readers find, as far as it is said here. */
const readersCodes = [
  'not_a_state_file',
  'binary',
  'front_matter_invalid',
  'front_matter_engine',
  'front_matter_value',
  'status_unknown',
  'id_invalid',
  'title_missing',
  'section_duplicate',
  'session_duplicate',
  'checklist_invalid',
  'feature_duplicate',
  'overall_progress_wrong',
  'depends_on_invalid',
] as const satisfies readonly ProblemCode[];

/** Rules of the health check that need nothing but the text. */
const healthCodes = [
  'bad_number',
  'bad_time',
  'effort_over_estimate',
  'recurring_without_goal',
  'blocked_without_reason',
  'complete_but_open',
  'file_oversized',
  'many_sessions',
] as const satisfies readonly HealthRule[];

/** Stable: documents, filters and quick fixes key on them. */
export const taskProblemCodes = [
  ...readersCodes,
  ...healthCodes,
  'too_large',
  'id_mismatch',
  'dangling_dependency',
  'cyclic_dependency',
  'stale_input',
  'missing_input',
  'checklist_guard',
] as const satisfies readonly (ProblemCode | HealthRule)[];
export type TaskProblemCode = (typeof taskProblemCodes)[number];

export interface TaskProblem {
  readonly code: TaskProblemCode;
  readonly severity: Severity;
  /** Plain English; surfaces say it in their own words, by the code. */
  readonly message: string;
  /** Into the text as given, on one line. */
  readonly range: TextRange;
  /** What it is about: an id, a key, a name; at most 80 characters. */
  readonly subject: string;
  readonly upstream?: TaskId;
  readonly circle?: readonly TaskId[];
  /** Of a guarded feature: it is gone, or says something else. */
  readonly guard?: 'removed' | 'reworded';
  readonly repair?: Repair;
}

export interface ProblemFacts {
  readonly record: TaskRecord;
  /** From the name of the file. */
  readonly fileId: TaskId | undefined;
  readonly neighbours: Neighbours;
  /** Features as they were first seen. */
  readonly guarded: readonly GuardedFeature[];
  readonly now: Date;
}

/** In file order. What concerns evidence and edited statuses is judged elsewhere: git and the change log are asked for it. */
export function taskProblems(task: TaskText, facts: ProblemFacts): readonly TaskProblem[] {
  if (task.isBinary) return [binaryProblem];
  const document = documentOf(task.file, task.outline);
  const health = healthProblems(task, document, facts);
  const numbers = new Set(health.filter(({ code }) => code === 'bad_number').map(({ range }) => range.start));
  const read = readProblems(task, document).filter(
    ({ code, range }) => code !== 'front_matter_value' || !numbers.has(range.start),
  );
  const upstream = upstreamProblems(task, facts.neighbours).map((found) => upstreamProblem(found));
  return [
    ...read,
    ...mismatch(task, facts.fileId),
    ...upstream,
    ...guardProblems(task, document, facts.guarded),
    ...health,
  ].sort((a, b) => a.range.start - b.range.start);
}

const binaryProblem: TaskProblem = {
  code: 'binary',
  severity: 'error',
  message: 'The file holds NUL characters and is not read as text',
  range: { start: 0, end: 0 },
  subject: '',
};

/** Those of the reader that nobody else looks after. */
function readProblems(task: TaskText, document: TaskDocument): readonly TaskProblem[] {
  const own = new Map<ProblemCode, TaskProblemCode>(readersCodes.map((code) => [code, code]));
  const read = document.problems.flatMap((problem): TaskProblem[] => {
    const code = own.get(problem.code);
    if (code === undefined) return [];
    const { severity, message } = problem;
    const range = exactRange(task, problem);
    return [{ code, severity, message, range, subject: subjectAt(task.text, range) }];
  });
  if (task.text.length <= documentLimit) return read;
  const message = 'The file is too large to be taken apart in full';
  const range = firstLine(task.text, task.file.structure.title ?? { start: 0, end: 0 });
  return [...read, { code: 'too_large', severity: 'warning', message, range, subject: '' }];
}

function subjectAt(text: string, { start, end }: TextRange): string {
  return text
    .slice(start, end)
    .trim()
    .replace(/^["']|["']$/g, '')
    .slice(0, 80);
}

/** The heading wins over the name of the file, which people look for. */
function mismatch(task: TaskText, fileId: TaskId | undefined): readonly TaskProblem[] {
  const { id } = task.outline;
  if (id === undefined || fileId === undefined || id === fileId) return [];
  const title = taskReferences(task).find(({ kind }) => kind === 'title');
  if (title === undefined) return [];
  const message = `The heading says task #${id}, the name of the file #${fileId}`;
  return [{ code: 'id_mismatch', severity: 'warning', message, range: title.range, subject: fileId }];
}

function upstreamProblem(found: UpstreamProblem): TaskProblem {
  const { code, severity, range, upstream, circle } = found;
  const known = { code, severity, range, upstream, subject: upstream };
  switch (code) {
    case 'dangling_dependency':
      return { ...known, message: `Depends on #${upstream}, which does not exist here` };
    case 'cyclic_dependency': {
      const path = [...(circle ?? []), ...(circle?.slice(0, 1) ?? [])].map((id) => `#${id}`).join(', ');
      return { ...known, ...(circle && { circle }), message: `Closes a circle: ${path}` };
    }
    case 'stale_input':
      return { ...known, message: `The chain input from #${upstream} is not its present output` };
    case 'missing_input':
      return { ...known, message: `There is no chain input from #${upstream}, which is completed` };
  }
}

/** One for each feature, at what it says now, or where it is missing. */
function guardProblems(
  task: TaskText,
  document: TaskDocument,
  guarded: readonly GuardedFeature[],
): readonly TaskProblem[] {
  const { checklist } = task;
  // In JSON that cannot be read every feature would be missing.
  const broken = document.problems.some(
    ({ code, severity }) => code === 'checklist_invalid' && severity === 'error',
  );
  if (guarded.length === 0 || broken) return [];
  const { removed, reworded } = guardBreach(guarded, document.featureList);
  const place = checklist ?? task.file.structure.title ?? { start: 0, end: task.text.length };
  const known = { code: 'checklist_guard', severity: 'error' } as const;
  return [
    ...removed.map(({ id }): TaskProblem => {
      const message = `Features are never removed: "${id}" was`;
      const subject = id.slice(0, 80);
      return { ...known, message, subject, guard: 'removed', range: firstLine(task.text, place) };
    }),
    ...reworded.map(({ id }): TaskProblem => {
      const message = `Features are never reworded: "${id}" was`;
      const range = wordingRange(task, document, id) ?? firstLine(task.text, place);
      return { ...known, message, subject: id.slice(0, 80), guard: 'reworded', range };
    }),
  ];
}

function wordingRange(task: TaskText, document: TaskDocument, id: string): TextRange | undefined {
  const checklist = checklistJson(task);
  const feature = document.featureList.find((one) => one.id === id);
  if (checklist === undefined || feature === undefined) return undefined;
  const node = featureNodes(checklist.json).find(
    ({ offset }) => checklist.start + offset === feature.range.start,
  );
  const value = propertyNode(node, 'description')?.children?.[1];
  if (value === undefined) return firstLine(task.text, feature.range);
  const start = checklist.start + value.offset;
  return firstLine(task.text, { start, end: start + value.length });
}

const detectors = [
  badNumber,
  badTaskTime,
  badEntryTime,
  effortOverEstimate,
  recurringWithoutGoal,
  blockedWithoutReason,
  completeButOpen,
  fileOversized,
  tooManySessions,
];

function healthProblems(task: TaskText, document: TaskDocument, facts: ProblemFacts): readonly TaskProblem[] {
  const { text } = task;
  const record = { ...facts.record, outline: task.outline, size: text.length };
  const content = { text, document, frontMatter: writtenValues(text) };
  const gathered = healthFacts({ record, content, guarded: [] }, facts.now);
  const codes = new Map<string, TaskProblemCode>(healthCodes.map((code) => [code, code]));
  return detectors
    .flatMap((detect) => detect(gathered))
    .flatMap(({ rule, severity, message, line, repair }): TaskProblem[] => {
      const code = codes.get(rule);
      if (code === undefined) return [];
      const { range, subject } = placeOf(task, line);
      return [{ code, severity, message, range, subject, ...(repair && { repair }) }];
    });
}

/** At the value of the front matter that stands on the line, else the line; without one, the title. */
function placeOf(task: TaskText, line: number | undefined): { range: TextRange; subject: string } {
  const { text, file } = task;
  if (line === undefined) {
    return { range: firstLine(text, file.structure.title ?? { start: 0, end: 0 }), subject: '' };
  }
  const start = lineStart(text, line);
  for (const [key, { range }] of file.frontMatter.entries) {
    if (range.start === start) return { range: valueRange(text, range), subject: key };
  }
  const range = firstLine(text, { start, end: text.length });
  return { range, subject: subjectAt(text, range) };
}

function lineStart(text: string, line: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const feed = text.indexOf('\n', start);
    if (feed < 0) break;
    start = feed + 1;
  }
  return start;
}

/** What these detectors look at is the text alone; the log's witness of a time is left to the health check. */
function healthFacts(task: TaskFacts, now: Date): HealthFacts {
  return {
    now,
    tasks: [task],
    staleEvidence: new Map(),
    duplicates: [],
    graph: new ChainGraph([]),
    statusEdits: [],
    sessions: [],
    sessionFilesUnread: [],
    packets: [],
    locks: [],
    temporaries: [],
    log: { pending: 0, missing: [], torn: [] },
    damage: [],
    history: new Map(),
    conflicts: [],
    queueProblems: [],
    configProblems: [],
    gitLock: undefined,
  };
}
