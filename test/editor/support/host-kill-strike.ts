/**
 * One SIGKILL of an extension host around one write: at any moment after the click, while the task's lock is held,
 * between the change log and the replacement of the file (its temporary file is seen), or as the tree shows the tick.
 */
import { randomInt } from 'node:crypto';
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { isTemporaryName } from '../../../src/core/store/atomic-file';
import { paths } from '../../../src/core/store/paths';

export const moments = ['any moment', 'in a write', 'before the replacement', 'as it is shown'] as const;
export type Moment = (typeof moments)[number];

/** Longest time between a lock seen and the kill; a write takes about as long. Milliseconds. */
const writeMs = 25;
/** A click that led to no write is followed by the kill all the same. Milliseconds. */
const longestMs = 3_000;

export class HostStrike {
  readonly #locks: string;
  readonly #pid: number;
  readonly #when: Moment;
  readonly #watchers: readonly FSWatcher[];
  readonly #limit: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #struck = false;
  #inWrite = false;

  /** Armed from now on: comes before the click, so that no write is too quick for it. */
  constructor(root: string, pid: number, when: Moment) {
    this.#locks = paths.locks(root);
    this.#pid = pid;
    this.#when = when;
    this.#watchers = [
      watch(this.#locks, () => {
        if (when === 'in a write' && this.#isLocked()) this.#after(randomInt(writeMs));
      }),
      watch(join(root, 'task-states'), (_event, name) => {
        if (when === 'before the replacement' && isTemporaryName(name ?? '')) this.#after(0);
      }),
    ];
    this.#limit = setTimeout(() => this.now(), longestMs);
  }

  get struck(): boolean {
    return this.#struck;
  }

  /** The host held a task's lock when it was killed. */
  get inWrite(): boolean {
    return this.#inWrite;
  }

  /** @param usualMs how long a tick takes from the click until it is shown */
  clicked(usualMs: number): void {
    if (this.#when === 'any moment') this.#after(randomInt(Math.ceil(1.2 * usualMs)));
  }

  /** What was waited for is over, or was missed: other writes may still be going on. */
  shown(): void {
    this.#after(this.#when === 'as it is shown' ? 0 : randomInt(writeMs));
  }

  /** Kills, unless that is done. Throws when there is no such process. */
  now(): void {
    if (this.#struck) return;
    this.dispose();
    this.#inWrite = this.#isLocked();
    this.#struck = true;
    process.kill(this.#pid, 'SIGKILL');
  }

  dispose(): void {
    clearTimeout(this.#limit);
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }

  #after(ms: number): void {
    if (this.#struck || this.#timer !== undefined) return;
    if (ms === 0) this.now();
    else this.#timer = setTimeout(() => this.now(), ms);
  }

  #isLocked(): boolean {
    return readdirSync(this.#locks).some((name) => /^task-.+\.lock$/.test(name));
  }
}
