/** Foreseen failures. Anything that is not a BatonError is a bug and keeps its stack. */

/** The closed set of codes; each surface maps them once. CLI `error.code` shows them as they are. */
export const errorCodes = [
  'usage', // the call's words are off
  'invalid_input', // a value is not acceptable
  'not_found', // no such task, feature, session, profile
  'exists', // creating what is already there
  'duplicate_id', // two files claim one task id
  'not_initialized', // no Baton folder here
  'invalid_state_file', // the file cannot take this edit as it stands
  'invalid_config', // config.json or settings do not fit the schema
  'conflict', // the file changed between our read and our write; nothing was written
  'locked', // somebody alive holds the lock
  'transition_refused', // the status machine has no such step from here
  'guard_failed', // the step exists, something is missing for it
  'cycle', // the dependency would close a circle
  'session_live', // another session works on the task
  'session_ended', // the session that speaks is over or was replaced
  'claimed', // somebody else is about to start it, or has
  'breaker_open', // agents ended unexpectedly too often; nothing starts by itself for a while
  'agent_missing', // the agent's program is not installed
  'launch_refused', // the launch plan is unsafe as it stands
  'untrusted', // the workspace is not trusted
  'consent_needed', // a person has not agreed to the command that a repository names
  'too_large', // over a size limit
  'read_only', // the store refuses writes
  'switched_off', // a setting says that Baton does not do this here
  'saturated', // a bounded queue is full; nothing was taken on
  'io_failed', // the file system failed
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface BatonErrorOptions {
  /** What the person or agent can do about it, one sentence. */
  readonly hint?: string;
  /** What is allowed instead, for `transition_refused`. */
  readonly allowed?: readonly string[];
  /** Facts behind the message, one a line (unticked criteria, failing features). */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

export class BatonError extends Error {
  override readonly name = 'BatonError';
  /** Each bundle carries a class of its own, and an error of one is an error of all. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A class that extends this one is told apart in the usual way.
    // biome-ignore lint/complexity/noThisInStatic: it is inherited, and has to know by whom it was asked
    if (this !== BatonError) return super[Symbol.hasInstance](value);
    return value instanceof Error && value.name === 'BatonError' && 'code' in value;
  }

  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly allowed: readonly string[] | undefined;
  readonly details: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, options: BatonErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.allowed = options.allowed;
    this.details = options.details;
  }
}

export function isBatonError(error: unknown, code?: ErrorCode): error is BatonError {
  return error instanceof BatonError && (code === undefined || error.code === code);
}
