/** Baton's own text files that are written like a task's: logged, under a lock, replayed after an unclean stop. */
import { paths, relativeTo } from './paths';

export const managedFiles = {
  journal: { pathIn: paths.journal, lock: 'journal' },
  queue: { pathIn: paths.queue, lock: 'queue' },
} as const;
export type ManagedName = keyof typeof managedFiles;

/** Whether an absolute path is one of them. */
export function isManaged(root: string, path: string): boolean {
  return Object.values(managedFiles).some(({ pathIn }) => pathIn(root) === path);
}

/** The lock of one of them, undefined for any other file. @param relative to the workspace folder */
export function managedLock(root: string, relative: string): string | undefined {
  return Object.values(managedFiles).find(({ pathIn }) => relativeTo(root, pathIn(root)) === relative)?.lock;
}
