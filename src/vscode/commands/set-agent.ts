/** Set Agent: who usually works on a task, which launches ask no more about then. */
import * as vscode from 'vscode';
import { setContext } from '../../core/operations/set-context';
import { agentChoices } from '../quick-input/agent-choices';
import { askPick, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { taskLabel } from '../task-face';
import { chooseTask } from './choose';
import type { Handler } from './services';

export const setAgentCommand: Handler = async (services, argument) => {
  const { t } = vscode.l10n;
  const { folder, task } = await chooseTask(services, argument, {
    title: t('Set Agent'),
    placeholder: t('The task an agent is set for'),
    offer: ({ status }) => status !== 'completed' && status !== 'cancelled',
    none: t('There is no open task.'),
  });
  const known = await services.agents.list();
  const rows = (installed: boolean) =>
    agentChoices(known.filter(({ executable }) => (executable !== undefined) === installed)).map(
      (choice): Choice<string> => ({ ...choice, value: choice.value.profile.id }),
    );
  const [installed, missing] = [rows(true), rows(false)];
  const nobody: Choice<string> = {
    label: t('No Agent'),
    description: t('launches ask, unless your settings name one'),
    iconPath: new vscode.ThemeIcon('circle-slash'),
    value: '',
  };
  const { value } = await askPick<string>({
    title: t('Agent of {0}', taskLabel(task)),
    placeholder: t('Who usually works on it?'),
    // An agent that is not here may be on the machine of whoever works on the task.
    items: [...installed, nobody, ...missing],
    active: [...installed, ...missing].find(
      (choice) => choice.value === task.agent?.toLowerCase() || choice.label === task.agent,
    ),
  });
  if (value === undefined) throw new Cancelled();
  await setContext(folder.workspace, task.id, { agent: value });
  await folder.refresh();
};
