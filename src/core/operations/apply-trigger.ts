/** One transition, made in the file: the status machine decides, the store writes. */
import { fileFacts, type LifecycleFacts } from '../lifecycle/facts';
import { transition } from '../lifecycle/transitions';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import type { Trigger } from '../model/status';
import type { TaskDocument, TaskId } from '../model/task';
import { holdsTask } from '../sessions/liveness';
import { changeBy } from './change-by';
import { graphAround, viewOf } from './show-task';
import { statusFrontMatter } from './status-front-matter';
import { viewSessions } from './take-snapshot';
import type { TaskView } from './task-view';
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
}

export async function surroundings(workspace: BatonWorkspace, task: TaskId): Promise<Surroundings> {
  const record = await workspace.store.find(task);
  const graph = await graphAround(workspace, record);
  const sessions = await viewSessions(workspace, task);
  return {
    unmet: graph.unmet(task).length,
    liveSession: sessions.some(({ liveness }) => holdsTask(liveness)),
  };
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
  const nextStatus = (document: TaskDocument) =>
    transition({ ...lifecycleFacts(document, around), ...evidence }, trigger, options);
  const { record } = await workspace.store.update(
    task,
    ({ document }) =>
      changeBy(
        workspace,
        `status.${trigger}`,
        { trigger, status: nextStatus(document), ...options },
        { status: document.status },
      ),
    ({ text, document }) => setFrontMatter(text, statusFrontMatter(nextStatus(document), options.reason, at)),
  );
  return viewOf(workspace, record);
}

export function lifecycleFacts(document: TaskDocument, around: Surroundings): LifecycleFacts {
  return {
    ...fileFacts(document),
    unmetUpstream: around.unmet,
    liveSession: around.liveSession,
    exitObserved: false,
    lease: undefined,
  };
}
