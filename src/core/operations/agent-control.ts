/**
 * `agent.control`: pause, resume and cancel work, and its state, for all of a folder or for one task. Pausing keeps new work
 * from starting and never ends what runs; cancelling ends an agent, and only when a person has agreed. So does ending a pause
 * that a person has set. Requirement 001-16.
 */
import { BatonError } from '../base/baton-error';
import type { BackgroundChange, BackgroundChoice } from '../model/background';
import { type AgentStatus, agentStatus } from './agent-status';
import { findSession } from './find-session';
import { isHeld } from './queue-check';
import { type StoppedSession, stopSession } from './stop-session';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export const controlActions = ['pause', 'resume', 'cancel', 'state'] as const;
export type ControlAction = (typeof controlActions)[number];

export interface ControlRequest {
  readonly action: ControlAction;
  /** A session's id or a task; all of the folder where there is none. */
  readonly target?: string | undefined;
  /** A person has agreed to what ends an agent, or their own pause. */
  readonly confirmed?: boolean | undefined;
}

/** Where the person's choice for a folder is kept. */
export interface ChoiceKeeper {
  read(root: string): Promise<BackgroundChoice>;
  change(root: string, change: BackgroundChange): Promise<BackgroundChoice>;
}

export interface Controlled {
  readonly action: ControlAction;
  /** The task it was about; null for all of the folder. */
  readonly task: string | null;
  /** Whether anything is different now. */
  readonly changed: boolean;
  /** What was done, in one line. */
  readonly text: string;
  /** How things stand after it. */
  readonly status: AgentStatus;
}

/**
 * Throws `guard_failed` when an agent at work asks for more than the state, `consent_needed` for a cancel, or the end of a
 * person's pause, that nobody has agreed to, `usage` for one without a target, `not_found`, and what stopping throws.
 */
export async function controlAgents(
  workspace: BatonWorkspace,
  { action, target, confirmed = false }: ControlRequest,
  choices: ChoiceKeeper,
): Promise<Controlled> {
  if (action !== 'state') requireOutsider(workspace);
  const done = await carriedOut(workspace, { action, target, confirmed }, choices);
  const status = await agentStatus(workspace, await choices.read(workspace.root));
  return { action, ...done, status: done.task === null ? status : onlyOf(status, done.task) };
}

type Done = Pick<Controlled, 'task' | 'changed' | 'text'>;

function carriedOut(
  workspace: BatonWorkspace,
  { action, target, confirmed }: ControlRequest,
  choices: ChoiceKeeper,
): Promise<Done> {
  if (action === 'cancel') return cancel(workspace, target, confirmed === true);
  return target === undefined
    ? ofFolder(workspace, { action, confirmed }, choices)
    : ofTask(workspace, { action, target }, choices);
}

/** Agents at work must not stop each other. */
function requireOutsider({ acting }: BatonWorkspace): void {
  if (acting.session === undefined) return;
  throw new BatonError('guard_failed', 'An agent at work does not control agents', {
    hint: 'Leave that to the person, or to the program that supervises the agents.',
  });
}

type Gentle = Exclude<ControlAction, 'cancel'>;

async function ofFolder(
  { root, ports }: BatonWorkspace,
  { action, confirmed }: { readonly action: Gentle; readonly confirmed: boolean | undefined },
  choices: ChoiceKeeper,
): Promise<Done> {
  const { pausedAt, programPausedAt } = await choices.read(root);
  const wanted = action === 'state' ? pausedAt !== null : action === 'pause';
  const changed = wanted !== (pausedAt !== null);
  if (changed && !wanted && pausedAt !== programPausedAt && confirmed !== true) throw pauseOfPerson();
  const now = ports.clock.now().toISOString();
  if (changed)
    await choices.change(root, wanted ? { pausedAt: now, programPausedAt: now } : { pausedAt: null });
  const text = wanted ? 'No new work starts in the background' : 'Background work may start';
  return { task: null, changed, text };
}

function pauseOfPerson(): BatonError {
  return new BatonError(
    'consent_needed',
    'The pause of all background work, which a person set, is to be ended',
    {
      hint: 'Ask the person; then repeat it with --yes (as a tool: "confirmed": true).',
    },
  );
}

async function ofTask(
  workspace: BatonWorkspace,
  { action, target }: { readonly action: Gentle; readonly target: string },
  choices: ChoiceKeeper,
): Promise<Done> {
  const task = await taskOf(workspace, target);
  const choice = await choices.read(workspace.root);
  const was = isHeld(choice, task);
  const wanted = action === 'state' ? was : action === 'pause';
  if (was !== wanted) {
    // Made of what is held when it is written: other tasks may be paused at this moment.
    await choices.change(workspace.root, ({ held = [] }) => {
      const others = held.filter((one) => one !== task);
      return { held: wanted ? [...others, task] : others };
    });
  }
  const text = wanted ? `Nothing is started by itself on #${task}` : `#${task} may be resumed by itself`;
  return { task, changed: was !== wanted, text };
}

/** Of a session its task; else the task of that id. Throws `not_found`. */
async function taskOf({ sessions, store }: BatonWorkspace, target: string): Promise<string> {
  const session = await sessions.get(target.trim());
  if (session !== undefined) return session.task;
  return (await store.find(asTaskId(target))).id;
}

const cancelWords: Readonly<Record<StoppedSession['how'], string>> = {
  politely: 'ended',
  firmly: 'was ended by force',
  gone: 'had ended already',
};

async function cancel(
  workspace: BatonWorkspace,
  target: string | undefined,
  confirmed: boolean,
): Promise<Done> {
  if (target === undefined) {
    throw new BatonError('usage', 'It is not clear which agent is to be ended', {
      hint: 'Name its session or its task; `baton agent status` shows them.',
    });
  }
  const found = await findSession(workspace, target);
  const name = `Session ${found.number} of #${found.task}`;
  if (!confirmed) {
    throw new BatonError('consent_needed', `${name} is to be ended, with all its agent has started`, {
      hint: 'Ask the person; then repeat it with --yes (as a tool: "confirmed": true).',
    });
  }
  const { how, session } = await stopSession(workspace, found.id, { by: 'person' });
  return { task: session.task, changed: how !== 'gone', text: `${name} ${cancelWords[how]}` };
}

function onlyOf(status: AgentStatus, task: string): AgentStatus {
  const ofTask = (one: string) => one === task;
  return {
    ...status,
    agents: status.agents.filter(({ view }) => view.session.task === task),
    held: status.held.filter(ofTask),
    blocked: status.blocked.filter(ofTask),
    resumable: status.resumable.filter(ofTask),
  };
}
