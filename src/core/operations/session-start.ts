import type { StartSession } from '../sessions/session-store';
import type { TaskText } from '../store/task-record';
import type { BatonWorkspace } from './workspace';

/** Where a session of the task starts from: what the record compares the end with. */
export async function startFacts(
  workspace: BatonWorkspace,
  { record, document }: TaskText,
): Promise<Omit<StartSession, 'agent' | 'origin'>> {
  const git = await workspace.ports.git.state(workspace.root);
  return {
    task: record.id,
    surface: workspace.acting.surface,
    lastNumber: document.sessions.lastNumber,
    head: git?.head ?? null,
    branch: git?.branch ?? null,
    dirty: git?.dirty ?? false,
    before: {
      entries: document.sessions.count,
      passed: document.featureList.filter(({ passes }) => passes).map((feature) => feature.id),
      criteriaDone: document.criteria.done,
    },
  };
}
