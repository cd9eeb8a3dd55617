/** `baton health`: looks for what is broken, and changes nothing of it. Source: requirement 000-46; issue 3 "Health". */
import { bySeverity, detect } from '../health/detect';
import type { HealthFinding, HealthRule } from '../health/finding';
import type { Severity, TaskId } from '../model/task';
import { gatherFacts } from './health/gather-facts';
import type { BatonWorkspace } from './workspace';

export interface FindingView {
  readonly rule: HealthRule;
  readonly severity: Severity;
  readonly task: TaskId | null;
  /** Relative to the workspace folder, `/` as separator. */
  readonly file: string | null;
  /** One-based. */
  readonly line: number | null;
  readonly message: string;
  readonly fixable: boolean;
  /** What the fix would do; null when only a person can decide. */
  readonly fix: string | null;
}

export interface HealthReport {
  /** The worst first. */
  readonly findings: readonly FindingView[];
  readonly counts: Readonly<Record<Severity | 'fixable', number>>;
}

/** Never throws for what is in the files. Never fixes anything. */
export async function checkHealth(workspace: BatonWorkspace): Promise<HealthReport> {
  return reportOf(detect(await gatherFacts(workspace)));
}

export function reportOf(found: readonly HealthFinding[]): HealthReport {
  const findings = bySeverity(found).map(viewOf);
  const count = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return {
    findings,
    counts: {
      error: count('error'),
      warning: count('warning'),
      info: count('info'),
      fixable: findings.filter(({ fixable }) => fixable).length,
    },
  };
}

export function viewOf(found: HealthFinding): FindingView {
  const { rule, severity, task, file, line, message, fix } = found;
  return {
    ...{ rule, severity, message },
    task: task ?? null,
    file: file ?? null,
    line: line ?? null,
    fixable: fix !== undefined,
    fix: fix ?? null,
  };
}
