/** `baton log verify`: every segment of the change log, what is torn, damaged or missing. Source: issue 3 "Change log". */
import type { LogDamage } from '../health/health-facts';
import { reportOn } from '../store/change-log';
import { withLines } from './health/log-facts';
import type { BatonWorkspace } from './workspace';

export interface SegmentReport {
  readonly segment: string;
  /** Changes it announces. */
  readonly records: number;
  readonly torn: readonly LogDamage[];
  readonly damaged: readonly LogDamage[];
}

export interface LogVerification {
  /** Nothing is damaged and nothing is missing. A torn end is what a crash leaves, and is no damage. */
  readonly sound: boolean;
  readonly segments: readonly SegmentReport[];
  readonly records: number;
  readonly lastSeq: number;
  /** Changes whose outcome is not noted: being made right now, or cut short. */
  readonly pending: number;
  /** Sequences of which nothing is left, inclusive. */
  readonly missing: readonly { readonly from: number; readonly to: number }[];
}

/** Changes nothing. */
export async function verifyLog(workspace: BatonWorkspace): Promise<LogVerification> {
  const { changeLog } = workspace.store;
  const contents = await changeLog.read();
  const { records, lastSeq, pending, missing } = reportOn(contents);
  const torn = await withLines(workspace, contents.torn);
  const damaged = await withLines(workspace, contents.damaged);
  const segments = contents.segments.map((segment) => ({
    segment,
    records: contents.records.filter((one) => one.segment === segment).length,
    torn: torn.filter((one) => one.segment === segment),
    damaged: damaged.filter((one) => one.segment === segment),
  }));
  return { sound: damaged.length + missing.length === 0, segments, records, lastSeq, pending, missing };
}
