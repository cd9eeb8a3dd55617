/** What the scheduler remembers between two ticks, in `memory/scheduler.json`. Can be lost: jobs are then planned anew. */
import { BatonError } from '../base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import {
  emptySchedulerState,
  type PastEvent,
  type SchedulerState,
  schedulerStateSchema,
} from '../model/scheduler';
import type { FileSystem } from '../ports';
import { replaceFile } from '../store/atomic-file';
import { paths } from '../store/paths';

/** So many events are kept. */
const historyLength = 200;
const longestText = 500;
/** A failure among so many last events is known. */
const recent = 20;

/** An empty state when there is none, or none that reads. Throws what the file system throws. */
export async function readSchedulerState(
  fs: Pick<FileSystem, 'read'>,
  root: string,
): Promise<SchedulerState> {
  const bytes = await fs.read(paths.schedulerState(root));
  const text = bytes && decodeUtf8(bytes);
  if (text === undefined) return emptySchedulerState;
  try {
    const parsed = schedulerStateSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : emptySchedulerState;
  } catch (error) {
    if (error instanceof SyntaxError) return emptySchedulerState;
    throw error;
  }
}

/**
 * Changes the state; to be called under the lease (`SchedulerLease.under`).
 *
 * **Invariant:** a write with a smaller fence than the one on disk is refused.
 *
 * @returns the state as it now is. Throws `conflict`, `io_failed`.
 */
export async function changeSchedulerState(
  fs: FileSystem,
  root: string,
  fence: number,
  change: (state: SchedulerState) => SchedulerState,
): Promise<SchedulerState> {
  const found = await readSchedulerState(fs, root);
  if (found.fence > fence) {
    throw new BatonError('conflict', 'Another Baton has become the scheduler of this folder', {
      hint: 'Nothing was written; the next tick looks again.',
    });
  }
  const changed = { ...change(found), fence };
  const bytes = encodeUtf8(`${JSON.stringify(changed, null, 2)}\n`);
  await replaceFile(fs, paths.schedulerState(root), bytes);
  return changed;
}

/** The history with one event more; what is not news is left out (`isNews`). */
export function withEvent(history: readonly PastEvent[], event: PastEvent): PastEvent[] {
  const { text } = event;
  const short = text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
  return [...history, { ...event, text: short }].slice(-historyLength);
}

/**
 * Whether an event has to be written down: a failure or a deferral that goes on from tick to tick is written once, so
 * that a tick which changes nothing writes nothing.
 */
export function isNews(history: readonly PastEvent[], { kind, text }: Omit<PastEvent, 'at'>): boolean {
  if (kind === 'deferred') return history.at(-1)?.kind !== 'deferred' || history.at(-1)?.text !== text;
  if (kind !== 'failed') return true;
  return !history.slice(-recent).some((event) => event.kind === kind && event.text === text);
}
