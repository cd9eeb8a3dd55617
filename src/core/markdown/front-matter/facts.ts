/** What the front matter of a task says, with a finding for every known key whose value is of no use. */
import { isStatus, type Status, statuses } from '../../model/status';
import { isTaskId, type TaskId, type Tracking } from '../../model/task';
import { type Finding, finding } from '../problems';
import type { FrontMatter, FrontMatterEntry } from './front-matter';
import { readTracking } from './tracking';

export interface FrontMatterFacts {
  readonly status: Status | undefined;
  /** Undefined when the key is missing or empty, so that the headings decide. */
  readonly dependsOn: readonly TaskId[] | undefined;
  readonly priority: number | undefined;
  readonly estimateMinutes: number | undefined;
  readonly created: string | undefined;
  /** Undefined when there is none of it. */
  readonly tracking: Tracking | undefined;
  readonly findings: readonly Finding[];
}

export function frontMatterFacts(frontMatter: FrontMatter): FrontMatterFacts {
  const findings: Finding[] = [];
  const entry = (key: string) => frontMatter.entries.get(key);
  return {
    status: readStatus(entry('status'), findings),
    dependsOn: readDependsOn(entry('depends_on'), findings),
    priority: readNumber('priority', entry('priority'), findings),
    estimateMinutes: readNumber('estimate_minutes', entry('estimate_minutes'), findings),
    created: readScalar('created', entry('created'), findings),
    tracking: readTracking(frontMatter, findings),
    findings,
  };
}

function readScalar(
  key: string,
  entry: FrontMatterEntry | undefined,
  findings: Finding[],
): string | undefined {
  if (entry === undefined || entry.value.kind === 'empty') return undefined;
  if (entry.value.kind === 'scalar') return entry.value.text.trim() || undefined;
  findings.push(finding('front_matter_value', 'warning', `"${key}" must be a single value`, entry.range));
  return undefined;
}

function readStatus(entry: FrontMatterEntry | undefined, findings: Finding[]): Status | undefined {
  const written = readScalar('status', entry, findings);
  if (entry === undefined || written === undefined) return undefined;
  const status = written.toLowerCase().replace(/[\s-]+/g, '_');
  if (isStatus(status)) return status;
  const message = `Status "${written.slice(0, 40)}" is unknown; it is one of ${statuses.join(', ')}`;
  findings.push(finding('status_unknown', 'error', message, entry.range));
  return undefined;
}

/** A plain decimal number; anything a machine could take for more than it says is refused. */
function readNumber(
  key: string,
  entry: FrontMatterEntry | undefined,
  findings: Finding[],
): number | undefined {
  const written = readScalar(key, entry, findings);
  if (entry === undefined || written === undefined) return undefined;
  if (/^-?\d{1,9}(?:\.\d{1,6})?$/.test(written)) return Number(written);
  findings.push(finding('front_matter_value', 'warning', `"${key}" must be a number`, entry.range));
  return undefined;
}

function readDependsOn(
  entry: FrontMatterEntry | undefined,
  findings: Finding[],
): readonly TaskId[] | undefined {
  if (entry === undefined || entry.value.kind === 'empty') return undefined;
  if (entry.value.kind === 'other') {
    findings.push(
      finding('depends_on_invalid', 'error', '"depends_on" must be a list of task ids', entry.range),
    );
    return [];
  }
  const written = entry.value.kind === 'list' ? entry.value.items : entry.value.text.split(/[\s,]+/);
  const ids = new Set<TaskId>();
  for (const item of written) {
    const id = item.trim().replace(/^#/, '');
    if (isTaskId(id)) ids.add(id);
    else if (id !== '' || entry.value.kind === 'list') findings.push(invalidUpstream(item, entry));
  }
  return [...ids];
}

function invalidUpstream(item: string, entry: FrontMatterEntry): Finding {
  return finding(
    'depends_on_invalid',
    'error',
    `"${item.slice(0, 80)}" in "depends_on" is not a task id`,
    entry.range,
  );
}
