/** Tells that something in some folders may have changed. Whoever listens looks for itself what it was. */
import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Disposable } from '../core/base/disposable';
import { Emitter } from '../core/base/event';
import type { Logger, Watcher } from '../core/ports';
import { errnoOf } from './io-failure';

export interface WatchOptions {
  readonly log: Logger;
  /** Quiet time before the event, so that a burst is one event. Milliseconds. */
  readonly debounceMs?: number;
}

/**
 * Watches folders without their sub-folders. A folder that is missing, or goes and comes back, is watched as soon as
 * it is there; until then the nearest folder above it is.
 */
export class NodeWatcher implements Watcher, Disposable {
  readonly #emitter: Emitter<void>;
  readonly #watched = new Map<string, FSWatcher>();
  readonly #folders: readonly string[];
  readonly #log: Logger;
  readonly #debounceMs: number;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(folders: readonly string[], { log, debounceMs = 100 }: WatchOptions) {
    this.#folders = folders;
    this.#log = log;
    this.#debounceMs = debounceMs;
    this.#emitter = new Emitter((error) =>
      log.error(`A listener of the file watcher failed: ${String(error)}`),
    );
    this.#arm();
  }

  get onDidChange() {
    return this.#emitter.event;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watched.values()) watcher.close();
    this.#watched.clear();
    this.#emitter.dispose();
  }

  /** Brings what is watched in line with what exists now. */
  #arm(): void {
    const wanted = new Set(this.#folders.map(nearestExisting));
    for (const [folder, watcher] of this.#watched) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of wanted) if (!this.#watched.has(folder)) this.#watch(folder);
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#changed());
      watcher.on('error', (error) => this.#lost(folder, error));
      this.#watched.set(folder, watcher);
    } catch (error) {
      this.#lost(folder, error);
    }
  }

  #lost(folder: string, error: unknown): void {
    // A folder that went away is ordinary; running out of watches is worth knowing.
    const level = errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EPERM' ? 'debug' : 'warn';
    this.#log[level](`No longer watching ${folder}: ${String(error)}`);
    this.#watched.get(folder)?.close();
    this.#watched.delete(folder);
    this.#changed();
  }

  #changed(): void {
    if (this.#disposed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#rewatchReplaced();
      this.#arm();
      this.#emitter.fire();
    }, this.#debounceMs);
  }

  /** A folder that was removed and made again keeps its name and loses its watch. */
  #rewatchReplaced(): void {
    for (const [folder, watcher] of this.#watched) {
      if (existsSync(folder)) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
  }
}

function nearestExisting(folder: string): string {
  let candidate = folder;
  while (!existsSync(candidate) && dirname(candidate) !== candidate) candidate = dirname(candidate);
  return candidate;
}
