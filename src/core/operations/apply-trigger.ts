/** One transition, made in the file: the status machine decides, the store writes. */
import type { ChainGraph } from '../chain/graph';
import { unverifiedFeatures } from '../lifecycle/completion-blockers';
import { fileFacts, type LifecycleFacts } from '../lifecycle/facts';
import { transition } from '../lifecycle/transitions';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import type { Trigger } from '../model/status';
import type { TaskDocument, TaskId } from '../model/task';
import { holdsTask } from '../sessions/liveness';
import { besideStatus } from './beside-status';
import { changeBy } from './change-by';
import { graphAround, viewOf } from './show-task';
import { viewSessions } from './take-snapshot';
import type { SessionView, TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

export interface StatusOptions {
  readonly reason?: string | undefined;
  readonly force?: boolean | undefined;
}

/** What the machine must know that the file does not say. */
export interface Surroundings {
  readonly unmet: number;
  readonly liveSession: boolean;
  /** Features that lack a run of their command, where the project asks for one. */
  readonly unverified: number;
}

export async function surroundings(workspace: BatonWorkspace, task: TaskId): Promise<Surroundings> {
  const record = await workspace.store.find(task);
  const graph = await graphAround(workspace, record);
  return surroundingsIn(workspace, task, graph, await viewSessions(workspace, task));
}

/** For who asks about many tasks and makes the graph once. @param sessions of this task */
export async function surroundingsIn(
  workspace: BatonWorkspace,
  task: TaskId,
  graph: ChainGraph,
  sessions: readonly SessionView[],
): Promise<Surroundings> {
  return {
    unmet: graph.unmet(task).length,
    liveSession: sessions.some(({ liveness }) => holdsTask(liveness)),
    unverified: await unverified(workspace, task),
  };
}

async function unverified({ config, store }: BatonWorkspace, task: TaskId): Promise<number> {
  // Only then is the file read whole.
  if (!config.evidence.requireVerify) return 0;
  return unverifiedFeatures((await store.read(task)).document, config.evidence).length;
}

export async function applyTrigger(
  workspace: BatonWorkspace,
  task: TaskId,
  trigger: Trigger,
  options: StatusOptions,
  around: Surroundings,
  evidence: Partial<LifecycleFacts> = {},
): Promise<TaskView> {
  const at = timestamp(workspace);
  const facts = (document: TaskDocument) => ({ ...lifecycleFacts(document, around), ...evidence });
  const { record } = await workspace.store.update(
    task,
    ({ document }) => {
      const decided = { trigger, status: transition(facts(document), trigger, options), ...options };
      return changeBy(workspace, `status.${trigger}`, decided, { status: document.status });
    },
    ({ text, document }) => {
      const next = transition(facts(document), trigger, options);
      const { blockedReason, question, completed } = besideStatus(next, options.reason, at);
      return setFrontMatter(text, { status: next, blocked_reason: blockedReason, question, completed });
    },
  );
  return viewOf(workspace, record);
}

/** Refuses before anything is written what the trigger would refuse once a program runs. Throws as `applyTrigger`. */
export function requireTrigger(
  { document }: { readonly document: TaskDocument },
  around: Surroundings,
  trigger: Trigger,
): void {
  transition(lifecycleFacts(document, { ...around, liveSession: false }), trigger);
}

export function lifecycleFacts(
  document: Parameters<typeof fileFacts>[0],
  around: Surroundings,
): LifecycleFacts {
  return {
    ...fileFacts(document),
    unverified: around.unverified,
    unmetUpstream: around.unmet,
    liveSession: around.liveSession,
    exitObserved: false,
    lease: undefined,
  };
}
