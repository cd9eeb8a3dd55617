/**
 * What is at hand of one task or session, in step with its latest snapshot in the store: each change is made on that one,
 * and made anew when somebody else was faster. Requirements 001-29, 001-31, 001-33.
 */
import { BatonError } from '../base/baton-error';
import type { MemoryId, MemoryItem, RamSnapshot } from '../model/memory';
import type { TaskId } from '../model/task';
import type { Ports } from '../ports';
import type { LongTermStore } from './long-term-store';
import type { RamEntry, RamLimits } from './memory-limits';
import { MutationQueue } from './mutation-queue';
import { RamDraft } from './ram-draft';
import { emptyRam, type RamState } from './ram-state';

export interface RamOptions {
  readonly task: TaskId;
  /** Null for the task as a whole. */
  readonly session: number | null;
  readonly limits: RamLimits;
}

/** Of several that write at once one always gets on, so many tries come to an end. */
const tries = 40;
const longestWaitMs = 20;

export class RamTier {
  readonly #store: LongTermStore;
  readonly #clock: Ports['clock'];
  readonly #options: RamOptions;
  readonly #queue = new MutationQueue();
  readonly #texts = new Map<MemoryId, MemoryItem>();
  #state: RamState = emptyRam;

  constructor(store: LongTermStore, clock: Ports['clock'], options: RamOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
  }

  /** As the last call left or found it. */
  get state(): RamState {
    return this.#state;
  }

  /** Bytes and texts held by this process; what was evicted is not among them. */
  get held(): readonly MemoryItem[] {
    return [...this.#texts.values()];
  }

  /** Looks at what is at hand now, between two changes. */
  look<T>(at: (state: RamState) => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      this.#take(await this.#snapshot());
      return at(this.#state);
    });
  }

  /**
   * Makes a change. `decide` is called again, on another draft, when somebody else wrote meanwhile.
   *
   * **Invariant:** nothing leaves RAM before the snapshot without it is on disk.
   *
   * Throws `conflict` when others are faster again and again; nothing has changed then.
   */
  change<T>(decide: (draft: RamDraft) => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      for (let attempt = 1; attempt <= tries; attempt++) {
        const before = await this.#snapshot();
        const draft = new RamDraft(before, this.#options.limits);
        const result = await decide(draft);
        if (await this.#keep(before, draft)) return result;
        await this.#clock.delay(Math.min(attempt, longestWaitMs));
      }
      throw new BatonError('conflict', `What is at hand of #${this.#options.task} changes all the time`, {
        hint: 'Nothing was changed; try again.',
      });
    });
  }

  /** The entries with their texts, in their order; for `look` and `change`. Whether they hold and are pinned is as of now. */
  async texts(entries: readonly RamEntry[]): Promise<readonly MemoryItem[]> {
    const latest = entries.length === 0 ? [] : await this.#store.items(entries.map(({ id }) => id));
    for (const item of latest) {
      const entry = entries.find(({ id }) => id === item.id);
      if (entry?.version === item.version) this.#texts.set(item.id, item);
    }
    for (const { id, version } of entries) {
      if (this.#texts.get(id)?.version === version) continue;
      const item = await this.#store.item(id, version);
      if (item !== undefined) this.#texts.set(id, item);
    }
    return entries.flatMap(({ id }) => this.#texts.get(id) ?? []);
  }

  async #keep(before: RamSnapshot | undefined, draft: RamDraft): Promise<boolean> {
    const { task, session } = this.#options;
    if (!draft.isChanged) {
      this.#take(before);
      return true;
    }
    const { items, tombstones } = draft.state;
    const generation = (before?.generation ?? 0) + 1;
    const at = this.#clock.now().toISOString();
    const next: RamSnapshot = { task, session, generation, items, tombstones, at };
    const isKept = await this.#store.putSnapshot(next, draft.summaries);
    if (isKept) this.#take(next);
    return isKept;
  }

  #take(snapshot: RamSnapshot | undefined): void {
    this.#state = snapshot ?? emptyRam;
    const versions = new Map(this.#state.items.map(({ id, version }) => [id, version]));
    for (const { id, version } of this.#texts.values())
      if (versions.get(id) !== version) this.#texts.delete(id);
  }

  #snapshot(): Promise<RamSnapshot | undefined> {
    return this.#store.snapshot(this.#options.task, this.#options.session);
  }
}
