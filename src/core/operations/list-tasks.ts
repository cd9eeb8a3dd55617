/** Every task with its badges, and nothing of the chains: what a list needs, in a fraction of the time of a snapshot. */
import { ChainGraph } from '../chain/graph';
import type { TaskRow } from '../store/task-row';
import { byTask, taskOwn, taskStanding, viewSessions } from './take-snapshot';
import type { TaskStanding, TaskView } from './task-view';
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
  const rows = workspace.store.rows();
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
