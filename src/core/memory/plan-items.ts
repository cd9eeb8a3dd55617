/** Items from plans (`.baton/memory/plans/*.json`), read as far as they can be. Requirement 001-47. */
import { parseJson } from '../base/parse-json';
import type { MemoryInput } from '../model/memory';
import type { Hasher } from '../ports';
import { makeItems, unknownTime, utcOf } from './make-items';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Never throws: what is no plan makes no item.
 *
 * @param path of the file, from the workspace folder; it names the plan where the file does not
 */
export function planItems(hasher: Hasher, json: string, path: string): readonly MemoryInput[] {
  const plan = parseJson(json);
  const goal = isFields(plan) ? textOf(plan['goal']) : undefined;
  if (!isFields(plan) || goal === undefined) return [];
  const id = textOf(plan['id']) ?? path;
  const title = textOf(plan['title']) ?? goal;
  const tasks: readonly unknown[] = Array.isArray(plan['tasks']) ? plan['tasks'] : [];
  return makeItems(hasher, {
    about: ['plan', id],
    kind: 'plan',
    detail: null,
    ...{ task: null, session: null },
    provenance: plan['by'] === 'agent' ? 'agent' : 'person',
    at: utcOf(textOf(plan['at'])) ?? unknownTime,
    title: `Plan: ${title}`,
    text: [...(title === goal ? [] : [title]), goal, ...tasks.flatMap(taskLine)].join('\n'),
    source: { path, anchor: null },
  });
}

function taskLine(task: unknown): readonly string[] {
  if (typeof task === 'string') return [`- ${task}`];
  if (!isFields(task)) return [];
  const id = textOf(task['task']) ?? textOf(task['id']);
  const words = textOf(task['title']) ?? textOf(task['text']);
  if (words === undefined) return [];
  return [`- ${id === undefined ? '' : `#${id} `}${words}`];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
