/** Reads a feed of events whenever something may have come, one read at a time. */
import type { Disposable } from '../core/base/disposable';
import type { AgentEvent, EventFeed } from '../core/operations/agent-events';
import { RefreshLoop } from './refresh-loop';

/** A change that is announced and not made yet is looked at again. Milliseconds. */
const lookAgainMs = 500;

type Feed = Pick<EventFeed, 'next' | 'isHolding'>;

export class EventReader implements Disposable {
  readonly #open: () => Promise<Feed>;
  readonly #tell: (event: AgentEvent) => void;
  readonly #onError: (error: unknown) => void;
  readonly #loop = new RefreshLoop(() => this.#read());
  #feed: Feed | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  /** @param onError hears what a look failed at; the next look tries again, and none comes by itself */
  constructor(
    open: () => Promise<Feed>,
    tell: (event: AgentEvent) => void,
    onError: (error: unknown) => void,
  ) {
    this.#open = open;
    this.#tell = tell;
    this.#onError = onError;
  }

  look(): void {
    if (!this.#isDisposed) this.#loop.request().catch(this.#onError);
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const feed = this.#feed ?? (await this.#open());
    this.#feed = feed;
    for (let more = true; more && !this.#isDisposed; ) {
      const next = await feed.next();
      for (const event of next.events) this.#tell(event);
      more = next.more;
    }
    clearTimeout(this.#timer);
    if (feed.isHolding && !this.#isDisposed) this.#timer = setTimeout(() => this.look(), lookAgainMs);
  }
}
