/**
 * The graph of tasks by `depends_on`: order, circles, what is ready, what an output feeds, which inputs are stale.
 * Pure and immutable: a change of any task makes a new graph. Source: requirements 003-1, 003-23 … 003-25.
 */
import type { Status } from '../model/status';
import type { TaskId } from '../model/task';
import { inTaskIdOrder } from '../model/task-id-order';
import { type Links, linked } from './links';
import { stronglyConnected } from './strongly-connected';

/** What the graph needs of a task; an outline with its id fits. */
export interface ChainNode {
  readonly id: TaskId;
  readonly status: Status;
  readonly dependsOn: readonly TaskId[];
  readonly inputs: readonly { readonly from: TaskId; readonly hash: string | undefined }[];
  readonly output: { readonly hash: string } | undefined;
}

export interface StaleInput {
  readonly from: TaskId;
  /** `changed`: the block was not made from the present output; `missing`: there is no block for it. */
  readonly reason: 'changed' | 'missing';
}

export interface Chain {
  /** The smallest id among the tasks nothing feeds (among all of them when every one is fed). */
  readonly id: TaskId;
  /** Upstream first. */
  readonly tasks: readonly TaskId[];
}

/** How a task stands among the others. */
export interface Surroundings {
  /** The tasks its output feeds directly, in id order. */
  readonly downstream: readonly TaskId[];
  /** Upstream tasks that are not completed or do not exist. */
  readonly unmet: readonly TaskId[];
  readonly isCyclic: boolean;
  readonly isReady: boolean;
  /** How many upstream tasks do not exist. */
  readonly dangling: number;
  /** How many inputs are stale. */
  readonly staleInputs: number;
}

export class ChainGraph {
  /** In id order, so that positions compare as ids do. */
  readonly #nodes: readonly ChainNode[];
  readonly #positions: ReadonlyMap<TaskId, number>;
  readonly #links: readonly Links[];
  #circles: readonly (readonly number[])[] | undefined;
  #inCircle: ReadonlySet<number> | undefined;
  #order: readonly number[] | undefined;

  /** Of two nodes with one id the first counts. */
  constructor(nodes: Iterable<ChainNode>) {
    this.#nodes = inTaskIdOrder(nodes).filter((node, at, all) => node.id !== all[at - 1]?.id);
    this.#positions = new Map(this.#nodes.map((node, position) => [node.id, position]));
    this.#links = linked(this.#nodes, this.#positions);
  }

  has(id: TaskId): boolean {
    return this.#positions.has(id);
  }

  /** Direct upstream tasks as declared, also those that do not exist; without repeats and without itself. */
  upstream(id: TaskId): readonly TaskId[] {
    return this.#linksOf(id)?.declared ?? [];
  }

  /** The tasks an output feeds directly, in id order. */
  downstream(id: TaskId): readonly TaskId[] {
    const downstream = this.#linksOf(id)?.downstream ?? none;
    return downstream.length === 0 ? none : this.#ids(downstream);
  }

  /** Upstream tasks that do not exist. */
  dangling(id: TaskId): readonly TaskId[] {
    const upstream = this.upstream(id);
    return upstream.length === 0 ? upstream : upstream.filter((other) => !this.has(other));
  }

  /** Upstream tasks that are not completed or do not exist. */
  unmet(id: TaskId): readonly TaskId[] {
    const upstream = this.upstream(id);
    return upstream.length === 0 ? upstream : upstream.filter((other) => !this.#isCompleted(other));
  }

  /** In a circle, so that it waits for itself. A task that merely waits for a circle is not in it. */
  isCyclic(id: TaskId): boolean {
    const cyclic = this.#cyclic();
    if (cyclic.size === 0) return false;
    const position = this.#positions.get(id);
    return position !== undefined && cyclic.has(position);
  }

  isReady(id: TaskId): boolean {
    if (this.#node(id)?.status !== 'pending' || this.isCyclic(id)) return false;
    const upstream = this.upstream(id);
    return upstream.length === 0 || upstream.every((other) => this.#isCompleted(other));
  }

  /**
   * Inputs that do not stand for the present output of a completed upstream task. A block without a marker counts
   * as changed: nothing says what it was made from, and refreshing it is the remedy for both.
   */
  staleInputs(id: TaskId): readonly StaleInput[] {
    const upstream = this.upstream(id);
    if (upstream.length === 0) return none;
    const inputs = this.#node(id)?.inputs ?? [];
    return upstream.flatMap((from): StaleInput[] => {
      const source = this.#node(from);
      if (source?.status !== 'completed' || source.output === undefined) return [];
      const input = inputs.find((candidate) => candidate.from === from);
      if (input === undefined) return [{ from, reason: 'missing' }];
      return input.hash === source.output.hash ? [] : [{ from, reason: 'changed' }];
    });
  }

  /** What the questions above answer, for a list of all tasks, most of which stand alone. */
  around(id: TaskId): Surroundings {
    const position = this.#positions.get(id);
    return position === undefined ? nowhere : this.#around(position);
  }

  /** The same for every task, in id order; a list of them asks for none by its id. */
  *allAround(): Generator<Surroundings, void> {
    for (let position = 0; position < this.#nodes.length; position++) yield this.#around(position);
  }

  #around(position: number): Surroundings {
    const { id, status } = this.#nodeAt(position);
    const links = this.#linksAt(position);
    const isFed = links.declared.length > 0;
    const unmet = isFed ? this.unmet(id) : none;
    const isCyclic = canBeInCircle(links) && this.#cyclic().has(position);
    return {
      downstream: links.downstream.length === 0 ? none : this.#ids(links.downstream),
      unmet,
      isCyclic,
      isReady: status === 'pending' && !isCyclic && unmet.length === 0,
      dangling: unmet.length === 0 ? 0 : this.dangling(id).length,
      staleInputs: isFed ? this.staleInputs(id).length : 0,
    };
  }

  /**
   * All tasks, upstream before downstream, in layers by distance from the start and by id inside a layer. Tasks in
   * circles come last: they have no order among themselves, and place nothing that waits for them.
   */
  order(): readonly TaskId[] {
    return this.#ids(this.#sorted());
  }

  /** Every strongly connected component of more than one task, and every task that depends on itself, once. */
  cycles(): readonly (readonly TaskId[])[] {
    return this.#components().map((circle) => this.#ids(circle));
  }

  /**
   * The circle that `newUpstream` would close as an upstream task of `id`: from `id` along what it feeds to
   * `newUpstream`, by the shortest way. Undefined when it closes none.
   */
  wouldCycle(id: TaskId, newUpstream: TaskId): readonly TaskId[] | undefined {
    if (id === newUpstream) return [id];
    const start = this.#positions.get(id);
    const goal = this.#positions.get(newUpstream);
    if (start === undefined || goal === undefined) return undefined;
    const cameFrom = this.#walk(start, (position) => this.#linksAt(position).downstream);
    if (!cameFrom.has(goal)) return undefined;
    const circle: number[] = [];
    for (let at: number | undefined = goal; at !== undefined; at = cameFrom.get(at)) circle.push(at);
    return this.#ids(circle.reverse());
  }

  /** Everything upstream of a task that exists, direct or not, without itself; in `order()`. */
  ancestors(id: TaskId): readonly TaskId[] {
    return this.#reach(id, (position) => this.#linksAt(position).upstream);
  }

  /** Everything downstream of a task, direct or not, without itself; in `order()`. */
  descendants(id: TaskId): readonly TaskId[] {
    return this.#reach(id, (position) => this.#linksAt(position).downstream);
  }

  /** Tasks that hang together, upstream first; chains in the order of their ids. A missing task joins nothing. */
  chains(): readonly Chain[] {
    const chains: { root: number; tasks: number[] }[] = [];
    const chainOf = new Int32Array(this.#nodes.length).fill(-1);
    for (let start = 0; start < chainOf.length; start++) {
      if (chainOf[start] !== -1) continue;
      const members = this.#connected(start, chainOf, chains.length);
      const roots = members.length === 1 ? members : members.filter((at) => isRoot(this.#linksAt(at)));
      chains.push({ root: smallest(roots.length > 0 ? roots : members), tasks: [] });
    }
    for (const position of this.#sorted()) chains[chainOf[position] ?? -1]?.tasks.push(position);
    chains.sort((a, b) => a.root - b.root);
    return chains.map(({ root, tasks }) => ({ id: this.#nodeAt(root).id, tasks: this.#ids(tasks) }));
  }

  /** Everything that hangs together with `start`, marked as belonging to `chain`. */
  #connected(start: number, chainOf: Int32Array, chain: number): readonly number[] {
    const members = [start];
    chainOf[start] = chain;
    // The list grows while it is gone through: it is the queue as well.
    for (const position of members) {
      const { upstream, downstream } = this.#linksAt(position);
      for (const neighbours of [upstream, downstream]) {
        for (const next of neighbours) {
          if (chainOf[next] !== -1) continue;
          chainOf[next] = chain;
          members.push(next);
        }
      }
    }
    return members;
  }

  #isCompleted(id: TaskId): boolean {
    return this.#node(id)?.status === 'completed';
  }

  #components(): readonly (readonly number[])[] {
    this.#circles ??= this.#closable()
      .filter((component) => component.length > 1 || component.some((at) => this.#linksAt(at).selfLoop))
      .map((component) => component.sort((a, b) => a - b))
      .sort((a, b) => smallest(a) - smallest(b));
    return this.#circles;
  }

  /** The components among tasks that are fed and feed: no other task can be in a circle, and most are neither. */
  #closable(): number[][] {
    const members = [...this.#links.keys()].filter((at) => canBeInCircle(this.#linksAt(at)));
    if (members.length === 0) return [];
    const memberAt = new Map(members.map((position, member) => [position, member]));
    const successors = members.map((at) =>
      this.#linksAt(at).downstream.flatMap((fed) => memberAt.get(fed) ?? []),
    );
    return stronglyConnected(successors).map((component) =>
      component.map((member) => present(members[member])),
    );
  }

  #cyclic(): ReadonlySet<number> {
    this.#inCircle ??= new Set(this.#components().flat());
    return this.#inCircle;
  }

  /** Kahn's algorithm, one layer at a time, over the tasks outside circles. */
  #sorted(): readonly number[] {
    if (this.#order !== undefined) return this.#order;
    const cyclic = this.#cyclic();
    const outside = (positions: readonly number[]) =>
      cyclic.size === 0 ? positions : positions.filter((position) => !cyclic.has(position));
    const missing = this.#links.map((links) => outside(links.upstream).length);
    const order: number[] = [];
    let layer = outside([...missing.keys()]).filter((position) => missing[position] === 0);
    while (layer.length > 0) {
      for (const position of layer) order.push(position);
      layer = this.#nextLayer(layer, missing, cyclic);
    }
    for (const position of [...cyclic].sort((a, b) => a - b)) order.push(position);
    this.#order = order;
    return order;
  }

  /** Takes the layer's edges away from `missing` and returns what is left without any, in id order. */
  #nextLayer(layer: readonly number[], missing: number[], cyclic: ReadonlySet<number>): number[] {
    const next: number[] = [];
    for (const position of layer) {
      for (const fed of this.#linksAt(position).downstream) {
        if (cyclic.has(fed)) continue;
        const left = (missing[fed] ?? 0) - 1;
        missing[fed] = left;
        if (left === 0) next.push(fed);
      }
    }
    return next.sort((a, b) => a - b);
  }

  #reach(id: TaskId, step: (position: number) => readonly number[]): readonly TaskId[] {
    const start = this.#positions.get(id);
    if (start === undefined) return [];
    const reached = this.#walk(start, step);
    return this.#ids(this.#sorted().filter((position) => position !== start && reached.has(position)));
  }

  /** Breadth first; every position reached (the start too) with the one it was reached from. */
  #walk(
    start: number,
    step: (position: number) => readonly number[],
  ): ReadonlyMap<number, number | undefined> {
    const cameFrom = new Map<number, number | undefined>([[start, undefined]]);
    // A Map is iterated in the order of insertion, also what is inserted meanwhile: it is the queue as well.
    for (const position of cameFrom.keys()) {
      for (const next of step(position)) if (!cameFrom.has(next)) cameFrom.set(next, position);
    }
    return cameFrom;
  }

  #ids(positions: readonly number[]): readonly TaskId[] {
    return positions.map((position) => this.#nodeAt(position).id);
  }

  #node(id: TaskId): ChainNode | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#nodes[position];
  }

  #linksOf(id: TaskId): Links | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#links[position];
  }

  #nodeAt(position: number): ChainNode {
    return present(this.#nodes[position]);
  }

  #linksAt(position: number): Links {
    return present(this.#links[position]);
  }
}

const none: readonly never[] = [];
/** Of a task that the graph does not have. */
const nowhere: Surroundings = {
  downstream: none,
  unmet: none,
  isCyclic: false,
  isReady: false,
  dangling: 0,
  staleInputs: 0,
};

function canBeInCircle(links: Links): boolean {
  return links.selfLoop || (links.upstream.length > 0 && links.downstream.length > 0);
}

function isRoot(links: Links): boolean {
  return links.upstream.length === 0 && !links.selfLoop;
}

function smallest(positions: readonly number[]): number {
  return positions.reduce((least, position) => Math.min(least, position), Number.POSITIVE_INFINITY);
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('A position outside the graph');
  return value;
}
