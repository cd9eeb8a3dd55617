// Task views and snapshots for renderers, with only what a test is about spelled out.
import type { Memento } from 'vscode';
import type { Session, SessionEnd } from '../../../src/core/model/session';
import { badges as allBadges, type Badge, type Status, statuses } from '../../../src/core/model/status';
import { isTaskId, type TaskId } from '../../../src/core/model/task';
import type { SessionView, Snapshot, TaskView } from '../../../src/core/operations/task-view';
import type { L10n } from '../../../src/vscode/l10n';
import type { FolderTasks } from '../../../src/vscode/views/chains-model';

/** As VS Code without a language pack. */
export const l10n: L10n = {
  t: (message, ...args) =>
    message.replace(/\{(\d+)\}/g, (hole, index) => String(args[Number(index)] ?? hole)),
};

export function taskId(text: string): TaskId {
  if (!isTaskId(text)) throw new Error(`not a task id: ${text}`);
  return text;
}

export interface TaskSketch extends Partial<Omit<TaskView, 'id' | 'dependsOn' | 'unmet' | 'downstream'>> {
  readonly dependsOn?: readonly TaskId[];
  readonly unmet?: readonly TaskId[];
  readonly downstream?: readonly TaskId[];
}

export function task(id: string, sketch: TaskSketch = {}): TaskView {
  return {
    id: taskId(id),
    title: `Title ${id}`,
    status: 'pending',
    badges: [],
    staleReasons: [],
    dependsOn: [],
    downstream: [],
    unmet: [],
    agent: undefined,
    epic: undefined,
    priority: undefined,
    estimateMinutes: undefined,
    created: undefined,
    progress: { passed: 0, total: 0, percent: 0, of: 'features' },
    criteria: { done: 0, total: 0 },
    nextFeature: undefined,
    sessions: 0,
    running: undefined,
    outputFilled: false,
    file: `task-states/task-${id}-state.md`,
    path: `/project/task-states/task-${id}-state.md`,
    version: 'v1',
    fileProblem: undefined,
    ...sketch,
  };
}

export function progress(passed: number, total: number): Pick<TaskView, 'progress'> {
  const percent = total === 0 ? 0 : Math.floor((passed / total) * 100);
  return { progress: { passed, total, percent, of: 'features' } };
}

export function session(id: string, sketch: Partial<Session> = {}): Session {
  return {
    schema: 1,
    id: `session-${id}`,
    task: taskId('101'),
    number: 1,
    agent: 'demo',
    origin: 'managed',
    surface: 'editor',
    pid: 1000,
    pidStart: '1',
    pidScope: null,
    token: 1,
    startedAt: '2026-11-21T10:00:00Z',
    beatAt: '2026-11-21T10:00:00Z',
    expiresAt: '2026-11-21T10:02:00Z',
    packet: null,
    head: null,
    branch: null,
    dirty: false,
    before: { entries: 0, passed: [], criteriaDone: 0 },
    trigger: 'manual',
    mode: 'interactive',
    nativeId: null,
    hooks: false,
    hookAt: null,
    hookEvent: null,
    activeAt: null,
    stopAsks: 0,
    stopRequestedAt: null,
    stopRequestedBy: null,
    watcherLeftAt: null,
    end: null,
    ...sketch,
  };
}

export function ended(sketch: Partial<SessionEnd> = {}): SessionEnd {
  return {
    at: '2026-11-21T10:30:00Z',
    exitCode: 0,
    signal: null,
    reason: 'process',
    commits: [],
    filesChanged: [],
    dirty: false,
    automaticEntry: false,
    intended: false,
    finalEvent: null,
    passed: [],
    failed: [],
    ticked: 0,
    released: true,
    ...sketch,
  };
}

export function live(of: Session): SessionView {
  return {
    session: of,
    liveness: of.end === null ? 'live' : 'ended',
    hooksInactive: false,
    longRunning: false,
  };
}

/** @param chains ids of tasks, chain by chain; every task stands in one. */
export function snapshot(
  tasks: readonly TaskView[],
  chains: readonly (readonly string[])[] = tasks.map(({ id }) => [id]),
  sessions: readonly SessionView[] = [],
): Snapshot {
  const words: readonly (Status | Badge | 'total')[] = [...statuses, ...allBadges, 'total'];
  const zero = Object.fromEntries(words.map((word) => [word, 0]));
  return {
    tasks,
    chains: chains.map((ids) => ({ id: ids[0] ?? '', tasks: ids.map(taskId) })),
    cycles: [],
    sessions,
    counts: { ...(zero as Record<(typeof words)[number], number>), total: tasks.length },
  };
}

export function folder(content: Snapshot, name = 'project'): FolderTasks {
  return { root: `/${name}`, name, snapshot: content };
}

/** What an extension remembers, for as long as the test. */
export function memento(): Memento {
  const values = new Map<string, unknown>();
  function get<T>(key: string): T | undefined;
  function get<T>(key: string, fallback: T): T;
  function get<T>(key: string, fallback?: T): T | undefined {
    return values.has(key) ? (values.get(key) as T) : fallback;
  }
  return { keys: () => [...values.keys()], get, update: async (key, value) => void values.set(key, value) };
}
