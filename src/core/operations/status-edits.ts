/**
 * A status edited by hand in a file is a proposal, judged by the table that every transition goes through: what it
 * refuses is reported and can be put back, what it takes is put on record. Source: requirement 004-34; product.md
 * section 4.
 */
import { type BatonError, isBatonError } from '../base/baton-error';
import type { TextEdit, TextRange } from '../base/text-edit';
import { decodeUtf8 } from '../base/utf8';
import { ChainGraph } from '../chain/graph';
import type { LifecycleFacts } from '../lifecycle/facts';
import { judgeEdit, statusBefore } from '../lifecycle/transitions';
import { setFrontMatter } from '../markdown/edits/set-front-matter';
import { readFrontMatter } from '../markdown/front-matter/front-matter';
import { outline } from '../markdown/outline';
import { locateFindings } from '../markdown/problems';
import { withSafeLines } from '../markdown/state-file';
import type { Status, Trigger } from '../model/status';
import type { TaskId } from '../model/task';
import { lastStatus } from '../store/last-status';
import { StatusHistory } from '../store/status-history';
import type { TaskRecord } from '../store/task-record';
import { lifecycleFacts, type Surroundings, surroundings, surroundingsIn } from './apply-trigger';
import { changeBy } from './change-by';
import { byTask, chainNode, viewSessions } from './take-snapshot';
import type { BatonWorkspace } from './workspace';

/** A status in a file that the status machine refuses. */
export interface StatusEdit {
  readonly task: TaskId;
  /** Relative to the workspace folder; and absolute. Both with `/`. */
  readonly file: string;
  readonly path: string;
  /** The status the machine gave last, and the one that stands there now. */
  readonly before: Status;
  readonly now: Status;
  /** Why it is refused and what is allowed. */
  readonly why: string;
  /** The same in one sentence with the statuses, for people. */
  readonly message: string;
  /** The front matter's line in the text that was judged; one-based line and column. */
  readonly range: TextRange;
  readonly line: number;
  readonly column: number;
  /** What the machine was asked. */
  readonly after: LifecycleFacts;
  /** The front matter can be edited. */
  readonly canPutBack: boolean;
}

export interface StatusEditOptions {
  /** Only this task; else all that the store knows. */
  readonly of?: TaskId;
  /** Put on record what the machine takes. Left out by verbs that change nothing. */
  readonly record?: boolean;
  /** Kept by who asks again and again. */
  readonly history?: StatusHistory;
}

/**
 * Judges the statuses that are not the last recorded ones. An open document with unsaved changes is judged by its
 * text, and recorded when it is saved. Throws what reading the change log throws.
 */
export async function statusEdits(
  workspace: BatonWorkspace,
  options: StatusEditOptions = {},
): Promise<readonly StatusEdit[]> {
  const { store } = workspace;
  const { of, record = false } = options;
  const candidates = of === undefined ? store.tasks() : [await store.find(of)];
  const suspects = candidates.filter((one) => one.problems.length === 0 && mayBeEdited(workspace, one));
  if (suspects.length === 0) return [];
  const known = await knownStatuses(workspace, options);
  const beside = new Beside(workspace, of);
  const found: StatusEdit[] = [];
  for (const task of suspects) {
    const before = known.get(task.id);
    if (before === undefined) continue;
    const edit = await judge(workspace, task, before, record, beside);
    if (edit !== undefined) found.push(edit);
  }
  return found;
}

/** What judging needs beside a task's own file: asked once a call, however many statuses a merge has changed. */
class Beside {
  readonly #workspace: BatonWorkspace;
  readonly #one: TaskId | undefined;
  #all: Promise<(task: TaskId) => Promise<Surroundings>> | undefined;
  #uncommitted: Promise<ReadonlySet<string> | undefined> | undefined;

  /** @param one the only task that will be asked about; else any that the store knows */
  constructor(workspace: BatonWorkspace, one: TaskId | undefined) {
    this.#workspace = workspace;
    this.#one = one;
  }

  async of(task: TaskId): Promise<Surroundings> {
    if (this.#one !== undefined) return surroundings(this.#workspace, task);
    this.#all ??= this.#gather();
    return (await this.#all)(task);
  }

  /** Relative to the workspace folder; undefined without a commit. */
  uncommitted(): Promise<ReadonlySet<string> | undefined> {
    this.#uncommitted ??= this.#askGit();
    return this.#uncommitted;
  }

  async #gather(): Promise<(task: TaskId) => Promise<Surroundings>> {
    const graph = new ChainGraph(this.#workspace.store.tasks().map(chainNode));
    const sessionsOf = byTask(await viewSessions(this.#workspace));
    return (task) => surroundingsIn(this.#workspace, task, graph, sessionsOf(task));
  }

  async #askGit(): Promise<ReadonlySet<string> | undefined> {
    const { root, ports } = this.#workspace;
    const state = await ports.git.state(root);
    if (state === undefined || state.head === null) return undefined;
    const changed = await ports.git.filesChangedSince(root, state.head);
    return new Set(changed.map(({ path }) => path));
  }
}

/** Of one task without a history at hand only what the log says last of it is looked for, since the log may be long. */
async function knownStatuses(
  { store: { changeLog } }: BatonWorkspace,
  { of, history }: StatusEditOptions,
): Promise<ReadonlyMap<TaskId, Status>> {
  if (of === undefined || history !== undefined) return (history ?? new StatusHistory(changeLog)).known();
  const status = await lastStatus(changeLog, of);
  return new Map(status === undefined ? [] : [[of, status]]);
}

/** Derived statuses are nobody's proposal. */
function mayBeEdited({ ports }: BatonWorkspace, { path, outline: of }: TaskRecord): boolean {
  return of.statusSource === 'stored' || ports.documents?.dirtyText(path) !== undefined;
}

async function judge(
  workspace: BatonWorkspace,
  task: TaskRecord,
  before: Status,
  record: boolean,
  beside: Beside,
): Promise<StatusEdit | undefined> {
  const unsaved = workspace.ports.documents?.dirtyText(task.path);
  const stands = unsaved === undefined ? task.outline : outline(unsaved);
  if (stands.statusSource !== 'stored' || stands.status === before) return undefined;
  const around = await beside.of(task.id);
  const facts = lifecycleFacts(stands, around);
  const judged = judgeEdit(before, facts);
  if (judged.legal) {
    if (record && unsaved === undefined) await putOnRecord(workspace, task, before, judged.trigger);
    return undefined;
  }
  if (unsaved === undefined && (await cameWithCommit(beside, task, facts))) return undefined;
  const text = unsaved ?? (await textOf(workspace, task));
  if (text === undefined) return undefined;
  return editOf(task, text, before, facts, whyRefused(judged.refusal));
}

function whyRefused({ message, details, hint }: BatonError): string {
  return `${[message, ...(details ?? [])].join('; ')}.${hint === undefined ? '' : ` ${hint}`}`;
}

function editOf(
  { id, path, relativePath }: TaskRecord,
  text: string,
  before: Status,
  after: LifecycleFacts,
  why: string,
): StatusEdit | undefined {
  const range = readFrontMatter(withSafeLines(text)).entries.get('status')?.range;
  if (range === undefined) return undefined;
  const now = after.status;
  const message = `The status was changed by hand from ${before} to ${now}, which is refused: ${why}`;
  const finding = { code: 'status_edited', severity: 'warning', message, range } as const;
  const [place] = locateFindings(withSafeLines(text), [finding]);
  if (place === undefined) return undefined;
  const { line, column } = place;
  const edit = { task: id, file: relativePath, path, before, now, why, message, range, line, column, after };
  return { ...edit, canPutBack: putBackEdits(text, edit).length > 0 };
}

/**
 * Edits that put the status back in a text of the task's file. None where the status is another one by now, or the
 * front matter cannot be edited (broken YAML): that is left to a person.
 */
export function putBackEdits(
  text: string,
  { before, now, after }: Pick<StatusEdit, 'before' | 'now' | 'after'>,
): readonly TextEdit[] {
  const stands = outline(text);
  if (stands.statusSource !== 'stored' || stands.status !== now) return [];
  try {
    return setFrontMatter(text, { status: statusBefore(before, after) });
  } catch (error) {
    if (isBatonError(error, 'invalid_state_file')) return [];
    throw error;
  }
}

/**
 * What came with a commit may be many legal steps of somebody else at once, of which only the last is seen here. Only
 * a completion is held to its proof, whoever made it.
 */
async function cameWithCommit(
  beside: Beside,
  { relativePath }: TaskRecord,
  after: LifecycleFacts,
): Promise<boolean> {
  if (after.status === 'completed' && !judgeEdit('in_progress', after).legal) return false;
  const uncommitted = await beside.uncommitted();
  return uncommitted !== undefined && !uncommitted.has(relativePath);
}

/** Never throws a foreseen failure: the edit is legal whether or not the log can be written now. */
async function putOnRecord(
  workspace: BatonWorkspace,
  { id, path, outline: { status } }: TaskRecord,
  before: Status,
  trigger: Trigger | undefined,
): Promise<void> {
  if (trigger === undefined) return;
  const change = changeBy(
    workspace,
    `status.${trigger}`,
    { trigger, status, edited: true },
    { status: before },
  );
  try {
    await workspace.store.recordEvent({ path, task: id, change });
  } catch (error) {
    if (!isBatonError(error)) throw error;
    workspace.ports.log.warn(`The status of #${id} is not on record yet: ${error.message}`);
  }
}

/** Undefined when it is gone or not text by now. */
async function textOf({ ports }: BatonWorkspace, { path }: TaskRecord): Promise<string | undefined> {
  const bytes = await ports.fs.read(path);
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}
