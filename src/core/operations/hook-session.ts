/** Which session a hook speaks of: the one its environment names, or that of an agent a person started by hand. */
import { isBatonError } from '../base/baton-error';
import type { HookCall } from '../model/hook';
import { isTaskId, type TaskId } from '../model/task';
import { beginExternal } from './external-session';
import { isSameAgent } from './hook-beat';
import type { BatonWorkspace } from './workspace';

/** What the environment of the hook says; untrusted. */
export interface HookCaller {
  /** BATON_SESSION_ID */
  readonly session: string | undefined;
  /** BATON_TASK_ID */
  readonly task: string | undefined;
  /** Who works, for a session that the hook begins. */
  readonly agent: string;
  /** The agent's process, where it can be told; asked only for a session that the hook begins. */
  readonly findProcess: () => Promise<number | undefined>;
}

/**
 * The first call of an agent that a person started on a task begins its session.
 *
 * @returns the id of the session; undefined when there is none and none is to be begun, as when another session holds
 *   the task or the task cannot be started. Throws what the store throws.
 */
export async function sessionOfHook(
  workspace: BatonWorkspace,
  caller: HookCaller,
  call: HookCall,
): Promise<string | undefined> {
  const { session, task } = caller;
  if (session !== undefined) return session;
  if (!isTaskId(task)) return undefined;
  const open = (await workspace.sessions.forTask(task)).filter(({ end }) => end === null);
  const own = open.find((one) => one.origin === 'external' && isSameAgent(one, call));
  if (own !== undefined) return own.id;
  return call.event === 'end' ? undefined : begin(workspace, task, caller, call);
}

async function begin(
  workspace: BatonWorkspace,
  task: TaskId,
  { agent, findProcess }: HookCaller,
  { nativeId }: HookCall,
): Promise<string | undefined> {
  try {
    const { id } = await beginExternal(workspace, task, { agent, nativeId, pid: await findProcess() });
    return id;
  } catch (error) {
    if (refusals.some((code) => isBatonError(error, code))) return undefined;
    throw error;
  }
}

/** Somebody else works on the task, it is not ready or over, or there is none. */
const refusals = ['session_live', 'guard_failed', 'transition_refused', 'not_found'] as const;
