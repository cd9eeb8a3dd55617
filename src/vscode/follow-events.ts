/** The change logs of a window's folders as events, from now on. Reads when a log grows; runs no timer while nothing is open. */
import type * as vscode from 'vscode';
import { type Disposable, DisposableStore, toDisposable } from '../core/base/disposable';
import { EventFeed } from '../core/operations/agent-events';
import type { BatonEvent } from './api-types';
import type { FolderSession } from './folder-session';
import type { BatonState } from './state';
import { watchFolder } from './watch-folder';

/** A change that is announced and not made yet is looked at again. Milliseconds. */
const lookAgainMs = 500;

export function followEvents(
  state: BatonState,
  tell: (event: BatonEvent) => void,
  onError: (error: unknown) => void,
): vscode.Disposable {
  const followed = new Map<FolderSession, Disposable>();
  const follow = () => {
    const ready = state.folders.filter(({ phase }) => phase === 'ready');
    for (const [folder, following] of followed) {
      if (state.folders.includes(folder)) continue;
      following.dispose();
      followed.delete(folder);
    }
    for (const folder of ready) {
      if (!followed.has(folder)) followed.set(folder, new FolderEvents(folder, tell, onError));
    }
  };
  const lifetime = new DisposableStore();
  lifetime.add(state.onDidChange(follow));
  lifetime.add(
    toDisposable(() => {
      for (const following of followed.values()) following.dispose();
    }),
  );
  follow();
  return lifetime;
}

class FolderEvents implements Disposable {
  readonly #folder: FolderSession;
  readonly #tell: (event: BatonEvent) => void;
  readonly #feed: Promise<EventFeed>;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();
  #reading = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(folder: FolderSession, tell: (event: BatonEvent) => void, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#tell = tell;
    this.#onError = onError;
    this.#feed = EventFeed.open(folder.workspace, undefined);
    const logs = ['.baton/memory', '.baton/memory/WAL-*.log'];
    this.#lifetime.add(watchFolder(folder.folder, logs, () => this.#look(), { recursive: false }));
    this.#lifetime.add(toDisposable(() => clearTimeout(this.#timer)));
    this.#look();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #look(): void {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    this.#read()
      .catch(this.#onError)
      .finally(() => {
        this.#reading = false;
        // Told between the last look and now.
        if (this.#again && !this.#lifetime.isDisposed) this.#look();
      });
  }

  async #read(): Promise<void> {
    const feed = await this.#feed;
    const folder = this.#folder.folder.uri;
    while (this.#again && !this.#lifetime.isDisposed) {
      this.#again = false;
      const { events, more } = await feed.next();
      for (const { schema: _, ...event } of events) this.#tell({ ...event, folder });
      this.#again ||= more;
    }
    clearTimeout(this.#timer);
    if (feed.isHolding && !this.#lifetime.isDisposed) {
      this.#timer = setTimeout(() => this.#look(), lookAgainMs);
    }
  }
}
