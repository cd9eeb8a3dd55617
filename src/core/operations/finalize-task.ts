/**
 * `baton finalize`: writes the chain output, completes the task, feeds the tasks downstream. The parts that git knows
 * (files created and modified) are filled in; the summary is somebody's own words. Requirements 003-15 … 003-25.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import { applyEdits } from '../base/text-edit';
import { completionBlockers } from '../lifecycle/completion-blockers';
import { isFinished } from '../lifecycle/derive';
import type { LifecycleFacts } from '../lifecycle/facts';
import { transition } from '../lifecycle/transitions';
import { readBlocks } from '../markdown/blocks/read-blocks';
import { outputSections } from '../markdown/chain-output';
import { readDocument } from '../markdown/document';
import { setChainOutput } from '../markdown/edits/set-chain-output';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import { headingName } from '../markdown/headings';
import { isPlaceholder } from '../markdown/placeholders';
import { openStateFile } from '../markdown/state-file';
import type { Status } from '../model/status';
import type { TaskDocument, TaskId } from '../model/task';
import type { FileChange } from '../ports';
import type { TaskText } from '../store/task-record';
import { lifecycleFacts, type Surroundings, surroundings } from './apply-trigger';
import { asItStands } from './as-it-stands';
import { besideStatus } from './beside-status';
import { changeBy } from './change-by';
import { isOwnFile } from './is-own-file';
import { ackDone } from './queue-upkeep';
import { createNextOccurrence } from './recurring-task';
import { refreshFrom } from './refresh-inputs';
import { viewOf } from './show-task';
import { startingPoint } from './starting-point';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

export interface FinalizeInput {
  /** Replaces the summary; the one in the file is used unless given. */
  readonly summary?: string | undefined;
  readonly sections?: Readonly<Record<string, string>> | undefined;
  readonly force?: boolean | undefined;
  readonly reason?: string | undefined;
}

export interface FinalizePreview {
  /** What is missing, in words; empty when the task can be completed (save for the summary). */
  readonly blockers: readonly string[];
  readonly summaryMissing: boolean;
  /** What would be written: the file's own sections with the parts filled in that git knows. */
  readonly draft: { readonly summary: string; readonly sections: Readonly<Record<string, string>> };
  /** Tasks that receive the output. */
  readonly downstream: readonly TaskId[];
}

const filesHeading = 'Files Created/Modified';
const maxFiles = 200;

/** Writes nothing. */
export async function previewFinalize(workspace: BatonWorkspace, id: string): Promise<FinalizePreview> {
  await workspace.store.refresh();
  const current = await asItStands(workspace, asTaskId(id));
  const { record, document } = current;
  const view = await viewOf(workspace, record);
  const sections = await draftSections(workspace, current);
  return {
    // The summary is asked for separately: it may come with the very call that completes the task.
    blockers: completionBlockers(
      { ...document, output: document.output ?? { hash: '' } },
      workspace.config.evidence,
    ),
    summaryMissing: document.output === undefined,
    draft: { summary: document.outputDetail?.summary ?? draftSummary(document), sections },
    downstream: receivers(workspace, view),
  };
}

/**
 * Throws `guard_failed` listing what is missing; then nothing is written. `fed` are the downstream tasks whose chain
 * input was written anew; one whose file cannot be edited is told in the log, and keeps nobody else from being fed.
 */
export async function finalizeTask(
  workspace: BatonWorkspace,
  id: string,
  input: FinalizeInput = {},
): Promise<{ readonly task: TaskView; readonly fed: readonly TaskId[] }> {
  const task = asTaskId(id);
  const before = await asItStands(workspace, task);
  const around = await surroundings(workspace, task);
  const given = input.sections ?? {};
  const facts = {
    ...(namesFiles(Object.keys(given)) ? {} : await draftSections(workspace, before)),
    ...given,
  };
  const at = timestamp(workspace);
  const edits = ({ text, document }: Pick<TaskText, 'text' | 'document'>) =>
    finalizeEdits(text, document, around, facts, input, at);
  // Refused before anything is written; then a crash between the two leaves an occurrence early, never one missing.
  edits(before);
  await createNextOccurrence(workspace, { ...before.document, id: before.record.id });
  const { record } = await workspace.store.update(
    task,
    ({ document }) =>
      changeBy(
        workspace,
        'task.finalize',
        { trigger: 'complete', reason: input.reason ?? null, forced: input.force === true },
        { status: document.status },
      ),
    edits,
  );
  await ackDone(workspace, task);
  // A surface may hold an older index: whoever depends on this task must be found as the disk has it now.
  await workspace.store.refresh();
  const view = await viewOf(workspace, record);
  const fed: TaskId[] = [];
  for (const dependent of receivers(workspace, view)) {
    if (await feed(workspace, dependent, task)) fed.push(dependent);
  }
  return { task: view, fed };
}

/** What is finished was built on what it had; to rewrite that would hide it. */
function receivers({ store }: BatonWorkspace, { downstream }: TaskView): readonly TaskId[] {
  return downstream.filter((id) => {
    const known = store.get(id);
    return known === undefined || !isFinished(known.outline.status);
  });
}

/** The task is completed by now, whatever comes of this. */
async function feed(workspace: BatonWorkspace, dependent: TaskId, task: TaskId): Promise<boolean> {
  try {
    return await refreshFrom(workspace, dependent, task);
  } catch (error) {
    if (!isBatonError(error)) throw error;
    workspace.ports.log.warn(`#${dependent} has not received the output of #${task}: ${error.message}`);
    return false;
  }
}

function finalizeEdits(
  text: string,
  document: TaskDocument,
  around: Surroundings,
  sections: Readonly<Record<string, string>>,
  input: FinalizeInput,
  at: string,
) {
  const summary = input.summary?.trim();
  if (summary === '') throw new BatonError('invalid_input', 'The summary is empty');
  const output = setChainOutput(text, { sections, ...(summary === undefined ? {} : { summary }) });
  // The guards judge the file as it will be, with the summary this very call brings.
  const after = readDocument(applyEdits(text, output));
  const status = completedStatus(lifecycleFacts({ ...after, status: document.status }, around), after, input);
  const { blockedReason, question, completed } = besideStatus(status, undefined, at);
  return [...output, ...setFrontMatter(text, { status, blocked_reason: blockedReason, question, completed })];
}

/** Says exactly what is missing: each criterion, each feature, by name. */
function completedStatus(facts: LifecycleFacts, document: TaskDocument, input: FinalizeInput): Status {
  try {
    return transition(facts, 'complete', { force: input.force, reason: input.reason });
  } catch (error) {
    if (!isBatonError(error, 'guard_failed')) throw error;
    throw new BatonError('guard_failed', `Task #${document.id ?? ''} is not complete yet`, {
      details: completionBlockers(document, { requireVerify: (facts.unverified ?? 0) > 0 }),
      hint: error.hint ?? 'Finish what is missing, or force it with a reason.',
      cause: error,
    });
  }
}

/** The file's own sub-sections stay; only an empty or missing list of files is filled from git. */
async function draftSections(
  workspace: BatonWorkspace,
  { text, document }: Pick<TaskText, 'text' | 'document'>,
): Promise<Readonly<Record<string, string>>> {
  // An agent may have written the list before anybody has written a summary.
  const own = Object.entries(outputSections(openStateFile(text, readBlocks).structure));
  const said = own.filter(([, words]) => !isPlaceholder(words)).map(([heading]) => heading);
  if (namesFiles(said)) return {};
  const since = await startingPoint(workspace, document);
  if (since === undefined) return {};
  const changes = await workspace.ports.git.filesChangedSince(workspace.root, since.commit);
  const files = changes.filter(({ path }) => !isOwnFile(workspace, path));
  return files.length === 0 ? {} : { [filesHeading]: fileList(files) };
}

function namesFiles(headings: readonly string[]): boolean {
  return headings.some((heading) => headingName(heading).startsWith('files'));
}

function fileList(files: readonly FileChange[]): string {
  const lines = files.slice(0, maxFiles).map(({ path, change }) => `- \`${path}\` (${change})`);
  if (files.length > maxFiles) lines.push(`- and ${files.length - maxFiles} more`);
  return lines.join('\n');
}

/** A start for the person's own words: what was built, from the checklist, else from the log. */
function draftSummary(document: TaskDocument): string {
  const passed = document.featureList.filter(({ passes }) => passes).map(({ description }) => description);
  const lines =
    passed.length > 0 ? passed : document.log.flatMap(({ automatic, did }) => (automatic ? [] : did));
  return lines.slice(0, 8).join('; ');
}
