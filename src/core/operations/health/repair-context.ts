/** What every repair goes through: the bytes are kept first, and nothing counts as repaired that did not change. */
import type { HealthFinding } from '../../health/finding';
import type { Manifest } from '../../health/manifest';
import type { Quarantine, RepairNote } from '../../health/quarantine';
import type { TaskId } from '../../model/task';
import type { TaskStore } from '../../store/task-store';
import { changeBy } from '../change-by';
import type { BatonWorkspace } from '../workspace';

/** Computes edits from the text as it is now. */
type TaskEdit = Parameters<TaskStore['update']>[2];

export interface RepairContext {
  readonly workspace: BatonWorkspace;
  readonly quarantine: Quarantine;
  readonly finding: HealthFinding;
}

/** What a repair tells of files whose end it knows: hashes by path, and files it made under new names. */
export interface RepairOutcome {
  readonly left?: ReadonlyMap<string, string>;
  readonly made?: readonly string[];
}

/**
 * Keeps the files' bytes, then acts. @returns the number of the repair; undefined when nothing had to be changed.
 *
 * **Invariant:** whatever a repair changes is in the quarantine before, also when it fails half-way.
 */
export async function protect(
  { workspace, quarantine, finding }: RepairContext,
  files: readonly string[],
  act: (manifest: Manifest) => Promise<RepairOutcome>,
): Promise<number | undefined> {
  if (workspace.store.refusal !== undefined) throw workspace.store.refusal;
  const manifest = await quarantine.open(noteOf(workspace, finding), files);
  let outcome: RepairOutcome;
  try {
    outcome = await act(manifest);
  } catch (error) {
    await noteFailure(workspace, quarantine, manifest);
    throw error;
  }
  const changed = (outcome.made?.length ?? 0) > 0 || (await quarantine.hasChanged(manifest));
  await quarantine.close(manifest, changed ? 'done' : 'abandoned', outcome.left, outcome.made);
  return changed ? manifest.number : undefined;
}

/** What was changed before the failure can be undone as well; the failure itself is what the caller must hear of. */
async function noteFailure(
  { ports }: BatonWorkspace,
  quarantine: Quarantine,
  manifest: Manifest,
): Promise<void> {
  try {
    await quarantine.close(manifest, (await quarantine.hasChanged(manifest)) ? 'done' : 'abandoned');
  } catch (error) {
    ports.log.warn(`Repair ${manifest.number} failed and could not be noted as such: ${String(error)}`);
  }
}

/** Changes one state file through the store, computed from the very bytes that were kept. */
export async function editTask(
  context: RepairContext,
  task: TaskId,
  old: unknown,
  edit: TaskEdit,
): Promise<number | undefined> {
  const { workspace } = context;
  const { relativePath } = await workspace.store.find(task);
  return protect(context, [relativePath], (manifest) => editKept(context, manifest, task, old, edit));
}

/** The state file is the last of the files that were kept. */
export async function editKept(
  { workspace, finding }: RepairContext,
  manifest: Manifest,
  task: TaskId,
  old: unknown,
  edit: TaskEdit,
): Promise<RepairOutcome> {
  const file = manifest.files.at(-1);
  const change = changeBy(workspace, `health.${finding.rule}`, { repair: manifest.number }, old);
  const { record } = await workspace.store.update(task, change, edit, {
    expectedVersion: file?.before ?? undefined,
  });
  return { left: new Map([[record.relativePath, record.version]]) };
}

export function noteOf({ acting }: BatonWorkspace, { rule, message, task }: HealthFinding): RepairNote {
  return { rule, message, task: task ?? null, actor: acting.actor, session: acting.session ?? null };
}
