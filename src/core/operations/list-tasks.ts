/** Every task with its badges, and nothing of the chains: what a list needs, in a fraction of the time of a snapshot. */
import { ChainGraph } from '../chain/graph';
import type { TaskRow } from '../store/task-row';
import { byTask, taskOwn, taskStanding, viewSessions } from './take-snapshot';
import type { SessionView, TaskStanding, TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** One line of a list: how the task stands, and what its file says when that is asked for. */
export class ListedTask {
  readonly standing: TaskStanding;
  readonly #row: TaskRow;

  constructor(row: TaskRow, standing: TaskStanding) {
    this.#row = row;
    this.standing = standing;
  }

  get status(): TaskRow['status'] {
    return this.#row.status;
  }

  /** What the surface's `RowText` makes of the file, as UTF-8; undefined when the surface has none. */
  get ownText(): Uint8Array | undefined {
    return this.#row.text;
  }

  /** The task as a snapshot has it. */
  view(): TaskView {
    return { ...taskOwn(this.#row.record), ...this.standing };
  }
}

/**
 * In id order, each equal to the task of a snapshot. Reads only what changed. Each is made when it is asked for, so
 * that ten thousand of them need never be there at once.
 */
export async function listTasks(workspace: BatonWorkspace): Promise<Iterable<ListedTask>> {
  const [, sessions] = await Promise.all([workspace.store.refresh(), viewSessions(workspace)]);
  return listed(workspace.store.rows(), sessions);
}

/** A text that a surface makes of the whole list. */
export interface ListText {
  /** Another one with every change to what is made of the same files and sessions, by whatever code. */
  readonly format: string;
  /** UTF-8, in pieces that nobody changes any more. */
  of(tasks: Iterable<ListedTask>): readonly Uint8Array[];
}

/**
 * What `text` makes of `listTasks`. Kept for the next process, and made anew only when it could be another one.
 *
 * **Invariant:** equal to the text that is made anew.
 */
export async function listedText(workspace: BatonWorkspace, text: ListText): Promise<readonly Uint8Array[]> {
  const { store } = workspace;
  const sessions = await viewSessions(workspace);
  // How an open session stands changes with the clock and the processes, so its list would be kept for nobody.
  if (sessions.some(({ session }) => session.end === null)) {
    await store.refresh();
    return text.of(listed(store.rows(), sessions));
  }
  const about = JSON.stringify([text.format, sessions]);
  const kept = await store.keptList(about);
  if (kept !== undefined) return [kept];
  // In one turn, so that it is of these rows.
  const made = text.of(listed(store.rows(), sessions));
  store.keepList(about, made);
  return made;
}

function listed(rows: readonly TaskRow[], sessions: readonly SessionView[]): Iterable<ListedTask> {
  const graph = new ChainGraph(rows);
  const ofTask = byTask(sessions);
  return {
    *[Symbol.iterator]() {
      let at = 0;
      for (const around of graph.allAround()) {
        // The rows are in the graph's own order, one per id.
        const row = rows[at++];
        if (row === undefined) return;
        yield new ListedTask(row, taskStanding(row, around, ofTask(row.id)));
      }
    },
  };
}
