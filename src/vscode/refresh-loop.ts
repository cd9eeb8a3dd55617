/** Runs one asynchronous refresh at a time, however often it is asked for. Pure. */

/**
 * **Invariant:** whoever asks gets a refresh that began after they asked; requests during a run share the next one.
 */
export class RefreshLoop {
  readonly #run: () => Promise<void>;
  #current: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(run: () => Promise<void>) {
    this.#run = run;
  }

  /** Rejects with what the refresh it waited for threw. */
  request(): Promise<void> {
    if (this.#current === undefined) {
      this.#current = this.#start();
      return this.#current;
    }
    this.#next ??= this.#current.then(
      () => this.#startNext(),
      () => this.#startNext(),
    );
    return this.#next;
  }

  #startNext(): Promise<void> {
    this.#next = undefined;
    this.#current = this.#start();
    return this.#current;
  }

  async #start(): Promise<void> {
    try {
      await this.#run();
    } finally {
      // While the next one waits for this one to be over, it alone goes on: whoever asks in between shares it.
      if (this.#next === undefined) this.#current = undefined;
    }
  }
}
