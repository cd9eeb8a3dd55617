/** What earlier work says about the next feature of a task: for its startup packet. Issue 7; requirement 001-34. */
import { type RecallResult, recall } from '../memory/recall';
import type { MemoryItem } from '../model/memory';
import type { TaskId } from '../model/task';
import type { PacketMemory } from '../protocol/packet-memory';
import type { TaskRecord } from '../store/task-record';
import { isOn } from './switches';
import { useMemory } from './use-memory';
import type { BatonWorkspace } from './workspace';

/** Of so many candidates … */
const looked = 30;
/** … so many are told at most. */
const told = 6;
/** A launch waits so long for what is new; the rest is there the next time. */
const syncLimitMs = 1000;

/**
 * Best first; none when memory is off or kept in RAM alone, or when nothing shares enough words with the feature. Only what
 * holds now, and nothing that the packet says anyway: the task's own log, its checklist, its inputs, decisions in force.
 *
 * Throws `not_found`, and what the store throws.
 */
export async function relevantMemory(
  workspace: BatonWorkspace,
  task: TaskId,
): Promise<readonly PacketMemory[]> {
  if (!isOn(workspace, 'memory')) return [];
  const record = await workspace.store.find(task);
  const { title, features } = record.outline;
  const about = [title, features.next?.id ?? '', features.next?.description ?? ''].join(' ').trim();
  const words = wordsOf(about);
  if (words.size === 0) return [];
  const { found, mode } = await useMemory(
    workspace,
    async ({ store }) => ({
      found: await recall(store, { text: about, limit: looked, isTimeless: true }),
    }),
    { syncLimitMs },
  );
  if (mode === 'ram') return [];
  const enough = Math.min(2, words.size);
  return found
    .filter(({ item }) => item.current && !isInPacket(item, record) && shared(item, words) >= enough)
    .slice(0, told)
    .map(packetMemory);
}

/** Sessions themselves tell an agent nothing that it could use. */
function isInPacket({ kind, detail, task, source }: MemoryItem, record: TaskRecord): boolean {
  if (kind === 'session_start' || kind === 'session_end') return true;
  if (kind === 'note' && (detail === 'decision' || detail === 'correction'))
    return task === null || task === record.id;
  if (kind === 'output' && task !== null && record.outline.dependsOn.includes(task)) return true;
  // What was archived is not in the packet any more.
  return source.path === record.relativePath;
}

function packetMemory({ item, extract }: RecallResult): PacketMemory {
  const { id, kind, detail, task, session, provenance, at, title, source } = item;
  const text = extract.trim() === '' ? title : extract;
  return { id, kind, detail, task, session, provenance, at, text, path: source.path };
}

/** Beginnings of words of some length: endings differ, and short words say little. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]{4,}/gu) ?? [];
  return new Set(words.map((word) => word.slice(0, 6)));
}

function shared({ title, text }: MemoryItem, words: ReadonlySet<string>): number {
  const own = wordsOf(`${title}\n${text}`);
  return [...words].filter((word) => own.has(word)).length;
}
