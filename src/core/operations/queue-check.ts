/**
 * `baton queue check`: what may be resumed now, or why nothing may. Reads only: whoever asks decides what comes of it
 * (requirement 002-33). The shape and the log lines are those of requirements 002-11, 002-12 and 002-19.
 */
import { isBatonError } from '../base/baton-error';
import type { AgentProfile } from '../model/agent-profile';
import type { BackgroundChoice } from '../model/background';
import type { QueueCheck, QueueEntry } from '../model/queue';
import type { MachineLoad } from '../ports';
import { allDue, nextMoment } from '../queue/entry-state';
import { type GateAnswer, type GateFacts, gate, loadPercent } from '../queue/gate';
import type { QueueList } from '../queue/resume-queue';
import { readLease } from '../scheduler/scheduler-lease';
import { type BreakerState, breakerState } from '../sessions/breaker';
import { type HeldTask, liveSessions, queueOf } from './queue-of';
import type { BatonWorkspace } from './workspace';

export type EconomyProfiles = readonly Pick<AgentProfile, 'id' | 'lane'>[];

export interface QueueCheckOptions {
  /** The workspace folder is trusted. */
  readonly trusted: boolean;
  readonly choice: BackgroundChoice;
  /**
   * Installed agents of the economy lane, in the order to try them; others are passed over. As a function where finding
   * them takes time: called only when nothing else stands against a start.
   */
  readonly profiles: EconomyProfiles | (() => Promise<EconomyProfiles>);
  /** Asks for a recommendation only: needs neither trust nor opt-in, and does not mind another scheduler. */
  readonly byHand?: boolean;
}

/** Of so many due entries the tasks are looked at; what stands behind them is looked at when they are gone. */
const maxLooks = 50;

/** What the person could resume at once. */
interface Counts {
  readonly pending_count: number;
  readonly active_sessions: number;
}

/** Throws nothing: what cannot be read is an ERROR with its reason. */
export async function checkQueue(workspace: BatonWorkspace, options: QueueCheckOptions): Promise<QueueCheck> {
  try {
    return await check(workspace, options);
  } catch (error) {
    const stack = isBatonError(error) || !(error instanceof Error) ? String(error) : error.stack;
    workspace.ports.log.error(`The queue cannot be checked: ${stack}`);
    const reason = error instanceof Error ? error.message : String(error);
    return { status: 'ERROR', reason, pending_count: 0, active_sessions: 0 };
  }
}

async function check(workspace: BatonWorkspace, options: QueueCheckOptions): Promise<QueueCheck> {
  const { log, clock } = workspace.ports;
  const now = clock.now();
  const [list, sessions] = await Promise.all([queueOf(workspace).list(), workspace.sessions.list()]);
  const live = await liveSessions(workspace, sessions);
  const breaker = breakerState(sessions, now);
  const pending = list.entries.filter(({ deadAt }) => deadAt === null);
  const counts = { pending_count: pending.length, active_sessions: live.length };
  if (list.malformed) return { status: 'ERROR', reason: problemOf(list), ...counts };
  if (list.problem !== undefined) log.info(list.problem);
  log.info(`Loaded ${count(pending.length, 'pending task')}`);
  if (pending.length === 0) return { status: 'NO_TASKS', ...counts };
  const load = await workspace.ports.machine.load();
  const answer = await ask(await factsOf(workspace, options, { live, breaker, load, now }), options);
  tell(workspace, answer, live, load);
  if (!answer.ready) return refused(answer, counts);
  const next = await firstStartable(workspace, notHeld(allDue(pending, now, live), options));
  if (next === undefined) return { status: 'NO_TASKS', ...counts, ...retryAt(nextMoment(pending, now)) };
  const { id, taskId, prompt } = next;
  return { status: 'READY', ...counts, recommendation: { id, taskId, prompt, agent: answer.agent } };
}

interface Seen {
  readonly live: readonly HeldTask[];
  readonly breaker: BreakerState;
  readonly load: MachineLoad;
  readonly now: Date;
}

async function factsOf(
  workspace: BatonWorkspace,
  { trusted, choice, byHand = false }: QueueCheckOptions,
  { live, breaker, load, now }: Seen,
): Promise<Omit<GateFacts, 'economy'>> {
  const isOpen = breaker.state === 'open' || (breaker.state === 'half-open' && breaker.trial !== undefined);
  return {
    now,
    trusted,
    choice,
    byHand,
    breaker: { open: isOpen, until: breaker.state === 'open' ? breaker.until : undefined },
    lockedBy: await otherScheduler(workspace, now),
    foreground: live.filter(({ background }) => !background).length,
    background: live.filter(({ background }) => background).length,
    load,
    limits: workspace.config.autoResume,
  };
}

async function ask(
  facts: Omit<GateFacts, 'economy'>,
  { profiles }: Pick<QueueCheckOptions, 'profiles'>,
): Promise<GateAnswer> {
  const otherwise = gate({ ...facts, economy: ['any'] });
  if (!otherwise.ready) return otherwise;
  const installed = typeof profiles === 'function' ? await profiles() : profiles;
  const economy = installed.filter(({ lane }) => lane === 'economy').map(({ id }) => id);
  return gate({ ...facts, economy });
}

/** Another process whose lease as the scheduler holds, in words. One that is proven gone holds nothing. */
async function otherScheduler({ ports, root }: BatonWorkspace, now: Date): Promise<string | undefined> {
  const lease = await readLease(ports.fs, root);
  if (lease === undefined || lease.token === null || Date.parse(lease.until) <= now.getTime())
    return undefined;
  const { self } = ports.processes;
  if (lease.pid === self.pid && lease.start === self.start && lease.scope === self.scope) return undefined;
  if ((await ports.processes.isRunning(lease)) === false) return undefined;
  return `Another Baton looks after the queue: process ${lease.pid} since ${lease.at}`;
}

/** The lines of requirement 002-19. */
function tell(
  { ports: { log }, config }: BatonWorkspace,
  answer: GateAnswer,
  live: readonly HeldTask[],
  load: MachineLoad,
): void {
  const background = live.filter((one) => one.background).length;
  log.debug(`System load: ${loadPercent(load)} %`);
  log.debug(`Active background sessions: ${background}`);
  if (answer.ready || (answer.reason !== 'concurrency_limit' && answer.reason !== 'foreground_session'))
    return;
  if (answer.reason === 'concurrency_limit')
    log.warn(`Limit of background sessions reached (${background}/${config.autoResume.maxBackground})`);
  log.info('VIP lane protected: nothing new is started');
}

function refused(answer: Exclude<GateAnswer, { ready: true }>, counts: Counts): QueueCheck {
  if (answer.reason === 'locked') return { status: 'LOCKED', reason: answer.holder, ...counts };
  return { status: 'DEFERRED', reason: answer.reason, ...counts, ...retryAt(answer.retryAt) };
}

type TaskEntry = QueueEntry & { readonly taskId: NonNullable<QueueEntry['taskId']> };

/** A person who asks by hand decides on a held task by themselves. */
function notHeld(
  due: readonly QueueEntry[],
  { choice, byHand = false }: QueueCheckOptions,
): readonly QueueEntry[] {
  return byHand ? due : due.filter(({ taskId }) => !isHeld(choice, taskId));
}

export function isHeld({ held }: BackgroundChoice, task: string | null): boolean {
  return task !== null && held?.includes(task) === true;
}

/** The first whose task can be worked on: those that are done, gone or wait for a person are passed over. */
async function firstStartable(
  workspace: BatonWorkspace,
  due: readonly QueueEntry[],
): Promise<TaskEntry | undefined> {
  for (const entry of due.slice(0, maxLooks)) {
    const { taskId } = entry;
    if (taskId !== null && (await isStartable(workspace, taskId))) return { ...entry, taskId };
  }
  return undefined;
}

async function isStartable({ store }: BatonWorkspace, task: TaskEntry['taskId']): Promise<boolean> {
  try {
    const { status } = (await store.find(task)).outline;
    return status === 'pending' || status === 'acknowledged' || status === 'in_progress';
  } catch (error) {
    if (isBatonError(error, 'not_found') || isBatonError(error, 'duplicate_id')) return false;
    throw error;
  }
}

function retryAt(at: string | undefined): { readonly retry_at?: string } {
  return at === undefined ? {} : { retry_at: at };
}

function problemOf({ problem }: QueueList): string {
  return `${problem}. Correct it by hand; the next change Baton makes sets it aside with all it holds`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
