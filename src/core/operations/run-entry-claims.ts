/** Claims of runs whose process has died: given back at once, and not when they run out. Issue 5; resolution C6. */
import type { ProcessIdentity } from '../ports';
import { entryState } from '../queue/entry-state';
import { liveSessions, queueOf } from './queue-of';
import type { BatonWorkspace } from './workspace';

/** Who claims, in words that tell people the process and tell Baton whether it still runs. */
export function runnerWords({ pid, start, scope }: ProcessIdentity): string {
  return `process ${pid} on ${scope} started ${start}`;
}

/** Undefined for a claim that was not made by `runnerWords`; that one runs out by itself. */
export function runnerOf(by: string): ProcessIdentity | undefined {
  const found = /^process (\d{1,10}) on (.*?) started (.*)$/s.exec(by);
  const [, pid, scope, start] = found ?? [];
  if (pid === undefined || scope === undefined || start === undefined) return undefined;
  return { pid: Number(pid), scope, start };
}

/**
 * To be called when sessions were swept. A run that was cut off counts as an attempt, so that what kills every run does
 * not go on for ever.
 *
 * @returns ids of the entries that are free again. Throws `locked`, `conflict`, `io_failed`.
 */
export async function giveBackClaims(workspace: BatonWorkspace): Promise<readonly string[]> {
  const queue = queueOf(workspace);
  const { entries } = await queue.list();
  const claimed = entries.filter(({ claim }) => claim !== null);
  if (claimed.length === 0) return [];
  const live = await liveSessions(workspace);
  const now = workspace.ports.clock.now();
  const free: string[] = [];
  for (const entry of claimed) {
    const { id, claim } = entry;
    const runner = claim === null ? undefined : runnerOf(claim.by);
    if (claim === null || runner === undefined || entryState(entry, now, live) === 'running') continue;
    if ((await workspace.ports.processes.isRunning(runner)) !== false) continue;
    const changed = await queue.fail(id, claim.rev, 'The run was cut off before it could tell how it ended');
    if (changed !== undefined) free.push(id);
  }
  return free;
}
