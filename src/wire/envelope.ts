/**
 * The one JSON document that every `--json` answer is. Source: product.md section 7. Readers ignore fields they do
 * not know, so fields are added and never renamed.
 */
import type { BatonError } from '../core/base/baton-error';

export const capabilities = [
  'init',
  'task',
  'plan',
  'progress',
  'feature',
  'verify',
  'finalize',
  'inputs',
  'packet',
  'session',
  'launch',
  'status',
  'agents',
  'note',
  'memory',
  'time',
  'percent',
  'block',
  'ask',
  'recur',
  'flush',
  'health',
  'log',
  'queue',
  'heartbeat',
  'report',
  'mcp',
  'connect',
  'evolve',
  'hello',
  'work',
  'watch',
  'agent',
  'identity',
  'skill',
] as const;

export interface DoneEnvelope<T> {
  readonly schema: 1;
  readonly capabilities: readonly string[];
  readonly ok: true;
  readonly data: T;
}

export interface RefusedEnvelope {
  readonly schema: 1;
  readonly capabilities: readonly string[];
  readonly ok: false;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
    readonly allowed?: readonly string[];
    readonly details?: readonly string[];
  };
}

export function done<T>(data: T): DoneEnvelope<T> {
  return { schema: 1, capabilities, ok: true, data };
}

export function refused(error: BatonError): RefusedEnvelope {
  return {
    schema: 1,
    capabilities,
    ok: false,
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint ?? null,
      ...(error.allowed ? { allowed: error.allowed } : {}),
      ...(error.details ? { details: error.details } : {}),
    },
  };
}

/** A bug, not a foreseen failure: the message goes out, the stack goes to the log. */
export function failed(message: string): RefusedEnvelope {
  return {
    schema: 1,
    capabilities,
    ok: false,
    error: { code: 'internal', message, hint: 'Run again with --verbose and report what it prints.' },
  };
}
