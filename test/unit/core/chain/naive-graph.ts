/** The graph's answers by brute force over all pairs: slow, and plain enough to be believed. */
import type { ChainNode } from '../../../../src/core/chain/graph';
import type { TaskId } from '../../../../src/core/model/task';

export class NaiveGraph {
  readonly ids: readonly TaskId[];
  readonly #feeds: boolean[][];
  /** By Warshall's closure: whether work flows from one task to another over one edge or more. */
  readonly #reaches: boolean[][];

  constructor(nodes: readonly ChainNode[]) {
    this.ids = nodes.map((node) => node.id);
    this.#feeds = this.ids.map((from) => nodes.map((to) => to.dependsOn.includes(from)));
    this.#reaches = this.#feeds.map((row) => [...row]);
    for (const via of this.ids.keys()) {
      for (const from of this.ids.keys()) {
        for (const to of this.ids.keys()) {
          if (this.#reaches[from]?.[via] && this.#reaches[via]?.[to])
            (this.#reaches[from] as boolean[])[to] = true;
        }
      }
    }
  }

  feeds(from: TaskId, to: TaskId): boolean {
    return this.#feeds[this.ids.indexOf(from)]?.[this.ids.indexOf(to)] === true;
  }

  reaches(from: TaskId, to: TaskId): boolean {
    return this.#reaches[this.ids.indexOf(from)]?.[this.ids.indexOf(to)] === true;
  }

  cyclic(id: TaskId): boolean {
    return this.reaches(id, id);
  }

  sameCircle(a: TaskId, b: TaskId): boolean {
    return a === b ? this.cyclic(a) : this.reaches(a, b) && this.reaches(b, a);
  }

  /** Length of the longest way here from a task nothing feeds, leaving out tasks in circles. */
  depth(id: TaskId): number {
    const feeders = this.ids.filter((other) => this.feeds(other, id) && !this.cyclic(other));
    return feeders.reduce((deepest, other) => Math.max(deepest, this.depth(other) + 1), 0);
  }
}
