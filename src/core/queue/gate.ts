/**
 * Whether Baton may start something by itself now. Asked in a fixed order, and the first that stands against it is the
 * answer: trust, opt-in, pause, breaker, the scheduler's lock, the person's own sessions, the background limit, load, an
 * agent of the economy lane. Issue 5; requirements 002-3 … 002-15.
 */
import type { BackgroundChoice } from '../model/background';
import type { AutoResumeLimits } from '../model/config';
import type { DeferReason } from '../model/queue';
import type { MachineLoad } from '../ports';

export interface GateFacts {
  readonly now: Date;
  /** The workspace folder is trusted. */
  readonly trusted: boolean;
  readonly choice: BackgroundChoice;
  /** A person or their agent asks what would come next and decides by themselves: neither trust nor opt-in is needed. */
  readonly byHand: boolean;
  /** Agents ended unexpectedly too often; `until` where it is known. */
  readonly breaker: { readonly open: boolean; readonly until?: string | undefined };
  /** The scheduler that is somebody else, in words; undefined when there is none, or it is us. */
  readonly lockedBy: string | undefined;
  /** Live sessions that a person started: they come first (VIP lane). */
  readonly foreground: number;
  /** Live sessions that Baton started by itself. */
  readonly background: number;
  readonly load: MachineLoad;
  readonly limits: Pick<AutoResumeLimits, 'maxBackground' | 'loadPercent'>;
  /** Installed agents of the economy lane, in the order to try them. */
  readonly economy: readonly string[];
}

export type GateAnswer =
  | { readonly ready: true; readonly agent: string }
  | { readonly ready: false; readonly reason: DeferReason; readonly retryAt?: string }
  /** Somebody else is the scheduler, and starts what may be started. */
  | { readonly ready: false; readonly reason: 'locked'; readonly holder: string };

/** Below this share of free memory the machine counts as busy, whatever its processors say. */
export const minFreeMemory = 0.05;
/** Nothing tells when a machine is less busy. */
export const loadRetryMs = 60_000;

export function gate(facts: GateFacts): GateAnswer {
  const { choice, byHand, breaker, lockedBy, limits, now } = facts;
  if (!byHand && !facts.trusted) return deferred('untrusted');
  if (!byHand && !choice.autoResume) return deferred('not_opted_in');
  if (choice.pausedAt !== null) return deferred('paused');
  if (breaker.open) return deferred('breaker_open', breaker.until);
  if (lockedBy !== undefined && !byHand) return { ready: false, reason: 'locked', holder: lockedBy };
  if (facts.foreground > 0) return deferred('foreground_session');
  if (facts.background >= limits.maxBackground) return deferred('concurrency_limit');
  if (isBusy(facts)) return deferred('high_load', new Date(now.getTime() + loadRetryMs).toISOString());
  const [agent] = facts.economy;
  return agent === undefined ? deferred('no_economy_profile') : { ready: true, agent };
}

/** Load of the processors in percent, as the limit is given. */
export function loadPercent({ load1PerCore }: MachineLoad): number {
  return Math.round(load1PerCore * 100);
}

function isBusy({ load, limits }: GateFacts): boolean {
  return load.load1PerCore * 100 >= limits.loadPercent || load.freeMemoryRatio < minFreeMemory;
}

function deferred(reason: DeferReason, retryAt?: string): GateAnswer {
  return { ready: false, reason, ...(retryAt !== undefined && { retryAt }) };
}
