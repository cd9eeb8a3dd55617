/** Where things live in a workspace folder. The only place that joins these names. Source: product.md section 5. */
import { isTaskId, type TaskId } from '../model/task';

const batonFolder = '.baton';

/** Absolute paths of Baton's runtime folder; `root` is absolute with `/` as separator. */
export const paths = {
  baton: (root: string) => join(root, batonFolder),
  gitignore: (root: string) => join(root, batonFolder, '.gitignore'),
  config: (root: string) => join(root, batonFolder, 'config.json'),
  memory: (root: string) => join(root, batonFolder, 'memory'),
  journal: (root: string) => join(root, batonFolder, 'memory', 'journal.jsonl'),
  /** The resume queue; people and scripts may edit it. */
  queue: (root: string) => join(root, batonFolder, 'memory', 'pending_tasks.json'),
  /** What was told to the person, and what they do not want to hear of. */
  nudges: (root: string) => join(root, batonFolder, 'memory', 'nudges.json'),
  /** Long-term memory; made again from state files, archives, notes and sessions when it is lost. */
  memoryDatabase: (root: string) => join(root, batonFolder, 'memory', 'memory.db'),
  /** The same where there is no SQLite. */
  memoryJson: (root: string) => join(root, batonFolder, 'memory', 'memory.json'),
  /** What the memory manager has looked at; made again when it is lost. */
  memoryManager: (root: string) => join(root, batonFolder, 'memory', 'memory-manager.json'),
  /** Plans of goals, one file each. */
  plans: (root: string) => join(root, batonFolder, 'memory', 'plans'),
  sessionState: (root: string) => join(root, batonFolder, 'SESSION-STATE.md'),
  workingBuffer: (root: string) => join(root, batonFolder, 'memory', 'working-buffer.md'),
  /** What the working buffer is made from; a cache, made again from the change log when it is lost. */
  bufferState: (root: string) => join(root, batonFolder, 'memory', 'working-buffer.json'),
  /** @param day `YYYY-MM-DD`, UTC */
  dailyNotes: (root: string, day: string) => join(root, batonFolder, 'memory', `${day}.md`),
  /** What the index knew; only ever saves time. */
  indexCache: (root: string) => join(root, batonFolder, 'cache', 'index.bin'),
  /** The list of all tasks as it was last printed; only ever saves time. */
  keptList: (root: string) => join(root, batonFolder, 'cache', 'list.bin'),
  /** Guidance for autonomous work: prose. */
  heartbeatGuide: (root: string) => join(root, batonFolder, 'HEARTBEAT.md'),
  /** Which Baton is the scheduler. */
  schedulerLease: (root: string) => join(root, batonFolder, 'memory', 'task-manager.lock'),
  /** What the scheduler has done, and when its jobs come next. */
  schedulerState: (root: string) => join(root, batonFolder, 'memory', 'scheduler.json'),
  /** What agents in the background print, one file a session. */
  runLogs: (root: string) => join(root, batonFolder, 'memory', 'runs'),
  /** What verification commands print, one file a feature. */
  verifyLogs: (root: string) => join(root, batonFolder, 'memory', 'verify'),
  /** What happened on a day, as a document. @param day `YYYY-MM-DD`, UTC */
  statusReport: (root: string, day: string) => join(root, batonFolder, 'memory', 'reports', `${day}.md`),
  /** The last report of the scheduled health check. */
  healthReport: (root: string) => join(root, batonFolder, 'memory', 'health-report.json'),
  conflicts: (root: string) => join(root, batonFolder, 'memory', 'conflicts'),
  checklists: (root: string) => join(root, batonFolder, 'memory', 'checklists'),
  quarantine: (root: string) => join(root, batonFolder, 'quarantine'),
  locks: (root: string) => join(root, batonFolder, 'locks'),
  sessions: (root: string) => join(root, batonFolder, 'sessions'),
  packets: (root: string) => join(root, batonFolder, 'packets'),
  /** The identity layers merged, as the last launch had them. */
  effectiveIdentity: (root: string) => join(root, batonFolder, 'effective-identity.md'),
  protocol: (root: string) => join(root, batonFolder, 'protocol'),
} as const;

/** Joins with `/`; empty and `.` parts fall away. The first part keeps its leading `/` or drive. */
export function join(first: string, ...rest: readonly string[]): string {
  const head = first.replace(/\/+$/, '');
  const tail = rest.flatMap((part) => part.split(/[/\\]/)).filter((part) => part !== '' && part !== '.');
  return [head, ...tail].join('/');
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/';
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Relative to `root` with `/`; the path itself when it is not inside. */
export function relativeTo(root: string, path: string): string {
  const prefix = join(root) === '' ? '/' : `${join(root)}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** Whether `path` is `root` or below it; both with links resolved. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
}

/** Where a task's state file is created. `folder` is absolute. */
export function taskFilePath(folder: string, id: TaskId): string {
  return join(folder, `task-${id}-state.md`);
}

/** The id a file name speaks of: the reverse of `taskFilePath`, for the last part of a path. */
export function taskIdOfFileName(name: string): TaskId | undefined {
  const id = /^task-(.+)-state\.md$/i.exec(name)?.[1];
  return isTaskId(id) ? id : undefined;
}

/** Lossless archives of old sessions stand beside state files and are no tasks. */
export function isArchiveName(name: string): boolean {
  return /^task-.+-archive\.md$/i.test(name);
}

/**
 * Name of a task's lock. Lower case: on a disk that ignores case `A` and `a` are one file, so they share a lock
 * everywhere.
 */
export function taskLockName(id: TaskId): string {
  return `task-${id.toLowerCase()}`;
}
