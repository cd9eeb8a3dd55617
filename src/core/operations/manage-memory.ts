/**
 * The memory manager: for tasks that have changed, it holds what is new at hand, summarises the oldest before there is no
 * room, and deletes what nobody needs any more. Runs by itself, with nobody asking. Requirements 001-37, 001-57 … 001-60.
 *
 * **Invariant:** it adds nothing to what is remembered: summaries are extracts of items, and a world that has not changed
 * gets no snapshot, no summary and no event.
 */
import { type UpkeepReport, upkeep } from '../memory/ram-upkeep';
import type { MemoryEvent } from '../model/memory';
import type { TaskId } from '../model/task';
import { changedTasks } from './changed-tasks';
import { changeManagerState, readManagerState } from './manager-state';
import { tellMemoryEvents } from './memory-events';
import type { OpenMemory } from './open-memory';
import { pruneMemory } from './prune-memory';
import { requireOn } from './switches';
import { taskMemory } from './task-memory';
import type { BatonWorkspace } from './workspace';

export interface ManagerReport {
  /** Tasks that were looked at. */
  readonly tasks: number;
  /** Items that came to hand, also in a new version. */
  readonly loaded: number;
  /** Summaries that were made. */
  readonly summarized: number;
  /** Items that were put away. */
  readonly evicted: number;
  /** Old snapshots and events that were deleted; undefined when it was not yet time. */
  readonly pruned: number | undefined;
  /** Another run would do more. */
  readonly more: boolean;
  /** Of what was summarised and put away. */
  readonly events: readonly MemoryEvent[];
}

export interface ManagerOptions {
  /** When what is remembered was brought up to date for this run; now unless given. */
  readonly began?: Date;
  /** Not all of what is new has been taken in: tasks that have changed are looked at once more. */
  readonly isPartial?: boolean;
}

/** Over all tasks of a run. Requirement 001-57. */
const summariesAtOnce = 2;
/** After so long no further task is begun. */
const longestMs = 500;
const dayMs = 86_400_000;

/** Throws `switched_off`, `conflict`, and what the store throws. What it had done by then counts. */
export async function manageMemory(
  workspace: BatonWorkspace,
  memory: OpenMemory,
  { began = workspace.ports.clock.now(), isPartial = false }: ManagerOptions = {},
): Promise<ManagerReport> {
  requireOn(workspace, 'memory');
  const state = await readManagerState(workspace);
  const isDaily = !isRecent(state.dailyAt, began);
  await workspace.store.refresh();
  const isKnown = state.witness !== null && (await memory.store.snapshot(state.witness, null)) !== undefined;
  const changed = await changedTasks(workspace, isDaily || !isKnown ? null : state.lookedAt);
  const run = new ManagerRun(workspace, memory, [...new Set([...state.tasks, ...changed])]);
  await run.tend();
  const pruned = isDaily ? (await pruneMemory(workspace, memory)).deleted : undefined;
  const tasks = [...run.left()];
  const looked = began.toISOString();
  // What is lost with the process anyway has to be made again the next time.
  if (memory.store.mode !== 'ram') {
    await changeManagerState(workspace, {
      tasks,
      witness: run.witness ?? (isKnown ? state.witness : null),
      ...(!isPartial && { lookedAt: looked }),
      ...(!isPartial && isDaily && { dailyAt: looked }),
    });
  }
  return { ...run.report(), pruned, more: tasks.length > 0 };
}

/** A time to come is of a clock that was set back. */
function isRecent(at: string | null, now: Date): boolean {
  if (at === null) return false;
  const age = now.getTime() - Date.parse(at);
  return age >= 0 && age < dayMs;
}

class ManagerRun {
  readonly #workspace: BatonWorkspace;
  readonly #memory: OpenMemory;
  readonly #waiting: TaskId[];
  /** Tasks that need another run. */
  readonly #unfinished: TaskId[] = [];
  readonly #events: MemoryEvent[] = [];
  #witness: TaskId | undefined;
  #tasks = 0;
  #loaded = 0;
  #summarized = 0;
  #evicted = 0;

  constructor(workspace: BatonWorkspace, memory: OpenMemory, tasks: readonly TaskId[]) {
    this.#workspace = workspace;
    this.#memory = memory;
    this.#waiting = [...tasks];
  }

  async tend(): Promise<void> {
    const { clock } = this.#workspace.ports;
    const began = clock.monotonicMs();
    while (clock.monotonicMs() - began <= longestMs) {
      const task = this.#waiting.shift();
      if (task === undefined) return;
      await this.#tend(task);
    }
  }

  /** A task of which something is at hand. */
  get witness(): TaskId | undefined {
    return this.#witness;
  }

  /** Those that were not come to first, so that each has its turn. */
  left(): readonly TaskId[] {
    return [...this.#waiting, ...this.#unfinished];
  }

  report(): Omit<ManagerReport, 'pruned' | 'more'> {
    const [tasks, loaded, summarized, evicted] = [this.#tasks, this.#loaded, this.#summarized, this.#evicted];
    return { tasks, loaded, summarized, evicted, events: this.#events };
  }

  async #tend(task: TaskId): Promise<void> {
    const ram = taskMemory(this.#workspace, this.#memory, task);
    const summaries = summariesAtOnce - this.#summarized;
    const report = await upkeep(this.#memory.store, ram, { task, summaries });
    const events = eventsOf(task, report, this.#workspace.ports.clock.now().toISOString());
    this.#tasks += 1;
    this.#loaded += report.loaded.length;
    this.#summarized += report.summaries.length;
    this.#evicted += report.dropped.length + report.summaries.reduce((sum, { of }) => sum + of.length, 0);
    this.#events.push(...events);
    if (report.more) this.#unfinished.push(task);
    if (ram.state.items.length > 0) this.#witness = task;
    await tellMemoryEvents(this.#workspace, this.#memory, events);
  }
}

/** Of a summary, its own id comes first. */
function eventsOf(task: TaskId, { summaries, dropped }: UpkeepReport, at: string): readonly MemoryEvent[] {
  const summed = summaries.flatMap(({ id, of, session }): readonly MemoryEvent[] => {
    const ids = of.map((one) => one.id);
    const where = session === null ? '' : ` of session ${session}`;
    return [
      { kind: 'summarized', at, task, ids: [id, ...ids], text: `Summarised ${counted(ids.length)}${where}` },
      { kind: 'evicted', at, task, ids, text: `Put ${counted(ids.length)}${where} away` },
    ];
  });
  if (dropped.length === 0) return summed;
  const text = `Put ${counted(dropped.length)} away that changed or hold no more`;
  return [...summed, { kind: 'evicted', at, task, ids: dropped, text }];
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'item' : 'items'}`;
}
