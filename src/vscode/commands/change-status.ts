/** Change Status…, and its shortcuts in the context menu. What is possible is asked of the status machine. */
import * as vscode from 'vscode';
import type { Trigger } from '../../core/model/status';
import { allowedFor, changeStatus } from '../../core/operations/change-status';
import type { TaskView } from '../../core/operations/task-view';
import { answerInput } from '../../core/operations/unblock-task';
import { askPick, askText, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import type { LocatedTask } from '../state';
import { taskLabel } from '../task-face';
import { chooseTask } from './choose';
import { finalizeCommand } from './finalize';
import type { Handler } from './services';

/** Steps a person takes; the others belong to sessions and recovery. */
const personal = ['block', 'unblock', 'needInput', 'answer', 'complete', 'cancel', 'reopen'] as const;
type PersonalTrigger = (typeof personal)[number];

function isPersonal(trigger: Trigger): trigger is PersonalTrigger {
  return (personal as readonly Trigger[]).includes(trigger);
}

export const changeStatusCommand: Handler = async (services, argument) => {
  const located = await askTask(services, argument, () => true);
  // Completing is offered with what is missing in sight, so it stands here even while its guards do not hold.
  const possible = new Set<Trigger>(allowedFor(located.task));
  if (!['completed', 'cancelled', 'blocked', 'needs_input'].includes(located.task.status))
    possible.add('complete');
  const { value: trigger } = await askPick<PersonalTrigger>({
    title: vscode.l10n.t('Change Status of {0}', taskLabel(located.task)),
    placeholder: vscode.l10n.t('What happened?'),
    items: [...possible].filter(isPersonal).map(triggerChoice),
  });
  if (trigger === undefined) throw new Cancelled();
  if (trigger === 'complete') {
    const ref = { root: located.folder.root, task: located.task.id };
    return finalizeCommand(services, ref);
  }
  await apply(located, trigger);
};

/** One step, for the context menu. `unblock` is what a person calls answering, too. */
export function triggerCommand(trigger: 'block' | 'unblock' | 'cancel' | 'reopen'): Handler {
  return async (services, argument) => {
    const wanted = (task: TaskView): PersonalTrigger | undefined =>
      trigger === 'unblock' && task.status === 'needs_input' ? 'answer' : trigger;
    const offer = (task: TaskView) => allowedFor(task).some((one) => one === wanted(task));
    const located = await askTask(services, argument, offer);
    await apply(located, wanted(located.task) ?? trigger);
  };
}

function askTask(
  services: Parameters<Handler>[0],
  argument: unknown,
  offer: (task: TaskView) => boolean,
): Promise<LocatedTask> {
  return chooseTask(services, argument, {
    title: vscode.l10n.t('Change Status'),
    placeholder: vscode.l10n.t('Which task?'),
    offer,
    none: vscode.l10n.t('No task can take this step now.'),
  });
}

async function apply({ folder, task }: LocatedTask, trigger: PersonalTrigger): Promise<void> {
  if (trigger === 'answer') {
    await answerInput(folder.workspace, task.id, await askAnswer(task));
    return folder.refresh();
  }
  const reason = await reasonFor(task, trigger);
  folder.ownActs.note(task.id, trigger);
  try {
    await changeStatus(folder.workspace, task.id, trigger, reason === undefined ? {} : { reason });
  } catch (error) {
    folder.ownActs.end(task.id);
    throw error;
  }
  await folder.refresh();
}

/** The answer becomes a decision of the task, so that the next agent reads it. */
async function askAnswer(task: TaskView): Promise<string> {
  const { value } = await askText({
    title: taskLabel(task),
    prompt: vscode.l10n.t('What is the answer? The next agent reads it in its startup packet.'),
    value: '',
    refuse: (text) => (text.trim() === '' ? vscode.l10n.t('One sentence is enough.') : undefined),
  });
  return value.trim();
}

/** Blocking and asking need their reason; cancelling is confirmed, since it takes the task out of its chain. */
async function reasonFor(task: TaskView, trigger: PersonalTrigger): Promise<string | undefined> {
  if (trigger === 'cancel') {
    await confirmCancel(task);
    return undefined;
  }
  const prompts: Partial<Record<PersonalTrigger, string>> = {
    block: vscode.l10n.t('What blocks it?'),
    needInput: vscode.l10n.t('What has a person to answer?'),
  };
  const prompt = prompts[trigger];
  if (prompt === undefined) return undefined;
  const { value } = await askText({
    title: taskLabel(task),
    prompt,
    value: '',
    refuse: (text) => (text.trim() === '' ? vscode.l10n.t('One sentence is enough.') : undefined),
  });
  return value.trim();
}

async function confirmCancel(task: TaskView): Promise<void> {
  const yes = vscode.l10n.t('Cancel Task');
  const detail =
    task.downstream.length === 0
      ? vscode.l10n.t('The file stays; you can reopen the task.')
      : vscode.l10n.t('Tasks that build on it will wait. The file stays; you can reopen the task.');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Cancel {0}?', taskLabel(task)),
    { modal: true, detail },
    yes,
  );
  if (answer !== yes) throw new Cancelled();
}

function triggerChoice(trigger: PersonalTrigger): Choice<PersonalTrigger> {
  const { t } = vscode.l10n;
  const rows: Readonly<Record<PersonalTrigger, { icon: string; label: string; detail: string }>> = {
    block: { icon: 'error', label: t('Block'), detail: t('Something outside has to happen first') },
    unblock: { icon: 'debug-continue', label: t('Unblock'), detail: t('What blocked it is out of the way') },
    needInput: { icon: 'question', label: t('Needs Input'), detail: t('A person has to answer something') },
    answer: { icon: 'comment', label: t('Answered'), detail: t('The question is answered') },
    complete: { icon: 'pass', label: t('Complete…'), detail: t('Finalize the chain output') },
    cancel: { icon: 'circle-slash', label: t('Cancel'), detail: t('It will not be done') },
    reopen: { icon: 'history', label: t('Reopen'), detail: t('There is more to do after all') },
  };
  const { icon, label, detail } = rows[trigger];
  return { label, description: detail, iconPath: new vscode.ThemeIcon(icon), value: trigger };
}
