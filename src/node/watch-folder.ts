/** Tells what changes in one folder, without its sub-folders, and never keeps the process alive. */
import { statSync, watch } from 'node:fs';
import { basename } from 'node:path';
import { type Disposable, toDisposable } from '../core/base/disposable';

/** Several changes of one name within this time are one. */
const togetherMs = 100;
/** How often a folder that is gone is looked for. */
const lookAgainMs = 1_000;

/**
 * @param changed gets the name of an entry that came, changed or went; undefined where the platform does not tell it
 * @throws Node's own error when the folder cannot be watched
 */
export function watchFolder(
  path: string,
  changed: (name: string | undefined) => void,
  failed: (error: unknown) => void,
): Disposable {
  const waiting = new Set<string | undefined>();
  const watcher = watch(path, { persistent: false }, (_kind, name) => {
    const key = name ?? undefined;
    if (waiting.has(key)) return;
    waiting.add(key);
    const tell = () => {
      waiting.delete(key);
      changed(key);
    };
    setTimeout(tell, togetherMs).unref();
  }).on('error', failed);
  return toDisposable(() => watcher.close());
}

/**
 * The same for as long as it is wanted, whether the folder is there or not: one that is made, or made again, is watched
 * anew, and its coming and going are told without a name. Never throws.
 */
export class LastingWatch implements Disposable {
  readonly #path: string;
  readonly #changed: (name: string | undefined) => void;
  readonly #failed: (error: unknown) => void;
  #watcher: Disposable | undefined;
  #search: NodeJS.Timeout | undefined;

  /** @param failed is told once each time that the folder can no longer be watched */
  constructor(path: string, changed: (name: string | undefined) => void, failed: (error: unknown) => void) {
    this.#path = path;
    this.#changed = changed;
    this.#failed = failed;
    this.#begin(failed);
  }

  dispose(): void {
    clearTimeout(this.#search);
    this.#watcher?.dispose();
    this.#watcher = undefined;
  }

  #begin(failed: (error: unknown) => void): boolean {
    try {
      const known = identityOf(this.#path);
      const watcher = watchFolder(
        this.#path,
        (name) => {
          if (this.#watcher !== watcher) return;
          this.#changed(name);
          // Platforms tell a folder's own end as a change of its name, and a watcher does not find the next one by itself.
          if (name === basename(this.#path) || identityOf(this.#path) !== known) this.#renew();
        },
        () => {
          if (this.#watcher === watcher) this.#renew();
        },
      );
      this.#watcher = watcher;
      return true;
    } catch (error) {
      failed(error);
      this.#search = setTimeout(() => {
        if (this.#begin(() => {})) this.#changed(undefined);
      }, lookAgainMs).unref();
      return false;
    }
  }

  #renew(): void {
    this.dispose();
    this.#begin(this.#failed);
    this.#changed(undefined);
  }
}

/** Of the folder itself, whatever is in it: a new one may get the number of the old one. Undefined when there is none. */
function identityOf(path: string): string | undefined {
  try {
    const { ino, birthtimeMs } = statSync(path);
    return `${ino} ${birthtimeMs}`;
  } catch {
    return undefined;
  }
}
