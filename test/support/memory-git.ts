/** The Git port in memory: one repository, as the test describes it. */
import type { CommitRef } from '../../src/core/model/task';
import type { FileChange, Git, GitState } from '../../src/core/ports';

export class MemoryGit implements Git {
  /** Undefined: there is no repository. */
  current: GitState | undefined;
  /** Oldest first. */
  commits: (CommitRef & { readonly at?: string })[] = [];
  changes: readonly FileChange[] = [];
  /** Relative paths. */
  tracked: readonly string[] = [];

  async state(): Promise<GitState | undefined> {
    return this.current;
  }

  async commitsSince(_folder: string, since: string | null): Promise<readonly CommitRef[]> {
    const from = this.commits.findIndex(({ hash }) => hash === since);
    return this.commits.slice(from + 1).map(({ hash, subject }) => ({ hash, subject }));
  }

  async lastCommit(): Promise<CommitRef | undefined> {
    const last = this.commits.at(-1);
    return last && { hash: last.hash, subject: last.subject };
  }

  async filesChangedSince(): Promise<readonly FileChange[]> {
    return this.changes;
  }

  /** HEAD counts too, listed or not. */
  async isInHistory(_folder: string, commit: string): Promise<boolean> {
    if (!this.current?.head) return false;
    return commit === this.current.head || this.commits.some(({ hash }) => hash === commit);
  }

  async commitBefore(_folder: string, at: string): Promise<string | null> {
    return this.commits.findLast((commit) => commit.at !== undefined && commit.at <= at)?.hash ?? null;
  }

  async trackedFiles(_folder: string, endings: readonly string[]): Promise<readonly string[] | undefined> {
    if (this.current === undefined) return undefined;
    return this.tracked.filter((path) => endings.some((ending) => path.toLowerCase().endsWith(ending)));
  }
}
