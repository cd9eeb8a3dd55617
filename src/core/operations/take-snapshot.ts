/** The whole workspace at one moment: every task with its badges, the chains, the sessions. Reads only what changed. */
import { ChainGraph, type ChainNode, type Surroundings } from '../chain/graph';
import { type BadgeFacts, deriveBadges, summarize } from '../lifecycle/derive';
import type { TaskId } from '../model/task';
import { holdsTask } from '../sessions/liveness';
import type { TaskRecord } from '../store/task-record';
import type { TaskRow } from '../store/task-row';
import {
  progressOf,
  type SessionView,
  type Snapshot,
  type TaskOwn,
  type TaskStanding,
  type TaskView,
} from './task-view';
import type { BatonWorkspace } from './workspace';

export async function takeSnapshot(workspace: BatonWorkspace): Promise<Snapshot> {
  const [, sessions] = await Promise.all([workspace.store.refresh(), viewSessions(workspace)]);
  return composeSnapshot(workspace.store.tasks(), sessions);
}

/** Live sessions first, then the latest first. */
export async function viewSessions(workspace: BatonWorkspace, of?: TaskId): Promise<readonly SessionView[]> {
  const all = of === undefined ? await workspace.sessions.list() : await workspace.sessions.forTask(of);
  const views = await Promise.all(
    all.map(async (session) => ({
      session,
      liveness: await workspace.sessions.liveness(session),
      hooksInactive: workspace.sessions.hooksInactive(session),
      longRunning: workspace.sessions.longRunning(session),
    })),
  );
  return views.sort(
    (a, b) =>
      Number(b.session.end === null) - Number(a.session.end === null) ||
      b.session.startedAt.localeCompare(a.session.startedAt),
  );
}

const noSessions: readonly SessionView[] = [];

export function composeSnapshot(records: readonly TaskRecord[], sessions: readonly SessionView[]): Snapshot {
  const graph = new ChainGraph(records.map(chainNode));
  const tasks = [...taskViews(records, graph, sessions)];
  return {
    tasks,
    chains: graph.chains(),
    cycles: graph.cycles(),
    sessions,
    counts: summarize(tasks),
  };
}

function* taskViews(
  records: readonly TaskRecord[],
  graph: ChainGraph,
  sessions: readonly SessionView[],
): Generator<TaskView, void> {
  const ofTask = byTask(sessions);
  for (const record of records) {
    yield taskView(record, graph, ofTask(record.id));
  }
}

/** The sessions of each task, in the order given. */
export function byTask(sessions: readonly SessionView[]): (task: TaskId) => readonly SessionView[] {
  const groups = new Map<TaskId, SessionView[]>();
  for (const view of sessions) {
    const own = groups.get(view.session.task);
    if (own) own.push(view);
    else groups.set(view.session.task, [view]);
  }
  return (task) => groups.get(task) ?? noSessions;
}

export function chainNode(record: TaskRecord): ChainNode {
  const { status, dependsOn, inputs, output } = record.outline;
  return { id: record.id, status, dependsOn, inputs, output };
}

/** @param sessions of this task, live ones first, then the latest first. */
export function taskView(record: TaskRecord, graph: ChainGraph, sessions: readonly SessionView[]): TaskView {
  const lastSession = record.outline.sessions.lastNumber;
  const standing = taskStanding(
    { status: record.outline.status, lastSession, problems: record.problems },
    graph.around(record.id),
    sessions,
  );
  return { ...taskOwn(record), ...standing };
}

export function taskOwn(record: TaskRecord): TaskOwn {
  const { outline } = record;
  const own: TaskOwn = {
    id: record.id,
    title: outline.title,
    status: outline.status,
    dependsOn: outline.dependsOn,
    agent: outline.agent,
    epic: outline.epic,
    priority: outline.priority,
    estimateMinutes: outline.estimateMinutes,
    created: outline.created,
    progress: progressOf(outline.features, outline.criteria, outline.tracking?.progress),
    criteria: outline.criteria,
    nextFeature: outline.features.next,
    outputFilled: outline.output !== undefined,
    file: record.relativePath,
    path: record.path,
    version: record.version,
  };
  return outline.tracking === undefined ? own : { ...own, tracking: outline.tracking };
}

/** @param sessions of this task, live ones first, then the latest first. */
export function taskStanding(
  row: Pick<TaskRow, 'status' | 'lastSession' | 'problems'>,
  around: Surroundings,
  sessions: readonly SessionView[],
): TaskStanding {
  // Most tasks have no sessions, and a list has thousands of them.
  const running = sessions.length === 0 ? undefined : sessions.find(({ liveness }) => holdsTask(liveness));
  const latest = sessions.length === 0 ? 0 : latestNumber(sessions);
  // Between an agent's death and its recorded end, the entry that Baton writes for it is still to come.
  const latestEnded = latest === 0 ? 0 : latestNumber(sessions.filter(({ session }) => session.end !== null));
  const facts: BadgeFacts = {
    status: row.status,
    ready: around.isReady,
    unmet: around.unmet.length,
    sessions: Math.max(row.lastSession, latest),
    running: running !== undefined,
    silent: running?.liveness === 'silent',
    staleInputs: around.staleInputs,
    undocumented: row.lastSession < latestEnded && running === undefined,
    cyclic: around.isCyclic,
    dangling: around.dangling,
    broken: row.problems.length > 0,
  };
  const { badges, stale } = deriveBadges(facts);
  return {
    badges,
    staleReasons: stale,
    downstream: around.downstream,
    unmet: around.unmet,
    sessions: facts.sessions,
    running,
    fileProblem: row.problems[0],
  };
}

function latestNumber(sessions: readonly SessionView[]): number {
  return sessions.reduce((most, { session }) => Math.max(most, session.number), 0);
}
