/** The whole workspace at one moment: every task with its badges, the chains, the sessions. Reads only what changed. */
import { ChainGraph, type ChainNode } from '../chain/graph';
import { type BadgeFacts, deriveBadges, summarize } from '../lifecycle/derive';
import type { TaskId } from '../model/task';
import { holdsTask } from '../sessions/liveness';
import type { TaskRecord } from '../store/task-record';
import { progressOf, type SessionView, type Snapshot, type TaskView } from './task-view';
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

/** One view a record, in the same order, made as they are asked for. */
export function* taskViews(
  records: readonly TaskRecord[],
  graph: ChainGraph,
  sessions: readonly SessionView[],
): Generator<TaskView, void> {
  const byTask = new Map<TaskId, SessionView[]>();
  for (const view of sessions) {
    const own = byTask.get(view.session.task);
    if (own) own.push(view);
    else byTask.set(view.session.task, [view]);
  }
  for (const record of records) {
    yield taskView(record, graph, graph.isCyclic(record.id), byTask.get(record.id) ?? noSessions);
  }
}

export function chainNode(record: TaskRecord): ChainNode {
  const { status, dependsOn, inputs, output } = record.outline;
  return { id: record.id, status, dependsOn, inputs, output };
}

/** @param sessions of this task, live ones first, then the latest first. */
export function taskView(
  record: TaskRecord,
  graph: ChainGraph,
  cyclic: boolean,
  sessions: readonly SessionView[],
): TaskView {
  const { outline } = record;
  // Most tasks have no sessions, and a list has thousands of them.
  const running = sessions.length === 0 ? undefined : sessions.find(({ liveness }) => holdsTask(liveness));
  const latest = sessions.length === 0 ? 0 : latestNumber(sessions);
  const unmet = graph.unmet(record.id);
  const facts: BadgeFacts = {
    status: outline.status,
    ready: graph.isReady(record.id),
    unmet: unmet.length,
    sessions: Math.max(outline.sessions.lastNumber, latest),
    running: running !== undefined,
    silent: running?.liveness === 'silent',
    staleInputs: graph.staleInputs(record.id).length,
    undocumented: outline.sessions.lastNumber < latest && running === undefined,
    cyclic,
    dangling: graph.dangling(record.id).length,
    broken: record.problems.length > 0,
  };
  const { badges, stale } = deriveBadges(facts);
  const view: TaskView = {
    id: record.id,
    title: outline.title,
    status: outline.status,
    badges,
    staleReasons: stale,
    dependsOn: outline.dependsOn,
    downstream: graph.downstream(record.id),
    unmet,
    agent: outline.agent,
    epic: outline.epic,
    priority: outline.priority,
    estimateMinutes: outline.estimateMinutes,
    created: outline.created,
    progress: progressOf(outline.features, outline.criteria, outline.tracking?.progress),
    criteria: outline.criteria,
    nextFeature: outline.features.next,
    sessions: facts.sessions,
    running,
    outputFilled: outline.output !== undefined,
    file: record.relativePath,
    path: record.path,
    version: record.version,
    fileProblem: record.problems[0],
  };
  return outline.tracking === undefined ? view : { ...view, tracking: outline.tracking };
}

function latestNumber(sessions: readonly SessionView[]): number {
  return sessions.reduce((most, { session }) => Math.max(most, session.number), 0);
}
