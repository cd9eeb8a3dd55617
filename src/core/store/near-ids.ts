/** What somebody probably meant who named a task that does not exist. */
import type { TaskId } from '../model/task';
import { compareTaskIds } from '../model/task-id-order';

/** Up to three known ids that were probably meant. */
export function nearIds(wanted: string, known: readonly TaskId[]): readonly TaskId[] {
  const target = wanted.toLowerCase();
  return known
    .map((id) => ({ id, distance: editDistance(target, id.toLowerCase()) }))
    .filter(({ id, distance }) => distance <= 2 && distance < Math.max(id.length, target.length))
    .sort((a, b) => a.distance - b.distance || compareTaskIds(a.id, b.id))
    .slice(0, 3)
    .map(({ id }) => id);
}

/** Levenshtein distance, exact up to 3, "more than that" above: near ids are all that is asked for. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(row.at(-1) ?? 0, 3);
}
