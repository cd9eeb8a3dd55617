/** `SESSION-STATE.md` as text: what is going on now. Requirements 000-5 … 000-11. Never parsed back. */
import type { TaskId } from '../model/task';
import { type TimeFacts, timeAgainstEstimate } from './time-against-estimate';

export interface StateSession {
  readonly number: number;
  readonly agent: string;
  readonly liveness: string;
  /** UTC. */
  readonly startedAt: string;
}

export interface StateTask {
  readonly id: TaskId;
  readonly title: string;
  readonly status: string;
  readonly file: string;
  readonly progress: {
    readonly percent: number;
    readonly passed: number;
    readonly total: number;
    readonly of: 'features' | 'criteria' | 'hand';
  };
  readonly estimateMinutes: number | undefined;
  readonly spentMinutes: number;
  /** Whole minutes that its sessions ran, by Baton's own records. */
  readonly observedMinutes: number;
  /** Those that have not ended. */
  readonly sessions: readonly StateSession[];
  readonly nextAction: string;
}

export interface SessionStateInput {
  /** UTC. */
  readonly updated: string;
  /** Tasks with a live session, else the one changed last. */
  readonly current: readonly StateTask[];
  readonly blockers: readonly string[];
  /** Decisions and corrections that hold, in words. */
  readonly notes: readonly string[];
  /** The last changes in words, the latest last. */
  readonly recent: readonly string[];
}

export function sessionStateText(input: SessionStateInput): string {
  const { current } = input;
  return [
    `# SESSION-STATE.md - Active Working Memory\nLast updated: ${input.updated}`,
    'Baton writes this file after every change; what is edited here is lost. The task files are the truth.',
    `## Current ${current.length > 1 ? 'Tasks' : 'Task'}`,
    ...(current.length === 0 ? ['- None'] : current.map(taskPart)),
    section('Blockers', input.blockers),
    section(
      'Next action',
      current.length === 0
        ? ['Choose the next task: baton task next']
        : current.map(({ id, nextAction }) => `#${id}: ${nextAction}`),
    ),
    section('Decisions and corrections in force', input.notes),
    section('Last changes', input.recent),
  ]
    .join('\n\n')
    .concat('\n');
}

function taskPart(task: StateTask): string {
  const time: TimeFacts = { ...task, percent: task.progress.percent };
  return [
    `### #${task.id}: ${oneLine(task.title)}`,
    `- Status: ${task.status.replace('_', ' ')}`,
    ...task.sessions.map(
      ({ number, agent, liveness, startedAt }) =>
        `- Session: ${number} by ${agent}, ${liveness}, since ${startedAt}`,
    ),
    `- Progress: ${progressWords(task.progress)}`,
    `- Estimated: ${task.estimateMinutes === undefined ? 'not estimated' : `${task.estimateMinutes} min`}`,
    `- Actual logged: ${timeAgainstEstimate(time)}`,
    ...(task.observedMinutes > 0 ? [`- Observed in sessions: ${task.observedMinutes} min`] : []),
    `- File: ${task.file}`,
  ].join('\n');
}

function progressWords({ percent, passed, total, of }: StateTask['progress']): string {
  if (of === 'hand') return `${percent}% (set by hand)`;
  if (total === 0) return `${percent}% (no checklist, and none set by hand)`;
  return of === 'features'
    ? `${percent}% (${passed} of ${total} features pass)`
    : `${percent}% (${passed} of ${total} acceptance criteria met)`;
}

function section(heading: string, lines: readonly string[]): string {
  const shown = lines.length === 0 ? ['None'] : lines.map(oneLine);
  return `## ${heading}\n${shown.map((line) => `- ${line}`).join('\n')}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
