/** Finalize Chain Output: shows what is missing before it refuses, asks for the summary, names the tasks it fed. */
import * as vscode from 'vscode';
import type { TaskId } from '../../core/model/task';
import { type FinalizePreview, finalizeTask, previewFinalize } from '../../core/operations/finalize-task';
import { commandIds } from '../contributions';
import { askText } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import type { LocatedTask } from '../state';
import { canFinalize, idList, taskLabel } from '../task-face';
import { chooseTask } from './choose';
import type { Handler } from './services';
import { openTaskFile, openTaskFileBelow } from './task-file';

export const finalizeCommand: Handler = async (services, argument) => {
  const located = await chooseTask(services, argument, {
    title: vscode.l10n.t('Finalize Chain Output'),
    placeholder: vscode.l10n.t('The task that is done'),
    offer: canFinalize,
    none: vscode.l10n.t('No task can be finalized.'),
  });
  const { folder, task } = located;
  const preview = await previewFinalize(folder.workspace, task.id);
  const reason = preview.blockers.length > 0 ? await askForce(located, preview.blockers) : undefined;
  const summary = preview.summaryMissing ? await askSummary(located, preview) : undefined;
  const { fed } = await finalizeTask(folder.workspace, task.id, {
    summary,
    ...(reason === undefined ? {} : { force: true, reason }),
  });
  await folder.refresh();
  announce(located, fed);
};

/** Lists exactly what is missing. Going on in spite of it takes a second step and a reason. */
async function askForce(located: LocatedTask, blockers: readonly string[]): Promise<string> {
  const open = vscode.l10n.t('Open File');
  const force = vscode.l10n.t('Force…');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is not complete yet.', taskLabel(located.task)),
    { modal: true, detail: blockers.map((line) => `• ${line}`).join('\n') },
    open,
    force,
  );
  if (answer === open) await openTaskFile(located);
  if (answer !== force) throw new Cancelled();
  const { value } = await askText({
    title: vscode.l10n.t('Finalize #{0} all the same', located.task.id),
    prompt: vscode.l10n.t('Why? The reason goes into the change log.'),
    value: '',
    refuse: (text) => (text.trim() === '' ? vscode.l10n.t('Forcing needs a reason.') : undefined),
  });
  return value.trim();
}

async function askSummary(located: LocatedTask, { draft, downstream }: FinalizePreview): Promise<string> {
  const inFile = {
    iconPath: new vscode.ThemeIcon('go-to-file'),
    tooltip: vscode.l10n.t('Write it in the file instead'),
    run: () => void openTaskFileBelow(located, /^#{1,6}\s+summary\b/i),
  };
  const { value } = await askText({
    title: vscode.l10n.t('Finalize {0}', taskLabel(located.task)),
    prompt:
      downstream.length === 0
        ? vscode.l10n.t('What did this task produce? Files come from git.')
        : vscode.l10n.t(
            'What did this task produce? {0} will read it. Files come from git.',
            idList(downstream),
          ),
    placeholder: vscode.l10n.t('Summary'),
    value: draft.summary,
    buttons: [inFile],
    refuse: (text) => (text.trim() === '' ? vscode.l10n.t('The chain output needs a summary.') : undefined),
  });
  return value.trim();
}

/** Not awaited: the work is done, and a notification may stay for ever. */
function announce({ folder, task }: LocatedTask, fed: readonly TaskId[]): void {
  const label = taskLabel(task);
  const [first] = fed;
  if (first === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} is completed.', label));
    return;
  }
  const open = vscode.l10n.t('Open #{0}', first);
  const message = vscode.l10n.t('{0} is completed. Its output went to {1}.', label, idList(fed));
  void vscode.window.showInformationMessage(message, open).then((answer) => {
    const ref = { root: folder.root, task: first };
    if (answer === open) void vscode.commands.executeCommand(commandIds.openTask, ref);
  });
}
