/** The badge a task file carries in Explorer and tabs. Two characters are all VS Code takes. Pure. */
import type { TaskView } from '../../core/operations/task-view';
import type { L10n } from '../l10n';
import { taskFace, taskLabel } from '../task-face';

export interface Badge {
  readonly badge: string;
  readonly tooltip: string;
}

/** Undefined for what asks for nothing: a pending task has no badge. */
export function decorationOf(task: TaskView, l10n: L10n): Badge | undefined {
  const badge = letter(task);
  if (badge === undefined) return undefined;
  return { badge, tooltip: `${taskLabel(task)}: ${taskFace(task, l10n).description}` };
}

function letter(task: TaskView): string | undefined {
  if (task.fileProblem !== undefined || task.status === 'blocked') return '!';
  if (task.status === 'needs_input') return '?';
  if (task.running !== undefined) return '▶';
  if (task.status === 'completed') return task.badges.includes('stale') ? '↻' : '✓';
  if (task.badges.includes('resumable')) return 'Ⅱ';
  return undefined;
}
