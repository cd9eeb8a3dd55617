/** One change to what is at hand, as it is being decided on. */
import type { MemoryId, MemorySummary, Tombstone } from '../model/memory';
import type { RamEntry, RamLimits } from './memory-limits';
import { emptyRam, type RamState, withEntry, withTombstones } from './ram-state';

/** Why an item stayed as it was. */
export type Kept =
  | 'unknown' // long-term memory has no such item
  | 'absent' // it is not at hand
  | 'past' // it holds no more
  | 'in_use'
  | 'pinned'
  | 'full' // there is no room for it now
  | 'too_large'; // there never is

export interface Moved {
  /** What was asked for and is so now. */
  readonly done: readonly MemoryId[];
  readonly kept: readonly { readonly id: MemoryId; readonly why: Kept }[];
}

export class RamDraft {
  readonly #limits: RamLimits;
  readonly #done: MemoryId[] = [];
  readonly #kept: { id: MemoryId; why: Kept }[] = [];
  readonly #summaries: MemorySummary[] = [];
  #state: RamState;
  #isChanged = false;

  constructor(before: RamState = emptyRam, limits: RamLimits) {
    this.#state = before;
    this.#limits = limits;
  }

  get state(): RamState {
    return this.#state;
  }

  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** To be written with the state. */
  get summaries(): readonly MemorySummary[] {
    return this.#summaries;
  }

  get moved(): Moved {
    return { done: this.#done, kept: this.#kept };
  }

  done(id: MemoryId): void {
    this.#done.push(id);
  }

  keep(id: MemoryId, why: Kept): void {
    this.#kept.push({ id, why });
  }

  /** @returns false when there is no room; then nothing has changed */
  put(entry: RamEntry): boolean {
    const state = withEntry(this.#state, entry, this.#limits);
    if (state === undefined) return false;
    this.#state = state;
    this.#isChanged = true;
    return true;
  }

  bury(stones: readonly Tombstone[]): void {
    if (stones.length === 0) return;
    this.#state = withTombstones(this.#state, stones, this.#limits);
    this.#isChanged = true;
  }

  addSummary(summary: MemorySummary): void {
    this.#summaries.push(summary);
    this.#isChanged = true;
  }

  /** Written though nothing differs, so that whoever is deciding on the state before decides anew. */
  touch(): void {
    this.#isChanged = true;
  }
}
