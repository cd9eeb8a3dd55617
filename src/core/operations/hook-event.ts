/**
 * One call of an agent's hook: a sign of life, and where the agent asks for it the facts it needs, what a summary must
 * keep, and a word when it is about to end its turn without a progress entry. Source: agents.md section 14; requirements
 * 003-26 … 003-36; issue 4.
 */
import { BatonError } from '../base/baton-error';
import type { HookAnswer, HookCall } from '../model/hook';
import type { Session } from '../model/session';
import type { TaskDocument } from '../model/task';
import { factsText, type HookFacts, keepText, stopText } from '../protocol/hook-texts';
import { endExternal } from './external-session';
import { hear, isSameAgent } from './hook-beat';
import type { BatonWorkspace } from './workspace';

/** How often a session is asked for its progress entry. Some agents would be held for ever (agents.md, finding 4). */
export const maxStopAsks = 2;

export interface HookOptions {
  /** Characters of context that reach the agent's model whole. */
  readonly contextLimit: number;
  /** Where the agent was told to read the packet, when that is not the session's own file of it: absolute path. */
  readonly packet?: string | undefined;
}

/**
 * Does nothing, and answers nothing, for a session that is not on record here, is over, or was replaced.
 *
 * **Invariant:** a session is asked at most `maxStopAsks` times, and never when its log has an entry of it.
 *
 * Throws what the store throws; who calls for an agent answers nothing then.
 */
export async function hookEvent(
  workspace: BatonWorkspace,
  sessionId: string,
  call: HookCall,
  { contextLimit, packet }: HookOptions,
): Promise<HookAnswer> {
  const heard = await hear(workspace, sessionId, call);
  if (heard === undefined) return {};
  const session = { ...heard, packet: packet ?? heard.packet };
  switch (call.event) {
    case 'start': {
      const occasion = call.source === 'compact' ? 'compacted' : 'start';
      return { context: factsText(await gatherFacts(workspace, session), occasion, contextLimit) };
    }
    case 'postCompact':
      return { context: factsText(await gatherFacts(workspace, session), 'compacted', contextLimit) };
    case 'preCompact':
      return beforeCompaction(workspace, session);
    case 'stop':
      return beforeStop(workspace, session, call);
    case 'end':
      await sessionOver(workspace, session, call);
      return {};
    case 'prompt':
    case 'tool':
      return {};
  }
}

/** The journal is on disk with every note; the working buffer goes to the daily notes now. */
async function beforeCompaction(workspace: BatonWorkspace, session: Session): Promise<HookAnswer> {
  try {
    await workspace.renderings.flushBuffer('compaction');
  } catch (error) {
    // Nothing is lost by that: the buffer keeps its entries, and what the summary must keep is more urgent.
    if (!(error instanceof BatonError)) throw error;
    workspace.ports.log.warn(`The working buffer was not flushed before a compaction: ${error.message}`);
  }
  return { keep: keepText(await gatherFacts(workspace, session)) };
}

async function beforeStop(
  workspace: BatonWorkspace,
  session: Session,
  { stopActive }: HookCall,
): Promise<HookAnswer> {
  if (stopActive || session.stopAsks >= maxStopAsks || session.stopRequestedAt !== null) return {};
  const { document, file } = await readTask(workspace, session);
  if (document.log.some((entry) => entry.session === session.number)) return {};
  // Counted before it is asked: a count that cannot be written must not ask without end.
  const counted = await workspace.sessions.asked(session.id);
  if (counted.end !== null || counted.stopAsks > maxStopAsks) return {};
  return { block: stopText(await factsOf(workspace, session, document, file)) };
}

/**
 * The exit of what Baton launched is seen by whoever launched it; an agent started by hand is over when it says so. One
 * that only changes to another conversation of its own goes on, and so does one whose own agents end.
 */
async function sessionOver(workspace: BatonWorkspace, session: Session, call: HookCall): Promise<void> {
  if (session.origin !== 'external' || call.reason === 'clear' || call.reason === 'resume') return;
  if (!isSameAgent(session, call)) return;
  await endExternal(workspace, session.id, {});
}

async function gatherFacts(workspace: BatonWorkspace, session: Session): Promise<HookFacts> {
  const { document, file } = await readTask(workspace, session);
  return factsOf(workspace, session, document, file);
}

async function readTask(
  workspace: BatonWorkspace,
  session: Session,
): Promise<{ readonly document: TaskDocument; readonly file: string }> {
  const { document, record } = await workspace.store.read(session.task);
  return { document, file: record.path };
}

async function factsOf(
  workspace: BatonWorkspace,
  session: Session,
  document: TaskDocument,
  file: string,
): Promise<HookFacts> {
  const last = document.log.findLast((entry) => entry.next.length > 0);
  return {
    id: session.task,
    title: document.title,
    file,
    packet: session.packet ?? undefined,
    session: session.number,
    features: document.features,
    next: last && { session: last.session, steps: last.next },
    baton: await batonCommand(workspace),
  };
}

/** By its path: an agent's shell may be a login shell, which forgets the PATH that the agent was given. */
async function batonCommand({ ports }: BatonWorkspace): Promise<string> {
  const path = await ports.processes.which('baton');
  // A path with a space or a quote would need the quoting of a shell that is not known here.
  return path !== undefined && /^[A-Za-z0-9_./:@%+-]+$/.test(path) ? path : 'baton';
}
