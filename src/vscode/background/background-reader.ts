/** Reads what goes on by itself in one open folder, beside its snapshot. */
import { isBatonError } from '../../core/base/baton-error';
import { type BackgroundChoice, noBackgroundChoice } from '../../core/model/background';
import type { DeferReason, QueueEntry } from '../../core/model/queue';
import type { NudgeLedger } from '../../core/nudges/nudge-ledger';
import type { Draft } from '../../core/nudges/suggest';
import { currentNudges, openNudgeLedger } from '../../core/operations/nudges';
import { queueOf } from '../../core/operations/queue-of';
import { suggestionsFor } from '../../core/operations/suggestions';
import type { Snapshot } from '../../core/operations/task-view';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { entryState } from '../../core/queue/entry-state';
import { holdsTask } from '../../core/sessions/liveness';
import { paths } from '../../core/store/paths';
import { type FolderBackground, isResuming } from './folder-background';

/** What the person allows in each folder: their own file, on this machine. */
export interface BackgroundChoices {
  read(root: string): Promise<BackgroundChoice>;
  change(root: string, change: Partial<BackgroundChoice>): Promise<BackgroundChoice>;
}

interface FoundQueue {
  readonly entries: readonly QueueEntry[];
  readonly problem?: string;
}

export class BackgroundReader {
  readonly ledger: NudgeLedger;
  readonly #workspace: BatonWorkspace;
  readonly #choices: BackgroundChoices;
  readonly #trusted: () => boolean;
  #read: { readonly mark: string; readonly queue: FoundQueue } | undefined;

  constructor(workspace: BatonWorkspace, choices: BackgroundChoices, trusted: () => boolean) {
    this.ledger = openNudgeLedger(workspace);
    this.#workspace = workspace;
    this.#choices = choices;
    this.#trusted = trusted;
  }

  /**
   * Throws only what is a bug: what cannot be read is said in `queueProblem` or logged, and taken for nothing.
   *
   * @param deferred why the last tick started nothing
   */
  async read(snapshot: Snapshot, deferred: DeferReason | undefined): Promise<FolderBackground> {
    const [{ entries, problem }, choice] = await Promise.all([this.#queue(), this.#choice()]);
    const live = snapshot.sessions
      .filter(({ liveness }) => holdsTask(liveness))
      .map(({ session }) => ({ id: session.id, task: session.task }));
    const now = this.#workspace.ports.clock.now();
    const queue = entries.map((entry) => ({ entry, state: entryState(entry, now, live) }));
    const autoResume = isResuming({ choice });
    const { nudges, nextAt } = currentNudges(this.#workspace, snapshot, { entries, autoResume });
    return {
      choice,
      queue,
      waitsFor: busyReason(snapshot, this.#workspace.config.autoResume.maxBackground) ?? deferred,
      queueProblem: problem,
      nudges,
      nextNudgeAt: nextAt,
      drafts: await this.#drafts(snapshot),
    };
  }

  /** A queue that has not changed is not taken apart again: this runs after every change of any file. */
  async #queue(): Promise<FoundQueue> {
    try {
      const { ports, root } = this.#workspace;
      const stat = await ports.fs.stat(paths.queue(root));
      const mark = JSON.stringify([stat?.size, stat?.mtimeMs, stat?.ctimeMs]);
      if (this.#read?.mark === mark) return this.#read.queue;
      const queue = await queueOf(this.#workspace).list();
      // A problem may go away without the file changing.
      this.#read = queue.problem === undefined ? { mark, queue } : undefined;
      return queue;
    } catch (error) {
      if (isBatonError(error)) return { entries: [], problem: error.message };
      throw error;
    }
  }

  /** A choice that cannot be read allows nothing. */
  async #choice(): Promise<BackgroundChoice> {
    return (await this.#unlessRefused(() => this.#choices.read(this.#workspace.root))) ?? noBackgroundChoice;
  }

  /** In Restricted Mode nothing is written for a project from a stranger, so nothing is put on offer. */
  async #drafts(snapshot: Snapshot): Promise<readonly Draft[]> {
    if (!this.#trusted()) return [];
    return (await this.#unlessRefused(() => suggestionsFor(this.ledger, snapshot))) ?? [];
  }

  async #unlessRefused<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!isBatonError(error)) throw error;
      this.#workspace.ports.log.warn(`${error.code}: ${error.message}`);
      return undefined;
    }
  }
}

/** What can be seen from here; the machine's load and the like are for a tick to say. */
function busyReason({ sessions }: Snapshot, maxBackground: number): DeferReason | undefined {
  const live = sessions.filter(({ liveness }) => holdsTask(liveness));
  const own = live.filter(({ session }) => session.trigger === 'automatic').length;
  if (own < live.length) return 'foreground_session';
  return own >= maxBackground ? 'concurrency_limit' : undefined;
}
