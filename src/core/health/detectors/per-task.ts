/** Runs a detector over every task that could be read, and says of each finding where it is. */
import type { HealthFinding } from '../finding';
import type { Detector, HealthFacts, TaskFacts } from '../health-facts';

export type TaskContent = NonNullable<TaskFacts['content']>;

export function perTask(
  detect: (task: TaskFacts, content: TaskContent, facts: HealthFacts) => readonly HealthFinding[],
): Detector {
  return (facts) =>
    facts.tasks.flatMap((task) => {
      if (task.content === undefined) return [];
      const { id, relativePath } = task.record;
      return detect(task, task.content, facts).map((found) => ({ task: id, file: relativePath, ...found }));
    });
}

/** One-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
