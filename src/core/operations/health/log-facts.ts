/** What the change log says about itself and about each task. */
import type { HealthFacts, LogDamage, TaskHistory } from '../../health/health-facts';
import type { TaskId } from '../../model/task';
import { type LogContents, reportOn } from '../../store/change-log';
import type { BadBytes, ChangeRecord } from '../../store/change-record';
import { join, paths, relativeTo } from '../../store/paths';
import type { BatonWorkspace } from '../workspace';

/** @param contents the whole log */
export async function logFacts(
  workspace: BatonWorkspace,
  contents: LogContents,
): Promise<Pick<HealthFacts, 'log' | 'damage' | 'history'>> {
  const { pending, missing } = reportOn(contents);
  return {
    log: { pending, missing, torn: contents.torn },
    damage: await withLines(workspace, contents.damaged),
    history: histories(contents),
  };
}

/** Adds the one-based line at which bad bytes begin. */
export async function withLines(
  { root, ports }: BatonWorkspace,
  bad: readonly (BadBytes & { readonly segment: string })[],
): Promise<readonly LogDamage[]> {
  const segments = new Map<string, Uint8Array>();
  for (const segment of new Set(bad.map((one) => one.segment))) {
    const bytes = await ports.fs.read(join(paths.memory(root), segment));
    segments.set(segment, bytes ?? new Uint8Array());
  }
  return bad.map(({ segment, offset, length }) => ({
    segment,
    file: relativeTo(root, join(paths.memory(root), segment)),
    line: lineOf(segments.get(segment) ?? new Uint8Array(), offset),
    length,
  }));
}

function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) line++;
  return line;
}

function histories({ records, outcomes }: LogContents): ReadonlyMap<TaskId, TaskHistory> {
  const all = new Map<TaskId, TaskHistory>();
  for (const { record } of records) {
    if (record.task === null || outcomes.get(record.seq) === 'aborted') continue;
    all.set(record.task, continued(all.get(record.task), record));
  }
  return all;
}

function continued(before: TaskHistory | undefined, { type, time, new: said }: ChangeRecord): TaskHistory {
  const claims = type === 'status.start' || type === 'status.acknowledge';
  const completes = type === 'task.finalize' || type === 'status.complete';
  return {
    firstAt: before?.firstAt ?? time,
    lastClaimAt: claims ? time : before?.lastClaimAt,
    completedAt: completes ? time : before?.completedAt,
    forced: completes ? isForced(said) : (before?.forced ?? false),
  };
}

function isForced(said: unknown): boolean {
  if (typeof said !== 'object' || said === null) return false;
  return ('forced' in said && said.forced === true) || ('force' in said && said.force === true);
}
