/** What is worth telling the person now, gathered from tasks, sessions and the queue. */
import { contentHash } from '../base/content-hash';
import type { QueueEntry } from '../model/queue';
import type { TaskId } from '../model/task';
import { NudgeLedger } from '../nudges/nudge-ledger';
import { type Nudge, type NudgeFacts, nextNudge, nudgesOf } from '../nudges/nudges';
import type { Snapshot, TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** What the snapshot does not say. */
export interface NudgeSurroundings {
  readonly entries: readonly QueueEntry[];
  /** The person lets Baton resume by itself, and has not paused it. */
  readonly autoResume: boolean;
}

export interface NudgesNow {
  /** Every nudge that holds, told or not; the most urgent first. */
  readonly nudges: readonly Nudge[];
  /** When time alone brings another one, a UTC time; undefined for not before something changes. */
  readonly nextAt: string | undefined;
}

/** What is worth telling now. Reads nothing. */
export function currentNudges(
  workspace: Pick<BatonWorkspace, 'ports' | 'store'>,
  { tasks, sessions }: Snapshot,
  surroundings: NudgeSurroundings,
): NudgesNow {
  const inputNews = new Map<TaskId, string>();
  for (const task of tasks) {
    if (task.staleReasons.includes('inputs')) inputNews.set(task.id, newsFor(workspace, task));
  }
  const facts: NudgeFacts = { tasks, sessions, inputNews, ...surroundings };
  const now = workspace.ports.clock.now();
  return { nudges: nudgesOf(facts, now), nextAt: nextNudge(facts, now) };
}

/** A text for what the upstream tasks hand on now: another one as soon as any of it changes. */
function newsFor({ store }: Pick<BatonWorkspace, 'store'>, { dependsOn }: TaskView): string {
  return contentHash(dependsOn.map((id) => `${id}=${store.get(id)?.outline.output?.hash}`).join());
}

/** The folder's ledger of what was told; a surface keeps it for as long as it has the folder open. */
export function openNudgeLedger({ ports, root, config }: BatonWorkspace): NudgeLedger {
  return new NudgeLedger(ports, root, config.nudges);
}
