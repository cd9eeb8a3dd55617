/** Add Note, Log Time, Set Progress, Flush Working Buffer, Show Change Log: what people tell Baton, and what it wrote down. */
import * as vscode from 'vscode';
import type { NoteKind } from '../../core/model/note';
import type { TaskId } from '../../core/model/task';
import { addNote } from '../../core/operations/add-note';
import { flushBuffer } from '../../core/operations/flush-buffer';
import { listChanges } from '../../core/operations/list-changes';
import { logTime } from '../../core/operations/log-time';
import { setProgress } from '../../core/operations/set-progress';
import { askPick, askText, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { taskLabel } from '../task-face';
import { taskRefOf } from '../task-ref';
import { chooseFolder, chooseTask } from './choose';
import type { Handler } from './services';

export const addNoteCommand: Handler = async (services, argument) => {
  const about = await aboutWhat(services, argument);
  const kind = await askKind();
  const title =
    about.task === undefined
      ? vscode.l10n.t('Note on the workspace')
      : vscode.l10n.t('Note on #{0}', about.task);
  const { value } = await askText({
    title,
    prompt: vscode.l10n.t('Decisions and corrections reach the next agent in its startup packet.'),
    value: '',
    refuse: (text) => (text.trim() === '' ? vscode.l10n.t('One sentence is enough.') : undefined),
  });
  await addNote(about.folder.workspace, { kind, text: value.trim(), task: about.task });
  await about.folder.refresh();
};

async function aboutWhat(services: Parameters<Handler>[0], argument: unknown) {
  const ref = taskRefOf(argument);
  if (ref !== undefined) {
    const { folder, task } = services.state.locate(ref);
    return { folder, task: task.id };
  }
  const folder = await chooseFolder(services, vscode.l10n.t('Add Note'));
  const tasks = services.state.tasks.filter((one) => one.folder === folder);
  const whole: Choice<TaskId | ''> = {
    label: vscode.l10n.t('The whole workspace'),
    iconPath: new vscode.ThemeIcon('root-folder'),
    value: '',
  };
  const { value } = await askPick<TaskId | ''>({
    title: vscode.l10n.t('Add Note'),
    placeholder: vscode.l10n.t('About what?'),
    items: [whole, ...tasks.map(({ task }) => ({ label: taskLabel(task), value: task.id }))],
  });
  if (value === undefined) throw new Cancelled();
  return { folder, task: value === '' ? undefined : value };
}

async function askKind(): Promise<NoteKind> {
  const { t } = vscode.l10n;
  const kind = (value: NoteKind, icon: string, label: string, detail: string): Choice<NoteKind> => ({
    label,
    description: detail,
    iconPath: new vscode.ThemeIcon(icon),
    value,
  });
  const { value } = await askPick<NoteKind>({
    title: t('Add Note'),
    placeholder: t('What kind of note?'),
    items: [
      kind('decision', 'law', t('Decision'), t('what was decided, and why')),
      kind('correction', 'edit', t('Correction'), t('it is X, not Y')),
      kind('error', 'error', t('Error'), t('what went wrong')),
      kind('name', 'tag', t('Name'), t('what something is called')),
      kind('number', 'symbol-number', t('Number'), t('a figure worth keeping')),
      kind('note', 'note', t('Note'), t('anything else')),
    ],
  });
  if (value === undefined) throw new Cancelled();
  return value;
}

export const logTimeCommand: Handler = async (services, argument) => {
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Log Time'),
    placeholder: vscode.l10n.t('On which task?'),
    offer: () => true,
    none: vscode.l10n.t('There are no tasks yet.'),
  });
  const minutes = await askNumber(
    vscode.l10n.t('Log Time on {0}', taskLabel(task)),
    vscode.l10n.t('Minutes'),
    1,
    100_000,
  );
  await logTime(folder.workspace, task.id, minutes);
  await folder.refresh();
};

export const setProgressCommand: Handler = async (services, argument) => {
  const { folder, task } = await chooseTask(services, argument, {
    title: vscode.l10n.t('Set Progress'),
    placeholder: vscode.l10n.t('Of which task?'),
    offer: ({ progress }) => progress.total === 0 || progress.of === 'hand',
    none: vscode.l10n.t('Every task has a checklist, and its progress is counted.'),
  });
  const percent = await askNumber(
    vscode.l10n.t('Progress of {0}', taskLabel(task)),
    vscode.l10n.t('Percent, 0 to 100'),
    0,
    100,
  );
  await setProgress(folder.workspace, task.id, percent);
  await folder.refresh();
};

async function askNumber(title: string, prompt: string, least: number, most: number): Promise<number> {
  const { value } = await askText({
    title,
    prompt,
    value: '',
    refuse: (text) =>
      /^\d{1,6}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most
        ? undefined
        : vscode.l10n.t('A whole number from {0} to {1}.', least, most),
  });
  return Number(value.trim());
}

export const flushCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Flush Working Buffer'));
  await flushBuffer(folder.workspace);
};

export const showChangeLogCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Show Change Log'));
  const changes = await listChanges(folder.workspace);
  const lines = changes.map(
    ({ seq, time, actor, outcome, text }) =>
      `${time}  ${String(seq).padStart(5)}  ${actor.padEnd(6)}  ${outcome.padEnd(10)}  ${text}`,
  );
  const head = vscode.l10n.t('Changes in {0}, the latest first', folder.name);
  const none = vscode.l10n.t('Nothing was changed yet.');
  await services.reports.show(
    vscode.l10n.t('Change Log of {0}.log', folder.name),
    `${head}\n\n${lines.length === 0 ? none : lines.join('\n')}\n`,
  );
};
