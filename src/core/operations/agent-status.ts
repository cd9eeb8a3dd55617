/** `agent.status`: who is at work, who may start, and what keeps others from it. Requirement 001-15. */
import type { BackgroundChoice } from '../model/background';
import type { EntryState } from '../model/queue';
import type { TaskId } from '../model/task';
import { viewQueue } from './queue-list';
import { isOn, type Switch, switches } from './switches';
import { takeSnapshot } from './take-snapshot';
import type { SessionView, TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

export interface AgentAtWork {
  readonly view: SessionView;
  readonly title: string | null;
}

export interface AgentStatus {
  /** Sessions that have not ended. */
  readonly agents: readonly AgentAtWork[];
  readonly autoResume: boolean;
  /** Since when no work starts in the background, UTC; null while it may. */
  readonly pausedAt: string | null;
  /** Tasks on which nothing is started by itself. */
  readonly held: readonly string[];
  readonly queue: Readonly<Record<EntryState, number>>;
  /** Tasks that wait for a person, and that can be resumed. */
  readonly blocked: readonly TaskId[];
  readonly resumable: readonly TaskId[];
  /** What is switched on here. */
  readonly switches: Readonly<Record<Switch, boolean>>;
}

export async function agentStatus(
  workspace: BatonWorkspace,
  { autoResume, pausedAt, held = [] }: BackgroundChoice,
): Promise<AgentStatus> {
  const { tasks, sessions } = await takeSnapshot(workspace);
  const { entries } = await viewQueue(workspace);
  const queue: Record<EntryState, number> = { due: 0, waiting: 0, claimed: 0, running: 0, dead: 0 };
  for (const { state } of entries) queue[state]++;
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  const ids = (fits: (task: TaskView) => boolean) => tasks.filter(fits).map(({ id }) => id);
  const on = (one: Switch) => isOn(workspace, one);
  return {
    agents: sessions
      .filter(({ session }) => session.end === null)
      .map((view) => ({ view, title: titles.get(view.session.task) ?? null })),
    ...{ autoResume, pausedAt, held, queue },
    blocked: ids(({ status }) => status === 'blocked' || status === 'needs_input'),
    resumable: ids(({ badges }) => badges.includes('resumable')),
    switches: { agentRuntime: on(switches[0]), memory: on(switches[1]), workers: on(switches[2]) },
  };
}
