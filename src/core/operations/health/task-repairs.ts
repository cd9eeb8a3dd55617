/** Repairs of what stands in a state file. Each computes its edit from the file as it is now. */
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8';
import { applyArchive, keepsTheRest, planArchive, withArchived } from '../../health/archive-plan';
import { ChecklistGuard, guardBreach } from '../../health/checklist-guard';
import type { FrontMatterRepair } from '../../health/finding';
import { readDocument } from '../../markdown/document';
import { appendProgress } from '../../markdown/edits/append-progress';
import { setFeature } from '../../markdown/edits/set-feature';
import { setFrontMatter } from '../../markdown/edits/set-front-matter';
import { setOverallProgress } from '../../markdown/edits/set-overall-progress';
import type { TaskDocument, TaskId } from '../../model/task';
import { automaticEntry, exitFacts } from '../../sessions/exit-facts';
import { folderOf, join } from '../../store/paths';
import { createNextOccurrence } from '../recurring-task';
import { putBackEdits, statusEdits } from '../status-edits';
import { writtenValues } from './gather-facts';
import { editKept, editTask, protect, type RepairContext, type RepairOutcome } from './repair-context';
import { restoreWording } from './restore-features';

type Done = Promise<number | undefined>;

export function repairFrontMatter(
  context: RepairContext,
  task: TaskId,
  set: FrontMatterRepair,
  old: Readonly<Record<string, string>>,
): Done {
  return editTask(context, task, old, ({ text }) => {
    const now = writtenValues(text);
    // Somebody may have put it right since the look.
    const isAsSeen = Object.keys(set).every((key) => now.get(key)?.text === old[key]);
    return isAsSeen ? frontMatterEdits(text, set) : [];
  });
}

/** Key by key, so that a repair never sets a status. */
export function frontMatterEdits(text: string, set: FrontMatterRepair): readonly TextEdit[] {
  return setFrontMatter(text, {
    created: set.created,
    completed: set.completed,
    next_due: set.next_due,
    recurs: set.recurs,
    estimate_minutes: set.estimate_minutes,
    spent_minutes: set.spent_minutes,
    progress: set.progress,
  });
}

export function repairOverallProgress(context: RepairContext, task: TaskId): Done {
  return editTask(context, task, undefined, ({ text }) => setOverallProgress(text));
}

export function unpass(context: RepairContext, task: TaskId, feature: string): Done {
  return editTask(context, task, { feature, passes: true }, ({ text, document }) => {
    const now = document.featureList.find(({ id }) => id === feature);
    // Somebody may have tested it since the look.
    if (now === undefined || !now.passes || now.testedAt !== undefined) return [];
    return setFeature(text, feature, { passes: false, testedAt: null });
  });
}

/** Judged again: what the machine takes by now stays. */
export async function putBackStatus(context: RepairContext, task: TaskId): Done {
  const [edit] = await statusEdits(context.workspace, { of: task });
  if (edit === undefined) return undefined;
  return editTask(context, task, { status: edit.now }, ({ text }) => putBackEdits(text, edit));
}

export async function restoreFeatures(context: RepairContext, task: TaskId): Done {
  const { ports, root } = context.workspace;
  const guarded = await new ChecklistGuard(ports, root).recorded(task);
  return editTask(context, task, undefined, ({ text, document }) => {
    return restoreWording(text, guardBreach(guarded, document.featureList));
  });
}

export async function writeAutomaticEntry(context: RepairContext, task: TaskId, sessionId: string): Done {
  const session = await context.workspace.sessions.get(sessionId);
  const end = session?.end;
  if (session === undefined || end === null || end === undefined) return undefined;
  return editTask(context, task, undefined, ({ text, document }) => {
    const facts = exitFacts(session, document, end);
    if (facts.documented) return [];
    const entry = { session: session.number, at: end.at, automatic: true, ...automaticEntry(facts) };
    return appendProgress(text, entry);
  });
}

/** The archive is written first: a crash in between leaves the sessions in both files, and none is lost. */
export async function archiveSessions(context: RepairContext, task: TaskId): Done {
  const { store } = context.workspace;
  const { record } = await store.read(task);
  const name = `task-${task}-archive.md`;
  const folder = folderOf(record.relativePath);
  const archive = folder === '/' ? name : join(folder, name);
  return protect(context, [archive, record.relativePath], async (manifest): Promise<RepairOutcome> => {
    const { text, document } = await store.read(task);
    const plan = planArchive(text, document, name);
    if (plan === undefined) return {};
    if (!keepsTheRest(document, readDocument(applyArchive(text, plan))))
      throw cannotArchive(record.relativePath);
    const [file] = manifest.files;
    const kept = file && (await context.quarantine.before(manifest, file));
    const before = kept ? decodeUtf8(kept) : undefined;
    if (kept && before === undefined) throw cannotArchive(archive);
    const title = `Task #${task}: ${document.title}`;
    await context.quarantine.change({
      type: 'health.archive',
      repair: manifest.number,
      path: archive,
      expected: file?.before ?? null,
      bytes: encodeUtf8(withArchived(before, plan.moved, title)),
      lock: `archive-${task.toLowerCase()}`,
      note: actingFor(context, task),
    });
    return editKept(context, manifest, task, { sessions: document.log.length }, (current) =>
      archiveEdits(current.text, current.document, name),
    );
  });
}

function archiveEdits(text: string, document: TaskDocument, name: string): readonly TextEdit[] {
  return planArchive(text, document, name)?.edits ?? [];
}

function cannotArchive(file: string): BatonError {
  return new BatonError('invalid_state_file', `${file} cannot be archived as it stands`, {
    hint: 'Look for a heading, a code fence or HTML among the sessions that is never closed.',
  });
}

function actingFor({ workspace }: RepairContext, task: TaskId) {
  return { task, actor: workspace.acting.actor, session: workspace.acting.session ?? null };
}

/** The completed task stays as it is; its next time begins with nothing done. */
export function addNextOccurrence(context: RepairContext, task: TaskId): Done {
  const { store } = context.workspace;
  return protect(context, [], async (): Promise<RepairOutcome> => {
    const known = new Set(store.tasks().map(({ id }) => id));
    const { document } = await store.read(task);
    const next = await createNextOccurrence(context.workspace, { ...document, id: task });
    if (next === undefined || known.has(next)) return {};
    return { made: [(await store.find(next)).relativePath] };
  });
}
