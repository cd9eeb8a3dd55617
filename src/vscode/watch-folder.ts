/** "Something below these folders may have changed", debounced. Events are hints: nothing is concluded from their kind. */
import * as vscode from 'vscode';
import { DisposableStore } from '../core/base/disposable';
import { watchPatterns } from './watch-patterns';

const quietMs = 60;
const longestMs = 300;
/** After watching is asked for. The editor starts a process of its own for it, which on a busy machine takes its time. */
const startLooksMs = [1_000, 3_000, 10_000, 30_000];

/**
 * Watches sub-folders of a workspace folder, whether they exist yet or not, and the folders' own coming and going:
 * a folder that appears with files in it is told without its files (vscode-api.md, fact 7). What changes until the
 * editor really watches is told by nobody, so `onChange` also comes a few times by the clock at the start, and then
 * no more: an idle window runs no timer.
 */
export function watchFolder(
  folder: vscode.WorkspaceFolder,
  paths: readonly string[],
  onChange: () => void,
  options: { readonly recursive: boolean } = { recursive: true },
): vscode.Disposable {
  const lifetime = new DisposableStore();
  const debounced = lifetime.add(new Debounced(onChange));
  lifetime.add(looksAfterStart(() => debounced.poke()));
  for (const path of new Set(paths)) {
    const patterns = options.recursive ? watchPatterns(path) : [path];
    for (const pattern of patterns) {
      const watcher = lifetime.add(
        vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern)),
      );
      for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
        lifetime.add(event(() => debounced.poke()));
      }
    }
  }
  return lifetime;
}

function looksAfterStart(look: () => void): vscode.Disposable {
  const timers = startLooksMs.map((ms) => setTimeout(look, ms));
  return {
    dispose: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Fires after a pause, but never later than `longestMs` after the first poke. */
class Debounced implements vscode.Disposable {
  readonly #fire: () => void;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #limit: ReturnType<typeof setTimeout> | undefined;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  poke(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#now(), quietMs);
    this.#limit ??= setTimeout(() => this.#now(), longestMs);
  }

  dispose(): void {
    clearTimeout(this.#pause);
    clearTimeout(this.#limit);
    this.#limit = undefined;
  }

  #now(): void {
    this.dispose();
    this.#fire();
  }
}
