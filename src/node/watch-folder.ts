/** Tells what changes in one folder, without its sub-folders, and never keeps the process alive. */
import { watch } from 'node:fs';
import { type Disposable, toDisposable } from '../core/base/disposable';

/** Several changes of one name within this time are one. */
const togetherMs = 100;

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
