/**
 * Launching: takes the lease, freshens the inputs, writes the packet and answers with a plan that a surface runs.
 * A launch that cannot be finished is taken back: no lease, no changed status stays behind.
 */
import { findExecutable, launchPlan } from '../agents/launch-plan';
import { BatonError, isBatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import { transition } from '../lifecycle/transitions';
import type { AgentProfile, LaunchPlan } from '../model/agent-profile';
import type { Session } from '../model/session';
import type { TaskId } from '../model/task';
import { replaceFile } from '../store/atomic-file';
import { join, paths } from '../store/paths';
import type { TaskText } from '../store/task-record';
import { applyTrigger, lifecycleFacts, type Surroundings, surroundings } from './apply-trigger';
import { packetFor } from './build-packet';
import { rememberChecklist } from './health/remember-checklist';
import { recordSession } from './record-session';
import { refreshInputs } from './refresh-inputs';
import { sweepSessions } from './sweep-sessions';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export interface PreparedLaunch {
  readonly session: Session;
  readonly plan: LaunchPlan;
  readonly packetPath: string;
  /** The task has had a session before. */
  readonly resumed: boolean;
}

/**
 * Throws `agent_missing`, `session_live` (who works on it since when), `guard_failed` (not ready), `transition_refused`,
 * `launch_refused` (a path that VS Code or a shell would rewrite).
 */
export async function prepareLaunch(
  workspace: BatonWorkspace,
  id: string,
  options: { readonly agent: AgentProfile },
): Promise<PreparedLaunch> {
  const task = asTaskId(id);
  const executable = await findExecutable(options.agent, workspace.ports.processes, workspace.resources);
  // A session whose program is gone would hold the task until somebody looked: look now.
  await sweepSessions(workspace);
  await refreshInputs(workspace, task);
  const current = await workspace.store.read(task);
  const earlier = await workspace.sessions.forTask(task);
  const around = await surroundings(workspace, task);
  requireStartable(current, around);
  // From here on an agent may edit the file.
  await rememberChecklist(workspace, task);
  const session = await takeLease(workspace, current, options.agent);
  const resumed = current.document.log.length > 0 || earlier.length > 0;
  try {
    if (current.document.status === 'pending') await applyTrigger(workspace, task, 'acknowledge', {}, around);
    const files = await writeLaunchFiles(workspace, task, session, options.agent);
    const plan = launchPlan(options.agent, {
      ...files,
      executable,
      taskId: task,
      taskFile: current.record.path,
      root: workspace.root,
      cwd: workspace.root,
      sessionId: session.id,
      sessionNumber: session.number,
      resume: resumed,
      tools: workspace.resources,
    });
    return { session, plan, packetPath: files.packet, resumed };
  } catch (error) {
    await abandonLaunch(workspace, session.id, 'the launch was refused');
    throw error;
  }
}

/** Refuses before anything is written what `start` would refuse once the program runs. */
function requireStartable({ document }: TaskText, around: Surroundings): void {
  transition(lifecycleFacts(document, { ...around, liveSession: false }), 'start');
}

async function takeLease(
  workspace: BatonWorkspace,
  current: TaskText,
  agent: AgentProfile,
): Promise<Session> {
  const git = await workspace.ports.git.state(workspace.root);
  const { document } = current;
  const session = await workspace.sessions.start({
    task: current.record.id,
    agent: agent.id,
    origin: 'managed',
    surface: workspace.acting.surface,
    lastNumber: document.sessions.lastNumber,
    head: git?.head ?? null,
    branch: git?.branch ?? null,
    dirty: git?.dirty ?? false,
    before: {
      entries: document.sessions.count,
      passed: document.featureList.filter(({ passes }) => passes).map((feature) => feature.id),
      criteriaDone: document.criteria.done,
    },
  });
  try {
    await recordSession(workspace, 'session.start', session, { agent: agent.id });
  } catch (error) {
    await workspace.sessions.discard(session.id);
    throw error;
  }
  return session;
}

/** The packet, and the constant protocol apart from it for agents that take it as a system prompt. */
async function writeLaunchFiles(
  workspace: BatonWorkspace,
  task: TaskId,
  session: Session,
  agent: AgentProfile,
): Promise<{ readonly packet: string; readonly protocolFile: string }> {
  const { fs } = workspace.ports;
  const current = await workspace.store.read(task);
  const { packet, protocol } = await packetFor(workspace, current, session.number, { agent: agent.label });
  const folder = paths.packets(workspace.root);
  await fs.mkdir(folder);
  const packetPath = join(folder, `${session.id}.md`);
  const protocolFile = join(folder, `${session.id}.protocol.md`);
  await replaceFile(fs, packetPath, encodeUtf8(packet.text));
  await replaceFile(fs, protocolFile, encodeUtf8(protocol));
  await workspace.sessions.setPacket(session.id, packetPath);
  return { packet: packetPath, protocolFile };
}

/** The program runs: records which process it is, and starts the task. */
export async function confirmStart(
  workspace: BatonWorkspace,
  sessionId: string,
  pid: number | undefined,
): Promise<void> {
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
export async function abandonLaunch(
  workspace: BatonWorkspace,
  sessionId: string,
  why: string,
): Promise<void> {
  const session = await workspace.sessions.get(sessionId);
  if (!session) throw new BatonError('not_found', `There is no session ${sessionId}`);
  workspace.ports.log.warn(`Launch on #${session.task} was taken back: ${why}`);
  await recordSession(workspace, 'session.abandon', session, { reason: why });
  await workspace.sessions.discard(sessionId);
  const { document } = await workspace.store.read(session.task);
  if (document.status !== 'acknowledged') return;
  const around = await surroundings(workspace, session.task);
  await applyTrigger(workspace, session.task, 'releaseOnExit', {}, around, { exitObserved: true });
}
