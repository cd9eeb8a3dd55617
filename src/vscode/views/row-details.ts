/** What rows have beside their texts: a hover, what a click opens, and the checklist read when a task is opened. */
import * as vscode from 'vscode';
import { showTask } from '../../core/operations/show-task';
import type { Agents } from '../agents';
import { queuedOf } from '../background/folder-background';
import { queuedWords } from '../background/queue-words';
import { commandIds } from '../contributions';
import type { BatonState, LocatedTask } from '../state';
import { checklistRows } from './chains-model';
import { localTime } from './local-time';
import { sessionTooltip } from './session-tooltip';
import { taskTooltip } from './task-tooltip';
import type { TreeModel, TreeNode } from './tree-node';
import type { RowDetails, TreeRow } from './tree-provider';

export function rowDetails(state: BatonState, agents: Agents): RowDetails {
  return {
    tooltipOf: (node) => tooltipOf(state, agents, node),
    commandOf: (row, node) => commandOf(state, row, node),
  };
}

export function chainsDetails(state: BatonState, agents: Agents): RowDetails {
  return { ...rowDetails(state, agents), childrenOf: (node) => checklistOf(state, node) };
}

function tooltipOf(
  state: BatonState,
  agents: Agents,
  node: TreeNode,
): vscode.MarkdownString | string | undefined {
  if (node.kind === 'item' || node.ref === undefined) return node.spoken;
  const { ref } = node;
  const sessions = state.folders.find(({ root }) => root === ref.root)?.snapshot?.sessions ?? [];
  const view = sessions.find(({ session }) => session.id === node.session);
  const located = state.find(ref);
  if (view !== undefined) return sessionTooltip(view, located?.task, agents);
  return located === undefined ? undefined : taskTooltip(located.task, queueOf(located), agents.label);
}

function queueOf({ folder, task }: LocatedTask): string | undefined {
  const { background } = folder;
  const queued = queuedOf(background, task.id);
  if (background === undefined || queued === undefined) return undefined;
  return queuedWords(queued, background, { l10n: vscode.l10n, time: localTime });
}

/** `vscode.open` keeps a click in a list what it is everywhere: a preview, with the focus left where it was. */
function commandOf(state: BatonState, row: TreeRow, node: TreeNode): vscode.Command | undefined {
  const title = vscode.l10n.t('Open');
  if (row.target !== undefined) return { command: commandIds.openChecklistItem, title, arguments: [row] };
  const path = node.path ?? (row.ref === undefined ? undefined : state.find(row.ref)?.task.path);
  if (path === undefined) return undefined;
  return { command: 'vscode.open', title, arguments: [vscode.Uri.file(path)] };
}

function checklistOf(state: BatonState, node: TreeNode): Promise<TreeModel> | undefined {
  const { ref } = node;
  if (node.kind !== 'task' || ref === undefined) return undefined;
  return showTask(state.folder(ref.root).workspace, ref.task).then((task) =>
    checklistRows(node, task, vscode.l10n),
  );
}
