/** Tells menus and welcome content what is going on; keys are sent only when they change. */
import * as vscode from 'vscode';
import { DisposableStore } from '../core/base/disposable';
import type { TaskView } from '../core/operations/task-view';
import { type ContextKey, contextKeys } from './contributions';
import type { BatonState } from './state';
import { nextAction } from './task-face';

export class ContextKeys implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #lifetime = new DisposableStore();
  readonly #sent = new Map<ContextKey, string>();

  constructor(state: BatonState) {
    this.#state = state;
    this.#lifetime.add(state.onDidChange(() => this.#send()));
    this.#send();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #send(): void {
    const tasks = this.#state.tasks.map(({ task }) => task);
    const files = (action: ReturnType<typeof nextAction>) =>
      pathsOf(tasks.filter((task) => nextAction(task) === action));
    this.#set(contextKeys.phase, this.#state.phase);
    this.#set(contextKeys.hasTasks, tasks.length > 0);
    this.#set(contextKeys.taskFiles, pathsOf(tasks));
    this.#set(contextKeys.launchFiles, files('launch'));
    this.#set(contextKeys.resumeFiles, files('resume'));
    this.#set(contextKeys.runningFiles, files('show'));
    this.#set(contextKeys.finalizeFiles, files('finalize'));
    const backgrounds = this.#state.folders.flatMap(({ background }) => background ?? []);
    this.#set(
      contextKeys.autoResume,
      backgrounds.some(({ choice }) => choice.autoResume),
    );
    this.#set(
      contextKeys.backgroundPaused,
      backgrounds.some(({ choice }) => choice.pausedAt !== null),
    );
    this.#set(
      contextKeys.hasSessions,
      tasks.some(({ sessions }) => sessions > 0),
    );
    this.#set(
      contextKeys.hasResumed,
      tasks.some(({ sessions }) => sessions > 1),
    );
    this.#set(
      contextKeys.hasCompleted,
      tasks.some(({ status }) => status === 'completed'),
    );
    this.#set(
      contextKeys.hasQueue,
      backgrounds.some(({ queue }) => queue.length > 0),
    );
  }

  #set(key: ContextKey, value: string | boolean | readonly string[]): void {
    const text = JSON.stringify(value);
    if (this.#sent.get(key) === text) return;
    this.#sent.set(key, text);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}

/** As `resourcePath` writes them: the platform's own separators. */
function pathsOf(tasks: readonly TaskView[]): string[] {
  return tasks.map(({ path }) => vscode.Uri.file(path).fsPath);
}
