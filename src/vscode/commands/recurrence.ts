/** Set Recurrence and Show Velocity: what comes again, and how fast things get done. */
import * as vscode from 'vscode';
import { setRecurrence } from '../../core/operations/recurring-task';
import { type Pace, velocity } from '../../core/operations/velocity';
import { askPick, askText, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { taskLabel } from '../task-face';
import { chooseFolder, chooseTask } from './choose';
import type { Handler } from './services';

type Rhythm = 'daily' | 'weekly' | 'monthly' | 'never';

export const setRecurrenceCommand: Handler = async (services, argument) => {
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Set Recurrence'),
    placeholder: vscode.l10n.t('Which task comes again?'),
    offer: ({ status }) => status !== 'completed' && status !== 'cancelled',
    none: vscode.l10n.t('There is no open task.'),
  });
  const { t } = vscode.l10n;
  const rhythm = (value: Rhythm, label: string): Choice<Rhythm> => ({ label, value });
  const { value } = await askPick<Rhythm>({
    title: t('Recurrence of {0}', taskLabel(task)),
    placeholder: t('How often? Completing it creates the next one.'),
    items: [
      rhythm('daily', t('Every Day')),
      rhythm('weekly', t('Every Week')),
      rhythm('monthly', t('Every Month')),
      rhythm('never', t('Not Any More')),
    ],
  });
  if (value === undefined) throw new Cancelled();
  const due = value === 'never' ? undefined : await askDue(taskLabel(task));
  await setRecurrence(folder.workspace, task.id, value === 'never' ? undefined : value, due);
  await folder.refresh();
};

async function askDue(label: string): Promise<string | undefined> {
  const { value } = await askText({
    title: label,
    prompt: vscode.l10n.t('Next due, as year-month-day; empty leaves it open'),
    placeholder: '2026-11-30',
    value: '',
    refuse: (text) =>
      text.trim() === '' || /^\d{4}-\d{2}-\d{2}$/.test(text.trim())
        ? undefined
        : vscode.l10n.t('A day such as 2026-11-30.'),
  });
  return value.trim() === '' ? undefined : value.trim();
}

export const showVelocityCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Show Velocity'));
  const { tasks, features } = velocity(folder.workspace);
  const line = ({ last7, last14 }: { readonly last7: Pace; readonly last14: Pace }) =>
    vscode.l10n.t('{0} a day over 7 days, {1} over 14', last7.perDay, last14.perDay);
  // Not awaited: it may stay for ever.
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Completed tasks: {0}. Passed features: {1}.', line(tasks), line(features)),
  );
};
