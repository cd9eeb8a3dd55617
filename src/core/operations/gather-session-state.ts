/** What `SESSION-STATE.md` tells, gathered: the tasks somebody works on and those changed last, and nothing else. */
import { concerns, currentNotes } from '../journal/notes';
import type { BufferEntry } from '../model/buffer-state';
import type { Session } from '../model/session';
import { isTaskId, type TaskId } from '../model/task';
import { nextAction } from '../renderings/next-action';
import type { SessionStateInput, StateTask } from '../renderings/session-state';
import type { TaskText } from '../store/task-record';
import { findIfAny, graphAround } from './show-task';
import { progressOf } from './task-view';
import type { RenderedWorkspace } from './workspace';

/** @param touched tasks changed last, the latest first; those that are held up are shown until they go on. */
export async function gatherSessionState(
  workspace: RenderedWorkspace,
  touched: readonly string[],
  recent: readonly BufferEntry[],
): Promise<SessionStateInput> {
  const sessions = await workspace.sessions.list();
  const live = sessions.filter(({ end }) => end === null);
  const lately = await existing(workspace, touched.filter(isTaskId));
  const worked = await existing(workspace, [...new Set(live.map(({ task }) => task))]);
  const current = worked.length > 0 ? worked : lately.slice(0, 1);
  const others = lately.filter((id) => !current.includes(id));
  const notes = currentNotes(await workspace.journal.notes()).filter(
    (note) =>
      (note.kind === 'decision' || note.kind === 'correction') &&
      (note.task === null || current.some((id) => concerns(note, id))),
  );
  const tasks: StateTask[] = [];
  const blockers: string[] = [];
  for (const id of current) {
    const text = await workspace.store.read(id);
    const unmet = await unmetOf(workspace, text);
    tasks.push(await stateTask(workspace, text, unmet, sessions));
    blockers.push(...blockersOf(text.record, unmet));
  }
  for (const id of others) blockers.push(...blockersOf(await workspace.store.find(id), []));
  return {
    updated: workspace.ports.clock.now().toISOString(),
    current: tasks,
    blockers,
    notes: notes.map(
      ({ id, kind, text, task }) => `${kind} ${id}${task === null ? '' : ` on #${task}`}: ${text}`,
    ),
    recent: recent.map(({ text }) => text),
  };
}

/** A task may be gone, or be there twice, since its change was logged. */
async function existing(workspace: RenderedWorkspace, ids: readonly TaskId[]): Promise<readonly TaskId[]> {
  const found: TaskId[] = [];
  for (const id of ids) {
    const record = await findIfAny(workspace, id);
    if (record !== undefined && record.problems.length === 0) found.push(id);
  }
  return found;
}

async function unmetOf(workspace: RenderedWorkspace, { record }: TaskText): Promise<readonly TaskId[]> {
  return (await graphAround(workspace, record)).unmet(record.id);
}

async function stateTask(
  workspace: RenderedWorkspace,
  { record, document }: TaskText,
  unmet: readonly TaskId[],
  sessions: readonly Session[],
): Promise<StateTask> {
  const { tracking, features, criteria } = document;
  const own = sessions.filter(({ task }) => task === record.id);
  const live = own.filter(({ end }) => end === null);
  return {
    id: record.id,
    title: document.title,
    status: document.status,
    file: record.relativePath,
    progress: progressOf(features, criteria, tracking?.progress),
    estimateMinutes: document.estimateMinutes,
    spentMinutes: tracking?.spentMinutes ?? 0,
    observedMinutes: observedMinutes(own, workspace.ports.clock.now()),
    sessions: await Promise.all(
      live.map(async (session) => ({
        number: session.number,
        agent: session.agent,
        liveness: await workspace.sessions.liveness(session),
        startedAt: session.startedAt,
      })),
    ),
    nextAction: nextAction({ ...document, id: record.id, unmet }),
  };
}

/** Requirement 000-10: the reason, the question, upstream tasks that are not completed. */
function blockersOf({ id, outline }: TaskText['record'], unmet: readonly TaskId[]): readonly string[] {
  const { status, tracking } = outline;
  return [
    ...(status === 'blocked'
      ? [`#${id} is blocked: ${tracking?.blockedReason ?? 'no reason was given'}`]
      : []),
    ...(status === 'needs_input'
      ? [`#${id} needs input: ${tracking?.question ?? 'no question was given'}`]
      : []),
    ...(status === 'completed' || status === 'cancelled' || unmet.length === 0
      ? []
      : [`#${id} waits for ${unmet.map((one) => `#${one}`).join(', ')}`]),
  ];
}

function observedMinutes(sessions: readonly Session[], now: Date): number {
  const ms = sessions.reduce((sum, { startedAt, end }) => {
    const until = end === null ? now.getTime() : Date.parse(end.at);
    return sum + Math.max(0, until - Date.parse(startedAt));
  }, 0);
  return Math.floor(ms / 60_000);
}
