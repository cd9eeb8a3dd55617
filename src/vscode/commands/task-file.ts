/** Opening state files: the file, one of its checklist entries, or a heading in it. */
import * as vscode from 'vscode';
import { showTask } from '../../core/operations/show-task';
import type { LocatedTask } from '../state';
import { taskRefOf } from '../task-ref';
import type { ChecklistTarget } from '../views/tree-node';
import { chooseTask } from './choose';
import type { Handler } from './services';

export async function openTaskFile(
  { task }: LocatedTask,
  selection?: vscode.Range,
): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.file(task.path), {
    preview: true,
    ...(selection === undefined ? {} : { selection }),
  });
}

/** Opens the file with the cursor below the first line that fits, at the end of the file when none does. */
export async function openTaskFileBelow(located: LocatedTask, heading: RegExp): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(located.task.path));
  const lines = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line).text);
  const found = lines.findIndex((text) => heading.test(text));
  const line = Math.min(found < 0 ? document.lineCount - 1 : found + 1, document.lineCount - 1);
  await openTaskFile(located, new vscode.Range(line, 0, line, 0));
}

export const openTaskCommand: Handler = async (services, argument) => {
  const located = await chooseTask(services, argument, {
    title: vscode.l10n.t('Open Task File'),
    placeholder: vscode.l10n.t('Which task?'),
    offer: () => true,
    none: vscode.l10n.t('There are no tasks yet.'),
  });
  await openTaskFile(located);
};

export const openChecklistItemCommand: Handler = async (services, argument) => {
  const ref = taskRefOf(argument);
  const target = targetOf(argument);
  if (ref === undefined || target === undefined) return openTaskCommand(services, argument);
  const located = services.state.locate(ref);
  const { document: task } = await showTask(located.folder.workspace, ref.task);
  const entry =
    target.kind === 'feature'
      ? task.featureList.find(({ id }) => id === target.id)
      : task.criteriaList[target.index];
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(located.task.path));
  const start = document.positionAt(entry?.range.start ?? 0);
  await openTaskFile(located, new vscode.Range(start, start));
};

export function targetOf(argument: unknown): ChecklistTarget | undefined {
  if (typeof argument !== 'object' || argument === null || !('target' in argument)) return undefined;
  const { target } = argument;
  if (typeof target !== 'object' || target === null || !('kind' in target)) return undefined;
  if (target.kind === 'feature' && 'id' in target && typeof target.id === 'string') {
    return { kind: 'feature', id: target.id };
  }
  if (target.kind === 'criterion' && 'index' in target && typeof target.index === 'number') {
    const text = 'text' in target && typeof target.text === 'string' ? target.text : '';
    return { kind: 'criterion', index: target.index, text };
  }
  return undefined;
}

export const revealTaskCommand: Handler = async (services, argument) => {
  const located = await chooseTask(services, argument, {
    title: vscode.l10n.t('Reveal in Task Chains'),
    placeholder: vscode.l10n.t('Which task?'),
    offer: () => true,
    none: vscode.l10n.t('There are no tasks yet.'),
  });
  await services.views.reveal({ root: located.folder.root, task: located.task.id });
};

export const copyIdCommand: Handler = async (services, argument) => {
  const { task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Copy Task Id'),
    placeholder: vscode.l10n.t('Which task?'),
    offer: () => true,
    none: vscode.l10n.t('There are no tasks yet.'),
  });
  await vscode.env.clipboard.writeText(task.id);
};

export const showPacketCommand: Handler = async (services, argument) => {
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Show Startup Packet'),
    placeholder: vscode.l10n.t('The task an agent would be launched on'),
    offer: ({ status }) => status !== 'completed' && status !== 'cancelled',
    none: vscode.l10n.t('There is no open task.'),
  });
  await services.packets.show({ root: folder.root, task: task.id });
};
