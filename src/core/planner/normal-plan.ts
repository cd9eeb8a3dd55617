/** A plan in the one form in which its text gives it back. */
import type { Plan, PlannedFeature, PlannedTask } from '../model/plan';

/** Whitespace of every kind becomes one space, NUL the replacement character; trimmed. */
export function planLine(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/\s+/g, ' ').trim();
}

/** Trimmed, LF line endings. */
export function planBody(text: string): string {
  return text.replaceAll('\0', '\ufffd').replace(/\r\n?/g, '\n').trim();
}

/** Drops what is blank. Titles, keys and dependencies are the maker's to get right. */
export function normalPlan(plan: Plan): Plan {
  return {
    title: planLine(plan.title),
    goal: planBody(plan.goal),
    prd: planLine(plan.prd),
    epic: planLine(plan.epic),
    tasks: plan.tasks.map(normalTask),
  };
}

function normalTask(task: PlannedTask): PlannedTask {
  return {
    key: task.key,
    title: planLine(task.title),
    description: planBody(task.description),
    criteria: lines(task.criteria),
    features: task.features.map(normalFeature),
    dependsOn: [...new Set(task.dependsOn)],
  };
}

function normalFeature({ id, description, steps }: PlannedFeature): PlannedFeature {
  const text = planLine(description);
  return { id, description: text === '' ? id : text, steps: lines(steps) };
}

function lines(texts: readonly string[]): readonly string[] {
  return texts.map(planLine).filter((text) => text !== '');
}

const ids = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isFeatureId(text: string): boolean {
  return ids.test(text);
}

/**
 * An id made of the words of a description, unlike those `taken`, to which it is added. @param taken with the number to go
 * on with, so that ten thousand features alike do not count from 2 each
 */
export function featureId(description: string, taken: Map<string, number>): string {
  const words =
    description
      .normalize('NFKD')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const base = words.slice(0, 5).join('-').slice(0, 40).replace(/-+$/, '') || 'feature';
  let next = taken.get(base);
  if (next === undefined) {
    taken.set(base, 2);
    return base;
  }
  while (taken.has(`${base}-${next}`)) next++;
  const id = `${base}-${next}`;
  taken.set(base, next + 1).set(id, 2);
  return id;
}
