/**
 * What packets of this window tell of earlier work: asked of the bundled command line, since the extension host never waits
 * for a database, and what it answers is kept for a moment, since a preview is made anew with every change.
 */
import type { FindRelevant } from '../core/operations/workspace';

type Items = Awaited<ReturnType<FindRelevant>>;

const keptMs = 30_000;

/** @param ask runs the command line, and has a limit of its own */
export function relevantFrom(ask: (root: string, args: readonly string[]) => Promise<unknown>): FindRelevant {
  const kept = new Map<string, { readonly at: number; readonly items: Promise<Items> }>();
  return ({ root, ports }, task) => {
    const key = `${root}\n${task}`;
    const now = ports.clock.monotonicMs();
    const known = kept.get(key);
    if (known !== undefined && now - known.at < keptMs) return known.items;
    const items = ask(root, ['memory', 'relevant', task]).then(itemsIn);
    for (const [other, { at }] of kept) if (now - at >= keptMs) kept.delete(other);
    kept.set(key, { at: now, items });
    // Whoever asks next, as a launch after a slow preview, is not to go without for it.
    items.catch(() => kept.get(key)?.items === items && kept.delete(key));
    return items;
  };
}

/** What is no item is passed over: a packet must not fail for it. */
function itemsIn(data: unknown): Items {
  const items = typeof data === 'object' && data !== null && 'items' in data ? data.items : undefined;
  return Array.isArray(items) ? items.filter(isItem) : [];
}

/** The command line is this version of Baton: what has these texts has the rest of the shape too. */
function isItem(item: unknown): item is Items[number] {
  if (typeof item !== 'object' || item === null) return false;
  const fields = new Map<string, unknown>(Object.entries(item));
  return ['id', 'kind', 'provenance', 'at', 'text', 'path'].every(
    (name) => typeof fields.get(name) === 'string',
  );
}
