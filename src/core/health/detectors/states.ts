/** States no task should be in. Verified wins over claimed (C3), evidence over age (C5). 000-50, 000-52. */
import { completionBlockers } from '../../lifecycle/completion-blockers';
import type { HealthFinding } from '../finding';
import type { Detector, HealthFacts, TaskFacts } from '../health-facts';
import { at, numberOf } from './effort';
import { perTask, type TaskContent } from './per-task';

/** Completed only where the status machine would: everything verified and the output written. Else it is shown. */
export const completeButOpen: Detector = perTask(({ record }, content): HealthFinding[] => {
  const { status, criteria, features } = record.outline;
  if (status !== 'pending') return [];
  const total = criteria.total + features.total;
  if (total === 0) return claimedComplete(content);
  if (criteria.done + features.passed < total) return [];
  if (completionBlockers(content.document).length > 0) {
    const message = 'Everything is verified and the task is pending: its chain output is not written';
    return [{ rule: 'complete_but_open', severity: 'info', message }];
  }
  return [
    {
      rule: 'complete_but_open',
      severity: 'warning',
      ...at(content, 'status'),
      message: 'Everything is verified, the chain output is written, and the task is pending',
      fix: 'Complete it',
      repair: { kind: 'trigger', task: record.id, trigger: 'complete' },
    },
  ];
});

function claimedComplete(content: TaskContent): HealthFinding[] {
  if (numberOf(content, 'progress') !== 100) return [];
  const message =
    'Progress is 100 and the task is pending, with no criterion or feature to show that it is done';
  return [{ rule: 'complete_but_open', severity: 'warning', ...at(content, 'progress'), message }];
}

/** Nobody can take up what nobody can read; only who blocked it knows why. */
export const blockedWithoutReason: Detector = perTask(({ record }, content): HealthFinding[] => {
  const { status, statusSource } = record.outline;
  const key = status === 'blocked' ? 'blocked_reason' : status === 'needs_input' ? 'question' : undefined;
  if (statusSource !== 'stored' || key === undefined || content.frontMatter.has(key)) return [];
  const message =
    status === 'blocked' ? 'Is blocked, and nothing says by what' : 'Needs input, and nothing says which';
  return [{ rule: 'blocked_without_reason', severity: 'warning', ...at(content, 'status'), message }];
});

/**
 * Claimed while nobody here works on it. With no session on record the claim may be a colleague's that came with git,
 * which is legal (C5). Where the last session here ended after the last claim, its release was cut short.
 */
export const claimWithoutHolder: Detector = perTask(({ record }, content, facts): HealthFinding[] => {
  const { status, statusSource } = record.outline;
  if (statusSource !== 'stored' || (status !== 'in_progress' && status !== 'acknowledged')) return [];
  const own = facts.sessions.filter(({ session }) => session.task === record.id);
  const where = at(content, 'status');
  if (own.length === 0) {
    const message = `Is ${words(status)}, and no session is on record here`;
    return [{ rule: 'claimed_without_session', severity: 'info', ...where, message }];
  }
  const endedAt = lastEnd(own);
  if (endedAt === undefined || claimedSince(facts, record.id, endedAt)) return [];
  return [
    {
      rule: 'orphaned_claim',
      severity: 'warning',
      ...where,
      message: `Is ${words(status)}, but its last session ended at ${endedAt}`,
      fix: 'Release it to pending, where it can be resumed',
      repair: {
        kind: 'trigger',
        task: record.id,
        trigger: status === 'in_progress' ? 'recoverOrphaned' : 'recoverStuckAcknowledged',
      },
    },
  ];
});

/** Undefined while any session is open. */
function lastEnd(sessions: HealthFacts['sessions']): string | undefined {
  let last = '';
  for (const { session } of sessions) {
    if (session.end === null) return undefined;
    if (session.end.at > last) last = session.end.at;
  }
  return last;
}

function claimedSince({ history }: HealthFacts, task: TaskFacts['record']['id'], endedAt: string): boolean {
  const claimedAt = history.get(task)?.lastClaimAt;
  return claimedAt !== undefined && Date.parse(claimedAt) > Date.parse(endedAt);
}

/** A status is a proposal until the machine has taken it. 004-34 */
export const statusEdited: Detector = ({ statusEdits }) =>
  statusEdits.map(({ task, file, before, message, line, canPutBack }): HealthFinding => {
    const finding = { rule: 'status_edited', severity: 'warning', task, file, line, message } as const;
    if (!canPutBack) return finding;
    return { ...finding, fix: `Put back ${before}`, repair: { kind: 'put_back_status', task } };
  });

/** By force is a decision with a reason in the log; by hand in the file it is only a claim. */
export const completedUnverified: Detector = perTask(
  ({ record }, content, { history, statusEdits }): HealthFinding[] => {
    const { status, statusSource } = record.outline;
    if (status !== 'completed' || statusSource !== 'stored' || history.get(record.id)?.forced) return [];
    // Said already, with what to do about it.
    if (statusEdits.some(({ task }) => task === record.id)) return [];
    const [first, ...more] = completionBlockers(content.document);
    if (first === undefined) return [];
    const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
    const message = `Is completed, but: ${first}${rest}`;
    return [{ rule: 'completed_unverified', severity: 'warning', ...at(content, 'status'), message }];
  },
);

function words(status: string): string {
  return status.replace('_', ' ');
}
