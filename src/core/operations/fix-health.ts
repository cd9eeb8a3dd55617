/** `baton health --fix`: repairs what can be repaired, each so that it can be undone. Source: resolution C2; R15. */
import { BatonError, isBatonError } from '../base/baton-error';
import { detect } from '../health/detect';
import { type HealthFinding, healthRules, isHealthRule } from '../health/finding';
import { type FindingView, type HealthReport, reportOf, viewOf } from './check-health';
import { applyRepair } from './health/apply-repair';
import { gatherFacts } from './health/gather-facts';
import type { BatonWorkspace } from './workspace';

export interface FixedFinding {
  readonly finding: FindingView;
  /** What `--undo` takes; null when the finding had gone by itself. */
  readonly repair: number | null;
}

export interface FixReport {
  readonly fixed: readonly FixedFinding[];
  /** What could not be repaired, and why. */
  readonly failed: readonly {
    readonly finding: FindingView;
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
  }[];
  /** What is left. */
  readonly report: HealthReport;
}

/** One repair may bring up the next: a completed task feeds those downstream. */
const maxRounds = 5;

/**
 * @param rule only findings of this rule; all when left out. Throws `invalid_input` for an unknown rule, and what the
 * file system throws when the runtime folder cannot be written.
 */
export async function fixHealth(workspace: BatonWorkspace, rule?: string): Promise<FixReport> {
  if (rule !== undefined && !isHealthRule(rule)) throw unknownRule(rule);
  const fixed: FixedFinding[] = [];
  const failed: FixReport['failed'][number][] = [];
  const tried = new Set<string>();
  let findings = detect(await gatherFacts(workspace));
  for (let round = 0; round < maxRounds; round++) {
    const due = findings.filter((one) => isDue(one, rule) && !tried.has(JSON.stringify(one.repair)));
    if (due.length === 0) break;
    for (const finding of due) {
      tried.add(JSON.stringify(finding.repair));
      try {
        fixed.push({ finding: viewOf(finding), repair: await repair(workspace, finding) });
      } catch (error) {
        if (!isBatonError(error)) throw error;
        const { code, message, hint } = error;
        failed.push({ finding: viewOf(finding), code, message, hint: hint ?? null });
      }
    }
    findings = detect(await gatherFacts(workspace));
  }
  return { fixed, failed, report: reportOf(findings) };
}

function isDue(finding: HealthFinding, rule: string | undefined): boolean {
  return finding.repair !== undefined && (rule === undefined || finding.rule === rule);
}

async function repair(workspace: BatonWorkspace, finding: HealthFinding): Promise<number | null> {
  if (finding.repair === undefined) return null;
  const number = await applyRepair(workspace, finding, finding.repair);
  return number ?? null;
}

function unknownRule(rule: string): BatonError {
  return new BatonError('invalid_input', `There is no health rule "${rule.slice(0, 80)}"`, {
    hint: `Rules are: ${healthRules.join(', ')}.`,
  });
}
