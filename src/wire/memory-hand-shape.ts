/** `baton memory hand --json` and `baton memory pin --json`. Fields may be added, none renamed. */
import type { MemoryItem } from '../core/model/memory';
import type { MemoryHand } from '../core/operations/memory-hand';
import type { MemoryStanding } from '../core/operations/use-memory';
import { standingShape } from './memory-shape';

export function handShape({ items, bytes, limits, away, cleared, ...standing }: MemoryHand) {
  return {
    ...standingShape(standing),
    items: items.map(pinnedShape),
    bytes,
    limits: { items: limits.items, bytes: limits.bytes },
    away: away.map(({ id, version, title, summary }) => ({ id, version, title, summary })),
    cleared,
  };
}

export function pinShape({ item, ...standing }: MemoryStanding & { readonly item: MemoryItem }) {
  return { ...standingShape(standing), item: pinnedShape(item) };
}

function pinnedShape({ id, version, kind, task, session, at, title, current, pinned }: MemoryItem) {
  return { id, version, kind, task, session, at, title, current, pinned };
}
