/**
 * The change log as events for programs: `memory.event`, `agent.plan`, `agent.progress`, `agent.blocked`. Fields may be added,
 * none is renamed; readers ignore what they do not know. Requirements 001-17 … 001-20.
 */
import { describeChange } from '../renderings/describe-change';
import type { LogPosition } from '../store/change-log';
import { type ChangeRecord, isSettlement, type LogLine, type Outcome } from '../store/change-record';
import { LogFollower } from '../store/log-follower';
import type { BatonWorkspace } from './workspace';

export const agentEventKinds = ['memory.event', 'agent.plan', 'agent.progress', 'agent.blocked'] as const;
export type AgentEventKind = (typeof agentEventKinds)[number];

export interface AgentEvent {
  readonly schema: 1;
  /** Of the change log. Grows; what a slow writer finished late may come after a later one. */
  readonly seq: number;
  readonly event: AgentEventKind;
  readonly task: string | null;
  /** Baton's own id of the session on whose behalf it happened. */
  readonly session: string | null;
  /** UTC. */
  readonly at: string;
  /** The change's own kind, as `feature.pass`. */
  readonly type: string;
  /** One line for people. */
  readonly text: string;
}

const progressTypes = /^(progress|feature|criterion|status|session|task|inputs|note)\./;

/** Undefined for changes that are no event of these kinds. */
export function agentEventOf(record: ChangeRecord): AgentEvent | undefined {
  const event = kindOf(record.type);
  if (event === undefined) return undefined;
  const { seq, task, session, time, type } = record;
  return { schema: 1, seq, event, task, session, at: time, type, text: describeChange(record).text };
}

function kindOf(type: string): AgentEventKind | undefined {
  if (type === 'status.block' || type === 'status.needInput') return 'agent.blocked';
  if (type.startsWith('plan.')) return 'agent.plan';
  if (type.startsWith('memory.')) return 'memory.event';
  return progressTypes.test(type) ? 'agent.progress' : undefined;
}

/** So long what follows waits for a change that is not settled. Milliseconds; a write takes a few. */
const holdMs = 2_000;
const chunkBytes = 65_536;
/** Of changes that were not settled in time, so many are remembered. */
const maxLate = 200;

interface Held {
  readonly record: ChangeRecord;
  outcome: Outcome | undefined;
}

/**
 * Follows the change log from a place on. Holds a bounded part of it, and tells of a change when it is made, not when it is
 * announced: one that fails is never told.
 */
export class EventFeed {
  readonly #log: LogFollower;
  readonly #now: () => number;
  readonly #since: number;
  #position: LogPosition | undefined;
  /** In the order of the log, from the first that is not settled on. */
  readonly #held: Held[] = [];
  readonly #late = new Map<number, ChangeRecord>();

  private constructor(log: LogFollower, now: () => number, since: number, position: LogPosition | undefined) {
    this.#log = log;
    this.#now = now;
    this.#since = since;
    this.#position = position;
  }

  /** @param since tells what came after that sequence; what happens from now on unless given */
  static async open(
    { ports, root }: Pick<BatonWorkspace, 'ports' | 'root'>,
    since: number | undefined,
  ): Promise<EventFeed> {
    const log = new LogFollower(ports.fs, root);
    const position = since === undefined ? await log.end() : undefined;
    return new EventFeed(log, () => ports.clock.now().getTime(), since ?? position?.seq ?? 0, position);
  }

  /** The sequence before the first event. */
  get since(): number {
    return this.#since;
  }

  /** A change is announced and not settled: it is told when somebody calls `next` later. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** What has come, in order. `more`: there may be more to read at once. Throws `io_failed`. */
  async next(): Promise<{ readonly events: readonly AgentEvent[]; readonly more: boolean }> {
    const before = this.#position;
    const { lines, next } = await this.#log.read(before, chunkBytes);
    this.#position = next;
    const late = lines.flatMap((line) => this.#take(line));
    const events = [...late, ...this.#release()]
      .filter(({ seq }) => seq > this.#since)
      .flatMap((record) => agentEventOf(record) ?? []);
    return { events, more: next !== before };
  }

  /** @returns a change that was not settled in time, and is now */
  #take(line: LogLine): readonly ChangeRecord[] {
    if (!isSettlement(line)) {
      this.#held.push({ record: line, outcome: undefined });
      return [];
    }
    const held = this.#held.find(({ record }) => record.seq === line.settles);
    if (held !== undefined) held.outcome = line.as;
    const late = this.#late.get(line.settles);
    this.#late.delete(line.settles);
    return late !== undefined && isMade(line.as) ? [late] : [];
  }

  #release(): readonly ChangeRecord[] {
    const released: ChangeRecord[] = [];
    for (let head = this.#held[0]; head !== undefined; head = this.#held[0]) {
      const { record, outcome } = head;
      const isOpen = outcome === undefined && (record.via === 'file' || record.via === 'document');
      if (isOpen && this.#now() - Date.parse(record.time) < holdMs) break;
      this.#held.shift();
      if (isOpen) this.#putOff(record);
      else if (outcome === undefined || isMade(outcome)) released.push(record);
    }
    return released;
  }

  #putOff(record: ChangeRecord): void {
    this.#late.set(record.seq, record);
    const [oldest] = this.#late.keys();
    if (this.#late.size > maxLate && oldest !== undefined) this.#late.delete(oldest);
  }
}

function isMade(outcome: Outcome): boolean {
  return outcome === 'done' || outcome === 'superseded';
}
