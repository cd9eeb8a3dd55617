/** The latest changes of the change log, in words, for people. */
import { describeChange } from '../renderings/describe-change';
import type { BatonWorkspace } from './workspace';

export interface ChangeLine {
  readonly seq: number;
  /** UTC. */
  readonly time: string;
  readonly actor: string;
  /** What became of it; `pending` while nothing is on record. */
  readonly outcome: string;
  readonly text: string;
}

/** The latest first. Reads the whole log: for a person who asks, not for a tick. */
export async function listChanges(workspace: BatonWorkspace, limit = 500): Promise<readonly ChangeLine[]> {
  const { records, outcomes } = await workspace.store.changeLog.read();
  return records
    .slice(-limit)
    .reverse()
    .map(({ record }) => ({
      seq: record.seq,
      time: record.time,
      actor: record.actor,
      outcome: outcomes.get(record.seq) ?? 'pending',
      text: describeChange(record).text,
    }));
}
