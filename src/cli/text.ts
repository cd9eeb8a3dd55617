/** How the command line words tasks for people. Plain text; colour only on a terminal that shows it. */
import type { BatonError } from '../core/base/baton-error';
import type { DeferReason } from '../core/model/queue';
import type { Feature } from '../core/model/task';
import type { Snapshot, TaskView, TaskWhole } from '../core/operations/task-view';
import type { Velocity } from '../core/operations/velocity';

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
}

/** @param enabled whether escape codes are written at all. */
export function style(enabled: boolean): Style {
  const wrap = (open: number, close: number) => (text: string) =>
    enabled ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    red: wrap(31, 39),
  };
}

/** Control characters of a stranger's file must not drive the reader's terminal. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ');
}

/** Why something was refused, for standard error. Some of it may be quoted from files. */
export function refusalText({ message, details = [], allowed = [], hint }: BatonError): string {
  const lines = [
    `baton: ${message}`,
    ...details.map((detail) => `  - ${detail}`),
    ...(allowed.length === 0 ? [] : [`  Allowed now: ${allowed.join(', ')}`]),
    ...(hint === undefined || hint === '' ? [] : [`  ${hint}`]),
  ];
  return `${plain(lines.join('\n'))}\n`;
}

export function stateWords(task: TaskView): string {
  const words: string[] = [];
  if (task.badges.includes('running')) words.push(`running, session ${task.running?.session.number}`);
  else if (task.badges.includes('resumable')) words.push('resumable');
  else if (task.badges.includes('ready')) words.push('ready');
  else if (task.badges.includes('waiting'))
    words.push(`waiting for ${task.unmet.map((id) => `#${id}`).join(', ')}`);
  else words.push(task.status.replace('_', ' '));
  if (task.staleReasons.includes('inputs')) words.push('inputs stale');
  if (task.staleReasons.includes('silent')) words.push('silent');
  if (task.badges.includes('undocumented')) words.push('undocumented session');
  if (task.badges.includes('cyclic')) words.push('depends on itself');
  if (task.badges.includes('dangling')) words.push('depends on a task that does not exist');
  if (task.fileProblem) words.push(task.fileProblem);
  return words.join(', ');
}

export function taskLine(task: TaskView, styled: Style): string {
  const { progress } = task;
  const counted = progress.total === 0 ? '' : `  ${progress.passed}/${progress.total}`;
  return `${styled.bold(`#${task.id}`)}  ${plain(task.title)}${counted}  ${coloured(task, styled)}`;
}

function coloured(task: TaskView, styled: Style): string {
  const words = stateWords(task);
  if (task.status === 'completed') return styled.green(words);
  if (task.badges.includes('resumable') || task.staleReasons.length > 0) return styled.yellow(words);
  if (task.status === 'blocked' || task.fileProblem) return styled.red(words);
  return styled.dim(words);
}

export function wholeText(task: TaskWhole, styled: Style): string {
  const { document } = task;
  const lines = [taskLine(task, styled), styled.dim(task.file), ''];
  lines.push(...trackingLines(task, styled));
  if (document.context.description !== '') lines.push(plain(document.context.description), '');
  for (const [index, { text, done }] of document.criteriaList.entries()) {
    lines.push(`${done ? '[x]' : '[ ]'} ${index + 1}. ${plain(text)}`);
  }
  for (const feature of document.featureList) {
    lines.push(
      `${feature.passes ? '[x]' : '[ ]'} ${plain(feature.id)}: ${plain(feature.description)}${styled.dim(evidenceWords(task, feature))}`,
    );
  }
  for (const input of document.inputList) {
    const stale = task.staleInputs.includes(input.from) ? ' (stale)' : '';
    lines.push('', styled.bold(`From #${input.from}: ${plain(input.title)}${stale}`), plain(input.text));
  }
  const last = document.log.at(-1);
  if (last) {
    lines.push('', styled.bold(`Session ${last.session}${last.at ? `, ${last.at}` : ''}`));
    for (const step of last.next) lines.push(`  Next: ${plain(step)}`);
  }
  if (document.outputDetail)
    lines.push('', styled.bold('Chain output'), plain(document.outputDetail.summary));
  for (const problem of document.problems) {
    lines.push(
      styled.yellow(`${problem.severity} at ${problem.line}:${problem.column}: ${plain(problem.message)}`),
    );
  }
  return lines.join('\n');
}

/** What stands behind a feature that passes, and what the last run of its command said of one that does not. */
function evidenceWords(
  { staleEvidence }: TaskWhole,
  { id, evidence, evidenceKind: kind, passes }: Feature,
): string {
  if (!passes) return hasFailed(evidence) ? ' (failed when it was last verified)' : '';
  const stale = staleEvidence?.get(id);
  const words = {
    command: `verified by ${plain(evidence?.command ?? '')}`,
    manual: `by hand, ${plain(evidence?.by ?? 'nobody says who')}: ${plain(evidence?.manual ?? '')}`,
    claimed: `on the word of ${plain(evidence?.by ?? 'nobody known')}`,
    none: 'without evidence',
  };
  return ` (${words[kind ?? 'none']}${stale === undefined ? '' : '; out of date'})`;
}

function hasFailed(evidence: Feature['evidence']): boolean {
  return evidence?.command !== undefined && evidence.exitCode !== 0;
}

export function statusText(snapshot: Snapshot, next: string, styled: Style): string {
  const { counts } = snapshot;
  const lines = [
    `${counts.pending} pending, ${counts.running} running, ${counts.resumable} resumable, ${counts.stale} stale, ${counts.completed} of ${counts.total} completed`,
  ];
  for (const task of snapshot.tasks) {
    if (task.running) lines.push(`  ${taskLine(task, styled)} by ${task.running.session.agent}`);
  }
  for (const cycle of snapshot.cycles) {
    lines.push(
      styled.red(
        `  These tasks depend on each other in a circle: ${cycle.map((id) => `#${id}`).join(' → ')}`,
      ),
    );
  }
  lines.push(next);
  return lines.join('\n');
}

/** Why it does not go on, the time, when it comes back. */
function trackingLines({ tracking, estimateMinutes }: TaskWhole, styled: Style): readonly string[] {
  if (tracking === undefined) return [];
  const { blockedReason, question, spentMinutes, recurs, nextDue } = tracking;
  const estimate = estimateMinutes === undefined ? '' : ` of ${estimateMinutes} min estimated`;
  const lines = [
    ...(blockedReason === undefined ? [] : [styled.red(`Blocked: ${plain(blockedReason)}`)]),
    ...(question === undefined ? [] : [styled.yellow(`Needs an answer: ${plain(question)}`)]),
    ...(spentMinutes === undefined ? [] : [`Time: ${spentMinutes} min${estimate}`]),
    ...(recurs === undefined ? [] : [`Recurs ${recurs}${nextDue === undefined ? '' : `, due ${nextDue}`}`]),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

export function velocityText({ tasks, features }: Velocity): string {
  const pace = (of: Velocity['tasks']) => `${of.last7.perDay} a day over 7 days, ${of.last14.perDay} over 14`;
  return `Completed tasks: ${pace(tasks)}. Passed features: ${pace(features)}.`;
}

/** Why nothing is started, for people; scripts get the code. */
export const deferWords: Readonly<Record<DeferReason, string>> = {
  untrusted: 'this folder is not trusted',
  not_opted_in: 'auto-resume is off in this folder (`baton queue on`)',
  paused: 'background work is paused (`baton queue resume`)',
  breaker_open: 'agents ended unexpectedly too often; it is tried again in a while',
  foreground_session: 'an agent of yours works in this folder, and it comes first',
  concurrency_limit: 'as many agents as may run in the background do so already',
  high_load: 'the machine is too busy',
  no_economy_profile: 'no installed agent of the economy lane may be used',
};
