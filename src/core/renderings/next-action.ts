/** What to do next on a task: always something to do, never what happened last. Requirement 000-11. */
import { saysNothing } from '../model/says-nothing';
import type { TaskDocument, TaskId } from '../model/task';

export type ActionFacts = Pick<TaskDocument, 'status' | 'tracking' | 'log' | 'features' | 'criteriaList'> & {
  readonly id: TaskId;
  /** Upstream tasks that are not completed. */
  readonly unmet: readonly TaskId[];
};

/** The last entry's next steps, else the next incomplete feature or open criterion, else verify and complete. */
export function nextAction(facts: ActionFacts): string {
  return (
    heldUp(facts) ??
    planned(facts) ??
    open(facts) ??
    `Verify the work, then complete it: baton finalize ${facts.id}`
  );
}

/** What must happen before any work on it goes on. */
function heldUp({ id, status, tracking, unmet }: ActionFacts): string | undefined {
  if (status === 'completed' || status === 'cancelled') return 'Choose the next task: baton task next';
  if (status === 'blocked') {
    return `Resolve what blocks it (${tracking?.blockedReason ?? 'no reason was given'}), then: baton unblock ${id}`;
  }
  if (status === 'needs_input') {
    return `Answer the question (${tracking?.question ?? 'none was written down'}): baton answer ${id} "…"`;
  }
  return unmet.length === 0 ? undefined : `Complete ${unmet.map((one) => `#${one}`).join(', ')} first`;
}

function planned({ log }: ActionFacts): string | undefined {
  const steps = (log.at(-1)?.next ?? []).filter((step) => !saysNothing(step));
  return steps.length === 0 ? undefined : steps.join('; ');
}

function open({ features, criteriaList }: ActionFacts): string | undefined {
  if (features.next !== undefined) return `Work on feature ${features.next.id}: ${features.next.description}`;
  const criterion = criteriaList.find(({ done }) => !done);
  return criterion && `Meet the criterion: ${criterion.text}`;
}
