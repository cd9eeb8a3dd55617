/** What the person has just done to tasks, here and now: they need not be told of it. Pure. */
import type { Trigger } from '../../core/model/status';
import type { TaskId } from '../../core/model/task';
import type { Nudge } from '../../core/nudges/nudges';

export class OwnActs {
  readonly #heldUp = new Set<TaskId>();

  /** Only what holds a task up is ever told. Any other step ends what was noted before: whatever holds it up next is news. */
  note(task: TaskId, trigger: Trigger): void {
    if (trigger === 'block' || trigger === 'needInput') this.#heldUp.add(task);
    else this.#heldUp.delete(task);
  }

  /** It was refused, or what came of it is known now: what happens to the task from here on is news. */
  end(task: TaskId): void {
    this.#heldUp.delete(task);
  }

  /** Whoever has just blocked a task, or asked for an answer, knows that. */
  of(nudges: readonly Nudge[]): readonly Nudge[] {
    return nudges.filter(
      ({ kind, task }) => (kind === 'blocked' || kind === 'needs_input') && this.#heldUp.has(task),
    );
  }
}
