/**
 * What the editor shows: one FolderSession per workspace folder. Trees, status bar, decorations and context keys
 * render from it and hold nothing of their own.
 */
import * as vscode from 'vscode';
import { BatonError } from '../core/base/baton-error';
import { type Disposable, DisposableStore } from '../core/base/disposable';
import type { TaskView } from '../core/operations/task-view';
import { type FolderPhase, type FolderServices, FolderSession } from './folder-session';
import type { TaskRef } from './task-ref';
import type { FolderTasks } from './views/chains-model';

export interface LocatedTask {
  readonly folder: FolderSession;
  readonly task: TaskView;
}

const phaseOrder: readonly (FolderPhase | 'none')[] = [
  'none',
  'virtual',
  'loading',
  'failed',
  'absent',
  'ready',
];

export class BatonState implements vscode.Disposable {
  readonly #services: FolderServices;
  readonly #folders = new Map<
    string,
    { readonly session: FolderSession; readonly subscription: Disposable }
  >();
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;

  constructor(services: FolderServices) {
    this.#services = services;
    this.#lifetime.add({ dispose: () => this.#removeAll() });
    this.#lifetime.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#follow()));
    // Watchers lose events while a window sleeps; looking again is cheap.
    this.#lifetime.add(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) void this.refresh();
      }),
    );
    this.#follow();
  }

  get folders(): readonly FolderSession[] {
    const order = vscode.workspace.workspaceFolders ?? [];
    return order.flatMap((folder) => this.#folders.get(folder.uri.toString())?.session ?? []);
  }

  /** Of the folder that is furthest, since one usable folder is enough to work. */
  get phase(): FolderPhase | 'none' {
    const reached = this.folders.map(({ phase }) => phaseOrder.indexOf(phase));
    return phaseOrder[Math.max(0, ...reached)] ?? 'none';
  }

  /** The folders with a snapshot, as the renderers take them. */
  get folderTasks(): readonly FolderTasks[] {
    return this.folders.flatMap(({ root, name, snapshot, background }) =>
      snapshot === undefined ? [] : [{ root, name, snapshot, background }],
    );
  }

  get tasks(): readonly LocatedTask[] {
    return this.folders.flatMap((folder) => folder.snapshot?.tasks.map((task) => ({ folder, task })) ?? []);
  }

  folder(root: string): FolderSession {
    const found = this.folders.find((folder) => folder.root === root);
    if (found === undefined) {
      throw new BatonError('not_found', vscode.l10n.t('The folder {0} is not part of this window.', root));
    }
    return found;
  }

  find(ref: TaskRef): LocatedTask | undefined {
    return this.tasks.find(({ folder, task }) => folder.root === ref.root && task.id === ref.task);
  }

  /** Throws `not_found` when the task has gone since the caller saw it. */
  locate(ref: TaskRef): LocatedTask {
    const found = this.find(ref);
    if (found === undefined) {
      throw new BatonError('not_found', vscode.l10n.t('There is no task #{0} any more.', ref.task));
    }
    return found;
  }

  /** The task whose state file a document is. */
  taskOfFile(uri: vscode.Uri): LocatedTask | undefined {
    const path = uri.fsPath.replaceAll('\\', '/');
    return this.tasks.find(({ task }) => task.path === path);
  }

  async refresh(): Promise<void> {
    await Promise.all(this.folders.map((folder) => folder.refresh()));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** Keeps one session per folder of the window, no more and no less. */
  #follow(): void {
    const present = new Map(
      (vscode.workspace.workspaceFolders ?? []).map((folder) => [folder.uri.toString(), folder]),
    );
    for (const [key, { session, subscription }] of this.#folders) {
      if (present.has(key)) continue;
      this.#folders.delete(key);
      subscription.dispose();
      session.dispose();
    }
    for (const [key, folder] of present) {
      if (this.#folders.has(key)) continue;
      const session = new FolderSession(folder, this.#services);
      this.#folders.set(key, { session, subscription: session.onDidChange(() => this.#changed.fire()) });
      void session.refresh();
    }
    this.#changed.fire();
  }

  #removeAll(): void {
    for (const { session, subscription } of this.#folders.values()) {
      subscription.dispose();
      session.dispose();
    }
    this.#folders.clear();
  }
}
