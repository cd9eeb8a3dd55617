/** Mutations one after the other, in the order in which they were asked for. Requirement 001-29. */

/**
 * **Invariant:** of two mutations one is over before the other begins, whether it succeeds or fails.
 *
 * A mutation must not wait for another one of the same queue: it would wait for itself.
 */
export class MutationQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** How many are asked for and not over. */
  get depth(): number {
    return this.#waiting;
  }

  /** @returns what the mutation returns; rejects with what it throws, which keeps none of the others from running */
  run<T>(mutation: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const result = this.#last.then(mutation).finally(() => {
      this.#waiting--;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
