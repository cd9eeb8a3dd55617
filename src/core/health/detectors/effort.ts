/** Numbers of a task: effort against estimate, and values no effort can have. 000-49, 000-51. */
import { perTask, type TaskContent } from './per-task';

const suspiciousFactor = 10;

/** Only where there is an estimate: without one there is nothing to be ten times of. A person reviews it. */
export const effortOverEstimate = perTask((_task, content) => {
  const estimate = numberOf(content, 'estimate_minutes');
  const spent = numberOf(content, 'spent_minutes');
  if (estimate === undefined || spent === undefined || estimate <= 0 || spent <= suspiciousFactor * estimate)
    return [];
  return [
    {
      rule: 'effort_over_estimate',
      severity: 'warning',
      ...at(content, 'spent_minutes'),
      message: `${spent} minutes were spent on an estimate of ${estimate}: more than ${suspiciousFactor} times as much`,
    },
  ];
});

const keys = ['estimate_minutes', 'spent_minutes', 'progress'] as const;

export const badNumber = perTask(({ record }, content) =>
  keys.flatMap((key) => {
    const written = content.frontMatter.get(key);
    if (written === undefined || isSound(key, written.text)) return [];
    return [
      {
        rule: 'bad_number',
        severity: 'warning',
        line: written.line,
        message: `"${key}" is "${written.text.slice(0, 40)}", which it cannot be`,
        fix: `Take "${key}" away; the change log keeps the value`,
        repair: { kind: 'front_matter', task: record.id, set: { [key]: null }, old: { [key]: written.text } },
      },
    ];
  }),
);

function isSound(key: (typeof keys)[number], text: string): boolean {
  const value = toNumber(text);
  if (value === undefined || value < 0) return false;
  return key === 'progress' ? value <= 100 : key === 'spent_minutes' || value > 0;
}

export function numberOf(content: TaskContent, key: string): number | undefined {
  return toNumber(content.frontMatter.get(key)?.text ?? '');
}

function toNumber(text: string): number | undefined {
  return /^-?\d{1,9}(\.\d{1,6})?\s*%?$/.test(text) ? Number.parseFloat(text) : undefined;
}

export function at(content: TaskContent, key: string): { readonly line?: number } {
  const line = content.frontMatter.get(key)?.line;
  return line === undefined ? {} : { line };
}
