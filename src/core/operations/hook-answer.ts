/** `baton hook`: one call of one agent's hook from its raw input to its raw output. */
import { readHookCall, writeHookAnswer } from '../agents/hook-dialects';
import type { HookDialect, HookEvent } from '../model/hook';
import { hookEvent } from './hook-event';
import { type HookCaller, sessionOfHook } from './hook-session';
import type { BatonWorkspace } from './workspace';

export interface HookInput {
  readonly event: HookEvent;
  readonly dialect: HookDialect;
  /** What the agent wrote to standard input. */
  readonly stdin: string;
  readonly contextLimit: number;
  /** Where the agent was told to read the packet (BATON_PACKET). */
  readonly packet: string | undefined;
}

/** @returns what goes to standard output; '' for nothing. Throws what the store throws. */
export async function hookAnswer(
  workspace: BatonWorkspace,
  caller: HookCaller,
  { event, dialect, stdin, contextLimit, packet }: HookInput,
): Promise<string> {
  const call = readHookCall(dialect, event, stdin);
  const session = await sessionOfHook(workspace, caller, call);
  if (session === undefined) return '';
  return writeHookAnswer(dialect, event, await hookEvent(workspace, session, call, { contextLimit, packet }));
}
