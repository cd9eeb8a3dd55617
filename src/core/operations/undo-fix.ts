/** `baton health --undo N`: puts every file back as it was before a repair. Source: resolution C2; promise R15. */
import { BatonError } from '../base/baton-error';
import { decodeUtf8 } from '../base/utf8';
import type { Manifest, ManifestFile } from '../health/manifest';
import { Quarantine } from '../health/quarantine';
import { paths, taskLockName } from '../store/paths';
import type { TaskRecord } from '../store/task-record';
import { changeBy } from './change-by';
import { wholeEdit } from './health/whole-edit';
import type { BatonWorkspace } from './workspace';

export interface UndoneFix {
  readonly repair: number;
  readonly rule: string;
  /** Files that were put back, relative to the workspace folder. */
  readonly files: readonly string[];
}

/**
 * **Invariant:** a file that is not as the repair left it is not touched, and then no other file is either.
 *
 * Throws `not_found`, `invalid_input` (nothing to undo), `conflict` (somebody wrote since; says where the bytes are).
 */
export async function undoFix(workspace: BatonWorkspace, number: number): Promise<UndoneFix> {
  const quarantine = new Quarantine(workspace.ports, workspace.root, workspace.store.changeLog);
  const manifest = await withKnownEnd(workspace, await quarantine.get(number));
  requireUndoable(manifest);
  const due = await filesToRestore(quarantine, workspace, manifest);
  await workspace.store.refresh();
  // In reverse: what was written last rests on what was written first.
  for (const file of [...due].reverse()) await restore(workspace, quarantine, manifest, file);
  await quarantine.close(manifest, 'undone');
  await workspace.store.refresh();
  return { repair: number, rule: manifest.rule, files: due.map(({ path }) => path) };
}

/**
 * A repair that was cut short could not note how it left its files; what it announced in the change log says it. A file
 * that it had not come to is as it was before.
 */
async function withKnownEnd({ store }: BatonWorkspace, manifest: Manifest): Promise<Manifest> {
  if (manifest.state !== 'open') return manifest;
  const { records } = await store.changeLog.read();
  const after = new Map<string, string | null>();
  for (const { record } of records) {
    if (isOfRepair(record.new, manifest.number)) after.set(record.path, record.after || null);
  }
  const files = manifest.files.map((file) => ({
    ...file,
    after: after.has(file.path) ? (after.get(file.path) ?? null) : file.before,
  }));
  return { ...manifest, files };
}

function isOfRepair(said: unknown, number: number): boolean {
  return typeof said === 'object' && said !== null && 'repair' in said && said.repair === number;
}

/** Every repair on record, for those who look for a number. */
export async function listFixes(workspace: BatonWorkspace): Promise<readonly Manifest[]> {
  return new Quarantine(workspace.ports, workspace.root, workspace.store.changeLog).list();
}

function requireUndoable({ number, state }: Manifest): void {
  if (state !== 'undone' && state !== 'abandoned') return;
  const why = state === 'undone' ? 'has been undone already' : 'changed nothing';
  throw new BatonError('invalid_input', `Repair ${number} ${why}`);
}

async function filesToRestore(
  quarantine: Quarantine,
  { root }: BatonWorkspace,
  manifest: Manifest,
): Promise<readonly ManifestFile[]> {
  const due: ManifestFile[] = [];
  const changed: string[] = [];
  for (const file of manifest.files) {
    const now = await quarantine.hashOf(file.path);
    if (now === file.before) continue;
    if (now === file.after) due.push(file);
    else changed.push(file.path);
  }
  if (changed.length === 0) return due;
  throw new BatonError('conflict', `Repair ${manifest.number} cannot be undone: files were changed since`, {
    hint: `Undo later repairs first, or take what you need from ${paths.quarantine(root)}/${manifest.number}.`,
    details: changed,
  });
}

async function restore(
  workspace: BatonWorkspace,
  quarantine: Quarantine,
  manifest: Manifest,
  file: ManifestFile,
): Promise<void> {
  const bytes = await quarantine.before(manifest, file);
  const record = workspace.store.tasks().find(({ relativePath }) => relativePath === file.path);
  const text = bytes === null ? undefined : decodeUtf8(bytes);
  if (record !== undefined && text !== undefined && file.after !== null) {
    await restoreTask(workspace, record, text, file.after, manifest.number);
    return;
  }
  if (bytes === null) await quarantine.keepAfter(manifest, file);
  await quarantine.change({
    type: 'health.undo',
    repair: manifest.number,
    path: file.path,
    expected: file.after,
    bytes,
    lock: lockOf(manifest, file, record),
    note: {
      task: manifest.task,
      actor: workspace.acting.actor,
      session: workspace.acting.session ?? null,
    },
  });
}

async function restoreTask(
  workspace: BatonWorkspace,
  record: TaskRecord,
  text: string,
  expectedVersion: string,
  number: number,
): Promise<void> {
  const change = changeBy(workspace, 'health.undo', { repair: number });
  await workspace.store.update(record.id, change, (current) => wholeEdit(current.text, text), {
    expectedVersion,
  });
}

/** The lock under which others write that file. */
function lockOf({ task }: Manifest, { path }: ManifestFile, record: TaskRecord | undefined): string {
  if (record !== undefined) return taskLockName(record.id);
  if (task === null) return 'health';
  return path.startsWith('.baton/sessions/') ? `session-${task.toLowerCase()}` : taskLockName(task);
}
