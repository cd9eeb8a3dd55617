/**
 * Launching: takes the lease, freshens the inputs, writes the packet and answers with a plan that a surface runs.
 * A launch that cannot be finished is taken back: no lease, no changed status and no private file stays behind.
 */
import { findExecutable } from '../agents/find-executable';
import { launchNotices } from '../agents/launch-notices';
import { type Launch, launchPlan } from '../agents/launch-plan';
import { runFolder } from '../agents/launch-tools';
import { BatonError, isBatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import type { AgentProfile, LaunchPlan } from '../model/agent-profile';
import type { Session } from '../model/session';
import type { RunCommandLine } from '../ports';
import { protocolLine } from '../protocol/protocol-file';
import { requireClosedBreaker } from '../sessions/breaker';
import { replaceFile } from '../store/atomic-file';
import { join, paths } from '../store/paths';
import type { TaskText } from '../store/task-record';
import { applyTrigger, requireTrigger, surroundings } from './apply-trigger';
import { packetFor } from './build-packet';
import { type CheckOptions, smokeCheck } from './check-around-session';
import { writeEffectiveIdentity } from './effective-identity';
import { rememberChecklist } from './health/remember-checklist';
import { type HookUse, hookUse, knownMarkers } from './launch-facts';
import { ownAct } from './own-act';
import { recordSession } from './record-session';
import { refreshInputs } from './refresh-inputs';
import { ownSession } from './resume-choices';
import { removeRunFolder, sweepRunFolders, writePrivateFiles } from './run-folder';
import { startFacts } from './session-start';
import { sweepSessions } from './sweep-sessions';
import { offEnvironment } from './switches';
import { asTaskId } from './task-id';
import type { VerifyResult } from './verify-features';
import type { BatonWorkspace } from './workspace';

export interface LaunchOptions {
  readonly agent: AgentProfile;
  /** Go on in the agent's own last session of this task, where it has one; else afresh. */
  readonly continueOwn?: boolean;
  /** `headless` runs once without a person and ends. */
  readonly mode?: 'interactive' | 'headless';
  /** Who asked for it; what Baton starts by itself stands before the breaker. */
  readonly trigger?: 'manual' | 'automatic';
  /** Keys of what the person has agreed to (`Consent.key`). */
  readonly consents?: ReadonlySet<string>;
  /** The program cannot run before `confirmStart`, and never will when this process dies before that. */
  readonly gated?: boolean;
  /** What is asked of the session in particular, besides the task: it stands in the packet, quoted. */
  readonly request?: string | undefined;
  /** Runs what verifies a feature, for a check before the launch (config `evidence.smokeAtLaunch`). */
  readonly run?: RunCommandLine | undefined;
  /** Told what such a check has found. */
  readonly onChecked?: ((result: VerifyResult) => void) | undefined;
  /** Of the agent's program, when the surface knows it. */
  readonly version?: string | undefined;
}

export interface PreparedLaunch {
  readonly session: Session;
  readonly plan: LaunchPlan;
  readonly packetPath: string;
  /** Estimated size of the packet. */
  readonly packetTokens: number;
  /** The task has had a session before. */
  readonly resumed: boolean;
  /** The agent goes on in a session of its own. */
  readonly continued: boolean;
  /** What this launch cannot do and what was found before it, in plain sentences; the packet says it too. */
  readonly notices: readonly string[];
}

/** What has been decided before the lease is taken. */
interface Decided {
  readonly agent: AgentProfile;
  readonly mode: 'interactive' | 'headless';
  readonly trigger: 'manual' | 'automatic';
  readonly executable: string;
  readonly hooks: HookUse;
  readonly nativeSessionId: string | undefined;
  readonly request: string | undefined;
  readonly gated: boolean;
  readonly resumed: boolean;
  readonly notices: readonly string[];
}

/**
 * Throws `agent_missing`, `session_live` (who works on it since when), `guard_failed` (not ready), `transition_refused`,
 * `launch_refused` (a path that VS Code or a shell would rewrite, or a mode the agent does not have).
 */
export async function prepareLaunch(
  calling: BatonWorkspace,
  id: string,
  options: LaunchOptions,
): Promise<PreparedLaunch> {
  // The environment of the shell may still name a session that is over.
  const workspace = ownAct(calling);
  const task = asTaskId(id);
  const executable = await findExecutable(options.agent, workspace.ports.processes, workspace.resources);
  // A session whose program is gone would hold the task until somebody looked: look now.
  await sweepSessions(workspace);
  await sweepRunFolders(workspace);
  if (options.trigger === 'automatic')
    requireClosedBreaker(await workspace.sessions.list(), workspace.ports.clock.now());
  const around = await surroundings(workspace, task);
  requireTrigger(await workspace.store.read(task), around, 'start');
  await refreshInputs(workspace, task);
  // Not beside an agent at work, and before the file is looked at: what is found is written into it.
  const found = around.liveSession ? [] : await smokeCheck(workspace, task, checksOf(options));
  const current = await workspace.store.read(task);
  const planned = await decide(workspace, current, executable, options);
  const decided = { ...planned, notices: [...planned.notices, ...found] };
  // From here on an agent may edit the file.
  await rememberChecklist(workspace, task);
  const session = await takeLease(workspace, current, decided);
  try {
    if (current.document.status === 'pending') await applyTrigger(workspace, task, 'acknowledge', {}, around);
    const { plan, packetPath, packetTokens } = await makeReady(workspace, current, session, decided);
    const { resumed, notices } = decided;
    const noted = await noteLaunch(workspace, session, decided, packetPath);
    return {
      session: noted,
      plan,
      packetPath,
      packetTokens,
      resumed,
      continued: isContinued(decided),
      notices,
    };
  } catch (error) {
    await abandonLaunch(workspace, session.id, 'the launch was refused');
    throw error;
  }
}

function checksOf({ run, consents = new Set(), onChecked }: LaunchOptions): CheckOptions {
  return { run, agreed: consents, onResult: onChecked };
}

async function decide(
  workspace: BatonWorkspace,
  { record, document }: TaskText,
  executable: string,
  options: LaunchOptions,
): Promise<Decided> {
  const { agent, mode = 'interactive', trigger = 'manual', continueOwn = false, version } = options;
  const { request, gated = false } = options;
  const earlier = await workspace.sessions.forTask(record.id);
  const nativeSessionId = continueOwn ? ownSession(earlier, agent, mode)?.nativeId : undefined;
  const hooks = await hookUse(workspace, agent, options.consents ?? new Set());
  return {
    agent,
    mode,
    trigger,
    executable,
    hooks,
    nativeSessionId: nativeSessionId ?? undefined,
    request,
    gated,
    resumed: document.log.length > 0 || earlier.length > 0,
    notices: launchNotices(agent, {
      mode,
      hooks: hooks === 'used',
      ...((hooks === 'consent' || hooks === 'hidden') && { without: hooks }),
      version,
      continued: nativeSessionId !== undefined && nativeSessionId !== null,
    }),
  };
}

function isContinued({ nativeSessionId }: Decided): boolean {
  return nativeSessionId !== undefined;
}

async function takeLease(workspace: BatonWorkspace, current: TaskText, decided: Decided): Promise<Session> {
  const session = await workspace.sessions.start({
    ...(await startFacts(workspace, current)),
    agent: decided.agent.id,
    origin: 'managed',
    trigger: decided.trigger,
    mode: decided.mode,
    hooks: decided.hooks === 'used',
    ...(decided.gated && { starter: workspace.ports.processes.self }),
  });
  try {
    await recordSession(workspace, 'session.start', session, { agent: decided.agent.id });
  } catch (error) {
    await workspace.sessions.discard(session.id);
    throw error;
  }
  return session;
}

/** The packet, the plan, and the plan's private files. */
async function makeReady(
  workspace: BatonWorkspace,
  { record }: TaskText,
  session: Session,
  decided: Decided,
): Promise<Pick<PreparedLaunch, 'plan' | 'packetPath' | 'packetTokens'>> {
  const { hasher, fs } = workspace.ports;
  const { agent, mode, executable, nativeSessionId } = decided;
  const { packetPath, packetTokens, packetText, read, protocol } = await writePacket(
    workspace,
    session,
    decided,
  );
  const launch: Launch = {
    taskId: record.id,
    taskFile: record.path,
    root: workspace.root,
    cwd: workspace.root,
    packet: read,
    packetText,
    protocol,
    sessionId: session.id,
    sessionNumber: session.number,
    resume: decided.resumed,
    nativeSessionId,
    mode,
    hooks: decided.hooks === 'used',
    executable,
    tools: workspace.resources,
    markers: await knownMarkers(fs, workspace.resources.agentsFolder),
    env: offEnvironment(workspace.acting.off),
    sha256: (text) => hasher.sha256(encodeUtf8(text)),
  };
  const plan = launchPlan(agent, launch);
  await writePrivateFiles(workspace, plan.files);
  return { plan, packetPath, packetTokens };
}

interface WrittenPacket {
  /** Where it stays. */
  readonly packetPath: string;
  readonly packetTokens: number;
  readonly packetText: string;
  /** Where the agent reads it: some refuse to read what git ignores. */
  readonly read: string;
  readonly protocol: Launch['protocol'];
}

async function writePacket(
  workspace: BatonWorkspace,
  session: Session,
  { agent, notices, request }: Decided,
): Promise<WrittenPacket> {
  const { fs } = workspace.ports;
  const current = await workspace.store.read(session.task);
  const { packet, protocol, identity } = await packetFor(workspace, current, session.number, {
    agent: agent.label,
    notices,
    request,
  });
  await writeEffectiveIdentity(workspace, identity);
  const folder = paths.packets(workspace.root);
  await fs.mkdir(folder);
  const packetPath = join(folder, `${session.id}.md`);
  await replaceFile(fs, packetPath, encodeUtf8(packet.text));
  const copy = `${runFolder(workspace.resources, session.id)}/packet.md`;
  const elsewhere = agent.packetIn === 'runFolder';
  if (elsewhere) await writePrivateFiles(workspace, [{ path: copy, text: packet.text }]);
  return {
    packetPath,
    packetTokens: packet.tokens,
    packetText: packet.text,
    read: elsewhere ? copy : packetPath,
    protocol: { text: protocol, line: protocolLine },
  };
}

/** A session that an agent goes on in keeps its id; a preset one has ours; any other is told by a hook later. */
async function noteLaunch(
  workspace: BatonWorkspace,
  session: Session,
  { agent, nativeSessionId }: Decided,
  packet: string,
): Promise<Session> {
  const preset = agent.sessionIdFrom === 'preset' ? session.id : null;
  return workspace.sessions.note(session.id, { packet, nativeId: nativeSessionId ?? preset });
}

/** The program runs: records which process it is, and starts the task. May be called again where it failed. */
export async function confirmStart(
  calling: BatonWorkspace,
  sessionId: string,
  pid: number | undefined,
): Promise<void> {
  const workspace = ownAct(calling);
  const session =
    pid === undefined
      ? await workspace.sessions.get(sessionId)
      : await workspace.sessions.attachProcess(sessionId, pid);
  if (!session || session.end) return;
  try {
    await applyTrigger(workspace, session.task, 'start', {}, await surroundings(workspace, session.task));
  } catch (error) {
    // The agent may have been faster: it has completed or blocked the task already, and that stands.
    if (!isBatonError(error, 'transition_refused')) throw error;
    workspace.ports.log.info(`#${session.task} was not started: ${error.message}`);
  }
}

/** Takes a launch back that never became a running program. */
export async function abandonLaunch(calling: BatonWorkspace, sessionId: string, why: string): Promise<void> {
  const workspace = ownAct(calling);
  const session = await workspace.sessions.get(sessionId);
  if (!session) throw new BatonError('not_found', `There is no session ${sessionId}`);
  workspace.ports.log.warn(`Launch on #${session.task} was taken back: ${why}`);
  await recordSession(workspace, 'session.abandon', session, { reason: why });
  await removeRunFolder(workspace, sessionId);
  // Before the record goes: what a crash leaves half done here, the next sweep finds.
  await giveBack(workspace, session);
  await workspace.sessions.discard(sessionId);
}

async function giveBack(workspace: BatonWorkspace, { task }: Session): Promise<void> {
  const { document } = await workspace.store.read(task);
  if (document.status !== 'acknowledged') return;
  const around = { ...(await surroundings(workspace, task)), liveSession: false };
  await applyTrigger(workspace, task, 'releaseOnExit', {}, around, { exitObserved: true });
}
