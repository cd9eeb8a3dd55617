/**
 * What agents tell through their lifecycle hooks, and what Baton answers, in one vocabulary; each agent's own words
 * are a dialect (core/agents/hook-dialects.ts). Source: agents.md sections 1–6 and 14.
 */

export const hookEvents = [
  'start', // a session of the agent begins, is resumed, or goes on after its context was compacted
  'prompt', // the person, or Baton, has sent a prompt
  'tool', // a tool is about to run, or has run
  'preCompact', // the context is about to be compacted
  'postCompact', // the context has been compacted
  'stop', // the agent wants to end its turn
  'end', // the session of the agent is over
] as const;
export type HookEvent = (typeof hookEvents)[number];

export function isHookEvent(value: string): value is HookEvent {
  return hookEvents.some((event) => event === value);
}

/** The agent is at work: most calls are of this kind, and none of them wants an answer. */
export function isWorkEvent(event: HookEvent): boolean {
  return event === 'prompt' || event === 'tool';
}

/** Shapes of input and output that agents share; several agents speak the same one. */
export const hookDialects = ['claude', 'gemini', 'copilot', 'opencode', 'cursor', 'cline', 'demo'] as const;
export type HookDialect = (typeof hookDialects)[number];

/** Characters of context that every agent passes to its model whole (agents.md, finding 3). */
export const defaultContextLimit = 9000;

/** One call of a hook, from untrusted input: every field may be missing. */
export interface HookCall {
  readonly event: HookEvent;
  /** The agent's own id of its session, which its resume takes. */
  readonly nativeId: string | undefined;
  /** Why a session starts. Undefined for other events, and when the agent does not say. */
  readonly source: 'startup' | 'resume' | 'clear' | 'compact' | 'fork' | undefined;
  /** The agent goes on only because a stop hook has asked it to. */
  readonly stopActive: boolean;
  /** Why a session ends or its context is compacted, in the agent's words; one line, at most 200 characters. */
  readonly reason: string | undefined;
}

export interface HookAnswer {
  /** Text for the model's context. */
  readonly context?: string;
  /** The agent must not end its turn yet; the text tells it why. */
  readonly block?: string;
  /** What a summary of the context has to keep. */
  readonly keep?: string;
}
