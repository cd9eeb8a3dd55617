/** The hover of a task: status, progress, sessions, neighbours, next feature, problems. Task text is never trusted. */
import * as vscode from 'vscode';
import type { TaskView } from '../../core/operations/task-view';
import { type CommandId, commandIds } from '../contributions';
import { idList, taskFace, taskLabel } from '../task-face';
import type { TaskRef } from '../task-ref';

/** @param queued how it stands in the queue, in words; undefined when it is not in it */
export function taskTooltip(
  task: TaskView,
  queued: string | undefined,
  agentLabel: (agent: string) => string,
): vscode.MarkdownString {
  const face = taskFace(task, vscode.l10n);
  const markdown = new vscode.MarkdownString('', true);
  markdown.appendMarkdown(`$(${face.icon.replace('~spin', '')}) **`);
  markdown.appendText(taskLabel(task));
  markdown.appendMarkdown('**\n\n');
  markdown.appendText(face.description);
  markdown.appendMarkdown('\n\n');
  const queue = queued === undefined ? [] : [[vscode.l10n.t('Resume Queue'), queued] as const];
  for (const [name, value] of [...queue, ...held(task), ...facts(task, agentLabel)]) {
    markdown.appendMarkdown(`**${name}:** `);
    markdown.appendText(value);
    // A hard break: one line a fact, without a paragraph's space.
    markdown.appendMarkdown('  \n');
  }
  return markdown;
}

/** Why it cannot go on, in the words of whoever said so. */
function held({ status, tracking }: TaskView): readonly (readonly [string, string])[] {
  const { t } = vscode.l10n;
  if (status === 'blocked' && tracking?.blockedReason !== undefined)
    return [[t('Blocked'), tracking.blockedReason]];
  if (status === 'needs_input' && tracking?.question !== undefined)
    return [[t('Question'), tracking.question]];
  return [];
}

function facts(
  task: TaskView,
  agentLabel: (agent: string) => string,
): readonly (readonly [string, string])[] {
  const { t } = vscode.l10n;
  const rows: (readonly [string, string])[] = [];
  if (task.progress.total > 0) {
    const { passed, total, percent, of } = task.progress;
    rows.push([
      of === 'features' ? t('Features') : t('Acceptance Criteria'),
      `${passed}/${total} (${percent} %)`,
    ]);
  }
  if (task.progress.of === 'features' && task.criteria.total > 0) {
    rows.push([t('Acceptance Criteria'), `${task.criteria.done}/${task.criteria.total}`]);
  }
  if (task.nextFeature !== undefined && task.status !== 'completed') {
    rows.push([t('Next feature'), `${task.nextFeature.id}: ${task.nextFeature.description}`]);
  }
  if (task.running !== undefined) {
    const { session } = task.running;
    rows.push([t('Running'), t('session {0}, {1}', session.number, agentLabel(session.agent))]);
  } else if (task.sessions > 0) rows.push([t('Sessions'), String(task.sessions)]);
  if (task.dependsOn.length > 0) rows.push([t('Upstream'), idList(task.dependsOn, 10)]);
  if (task.downstream.length > 0) rows.push([t('Downstream'), idList(task.downstream, 10)]);
  if (task.agent !== undefined) rows.push([t('Agent'), agentLabel(task.agent)]);
  if (task.epic !== undefined) rows.push([t('Epic'), task.epic]);
  rows.push([t('File'), task.file]);
  return rows;
}

/** A link to one of our commands; the document it goes into has to list the command in `isTrusted`. */
export function commandLink(text: string, command: CommandId, ref: TaskRef): string {
  return `[${text}](command:${command}?${encodeURIComponent(JSON.stringify([ref]))})`;
}

/** Commands a hover may start. Only harmless ones: a hover is shown for text from a repository. */
export const hoverCommands: readonly CommandId[] = [commandIds.openTask, commandIds.showQueue];
