/**
 * One pass of the scheduler of a workspace folder: sessions, claims, recurrences, jobs, queue. Whoever calls it holds the
 * scheduler's lease meanwhile; any number of windows and command lines may call it at any time, and one acts. Issue 5
 * "Tick"; resolution C8.
 */
import { isBatonError } from '../base/baton-error';
import type { AgentProfile } from '../model/agent-profile';
import type { BackgroundChoice } from '../model/background';
import type { JobConfig } from '../model/config';
import type { QueueCheck, QueueEntry } from '../model/queue';
import type { PastEvent, SchedulerState } from '../model/scheduler';
import { nextMoment } from '../queue/entry-state';
import { earliest, type NextCronTime, planJobs } from '../scheduler/job-schedule';
import { SchedulerLease } from '../scheduler/scheduler-lease';
import { changeSchedulerState, isNews, readSchedulerState, withEvent } from '../scheduler/scheduler-state';
import { ownWork } from './own-act';
import { checkQueue } from './queue-check';
import { liveSessions, queueOf } from './queue-of';
import { dropDone } from './queue-upkeep';
import { giveBackClaims } from './run-entry-claims';
import { sweepSessions } from './sweep-sessions';
import { runDueJobs } from './tick-jobs';
import type { MemoryTick } from './tick-memory';
import { makeOccurrences } from './tick-occurrences';
import type { BatonWorkspace } from './workspace';

export interface TickOptions {
  /** The workspace folder is trusted. */
  readonly trusted: boolean;
  readonly choice: BackgroundChoice;
  /** Installed agents of the economy lane, in the order to try them (`economyAgents`). */
  readonly profiles: readonly Pick<AgentProfile, 'id' | 'lane'>[];
  /** Starts `baton queue run` for an entry and does not wait for it; without it nothing is started. */
  readonly startRun?: (entryId: string) => Promise<unknown>;
  /** Runs jobs and tells their times; without it none are run. */
  readonly jobs?: JobRunner;
  /** Looks after what is remembered (`tickMemory`); without it nobody does. */
  readonly memory?: (workspace: BatonWorkspace) => Promise<MemoryTick>;
  /**
   * Of a caller that ticks again and again, always the same: what could not be given back, as on a full disk, is taken up
   * again by it alone. One for this tick only unless given, for a process that ends with it.
   */
  readonly lease?: SchedulerLease;
  /** The lease is kept after the tick. */
  readonly keepLease?: boolean;
}

export interface JobRunner {
  readonly next: NextCronTime;
  /** @returns what came of it, in one line */
  readonly run: (workspace: BatonWorkspace, job: JobConfig) => Promise<string>;
}

/** What a tick did, or why it failed at something, in words. */
export type Deed = Pick<PastEvent, 'kind' | 'text'>;

export interface TickReport {
  readonly did: readonly Deed[];
  /** When to tick again, a UTC time; undefined for not before something changes. */
  readonly nextAt: string | undefined;
  /** LOCKED when somebody else is the scheduler: nothing else was done then. */
  readonly check: QueueCheck;
  /** Id of the entry whose run was started. */
  readonly started?: string;
}

/** So long a run that was started has to claim its entry before it is started once more. */
const claimDueMs = 15_000;

/** Throws `io_failed`, `locked`, `untrusted` when not even the lease can be asked for; all else is told in the report. */
export async function tick(calling: BatonWorkspace, options: TickOptions): Promise<TickReport> {
  const workspace = ownWork(calling);
  const lease = options.lease ?? new SchedulerLease(workspace.ports, workspace.root);
  const answer = await lease.acquire();
  if (!answer.held) return lockedOut(workspace, answer);
  try {
    return await new Tick(workspace, options, lease).run();
  } finally {
    if (options.keepLease !== true) await lease.release();
  }
}

async function lockedOut(
  workspace: BatonWorkspace,
  { by, until }: { readonly by: string; readonly until: string },
): Promise<TickReport> {
  const live = await liveSessions(workspace);
  const { entries } = await queueOf(workspace).list();
  return {
    did: [],
    nextAt: afterNow(workspace, until),
    check: {
      status: 'LOCKED',
      reason: `Another Baton is the scheduler: ${by}`,
      pending_count: entries.filter(({ deadAt }) => deadAt === null).length,
      active_sessions: live.length,
    },
  };
}

/** Whoever holds a lease that is over may be gone without a trace: look again in a while, not at once. */
function afterNow({ ports, config }: BatonWorkspace, until: string): string {
  const soonest = ports.clock.now().getTime() + config.heartbeat.intervalSeconds * 1000;
  return new Date(Math.max(soonest, Date.parse(until))).toISOString();
}

/** What became of the wish to start a run. */
interface StartedRun {
  readonly entry?: string;
  /** One was started before and has until then to claim its entry, a UTC time. */
  readonly waitFor?: string;
}

interface Ahead {
  readonly check: QueueCheck;
  readonly entries: readonly QueueEntry[];
  readonly started: StartedRun | undefined;
  readonly jobsAt: string | undefined;
  /** Memory has more to do. */
  readonly remembers: boolean;
}

class Tick {
  readonly #workspace: BatonWorkspace;
  readonly #options: TickOptions;
  readonly #lease: SchedulerLease;
  readonly #did: Deed[] = [];

  constructor(workspace: BatonWorkspace, options: TickOptions, lease: SchedulerLease) {
    this.#workspace = workspace;
    this.#options = options;
    this.#lease = lease;
  }

  async run(): Promise<TickReport> {
    const workspace = this.#workspace;
    await this.#reconcile();
    await workspace.store.refresh();
    await this.#step('recurring tasks', () => this.#occurrences());
    const jobsAt = await this.#step('jobs', () => this.#jobs());
    await this.#step('the queue', () => dropDone(workspace));
    const { trusted, choice, profiles } = this.#options;
    const check = await checkQueue(workspace, { trusted, choice, profiles });
    const { entries } = await queueOf(workspace).list();
    const started = await this.#step('a run', () => this.#start(check, entries));
    const remembers = await this.#memory();
    await this.#remember(check);
    return {
      did: this.#did,
      nextAt: await this.#nextAt({ check, entries, started, jobsAt, remembers }),
      check,
      ...(started?.entry !== undefined && { started: started.entry }),
    };
  }

  /** What fails is told, and keeps nothing else from being done; but a lease that is lost ends the tick. */
  async #step<T>(what: string, body: () => Promise<T>): Promise<T | undefined> {
    try {
      return await body();
    } catch (error) {
      if (!isBatonError(error) || this.#lease.fence === undefined) throw error;
      this.#workspace.ports.log.warn(`The tick failed at ${what}: ${error.message}`);
      this.#did.push({ kind: 'failed', text: `${what}: ${error.message}` });
      return undefined;
    }
  }

  async #reconcile(): Promise<void> {
    const workspace = this.#workspace;
    await this.#step('sessions', async () => {
      const closed = await sweepSessions(workspace);
      for (const { number, task } of closed)
        this.#did.push({ kind: 'session', text: `Closed session ${number} of #${task}` });
    });
    await this.#step('claims', async () => {
      for (const id of await giveBackClaims(workspace))
        this.#did.push({ kind: 'claim', text: `Gave back the claim on ${id}` });
    });
  }

  async #occurrences(): Promise<void> {
    const workspace = this.#workspace;
    const { occurrences: before } = await this.#state();
    const { created, seen } = await makeOccurrences(workspace, before);
    for (const id of created)
      this.#did.push({ kind: 'occurrence', text: `Created the next occurrence #${id}` });
    if (seen !== before) await this.#change((state) => ({ ...state, occurrences: seen.slice(-1000) }));
  }

  /** @returns when the next job is due, a UTC time */
  async #jobs(): Promise<string | undefined> {
    const workspace = this.#workspace;
    const { jobs, trusted } = this.#options;
    if (jobs === undefined || !trusted) return undefined;
    const { jobs: states } = await this.#state();
    return runDueJobs({
      workspace,
      plan: planJobs(workspace.config.heartbeat.jobs, states, workspace.ports.clock.now()),
      runner: jobs,
      did: (deed) => this.#did.push(deed),
      change: (change) => this.#change(change),
    });
  }

  /** Last, since nothing waits for it; whatever it fails at is told, and stops nothing. @returns whether there is more to do */
  async #memory(): Promise<boolean> {
    try {
      const { did, more } = (await this.#options.memory?.(this.#workspace)) ?? { did: [], more: false };
      // A kind of its own would make the state unreadable to earlier versions.
      for (const text of did) this.#did.push({ kind: 'job', text });
      return more;
    } catch (error) {
      this.#workspace.ports.log.error(`The tick failed at memory: ${String(error)}`);
      this.#did.push({
        kind: 'failed',
        text: `memory: ${error instanceof Error ? error.message : String(error)}`,
      });
      return false;
    }
  }

  /** At most one run a tick; what was started a moment ago is about to claim its entry. */
  async #start(check: QueueCheck, entries: readonly QueueEntry[]): Promise<StartedRun | undefined> {
    const { startRun } = this.#options;
    if (check.status !== 'READY' || startRun === undefined) return undefined;
    const { id, taskId } = check.recommendation;
    const claims = entries.find((entry) => entry.id === id)?.claims ?? 0;
    const waitFor = await this.#startedBefore(id, claims);
    if (waitFor !== undefined) return { waitFor };
    const at = this.#workspace.ports.clock.now().toISOString();
    await this.#change((state) => ({ ...state, lastStart: { entry: id, at, claims } }));
    await startRun(id);
    this.#did.push({ kind: 'start', text: `Started a run of ${id} for #${taskId}` });
    return { entry: id };
  }

  /** Until when a run of that entry has time to claim it; undefined when none was started, or it has claimed it. */
  async #startedBefore(entry: string, claims: number): Promise<string | undefined> {
    const { lastStart } = await this.#state();
    if (lastStart?.entry !== entry || lastStart.claims !== claims) return undefined;
    const now = this.#workspace.ports.clock.now().getTime();
    const due = Date.parse(lastStart.at) + claimDueMs;
    // A start from the future is of a clock that was set back since.
    return due > now && due <= now + claimDueMs ? new Date(due).toISOString() : undefined;
  }

  /** Writes only what is news, so that a tick that finds the world as it was changes no file. */
  async #remember(check: QueueCheck): Promise<void> {
    const at = this.#workspace.ports.clock.now().toISOString();
    const { history } = await this.#state();
    const deferred: readonly Deed[] =
      check.status === 'DEFERRED' ? [{ kind: 'deferred', text: `Nothing started: ${check.reason}` }] : [];
    const news = this.#did.filter((deed) => isNews(history, deed));
    const events = [...news, ...deferred.filter((deed) => news.length > 0 || isNews(history, deed))];
    if (events.length === 0) return;
    await this.#change((state) => ({
      ...state,
      lastTickAt: at,
      history: events.reduce((all, event) => withEvent(all, { at, ...event }), state.history),
    }));
  }

  /** The earliest moment at which a tick could do something that no change of a file announces. */
  async #nextAt({ check, entries, started, jobsAt, remembers }: Ahead): Promise<string | undefined> {
    const workspace = this.#workspace;
    const now = workspace.ports.clock.now();
    const open = (await workspace.sessions.list()).some(({ end }) => end === null);
    const claimed = entries.some(({ claim }) => claim !== null);
    const failed = this.#did.some(({ kind }) => kind === 'failed');
    const watching = open || claimed || failed || remembers || started?.entry !== undefined;
    const interval = new Date(now.getTime() + workspace.config.heartbeat.intervalSeconds * 1000);
    return earliest([
      jobsAt,
      nextMoment(entries, now),
      started?.waitFor,
      'retry_at' in check ? check.retry_at : undefined,
      watching ? interval.toISOString() : undefined,
    ]);
  }

  #state(): Promise<SchedulerState> {
    const { ports, root } = this.#workspace;
    return readSchedulerState(ports.fs, root);
  }

  #change(change: (state: SchedulerState) => SchedulerState): Promise<SchedulerState> {
    const { ports, root } = this.#workspace;
    return this.#lease.under((fence) => changeSchedulerState(ports.fs, root, fence, change));
  }
}
