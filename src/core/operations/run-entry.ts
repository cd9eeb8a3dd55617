/**
 * `baton queue run`: resumes one entry of the queue in the background, from its claim to its end. The only code that
 * starts an agent which nobody asked for; the scheduler and the editor start it as a process of its own. Issue 5;
 * requirements 002-3, 002-4, 002-21, 002-22; resolutions C6, C7.
 */
import { requireEconomy } from '../agents/economy';
import { BatonError, isBatonError } from '../base/baton-error';
import type { AgentProfile, LaunchPlan } from '../model/agent-profile';
import type { BackgroundChoice } from '../model/background';
import type { QueueCheck, QueueEntry } from '../model/queue';
import type { Session } from '../model/session';
import { usageLimit } from '../queue/usage-limit';
import { join, paths } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import { closeSession } from './close-session';
import { abandonLaunch, confirmStart, type PreparedLaunch, prepareLaunch } from './launch-session';
import { ownAct, ownWork } from './own-act';
import { queueOf } from './queue-of';
import { giveBackClaims } from './run-entry-claims';
import { type Claimed, claimEntry, claimMs, type GateHost, requireTask } from './run-entry-gate';
import { beatSession, sweepSessions } from './sweep-sessions';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

/** What the surface runs for us. */
export interface BackgroundRun extends LaunchPlan {
  /** Absolute path of the file that gets what it prints. */
  readonly logTo: string;
  /** Nothing of the program may run before this resolves, nor when it rejects; on Windows it may, for a moment. */
  readonly onStart: (pid: number) => Promise<void>;
  readonly onBeat: () => Promise<void>;
}

export interface RunEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The end of what it printed. */
  readonly tail: string;
}

export interface RunHost extends GateHost {
  /** Keys of what the person has agreed to (`Consent.key`). */
  readonly consents: ReadonlySet<string>;
  readonly run: (run: BackgroundRun) => Promise<RunEnd>;
  /** Minutes that UTC is ahead of this machine's own time, as `Date.getTimezoneOffset` tells. */
  readonly offsetMinutes: number;
  /** What the person allows now: making a run ready takes seconds, in which they may pause. `choice` unless given. */
  readonly choiceNow?: () => Promise<BackgroundChoice>;
  /** The agent runs and all of that is on disk: the surface may want to render it. */
  readonly started?: (run: {
    readonly session: Session;
    readonly agent: AgentProfile;
    readonly logTo: string;
  }) => Promise<void>;
}

export type RunReport =
  | { readonly ran: false; readonly check: QueueCheck }
  | {
      readonly ran: true;
      readonly entry: string;
      readonly agent: string;
      readonly session: Session;
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly task: TaskView;
      /** What the queue says of the task now; undefined when it is done with. */
      readonly queued: QueueEntry | undefined;
    };

/**
 * @param id of the entry; the one whose turn it is when left out
 * @returns how the run ended, or why nothing was started. Throws `claimed` when somebody else is at the entry,
 *   `guard_failed` for one that is not due or only holds a prompt, `not_found`, and what a launch throws.
 *
 * **Invariant:** of any number of calls at once, one starts an entry, and no more run than the limit allows.
 */
export async function runEntry(
  calling: BatonWorkspace,
  id: string | undefined,
  host: RunHost,
): Promise<RunReport> {
  // What an agent asks for, nobody has asked for.
  const scheduled = host.scheduled || calling.acting.actor === 'agent';
  const workspace = scheduled ? ownWork(calling) : ownAct(calling);
  await sweepSessions(workspace);
  await giveBackClaims(workspace);
  const claimed = await claimEntry(workspace, id, { ...host, scheduled });
  return 'entry' in claimed
    ? run(workspace, claimed, { ...host, scheduled })
    : { ran: false, check: claimed };
}

async function run(workspace: BatonWorkspace, claimed: Claimed, host: RunHost): Promise<RunReport> {
  const launched = await prepare(workspace, claimed, host);
  const end = await start(workspace, claimed, launched, host);
  const { id } = launched.session;
  const { profile, entry } = claimed;
  const closed = await closeSession(workspace, id, {
    exitCode: end.exitCode,
    signal: end.signal,
    reason: 'process',
    exitMap: profile.exit,
    limit: limitOf(workspace, profile, end, host.offsetMinutes),
  });
  const session = (await workspace.sessions.get(id)) ?? launched.session;
  const { exitCode, signal } = end;
  const queued = await settle(workspace, claimed, session, closed.task);
  return {
    ran: true,
    entry: entry.id,
    agent: profile.id,
    session,
    exitCode,
    signal,
    task: closed.task,
    queued,
  };
}

/** An end that is trusted to be a good one tells of no limit, whatever the agent printed on its way. */
function limitOf(
  { ports }: BatonWorkspace,
  { exit, limits }: AgentProfile,
  { exitCode, tail }: RunEnd,
  offsetMinutes: number,
): { readonly until: string | null } | undefined {
  if (exitCode === 0 && exit.trustworthy) return undefined;
  const seen = usageLimit(limits, { tail, exitCode, now: ports.clock.now(), offsetMinutes });
  return seen && { until: seen.until?.toISOString() ?? null };
}

/** What somebody asked for in their own words; that a task is to be resumed the packet says anyway. */
function requestOf({ prompt, taskId }: QueueEntry): string | undefined {
  return prompt.startsWith(`Resume #${taskId}:`) ? undefined : prompt;
}

async function prepare(
  workspace: BatonWorkspace,
  { entry, claim, profile }: Claimed,
  { consents }: RunHost,
): Promise<PreparedLaunch> {
  try {
    return await prepareLaunch(workspace, requireTask(entry), {
      agent: profile,
      mode: 'headless',
      trigger: 'automatic',
      consents,
      // Where there is no gate, the agent may run for the moment until it is on record.
      gated: workspace.resources.platform !== 'win32',
      request: requestOf(entry),
    });
  } catch (error) {
    await refused(workspace, { entry, claim }, error);
    throw error;
  }
}

async function start(
  workspace: BatonWorkspace,
  claimed: Claimed,
  { session, plan }: PreparedLaunch,
  host: RunHost,
): Promise<RunEnd> {
  const { entry, claim, profile } = claimed;
  const queue = queueOf(workspace);
  const logTo = join(paths.runLogs(workspace.root), `${session.id}.log`);
  try {
    requireEconomy(profile, plan);
    await new WorkspaceGuard(workspace.ports.fs, workspace.root).forWriting(logTo);
    return await host.run({
      ...plan,
      logTo,
      onStart: async (pid) => {
        await requireStillAllowed(host);
        await workspace.sessions.attachProcess(session.id, pid);
        await queue.started(entry.id, claim.rev, session.id);
        await confirmStart(workspace, session.id, undefined);
        await host.started?.({ session, agent: profile, logTo });
      },
      onBeat: async () => {
        await beatSession(workspace, session.id);
        await queue.extend(entry.id, claim.rev, claimMs);
      },
    });
  } catch (error) {
    await abandonLaunch(workspace, session.id, 'the program could not be started');
    await refused(workspace, claimed, error);
    throw error;
  }
}

/** The last look before the program is let go. Throws `switched_off`. */
async function requireStillAllowed({ choice, choiceNow, scheduled }: RunHost): Promise<void> {
  const { pausedAt, autoResume } = (await choiceNow?.()) ?? choice;
  if (pausedAt === null && (autoResume || !scheduled)) return;
  throw new BatonError(
    'switched_off',
    'Background work was paused or turned off before the agent had started',
  );
}

/** Nothing was started. What others are at, or what stands against every start, is no failure of the entry. */
async function refused(
  workspace: BatonWorkspace,
  { entry, claim }: Pick<Claimed, 'entry' | 'claim'>,
  error: unknown,
): Promise<void> {
  const queue = queueOf(workspace);
  const innocent = (['session_live', 'breaker_open', 'locked', 'claimed', 'switched_off'] as const).some(
    (code) => isBatonError(error, code),
  );
  if (innocent) await queue.giveBack(entry.id, claim.rev);
  else await queue.fail(entry.id, claim.rev, error instanceof Error ? error.message : String(error));
}

/**
 * The end of the session has been counted already, unless a crash cut that short. A run that got the task on is no failed
 * attempt, though it did not end it: the next one follows at once.
 */
async function settle(
  workspace: BatonWorkspace,
  { entry, claim }: Claimed,
  session: Session,
  task: TaskView,
): Promise<QueueEntry | undefined> {
  const queue = queueOf(workspace);
  // Who ends a run does not want to see it start again a moment later, whoever had queued it.
  if (task.status === 'completed' || task.status === 'cancelled' || session.end?.reason === 'user') {
    await queue.ack(entry.id);
    return undefined;
  }
  await queue.fail(entry.id, claim.rev, 'The run ended before its task was done');
  const now = (await queue.list()).entries.find(({ id }) => id === entry.id);
  if (now === undefined || now.reason === 'usage_limit' || !gotOn(session)) return now;
  return queue.revive(entry.id);
}

function gotOn({ end }: Session): boolean {
  return end?.intended === true && (end.passed.length > 0 || end.ticked > 0);
}
