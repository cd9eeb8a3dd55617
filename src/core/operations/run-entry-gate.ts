/** What stands between the queue and a run in the background: the gate, the limit, the claim. Issue 5 "Gate". */
import { BatonError } from '../base/baton-error';
import type { AgentProfile } from '../model/agent-profile';
import type { BackgroundChoice } from '../model/background';
import type { Claim, DeferReason, QueueCheck, QueueEntry } from '../model/queue';
import { entryState } from '../queue/entry-state';
import { beatIntervalMs } from '../sessions/intervals';
import { Locks } from '../store/lock';
import { paths } from '../store/paths';
import { checkQueue, isHeld } from './queue-check';
import { liveSessions, queueOf } from './queue-of';
import { runnerWords } from './run-entry-claims';
import type { BatonWorkspace } from './workspace';

export interface GateHost {
  /** Installed agents of the economy lane, in the order to try them (`economyAgents`). */
  readonly agents: readonly { readonly profile: AgentProfile }[];
  readonly choice: BackgroundChoice;
  /** The scheduler asks, not a person: the person must have opted in, and the entry must be due. */
  readonly scheduled: boolean;
}

export interface Claimed {
  readonly entry: QueueEntry;
  readonly claim: Claim;
  readonly profile: AgentProfile;
}

/** A claim outlives two lost beats. Milliseconds. */
export const claimMs = 3 * beatIntervalMs;

/**
 * Gate and claim in one, so that two runs that start at once count each other. Throws `claimed`, `guard_failed`,
 * `not_found`, `locked`.
 *
 * @returns what may be started, or why nothing may
 */
export function claimEntry(
  workspace: BatonWorkspace,
  id: string | undefined,
  host: GateHost,
): Promise<Claimed | QueueCheck> {
  const locks = new Locks(workspace.ports, paths.locks(workspace.root));
  return locks.with('background-start', async () => {
    const check = await gated(workspace, id, host);
    const wanted = id ?? (check.status === 'READY' ? check.recommendation.id : undefined);
    if (wanted === undefined || (check.status !== 'READY' && check.status !== 'NO_TASKS')) return check;
    const [first] = host.agents;
    const agent = check.status === 'READY' ? check.recommendation.agent : first?.profile.id;
    const profile = host.agents.find((one) => one.profile.id === agent)?.profile;
    if (profile === undefined) return deferred(check, 'no_economy_profile');
    const queue = queueOf(workspace);
    const entry = (await queue.list()).entries.find((one) => one.id === wanted);
    if (entry === undefined) throw notFound(wanted);
    requireTask(entry);
    if (host.scheduled && isHeld(host.choice, entry.taskId)) return deferred(check, 'paused');
    const by = runnerWords(workspace.ports.processes.self);
    const claim = await queue.claim(wanted, { by, forMs: claimMs, early: !host.scheduled });
    return { entry, claim, profile };
  });
}

/**
 * The gate once more, in the process that starts the agent. Whoever is the scheduler has sent us, so that its lease does
 * not stand against us; what a person must have allowed is looked at here.
 */
async function gated(
  workspace: BatonWorkspace,
  id: string | undefined,
  { agents, choice, scheduled }: GateHost,
): Promise<QueueCheck> {
  const profiles = agents.map(({ profile }) => profile);
  const check = await checkQueue(workspace, { trusted: true, choice, profiles, byHand: true });
  if (check.status !== 'READY' && check.status !== 'NO_TASKS') return check;
  if (scheduled && !choice.autoResume) return deferred(check, 'not_opted_in');
  // An entry by its name is for the claim to judge: it may be somebody's, or early.
  if (check.status === 'NO_TASKS' && id === undefined) return check;
  const { maxBackground } = workspace.config.autoResume;
  return (await atWork(workspace, id)) < maxBackground ? check : deferred(check, 'concurrency_limit');
}

/** Runs in the background, those included that have claimed an entry and not started yet. */
async function atWork(workspace: BatonWorkspace, id: string | undefined): Promise<number> {
  const live = await liveSessions(workspace);
  const now = workspace.ports.clock.now();
  const { entries } = await queueOf(workspace).list();
  const starting = entries.filter(
    (entry) => entry.id !== id && entryState(entry, now, live) === 'claimed',
  ).length;
  return live.filter(({ background }) => background).length + starting;
}

function deferred({ pending_count, active_sessions }: QueueCheck, reason: DeferReason): QueueCheck {
  return { status: 'DEFERRED', reason, pending_count, active_sessions };
}

function notFound(id: string): BatonError {
  return new BatonError('not_found', `There is no entry ${id} in the queue`, {
    hint: 'See `baton queue list` for the entries.',
  });
}

/** Throws `guard_failed` for an entry that only holds a prompt. */
export function requireTask({ id, taskId }: QueueEntry): NonNullable<QueueEntry['taskId']> {
  if (taskId !== null) return taskId;
  throw new BatonError('guard_failed', `Entry ${id} holds a prompt and no task`, {
    hint: 'Create a task from it, or remove it from the queue.',
  });
}
