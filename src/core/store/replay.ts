/**
 * After an unclean stop: finishes what the change log announced and nobody completed. Source: issue 3; R1, R3, R5.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import { applyEdits } from '../base/text-edit';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import type { TaskId } from '../model/task';
import type { Ports } from '../ports';
import { createFile, replaceFile } from './atomic-file';
import type { ChangeLog, LogContents, LogPosition } from './change-log';
import type { ChangeRecord, Outcome } from './change-record';
import type { Locks } from './lock';
import { join, paths } from './paths';
import type { WorkspaceGuard } from './workspace-guard';

export interface ReplayReport {
  /** Changes that were announced and not made; they are made now. */
  readonly redone: readonly ChangeRecord[];
  /** Changes that could not be made because the file has become another; kept in `file`, which says both. */
  readonly conflicts: readonly { readonly record: ChangeRecord; readonly file: string }[];
  /** Damaged log lines that were put aside. */
  readonly quarantined: number;
}

export interface ReplayContext {
  readonly ports: Pick<Ports, 'fs' | 'clock' | 'hasher' | 'log'>;
  readonly root: string;
  readonly locks: Locks;
  readonly log: ChangeLog;
  readonly guard: WorkspaceGuard;
  /** Whether an absolute path is a file that this store writes: the log is not trusted to name anything else. */
  readonly isOurs: (path: string) => boolean;
  /** The lock its writers take. @param path relative to the workspace folder */
  readonly lockNameOf: (path: string, task: TaskId | null) => string;
}

/** A checkpoint costs three fsyncs, so it is only moved when that saves reading this much. Bytes. */
const checkpointEvery = 65_536;

/**
 * Judges every record without an outcome by the file itself: at its before-hash it gets the edit, at its after-hash
 * it is done, anything else is a conflict that leaves the file alone.
 *
 * **Invariant:** replaying twice is replaying once, and what a live writer is busy with is not touched.
 */
export async function replay(context: ReplayContext): Promise<ReplayReport> {
  const from = await context.log.checkpoint();
  const contents = await context.log.read(from);
  const redone: ChangeRecord[] = [];
  const conflicts: { record: ChangeRecord; file: string }[] = [];
  const pending = pendingByPath(contents);
  for (const [path, records] of pending) {
    const lockName = context.lockNameOf(path, records[0]?.task ?? null);
    await unlessBusy(context, lockName, async () => {
      // Under the lock nobody is busy with these any more; what is settled by now was.
      const now = await context.log.read(from);
      const stillOpen = records.filter(({ seq }) => !now.outcomes.has(seq));
      const newest = newestSeq(now, path);
      for (const record of stillOpen) {
        const verdict: Outcome | 'redo' = record.seq < newest ? 'superseded' : await judge(context, record);
        if (verdict === 'redo') redone.push(record);
        if (verdict === 'conflict') conflicts.push({ record, file: await keepBoth(context, record) });
        await context.log.settle(record.seq, verdict === 'redo' ? 'done' : verdict);
      }
    });
  }
  const quarantined = await quarantine(context, contents);
  if (pending.size === 0 && quarantined === 0 && (await advanceCheckpoint(context.log, from, contents.end))) {
    const pruned = await context.log.prune();
    if (pruned.length > 0) context.ports.log.info(`Change log: removed ${pruned.join(', ')}`);
  }
  return { redone, conflicts, quarantined };
}

/** Whoever lives and holds the lock is about to settle these; waiting would only keep the caller from its own work. */
async function unlessBusy(
  { locks, ports }: ReplayContext,
  name: string,
  body: () => Promise<void>,
): Promise<void> {
  let begun = false;
  try {
    await locks.with(
      name,
      () => {
        begun = true;
        return body();
      },
      { waitMs: 0 },
    );
  } catch (error) {
    if (begun || !isBatonError(error, 'locked')) throw error;
    ports.log.debug(`Replay leaves ${name} to its holder: ${error.message}`);
  }
}

function pendingByPath(contents: LogContents): Map<string, ChangeRecord[]> {
  const byPath = new Map<string, ChangeRecord[]>();
  for (const { record } of contents.records) {
    if (record.via !== 'file' || contents.outcomes.has(record.seq)) continue;
    const records = byPath.get(record.path);
    if (records === undefined) byPath.set(record.path, [record]);
    else records.push(record);
  }
  return byPath;
}

/** A later writer read the file as it then was, so only its record says what the file should be. */
function newestSeq(contents: LogContents, path: string): number {
  return contents.records.reduce(
    (newest, { record }) =>
      record.path === path && record.via === 'file' && contents.outcomes.get(record.seq) !== 'aborted'
        ? Math.max(newest, record.seq)
        : newest,
    0,
  );
}

async function judge(context: ReplayContext, record: ChangeRecord): Promise<'done' | 'redo' | 'conflict'> {
  const path = join(context.root, record.path);
  if (!context.isOurs(path)) return 'conflict';
  const target = await placeOf(context, path);
  if (target === undefined) return 'conflict';
  const bytes = await context.ports.fs.read(target);
  const hash = bytes === undefined ? null : context.ports.hasher.sha256(bytes);
  if (hash === record.after) return 'done';
  if (hash !== record.before) return 'conflict';
  const redone = redo(context, record, bytes);
  if (redone === undefined) return 'conflict';
  return write(context, target, hash, redone);
}

/** Where the file is; undefined where it cannot be written any more: a link leads outside, or no plain file is there. */
async function placeOf({ guard, ports }: ReplayContext, path: string): Promise<string | undefined> {
  try {
    const target = await guard.forWriting(path);
    const stat = await ports.fs.stat(target);
    return stat === undefined || stat.kind === 'file' ? target : undefined;
  } catch (error) {
    if (isBatonError(error, 'untrusted')) return undefined;
    throw error;
  }
}

async function write(
  { ports }: ReplayContext,
  target: string,
  expected: string | null,
  bytes: Uint8Array,
): Promise<'redo' | 'conflict'> {
  try {
    if (expected === null) await createFile(ports.fs, target, bytes);
    else
      await replaceFile(ports.fs, target, bytes, {
        beforeRename: () => requireHash(ports, target, expected),
      });
    return 'redo';
  } catch (error) {
    if (isBatonError(error, 'exists') || isBatonError(error, 'conflict')) return 'conflict';
    throw error;
  }
}

/** Throws `conflict` when the file is no longer what a change was computed from. */
export async function requireHash(
  ports: Pick<Ports, 'fs' | 'hasher'>,
  path: string,
  expected: string,
): Promise<void> {
  const bytes = await ports.fs.read(path);
  if (bytes !== undefined && ports.hasher.sha256(bytes) === expected) return;
  throw new BatonError(
    'conflict',
    `${path} was changed by somebody else in the meantime; nothing was written`,
    {
      hint: 'Read the task again and repeat the change.',
    },
  );
}

/** Undefined when the edits do not give the bytes the record promised. */
function redo(
  { ports }: ReplayContext,
  record: ChangeRecord,
  bytes: Uint8Array | undefined,
): Uint8Array | undefined {
  const text = bytes === undefined ? '' : decodeUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    const result = encodeUtf8(applyEdits(text, record.edits));
    return ports.hasher.sha256(result) === record.after ? result : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The file on disk keeps its text; what was to be written is kept beside the log. Returns where. */
async function keepBoth({ ports, root, guard }: ReplayContext, record: ChangeRecord): Promise<string> {
  const folder = await guard.forWriting(paths.conflicts(root));
  await ports.fs.mkdir(folder);
  const path = await keep(ports, folder, record);
  ports.log.warn(`Change ${record.seq} to ${record.path} was cut short and no longer fits; kept in ${path}`);
  return path;
}

/** Under the record's number; a log that was deleted has left its own records under the same numbers. */
async function keep({ fs }: ReplayContext['ports'], folder: string, record: ChangeRecord): Promise<string> {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? `${record.seq}.json` : `${record.seq}-${n}.json`);
    try {
      await createFile(fs, path, encodeUtf8(text));
      return path;
    } catch (error) {
      if (!isBatonError(error, 'exists')) throw error;
      // An earlier replay kept it and was cut short before it could say so.
      const kept = await fs.read(path);
      if (kept !== undefined && decodeUtf8(kept) === text) return path;
    }
  }
}

async function quarantine({ log, ports }: ReplayContext, contents: LogContents): Promise<number> {
  let moved = 0;
  for (const segment of new Set(contents.damaged.map((bad) => bad.segment))) {
    const count = await log.quarantine(segment);
    if (count > 0) ports.log.warn(`${count} damaged lines of ${segment} were moved to ${segment}.damaged`);
    moved += count;
  }
  return moved;
}

/** Only called when every record up to `end` has its outcome; otherwise the next replay moves it. */
async function advanceCheckpoint(
  log: ChangeLog,
  from: LogPosition | undefined,
  end: LogPosition | undefined,
): Promise<boolean> {
  if (end === undefined) return false;
  const begin = from?.segment === end.segment ? from.offset : 0;
  const isLater = from !== undefined && from.segment !== end.segment;
  if (!isLater && end.offset - begin < checkpointEvery) return false;
  await log.setCheckpoint(end);
  return true;
}
