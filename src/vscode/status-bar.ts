/** The one status bar item. Assigned only when something changed, so that an open hover stays open. */
import * as vscode from 'vscode';
import { DisposableStore } from '../core/base/disposable';
import type { Agents } from './agents';
import { commandIds, settingIds } from './contributions';
import type { BatonState } from './state';
import { type StatusBarModel, statusBarModel } from './status-bar-model';
import { localTime } from './views/local-time';
import { commandLink, hoverCommands } from './views/task-tooltip';

/** Left, beside the branch and the problems, after them. */
const priority = 10;

export class StatusBar implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #agents: Agents;
  readonly #lifetime = new DisposableStore();
  readonly #item: vscode.StatusBarItem;
  #shown = '';

  constructor(state: BatonState, agents: Agents) {
    this.#state = state;
    this.#agents = agents;
    this.#item = this.#lifetime.add(
      vscode.window.createStatusBarItem('baton.status', vscode.StatusBarAlignment.Left, priority),
    );
    this.#item.name = vscode.l10n.t('Baton Tasks');
    this.#item.command = commandIds.pickTask;
    this.#lifetime.add(state.onDidChange(() => this.#render()));
    this.#lifetime.add(agents.onDidChange(() => this.#render()));
    this.#lifetime.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.statusBar)) this.#render();
      }),
    );
    this.#render();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #render(): void {
    const on = vscode.workspace.getConfiguration().get<boolean>(settingIds.statusBar, true);
    const folders = this.#state.folderTasks;
    if (!on || folders.length === 0) {
      this.#shown = '';
      this.#item.hide();
      return;
    }
    const model = statusBarModel(folders, { l10n: vscode.l10n, time: localTime }, this.#agents.label);
    const shown = JSON.stringify(model);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#item.text = model.text;
    this.#item.accessibilityInformation = { label: model.spoken };
    this.#item.backgroundColor = model.warning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.tooltip = tooltip(model);
    this.#item.show();
  }
}

function tooltip(model: StatusBarModel): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  markdown.isTrusted = { enabledCommands: [...hoverCommands] };
  if (model.sections.length === 0) markdown.appendText(model.spoken);
  for (const { heading, tasks, more } of model.sections) {
    markdown.appendMarkdown(`**${heading}**\n\n`);
    for (const { ref, label, state } of tasks) {
      // The id follows a safe pattern and carries the link; the title is text from a file and stays text.
      markdown.appendMarkdown(`- ${commandLink(`#${ref.task}`, commandIds.openTask, ref)} `);
      markdown.appendText(`${label.replace(`#${ref.task}`, '').trim()} · ${state}`);
      markdown.appendMarkdown('\n');
    }
    if (more > 0) markdown.appendMarkdown(`- ${vscode.l10n.t('and {0} more', more)}\n`);
    markdown.appendMarkdown('\n');
  }
  for (const { icon, text } of model.notes) {
    markdown.appendMarkdown(`$(${icon}) `);
    markdown.appendText(text);
    markdown.appendMarkdown('\n\n');
  }
  markdown.appendMarkdown(vscode.l10n.t('Click to pick a task'));
  if (model.queued) {
    const link = `[${vscode.l10n.t('Show Queue')}](command:${commandIds.showQueue})`;
    markdown.appendMarkdown(` · ${link}`);
  }
  return markdown;
}
