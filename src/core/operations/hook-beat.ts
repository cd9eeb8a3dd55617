/**
 * The sign of life in every call of a hook. Kept apart from the rest of the verb, and from all that reads tasks, since it
 * is all that most calls need and agents wait for it before each of their tools.
 */

import { readHookCall, writeHookAnswer } from '../agents/hook-dialects';
import { isBatonError } from '../base/baton-error';
import { type HookCall, type HookDialect, type HookEvent, isWorkEvent } from '../model/hook';
import type { Session } from '../model/session';
import { defaultIntervals } from '../sessions/intervals';
import type { BatonWorkspace } from './workspace';

type Hearing = Pick<BatonWorkspace, 'sessions'> & {
  readonly ports: Pick<BatonWorkspace['ports'], 'clock'>;
};

/**
 * The whole of a call that only wants to be heard (`isWorkEvent`), from its raw input to its raw output; the same to the
 * byte as what `hookAnswer` makes of it. Throws `locked`, `io_failed`.
 */
export async function hookBeat(
  hearing: Hearing,
  sessionId: string,
  {
    event,
    dialect,
    stdin,
  }: { readonly event: HookEvent; readonly dialect: HookDialect; readonly stdin: string },
): Promise<string> {
  await hear(hearing, sessionId, readHookCall(dialect, event, stdin));
  return writeHookAnswer(dialect, event, {});
}

/**
 * Records that the agent was heard. A beat that follows another within `activityMs` is not recorded: that is decided
 * on the session's record alone, without a lock.
 *
 * @returns the session; undefined when nothing is to be done for the call: it has no such session here, the session is
 *   over or was replaced, or the beat came too soon. Throws `locked`, `io_failed`.
 */
export async function hear(
  { sessions, ports }: Hearing,
  sessionId: string,
  call: HookCall,
): Promise<Session | undefined> {
  const known = await sessions.get(sessionId);
  if (!known || known.end || isRepeated(known, call.event, ports.clock.now())) return undefined;
  // Only a start says which session the agent is in now; a tool may be run by an agent within the agent. Within one that a
  // person started, so may the start: its environment, which names our session, is inherited.
  const isOwnStart = call.event === 'start' && (known.origin === 'managed' || isSameAgent(known, call));
  const tellsId = isOwnStart || known.nativeId === null;
  const { nativeId } = call;
  const heard = { event: call.event, ...(tellsId && nativeId !== undefined ? { nativeId } : {}) };
  try {
    const session = await sessions.heard(sessionId, heard);
    return session.end ? undefined : session;
  } catch (error) {
    if (isBatonError(error, 'session_ended') || isBatonError(error, 'not_found')) return undefined;
    throw error;
  }
}

/** One agent goes on under another id of its own when its conversation is cleared, resumed, forked or compacted. */
export function isSameAgent({ nativeId }: Session, call: HookCall): boolean {
  if (nativeId === null || call.nativeId === undefined || nativeId === call.nativeId) return true;
  return call.event === 'start' && call.source !== undefined && call.source !== 'startup';
}

/** What comes after a start or a stop is always news: the agent has gone to work. */
function isRepeated({ hookAt, hookEvent }: Session, event: HookEvent, now: Date): boolean {
  if (!isWorkEvent(event) || hookAt === null || hookEvent === null || !isWorkEvent(hookEvent)) return false;
  const since = now.getTime() - Date.parse(hookAt);
  // A beat from the future tells of a clock that was set back.
  return since >= 0 && since < defaultIntervals.activityMs;
}
