/** The three views of the container: what each shows, its badge and its message. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import type { Agents } from '../agents';
import { viewIds } from '../contributions';
import type { BatonState } from '../state';
import type { TaskRef } from '../task-ref';
import { attentionModel } from './attention-model';
import { chainsModel, taskNodeId } from './chains-model';
import { localTime } from './local-time';
import { chainsDetails, rowDetails } from './row-details';
import { sessionRendering } from './session-tooltip';
import { sessionsModel } from './sessions-model';
import { TaskDragAndDrop } from './task-drag-and-drop';
import { TreeProvider, type TreeRow } from './tree-provider';
import { writeTick } from './write-tick';

export class BatonViews implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #agents: Agents;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();
  readonly #chains: TreeProvider;
  readonly #sessions: TreeProvider;
  readonly #attention: TreeProvider;
  readonly #chainsView: vscode.TreeView<TreeRow>;
  readonly #attentionView: vscode.TreeView<TreeRow>;

  /** @param onError receives what a tick that could not be written threw. */
  constructor(state: BatonState, agents: Agents, onError: (error: unknown) => void) {
    this.#state = state;
    this.#agents = agents;
    this.#onError = onError;
    this.#chains = this.#lifetime.add(new TreeProvider(chainsDetails(state, agents)));
    this.#sessions = this.#lifetime.add(new TreeProvider(rowDetails(state, agents)));
    this.#attention = this.#lifetime.add(new TreeProvider(rowDetails(state, agents)));
    this.#chainsView = this.#lifetime.add(
      vscode.window.createTreeView(viewIds.chains, {
        treeDataProvider: this.#chains,
        showCollapseAll: true,
        dragAndDropController: new TaskDragAndDrop(state),
        manageCheckboxStateManually: true,
      }),
    );
    this.#lifetime.add(vscode.window.createTreeView(viewIds.sessions, { treeDataProvider: this.#sessions }));
    this.#attentionView = this.#lifetime.add(
      vscode.window.createTreeView(viewIds.attention, { treeDataProvider: this.#attention }),
    );
    this.#lifetime.add(this.#chainsView.onDidChangeCheckboxState(({ items }) => void this.#tick(items)));
    this.#lifetime.add(state.onDidChange(() => this.#render()));
    this.#lifetime.add(agents.onDidChange(() => this.#render()));
    this.#lifetime.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#render()));
    this.#render();
  }

  /** Selects a task in Task Chains, opening the view. */
  async reveal(ref: TaskRef): Promise<void> {
    const { task } = this.#state.locate(ref);
    const row = this.#chains.rowOf(taskNodeId(ref.root, task.file));
    if (row !== undefined) await this.#chainsView.reveal(row, { select: true, focus: false });
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #render(): void {
    const folders = this.#state.folderTasks;
    const { l10n } = vscode;
    void this.#chains.show(chainsModel(folders, l10n));
    void this.#sessions.show(sessionsModel(folders, sessionRendering(this.#agents)));
    const attention = attentionModel(folders, { l10n, time: localTime });
    void this.#attention.show(attention);
    const badge = attention.needed === 0 ? undefined : attentionBadge(attention.needed);
    if (this.#attentionView.badge?.value !== badge?.value) this.#attentionView.badge = badge;
    const message = this.#message();
    if ((this.#chainsView.message ?? '') !== message) this.#chainsView.message = message;
  }

  /** What has to be said above the tree; empty when there is nothing. */
  #message(): string {
    const problems = this.#state.folders.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [this.#state.folders.length > 1 ? `${name}: ${problem}` : problem],
    );
    const restricted =
      vscode.workspace.isTrusted || this.#state.tasks.length === 0
        ? []
        : [
            vscode.l10n.t(
              'Restricted Mode: browse and edit tasks. Agents start once you trust this workspace.',
            ),
          ];
    return [...problems, ...restricted].join('\n');
  }

  /** Writes each tick to its file; the tree then follows the file. What fails springs back and is told. */
  async #tick(items: readonly [TreeRow, vscode.TreeItemCheckboxState][]): Promise<void> {
    // VS Code tells of a click on a row that was being rendered without the row: show what the files say.
    if (items.length === 0) this.#chains.renderAll();
    for (const [row, state] of items) {
      try {
        await writeTick(this.#state, row, state === vscode.TreeItemCheckboxState.Checked);
      } catch (error) {
        this.#onError(error);
        // Only then: after a change the row is rendered with its file, and once is enough.
        this.#chains.renderAgain(row);
      }
    }
  }
}

function attentionBadge(count: number): vscode.ViewBadge {
  const tooltip =
    count === 1 ? vscode.l10n.t('1 task needs you') : vscode.l10n.t('{0} tasks need you', count);
  return { value: count, tooltip };
}
