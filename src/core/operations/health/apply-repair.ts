/** Carries out one repair: a table from its kind to what does it. */
import type { HealthFinding, Repair } from '../../health/finding';
import { Quarantine } from '../../health/quarantine';
import { Locks } from '../../store/lock';
import { folderOf, join, paths, relativeTo, taskLockName } from '../../store/paths';
import { applyTrigger, surroundings } from '../apply-trigger';
import { closeSession } from '../close-session';
import { refreshFrom } from '../refresh-inputs';
import type { BatonWorkspace } from '../workspace';
import { protect, type RepairContext } from './repair-context';
import { taskFolders } from './runtime-files';
import {
  addNextOccurrence,
  archiveSessions,
  putBackStatus,
  repairFrontMatter,
  repairOverallProgress,
  restoreFeatures,
  unpass,
  writeAutomaticEntry,
} from './task-repairs';

type Of<K extends Repair['kind']> = Extract<Repair, { readonly kind: K }>;
type Repairs = {
  readonly [K in Repair['kind']]: (context: RepairContext, repair: Of<K>) => Promise<number | undefined>;
};

const repairs: Repairs = {
  front_matter: (context, { task, set, old }) => repairFrontMatter(context, task, set, old),
  put_back_status: (context, { task }) => putBackStatus(context, task),
  next_occurrence: (context, { task }) => addNextOccurrence(context, task),
  trigger: takeTrigger,
  refresh_input: refreshInput,
  restore_features: (context, { task }) => restoreFeatures(context, task),
  overall_progress: (context, { task }) => repairOverallProgress(context, task),
  unpass: (context, { task, feature }) => unpass(context, task, feature),
  archive: (context, { task }) => archiveSessions(context, task),
  automatic_entry: (context, { task, session }) => writeAutomaticEntry(context, task, session),
  close_session: closeVanished,
  put_aside: putAside,
  release_lock: releaseLock,
  replay: replayChanges,
  quarantine_log: quarantineLog,
};

/**
 * @returns the number under which the repair can be undone; undefined when there was nothing left to repair.
 * Throws what the store throws, `conflict` and `locked` among it; then undo knows what was changed, if anything was.
 */
export function applyRepair(
  workspace: BatonWorkspace,
  finding: HealthFinding,
  repair: Repair,
): Promise<number | undefined> {
  const quarantine = new Quarantine(workspace.ports, workspace.root, workspace.store.changeLog);
  return carryOut({ workspace, quarantine, finding }, repair);
}

/** One generic step, so that the compiler knows that kind and repair belong together. */
function carryOut<K extends Repair['kind']>(
  context: RepairContext,
  repair: Of<K> & { readonly kind: K },
): Promise<number | undefined> {
  return repairs[repair.kind](context, repair);
}

async function takeTrigger(context: RepairContext, { task, trigger }: Of<'trigger'>) {
  const { workspace } = context;
  const { relativePath } = await workspace.store.find(task);
  return protect(context, [relativePath], async () => {
    const around = await surroundings(workspace, task);
    const { file, version } = await applyTrigger(workspace, task, trigger, {}, around);
    return { left: new Map([[file, version]]) };
  });
}

async function refreshInput(context: RepairContext, { task, from }: Of<'refresh_input'>) {
  const { workspace } = context;
  const { relativePath } = await workspace.store.find(task);
  return protect(context, [relativePath], async () => {
    await refreshFrom(workspace, task, from);
    return {};
  });
}

/** The session may have been heard of since: then it is left alone. */
async function closeVanished(context: RepairContext, { task, session: id }: Of<'close_session'>) {
  const { workspace } = context;
  const { relativePath } = await workspace.store.find(task);
  const record = relativeTo(workspace.root, join(paths.sessions(workspace.root), `${id}.json`));
  return protect(context, [record, relativePath], async () => {
    const session = await workspace.sessions.get(id);
    if (session === undefined || (await workspace.sessions.liveness(session)) !== 'gone') return {};
    const closed = await closeSession(workspace, id, { exitCode: null, reason: 'vanished' });
    return { left: new Map([[closed.task.file, closed.task.version]]) };
  });
}

function putAside(context: RepairContext, { path }: Of<'put_aside'>) {
  const { workspace, quarantine, finding } = context;
  const { task } = finding;
  return protect(context, [path], async ({ number, files }) => {
    const expected = files[0]?.before ?? null;
    if (expected === null) return {};
    await quarantine.change({
      type: `health.${finding.rule}`,
      repair: number,
      path,
      expected,
      bytes: null,
      lock: task === undefined ? 'health' : taskLockName(task),
      note: {
        task: task ?? null,
        actor: workspace.acting.actor,
        session: workspace.acting.session ?? null,
      },
    });
    return {};
  });
}

/** Taking a lock over from the dead is the lock's own business; it is released at once. */
function releaseLock(context: RepairContext, { name, path }: Of<'release_lock'>) {
  const { ports, root } = context.workspace;
  return protect(context, [path], async () => {
    await new Locks(ports, paths.locks(root)).with(name, async () => undefined);
    return {};
  });
}

async function replayChanges(context: RepairContext) {
  const { workspace } = context;
  const { records, outcomes } = await workspace.store.changeLog.read();
  const journal = relativeTo(workspace.root, paths.journal(workspace.root));
  const folders = taskFolders(workspace);
  const isOurs = (path: string) =>
    path === journal || (path.endsWith('.md') && folders.includes(folderOf(join(workspace.root, path))));
  const open = records
    .map(({ record }) => record)
    .filter(({ via, seq }) => via === 'file' && !outcomes.has(seq))
    // The log is not trusted to name anything else; replay itself holds to the same.
    .filter(({ path }) => isOurs(path))
    .map(({ path }) => path);
  return protect(context, [...new Set(open)], async () => {
    await workspace.store.recover();
    return {};
  });
}

function quarantineLog(context: RepairContext, { segment, path }: Of<'quarantine_log'>) {
  return protect(context, [path], async () => {
    await context.workspace.store.changeLog.quarantine(segment);
    return {};
  });
}
