/** Gathers what the detectors look at. Reads every task whole: health is asked for, not polled. */
import { isBatonError } from '../../base/baton-error';
import { decodeUtf8 } from '../../base/utf8';
import { ChainGraph } from '../../chain/graph';
import { ChecklistGuard, type GuardedFeature } from '../../health/checklist-guard';
import type { HealthFacts, SessionFacts, TaskFacts, WrittenValue } from '../../health/health-facts';
import { readDocument } from '../../markdown/document';
import { readFrontMatter } from '../../markdown/front-matter/front-matter';
import { withSafeLines } from '../../markdown/state-file';
import type { TaskDocument, TaskId } from '../../model/task';
import { mapBounded } from '../../store/map-bounded';
import { join } from '../../store/paths';
import { StatusHistory } from '../../store/status-history';
import type { TaskRecord } from '../../store/task-record';
import { gitLockWords, leftGitLock } from '../left-git-lock';
import { commitsJudged, EvidenceJudge, isOpen, type StaleFeatures } from '../stale-evidence';
import { statusEdits } from '../status-edits';
import { chainNode } from '../take-snapshot';
import type { BatonWorkspace } from '../workspace';
import { logFacts } from './log-facts';
import { queueProblems } from './queue-problems';
import {
  conflictFiles,
  leftLocks,
  leftTemporaries,
  listSessionFiles,
  packetFiles,
  unreadSessionFiles,
} from './runtime-files';

/** Reading is quick; noting a checklist for the first time waits for the disk. */
const tasksAtOnce = 16;

/** Changes nothing but the memory of checklists, which notes features it sees for the first time. */
export async function gatherFacts(workspace: BatonWorkspace): Promise<HealthFacts> {
  await workspace.store.refresh();
  const records = workspace.store.tasks();
  // Listed before the sessions are read: what a session that begins meanwhile adds is not taken for a leftover.
  const packets = await packetFiles(workspace);
  const sessionFiles = await listSessionFiles(workspace);
  const sessions = await sessionFacts(workspace);
  const gitLock = await leftGitLock(workspace);
  const tasks = await taskFacts(workspace, records);
  // Read once: a long one takes longer than all the rest.
  const log = await workspace.store.changeLog.read();
  return {
    now: workspace.ports.clock.now(),
    tasks,
    staleEvidence: await staleEvidence(workspace, tasks),
    duplicates: await duplicates(workspace, records),
    graph: new ChainGraph(records.map(chainNode)),
    statusEdits: await statusEdits(workspace, { history: new StatusHistory({ read: async () => log }) }),
    sessions,
    sessionFilesUnread: await unreadSessionFiles(workspace, sessionFiles, sessions),
    packets,
    locks: await leftLocks(workspace),
    temporaries: await leftTemporaries(workspace),
    ...(await logFacts(workspace, log)),
    conflicts: await conflictFiles(workspace),
    queueProblems: await queueProblems(workspace),
    configProblems: workspace.configProblems,
    gitLock: gitLock && gitLockWords(gitLock),
  };
}

export async function sessionFacts(workspace: BatonWorkspace): Promise<readonly SessionFacts[]> {
  const sessions = await workspace.sessions.list();
  return Promise.all(
    sessions.map(async (session) => ({
      session,
      file: `.baton/sessions/${session.id}.json`,
      liveness: await workspace.sessions.liveness(session),
    })),
  );
}

async function taskFacts(
  workspace: BatonWorkspace,
  records: readonly TaskRecord[],
): Promise<readonly TaskFacts[]> {
  const guard = new ChecklistGuard(workspace.ports, workspace.root);
  return mapBounded(records, tasksAtOnce, async (record) => {
    const text = await readText(workspace, record);
    if (text === undefined) return { record, content: undefined, guarded: [] };
    const document = readDocument(text);
    const guarded = await guardedFeatures(workspace, guard, record, document);
    return { record, content: { text, document, frontMatter: writtenValues(text) }, guarded };
  });
}

/** Git is asked once for each commit that evidence names. */
async function staleEvidence(
  workspace: BatonWorkspace,
  tasks: readonly TaskFacts[],
): Promise<HealthFacts['staleEvidence']> {
  const judge = new EvidenceJudge(workspace, { maxCommits: commitsJudged });
  const stale = new Map<TaskId, StaleFeatures>();
  for (const { record, content } of tasks) {
    if (content === undefined || !isOpen(content.document)) continue;
    stale.set(record.id, await judge.staleOf(content.document.featureList));
  }
  return stale;
}

/** Undefined for what the index could not read whole, or what is gone by now. */
async function readText(workspace: BatonWorkspace, record: TaskRecord): Promise<string | undefined> {
  if (record.problems.some((problem) => problem !== 'duplicate_id')) return undefined;
  try {
    const bytes = await workspace.ports.fs.read(record.path);
    return bytes === undefined ? undefined : decodeUtf8(bytes);
  } catch (error) {
    if (!isBatonError(error)) throw error;
    workspace.ports.log.warn(`${record.relativePath} cannot be read: ${error.message}`);
    return undefined;
  }
}

/** Values of the front matter as written, by key. */
export function writtenValues(text: string): ReadonlyMap<string, WrittenValue> {
  const safe = withSafeLines(text);
  const values = new Map<string, WrittenValue>();
  for (const [key, { value, range }] of readFrontMatter(safe).entries) {
    if (value.kind === 'empty') continue;
    const written = value.kind === 'scalar' ? value.text : safe.slice(range.start, range.end);
    if (written.trim() === '') continue;
    values.set(key, { text: written.trim(), line: safe.slice(0, range.start).split('\n').length });
  }
  return values;
}

/** A folder that cannot be written must still be checked. */
async function guardedFeatures(
  workspace: BatonWorkspace,
  guard: ChecklistGuard,
  record: TaskRecord,
  document: TaskDocument,
): Promise<readonly GuardedFeature[]> {
  try {
    return await guard.record(record.id, document.featureList);
  } catch (error) {
    if (!isBatonError(error)) throw error;
    workspace.ports.log.warn(`The checklist of #${record.id} cannot be remembered: ${error.message}`);
    return [];
  }
}

async function duplicates(
  { root, ports }: BatonWorkspace,
  records: readonly TaskRecord[],
): Promise<HealthFacts['duplicates']> {
  const found: HealthFacts['duplicates'][number][] = [];
  for (const record of records) {
    for (const file of record.duplicates) {
      const bytes = await readIfAny(ports.fs, join(root, file));
      const identical = bytes !== undefined && ports.hasher.sha256(bytes) === record.version;
      found.push({ task: record.id, kept: record.relativePath, file, identical });
    }
  }
  return found;
}

async function readIfAny(fs: BatonWorkspace['ports']['fs'], path: string): Promise<Uint8Array | undefined> {
  try {
    return await fs.read(path);
  } catch (error) {
    if (isBatonError(error, 'io_failed')) return undefined;
    throw error;
  }
}
