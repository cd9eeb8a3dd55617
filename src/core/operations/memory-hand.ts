/** `baton memory hand` and `baton memory pin`: what is held at hand of a task, by a person's wish. Requirements 001-27, 001-69. */
import { BatonError } from '../base/baton-error';
import { memoryRef } from '../memory/memory-id';
import { bytesIn } from '../memory/memory-limits';
import type { WorkingMemory } from '../memory/working-memory';
import type { MemoryId, MemoryItem, Tombstone } from '../model/memory';
import type { TaskId } from '../model/task';
import { tellMemoryEvents } from './memory-events';
import type { OpenMemory } from './open-memory';
import { asTaskId } from './task-id';
import { taskMemory } from './task-memory';
import { timestamp } from './timestamp';
import { type MemoryStanding, useMemory } from './use-memory';
import type { BatonWorkspace } from './workspace';

export interface MemoryHand extends MemoryStanding {
  /** The oldest first. */
  readonly items: readonly MemoryItem[];
  /** Of UTF-8, all of them together. */
  readonly bytes: number;
  readonly limits: { readonly items: number; readonly bytes: number };
  /** What was put away last, the latest last. */
  readonly away: readonly Tombstone[];
  /** How many were put away just now. */
  readonly cleared: number;
}

export interface HandOptions {
  /** Puts all of it away, as for a fresh start; long-term memory keeps it, and what is pinned stays. */
  readonly clear?: boolean;
  /** What that session left, held apart from what is at hand of the task: the latest of it that has room. */
  readonly session?: number | undefined;
}

/** Throws `switched_off`, `not_found`, `conflict`. */
export async function memoryHand(
  workspace: BatonWorkspace,
  id: string,
  { clear = false, session }: HandOptions = {},
): Promise<MemoryHand> {
  const task = (await workspace.store.find(asTaskId(id))).id;
  return useMemory(workspace, async (memory) => {
    const ram = taskMemory(workspace, memory, task, session ?? null);
    const ids = clear ? (await ram.clear()).done : [];
    if (session !== undefined && !clear) await takeToHand(memory, ram, task, session);
    const text = `Put all ${ids.length} items away`;
    const at = timestamp(workspace);
    if (ids.length > 0) await tellMemoryEvents(workspace, memory, [{ kind: 'evicted', at, task, ids, text }]);
    const items = await ram.items();
    const { tombstones: away } = ram.state;
    return { items, bytes: bytesIn(ram.state.items), limits: ram.limits, away, cleared: ids.length };
  });
}

/**
 * The latest first, since what has no room stays where it is. A session's tier is looked at, and nothing else tends it: what
 * has changed or holds no more goes.
 */
async function takeToHand(
  { store }: OpenMemory,
  ram: WorkingMemory,
  task: TaskId,
  session: number,
): Promise<void> {
  const past = (await ram.items()).filter(({ current }) => !current);
  if (past.length > 0) await ram.evict(past.map(({ id }) => id));
  const held = new Map(ram.state.items.map(({ id, version }) => [id, version]));
  const found = await store.itemsOf({ task, session: { from: session, to: session } }, ram.limits.items);
  const news = found.filter(({ id, version }) => held.get(id) !== version);
  if (news.length > 0) await ram.load(news.map(({ id }) => id).reverse());
}

/**
 * What is pinned is never put away. Throws `switched_off`, `invalid_input`, `not_found`, `conflict`, and `guard_failed` where
 * memory lives in this process alone: nobody would ever know of the pin.
 */
export async function pinMemory(
  workspace: BatonWorkspace,
  id: string,
  pinned: boolean,
): Promise<MemoryStanding & { readonly item: MemoryItem }> {
  const ref = memoryRef(id);
  if (ref === undefined) {
    throw new BatonError('invalid_input', `${id} is no id of the memory`, { hint: 'An id begins with m-.' });
  }
  return useMemory(workspace, async (memory) => {
    const found = await memory.store.item(ref.id);
    if (found === undefined) throw new BatonError('not_found', `Nothing is remembered under ${ref.id}`);
    if (memory.store.mode === 'ram') throw notKept(memory);
    if (found.task === null) await memory.store.pin(ref.id, pinned);
    else await pinAtHand(taskMemory(workspace, memory, found.task), ref.id, pinned);
    return { item: { ...found, pinned } };
  });
}

function notKept({ troubles = [] }: OpenMemory): BatonError {
  const [trouble] = troubles;
  const hint = trouble === undefined ? {} : { hint: trouble.reason };
  return new BatonError('guard_failed', 'Memory is not being kept, so a pin would be lost', hint);
}

/** What is pinned is wanted at hand; where there is no room, it is at least not put away once it is. */
async function pinAtHand(ram: WorkingMemory, id: MemoryId, pinned: boolean): Promise<void> {
  await ram.pin(id, pinned);
  if (pinned) await ram.load([id]);
}
