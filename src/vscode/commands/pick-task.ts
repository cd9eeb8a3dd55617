/** The status bar's pick: tasks by what they need, and picking one does the next thing for it. */
import * as vscode from 'vscode';
import type { TaskView } from '../../core/operations/task-view';
import { type CommandId, commandIds } from '../contributions';
import type { FolderSession } from '../folder-session';
import { askPick, type Choice } from '../quick-input/ask';
import type { LocatedTask } from '../state';
import { nextAction } from '../task-face';
import { locatedChoice } from './choose';
import type { Handler } from './services';

interface Group {
  readonly heading: string;
  readonly holds: (task: TaskView) => boolean;
}

const actions: Readonly<Record<ReturnType<typeof nextAction>, CommandId>> = {
  launch: commandIds.launch,
  resume: commandIds.resume,
  show: commandIds.showTerminal,
  finalize: commandIds.finalize,
  open: commandIds.openTask,
};

export const pickTaskCommand: Handler = async ({ state }) => {
  if (state.tasks.length === 0) {
    const command = state.phase === 'ready' ? commandIds.createTask : commandIds.setUp;
    await vscode.commands.executeCommand(command);
    return;
  }
  const several = state.folders.length > 1;
  const { value } = await askPick<LocatedTask | CommandId>({
    title: vscode.l10n.t('Tasks'),
    placeholder: vscode.l10n.t('Pick a task to do the next thing for it'),
    items: [
      ...grouped(state.tasks).flatMap(({ heading, located }) => [
        separator(heading),
        ...located.map((one) => {
          const choice = locatedChoice(one, several);
          return { ...choice, description: `${choice.description ?? ''} — ${actionWords(one.task)}` };
        }),
      ]),
      ...backgroundChoices(state.folders),
    ],
  });
  if (value === undefined) return;
  if (typeof value === 'string') {
    await vscode.commands.executeCommand(value);
    return;
  }
  const ref = { root: value.folder.root, task: value.task.id };
  await vscode.commands.executeCommand(actions[nextAction(value.task)], ref);
};

function separator(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** What is to be said to Baton itself, where it does or could do something by itself. */
function backgroundChoices(
  folders: readonly FolderSession[],
): readonly (Choice<CommandId> | vscode.QuickPickItem)[] {
  const found = folders.flatMap(({ background }) => background ?? []);
  const queued = found.reduce((count, { queue }) => count + queue.length, 0);
  const isOn = found.some(({ choice }) => choice.autoResume);
  if (queued === 0 && !isOn) return [];
  const { t } = vscode.l10n;
  const choice = (icon: string, label: string, value: CommandId): Choice<CommandId> => ({
    label,
    iconPath: new vscode.ThemeIcon(icon),
    value,
  });
  const paused = found.some(({ choice: { pausedAt } }) => pausedAt !== null);
  return [
    separator(t('Background')),
    choice('list-ordered', t('Show Resume Queue ({0})', queued), commandIds.showQueue),
    ...(isOn ? [] : [choice('sync', t('Turn On Auto-Resume…'), commandIds.turnOnAutoResume)]),
    ...(isOn && !paused
      ? [choice('debug-pause', t('Pause All Background Work'), commandIds.pauseBackground)]
      : []),
    ...(paused ? [choice('debug-continue', t('Resume Background Work'), commandIds.resumeBackground)] : []),
  ];
}

/** Each task once, in the first group that holds it. */
function grouped(
  tasks: readonly LocatedTask[],
): readonly { readonly heading: string; readonly located: readonly LocatedTask[] }[] {
  const left = new Set(tasks);
  return groups().flatMap(({ heading, holds }) => {
    const located = [...left].filter(({ task }) => holds(task));
    for (const one of located) left.delete(one);
    return located.length === 0 ? [] : [{ heading, located }];
  });
}

function groups(): readonly Group[] {
  const { t } = vscode.l10n;
  return [
    { heading: t('Resumable'), holds: (task) => nextAction(task) === 'resume' },
    { heading: t('Ready to Finalize'), holds: (task) => nextAction(task) === 'finalize' },
    { heading: t('Stale'), holds: ({ badges }) => badges.includes('stale') },
    { heading: t('Running'), holds: ({ running }) => running !== undefined },
    { heading: t('Ready'), holds: (task) => nextAction(task) === 'launch' },
    { heading: t('Needs You'), holds: ({ status }) => status === 'blocked' || status === 'needs_input' },
    { heading: t('Waiting'), holds: ({ badges }) => badges.includes('waiting') },
    { heading: t('Other'), holds: () => true },
  ];
}

function actionWords(task: TaskView): string {
  switch (nextAction(task)) {
    case 'launch':
      return vscode.l10n.t('launch');
    case 'resume':
      return vscode.l10n.t('resume');
    case 'show':
      return vscode.l10n.t('show terminal');
    case 'finalize':
      return vscode.l10n.t('finalize');
    case 'open':
      return vscode.l10n.t('open');
  }
}
