/** Taking a source's items in, in RAM: the rules of `sqlite-intake.ts`, which the contract suite holds to the same. */
import type { MemoryId, MemoryInput, MemoryItem } from '../model/memory';
import type { ItemKeys } from './item-keys';
import type { JsonTables, KeptItem } from './json-tables';
import type { SourceStamp, TakenIn } from './long-term-store';

export interface PreparedInput {
  readonly input: MemoryInput;
  readonly keys: ItemKeys;
}

/** One source's items at once. */
export class JsonIntake {
  readonly #tables: JsonTables;
  readonly #path: string;
  readonly #now: string;
  /** Items whose text, or whose being found, is another now. */
  readonly stale = new Set<MemoryId>();
  readonly #added: MemoryId[] = [];
  readonly #changed: MemoryId[] = [];
  #unchanged = 0;
  #repeated = 0;

  /** @param now UTC */
  constructor(tables: JsonTables, path: string, now: string) {
    this.#tables = tables;
    this.#path = path;
    this.#now = now;
  }

  run(inputs: readonly PreparedInput[]): TakenIn {
    const speaking = this.#speaking();
    for (const one of inputs) this.#take(one, speaking);
    const held = new Set(inputs.map(({ input }) => input.id));
    for (const kept of [...this.#tables.items.values()]) {
      if (kept.takenFrom === this.#path && !kept.gone && !held.has(kept.item.id)) {
        this.#put({ ...kept, gone: true });
      }
    }
    this.#bringForward();
    return {
      added: this.#added,
      changed: this.#changed,
      unchanged: this.#unchanged,
      repeated: this.#repeated,
    };
  }

  /** Which item stands for all that say the same; of those that hold. */
  #speaking(): Map<string, MemoryId> {
    const speaking = new Map<string, MemoryId>();
    for (const { item, keys, gone, repeated } of this.#tables.items.values()) {
      if (!gone && !repeated && item.supersededBy === null) speaking.set(keys.sameness, item.id);
    }
    return speaking;
  }

  #take({ input, keys }: PreparedInput, speaking: Map<string, MemoryId>): void {
    const known = this.#tables.items.get(input.id);
    const holds = input.supersededBy === null;
    const speaker = speaking.get(keys.sameness);
    const repeated = holds && speaker !== undefined && speaker !== input.id;
    const isSame = known?.keys.content === keys.content;
    const { version, storedAt } = stampOf(known?.item, isSame, this.#now);
    if (known !== undefined && !isSame) this.#keepVersion(known);
    if (known !== undefined && speaking.get(known.keys.sameness) === input.id) {
      speaking.delete(known.keys.sameness);
    }
    if (holds && !repeated) speaking.set(keys.sameness, input.id);
    this.#put({
      item: { ...input, version, storedAt, current: true },
      keys,
      handPinned: known?.handPinned ?? null,
      gone: false,
      repeated,
      takenFrom: this.#path,
    });
    this.#report(input.id, repeated, known !== undefined, isSame);
  }

  #report(id: MemoryId, repeated: boolean, isKnown: boolean, isSame: boolean): void {
    if (repeated) this.#repeated += 1;
    else if (!isKnown) this.#added.push(id);
    else if (isSame) this.#unchanged += 1;
    else this.#changed.push(id);
  }

  #keepVersion({ item, handPinned }: KeptItem): void {
    const older = this.#tables.versions.get(item.id) ?? [];
    const kept = { ...item, pinned: handPinned ?? item.pinned, current: false };
    this.#tables.versions.set(item.id, [...older, kept]);
  }

  #put(kept: KeptItem): void {
    this.#tables.items.set(kept.item.id, kept);
    this.stale.add(kept.item.id);
  }

  /** Where the item that spoke for several is gone, the next one speaks. */
  #bringForward(): void {
    const speaking = this.#speaking();
    for (const kept of [...this.#tables.items.values()]) {
      if (kept.gone || !kept.repeated || kept.item.supersededBy !== null || speaking.has(kept.keys.sameness))
        continue;
      speaking.set(kept.keys.sameness, kept.item.id);
      this.#put({ ...kept, repeated: false });
    }
  }
}

/**
 * What taking them in would answer where it would change nothing, so that a file of megabytes is not written again for it;
 * else undefined.
 */
export function takenBefore(
  { sources, items }: JsonTables,
  { path, stamp }: SourceStamp,
  inputs: readonly PreparedInput[],
): TakenIn | undefined {
  const had = [...items.values()].filter((kept) => isOf(kept, path));
  const isAsKept = ({ input, keys }: PreparedInput) => {
    const kept = items.get(input.id);
    return (
      kept !== undefined && isOf(kept, path) && kept.keys.content === keys.content && isSame(kept, input)
    );
  };
  if (sources.get(path) !== stamp || had.length !== inputs.length || !inputs.every(isAsKept))
    return undefined;
  const repeated = had.filter((kept) => kept.repeated).length;
  return { added: [], changed: [], unchanged: had.length - repeated, repeated };
}

function isOf({ takenFrom, gone }: KeptItem, path: string): boolean {
  return takenFrom === path && !gone;
}

/** Beside its text, which the keys tell. */
function isSame({ item }: KeptItem, { provenance, at, supersededBy, pinned, source }: MemoryInput): boolean {
  return (
    item.provenance === provenance &&
    item.at === at &&
    item.supersededBy === supersededBy &&
    item.pinned === pinned &&
    item.source.path === source.path &&
    item.source.anchor === source.anchor
  );
}

function stampOf(
  known: MemoryItem | undefined,
  isSame: boolean,
  now: string,
): Pick<MemoryItem, 'version' | 'storedAt'> {
  if (known === undefined) return { version: 1, storedAt: now };
  return isSame ? known : { version: known.version + 1, storedAt: now };
}
