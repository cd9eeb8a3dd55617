/** Every detector, and their findings in one order: what is worst first, then by file. */
import type { Severity } from '../model/task';
import { cyclicDependency, danglingDependency, inputNotUpstream } from './detectors/chain';
import { checklistGuard, overallProgressWrong, passedUntested } from './detectors/checklist';
import { badNumber, effortOverEstimate } from './detectors/effort';
import { evidenceStale, passedWithoutEvidence } from './detectors/evidence';
import { duplicateId, fileOversized, fileProblem, fileUnusable, tooManySessions } from './detectors/files';
import { completedDueAgain, recurringWithoutGoal } from './detectors/recurring';
import {
  changeConflict,
  configInvalid,
  gitLocked,
  leftoverTemporary,
  lockLeft,
  logDamaged,
  logGap,
  queueUnusable,
  unfinishedChange,
} from './detectors/runtime';
import {
  packetOrphaned,
  sessionUndocumented,
  sessionUnreadable,
  sessionVanished,
  sessionWithoutTask,
} from './detectors/sessions';
import {
  blockedWithoutReason,
  claimWithoutHolder,
  completeButOpen,
  completedUnverified,
  statusEdited,
} from './detectors/states';
import { badEntryTime, badSessionTime, badTaskTime } from './detectors/times';
import type { HealthFinding } from './finding';
import type { Detector, HealthFacts } from './health-facts';

/**
 * Repairs are carried out in this order: what a crash left behind comes before what rests on it, locks first, since every
 * other repair would take a dead owner's lock over without keeping it.
 */
const detectors: readonly Detector[] = [
  lockLeft,
  logDamaged,
  unfinishedChange,
  changeConflict,
  queueUnusable,
  logGap,
  gitLocked,
  configInvalid,
  leftoverTemporary,
  duplicateId,
  fileUnusable,
  fileProblem,
  sessionUnreadable,
  sessionVanished,
  sessionWithoutTask,
  packetOrphaned,
  statusEdited,
  claimWithoutHolder,
  checklistGuard,
  passedUntested,
  passedWithoutEvidence,
  evidenceStale,
  overallProgressWrong,
  recurringWithoutGoal,
  completedDueAgain,
  effortOverEstimate,
  badNumber,
  badTaskTime,
  badEntryTime,
  badSessionTime,
  completeButOpen,
  blockedWithoutReason,
  completedUnverified,
  danglingDependency,
  cyclicDependency,
  inputNotUpstream,
  sessionUndocumented,
  fileOversized,
  tooManySessions,
];

/** In the order in which repairs are made. */
export function detect(facts: HealthFacts): readonly HealthFinding[] {
  return detectors.flatMap((detector) => detector(facts));
}

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** For people: the worst first, otherwise in the order of `detect`. */
export function bySeverity(findings: readonly HealthFinding[]): readonly HealthFinding[] {
  return [...findings].sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}
