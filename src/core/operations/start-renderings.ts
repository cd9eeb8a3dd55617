/**
 * Keeps `SESSION-STATE.md`, the working buffer and the daily notes up with the store: one subscriber to its changes,
 * started where a workspace is opened, so that no verb can forget it. Requirements 000-5, 000-29, 000-36.
 */
import type { Disposable } from '../base/disposable';
import type { BufferState } from '../model/buffer-state';
import { sessionStateText } from '../renderings/session-state';
import { dayOf } from '../renderings/working-buffer';
import { type Flushed, maxRecent, WorkingBufferStore } from '../renderings/working-buffer-store';
import { ensureRuntime } from '../store/layout';
import { Locks } from '../store/lock';
import { paths } from '../store/paths';
import { gatherSessionState } from './gather-session-state';
import type { RenderedWorkspace } from './workspace';

/** Another process renders for milliseconds; one that takes longer will render what we leave, or the next change does. */
const lockWaitMs = 3_000;
/** A buffer of this many entries is flushed whatever the day. */
const fullBuffer = 500;
/** How long a burst of changes may last in a process that lives on. */
const burstMs = 150;

export interface Rendered {
  /** Entries that went into the daily notes. */
  readonly flushed: number;
}

export class Renderings implements Disposable {
  readonly #workspace: RenderedWorkspace;
  readonly #buffer: WorkingBufferStore;
  readonly #locks: Locks;
  readonly #subscription: Disposable;
  /** A change has been made that no rendering shows yet. */
  #stale = false;
  #running: Promise<void> | undefined;
  #disposed = false;

  constructor(workspace: RenderedWorkspace) {
    const { ports, root, store } = workspace;
    this.#workspace = workspace;
    this.#buffer = new WorkingBufferStore(ports, root, store.changeLog);
    this.#locks = new Locks(ports, paths.locks(root), { waitMs: lockWaitMs });
    this.#subscription = store.onDidLog(() => this.#changed());
  }

  /**
   * Resolves when all changes of this process so far are rendered. Surfaces that end after a verb wait for it once; a
   * surface that lives on need not. Never throws: a change that was acknowledged does not fail for its rendering, which
   * the next one repairs.
   */
  async settled(): Promise<void> {
    while (this.#stale || this.#running !== undefined) await this.#renderOnce();
  }

  /** Renders anew and flushes the buffer. Throws `locked`, `conflict`, `io_failed`; then nothing is lost from the buffer. */
  async flush(reason: string): Promise<Rendered> {
    return this.#render(reason);
  }

  /**
   * Flushes the buffer alone, where somebody waits: `SESSION-STATE.md` needs a look at every task, and whoever made the
   * last change has rendered it. Throws as `flush`.
   */
  async flushBuffer(reason: string): Promise<Rendered> {
    const { ports, root } = this.#workspace;
    await ensureRuntime(ports.fs, root);
    return this.#locks.with('renderings', async () => {
      const { state, open, newTypes } = await this.#buffer.catchUp();
      const flush = await this.#flushWhenDue(state, reason, newTypes);
      await this.#buffer.write(flush.state, open);
      return rendered(flush);
    });
  }

  /** Changes after this are rendered by whoever makes the next one. */
  dispose(): void {
    this.#disposed = true;
    this.#subscription.dispose();
  }

  #changed(): void {
    this.#stale = true;
    // A command line renders once, at its end; it has no time to wait for more changes.
    if (this.#workspace.acting.surface !== 'cli') void this.#renderAfterBurst();
  }

  async #renderAfterBurst(): Promise<void> {
    await this.#workspace.ports.clock.delay(burstMs);
    // A rendering that runs already may have read the log before this change.
    while (this.#stale && !this.#disposed) await this.#renderOnce();
  }

  /** One rendering at a time; who comes while one runs waits for it and looks again. */
  #renderOnce(): Promise<void> {
    this.#running ??= this.#attempt().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #attempt(): Promise<void> {
    this.#stale = false;
    try {
      await this.#render(undefined);
    } catch (error) {
      const { log } = this.#workspace.ports;
      log.warn(`The renderings are behind; the next change repairs them: ${String(error)}`);
    }
  }

  async #render(flushReason: string | undefined): Promise<Rendered> {
    const { ports, root } = this.#workspace;
    await ensureRuntime(ports.fs, root);
    return this.#locks.with('renderings', async () => {
      const { state, open, newTypes } = await this.#buffer.catchUp();
      const flush = await this.#flushWhenDue(state, flushReason, newTypes);
      const recent = [...flush.state.recent, ...open].slice(-maxRecent);
      const input = await gatherSessionState(this.#workspace, flush.state.touched, recent);
      await this.#buffer.writeSessionState(sessionStateText(input));
      await this.#buffer.write(flush.state, open);
      return rendered(flush);
    });
  }

  /** On request, at the end of a session, on a new day, and when the buffer is full. */
  async #flushWhenDue(
    state: BufferState,
    asked: string | undefined,
    newTypes: ReadonlySet<string>,
  ): Promise<Flushed> {
    const today = this.#workspace.ports.clock.now().toISOString().slice(0, 10);
    const old = state.entries.some((entry) => dayOf(entry) < today)
      ? await this.#buffer.flush(state, { reason: 'day change', before: today })
      : { state, flushed: 0, trouble: undefined };
    const reason =
      asked ??
      (newTypes.has('session.end') ? 'session end' : undefined) ??
      (old.state.entries.length >= fullBuffer ? 'buffer full' : undefined);
    if (reason === undefined) return old;
    const rest = await this.#buffer.flush(old.state, { reason });
    return { ...rest, flushed: old.flushed + rest.flushed };
  }
}

/** Throws only now what kept entries from the notes: the other renderings are none the worse for it. */
function rendered({ flushed, trouble }: Flushed): Rendered {
  if (trouble !== undefined) throw trouble;
  return { flushed };
}
