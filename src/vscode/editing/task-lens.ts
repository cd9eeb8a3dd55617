/**
 * One row of actions above the title of a task file: what to do next, the chain output, the progress. And above each
 * feature that names a command: running that.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { featuresIn } from '../../core/editing/task-features';
import { readTaskText } from '../../core/editing/task-text';
import type { TaskView } from '../../core/operations/task-view';
import { type CommandId, commandIds, settingIds } from '../contributions';
import type { BatonState, LocatedTask } from '../state';
import { canFinalize, nextAction, taskFace } from '../task-face';
import type { TaskRef } from '../task-ref';
import { evidenceWords } from '../verification/evidence-words';
import { titleLine } from './title-line';

export class TaskLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #state: BatonState;
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(state: BatonState) {
    this.#state = state;
    this.#lifetime.add(state.onDidChange(() => this.#changed.fire()));
    this.#lifetime.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.codeLens)) this.#changed.fire();
      }),
    );
    // Ordinary Markdown is answered with nothing, by a look-up in a map of our files.
    const selector = { language: 'markdown', scheme: 'file' };
    this.#lifetime.add(vscode.languages.registerCodeLensProvider(selector, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const located = this.#state.taskOfFile(document.uri);
    if (located === undefined || !isOn(document.uri)) return [];
    const line = titleLine(document.lineCount, (index) => document.lineAt(index).text) ?? 0;
    const { range } = document.lineAt(line);
    const lenses = lensCommands(located).map((command) => new vscode.CodeLens(range, command));
    return [...lenses, ...featureLenses(document, located)];
  }

  dispose(): void {
    this.#lifetime.dispose();
  }
}

function featureLenses(document: vscode.TextDocument, { folder, task }: LocatedTask): vscode.CodeLens[] {
  if (task.progress.of !== 'features') return [];
  return featuresIn(readTaskText(document.getText())).flatMap((feature) => {
    if (feature.verify === undefined) return [];
    const at = document.positionAt(feature.range.start);
    const title = feature.passes ? vscode.l10n.t('Verify Again') : vscode.l10n.t('Verify');
    const found = evidenceWords(feature, vscode.l10n);
    const command: vscode.Command = {
      command: commandIds.verifyFeature,
      title: `$(beaker) ${[title, found].filter((part) => part !== '').join(' · ')}`,
      tooltip: feature.verify,
      arguments: [{ root: folder.root, task: task.id, target: { kind: 'feature', id: feature.id } }],
    };
    return [new vscode.CodeLens(new vscode.Range(at, at), command)];
  });
}

function isOn(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration(undefined, uri).get<boolean>(settingIds.codeLens, true);
}

/** Finalizing what nobody has touched yet would only be noise above the title. */
function hasBegun(task: TaskView): boolean {
  return task.sessions > 0 || task.progress.passed > 0;
}

function lensCommands({ folder, task }: LocatedTask): vscode.Command[] {
  const { t } = vscode.l10n;
  const ref: TaskRef = { root: folder.root, task: task.id };
  const lens = (command: CommandId, title: string) => ({ command, title, arguments: [ref] });
  const commands: vscode.Command[] = [];
  const action = nextAction(task);
  if (action === 'launch') commands.push(lens(commandIds.launch, `$(play) ${t('Launch Agent')}`));
  if (action === 'resume') commands.push(lens(commandIds.resume, `$(debug-continue) ${t('Resume')}`));
  if (action === 'show') commands.push(lens(commandIds.showTerminal, `$(terminal) ${t('Show Terminal')}`));
  if (canFinalize(task) && hasBegun(task))
    commands.push(lens(commandIds.finalize, `$(pass) ${t('Finalize')}`));
  commands.push(lens(commandIds.revealTask, taskFace(task, vscode.l10n).description));
  return commands;
}
