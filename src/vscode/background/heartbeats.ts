/** One heartbeat per folder of the window, no more and no less. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import type { FolderSession } from '../folder-session';
import type { BatonState } from '../state';
import { FolderHeartbeat, type HeartbeatServices } from './folder-heartbeat';

export class Heartbeats implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #services: HeartbeatServices;
  readonly #folders = new Map<FolderSession, FolderHeartbeat>();
  readonly #lifetime = new DisposableStore();

  constructor(state: BatonState, services: HeartbeatServices) {
    this.#state = state;
    this.#services = services;
    this.#lifetime.add(state.onDidChange(() => this.#follow()));
    this.#lifetime.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#follow()));
    this.#lifetime.add({ dispose: () => this.#keepOnly([]) });
    this.#follow();
  }

  /** Whether a timer runs for any folder. */
  get isArmed(): boolean {
    return [...this.#folders.values()].some(({ isArmed }) => isArmed);
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #follow(): void {
    this.#keepOnly(this.#state.folders);
    for (const folder of this.#state.folders) {
      const heartbeat = this.#folders.get(folder) ?? new FolderHeartbeat(folder, this.#services);
      this.#folders.set(folder, heartbeat);
      heartbeat.poke();
    }
  }

  #keepOnly(folders: readonly FolderSession[]): void {
    for (const [folder, heartbeat] of this.#folders) {
      if (folders.includes(folder)) continue;
      heartbeat.dispose();
      this.#folders.delete(folder);
    }
  }
}
