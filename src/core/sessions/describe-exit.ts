/** How a session ended, in a sentence. What is not known is said to be unknown, never guessed (requirement 004-16). */
import type { ExitMap } from '../model/agent-profile';
import type { ExitReason } from '../model/session';

export interface ExitShape {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly reason: ExitReason;
  readonly durationMs: number;
  /** The last event its hooks told; null when none was heard. */
  readonly finalEvent?: string | null;
  /** What the agent means by its exit codes; without it they mean what they mean everywhere. */
  readonly exitMap?: ExitMap | undefined;
}

/** What tells how a program came to its end. */
export type ExitEvidence = Pick<ExitShape, 'exitCode' | 'signal' | 'reason' | 'finalEvent' | 'exitMap'>;

/** Codes that shells and systems give a meaning; from 128 on the number of a signal is added. */
const meanings: Readonly<Record<number, string>> = {
  126: 'the program could not be run',
  127: 'the program was not found',
  129: 'the terminal hung up',
  130: 'interrupted',
  134: 'aborted',
  137: 'killed',
  139: 'crashed',
  143: 'terminated',
};

/** For example "Ended with exit code 137 (killed) after 4 min". */
export function describeExit(exit: ExitShape): string {
  // Seen when somebody looked, not when it happened: the time is an upper bound.
  if (exit.reason === 'vanished')
    return `Disappeared within ${describeDuration(exit.durationMs)}, nobody saw it end`;
  return `${opening(exit.reason, exit)} after ${describeDuration(exit.durationMs)}`;
}

/** The program came to its own end, had no complaint, and means it by code 0, or its hooks told the end. */
export function endedWell(exit: ExitEvidence): boolean {
  const { reason, exitCode, signal } = exit;
  return reason === 'process' && exitCode === 0 && signal === null && !saysLittle(exit);
}

/**
 * Whether somebody wanted the end: a person, Baton, or the agent itself, which was done. What is not intended counts for
 * the breaker. Some agents answer 0 also when they were interrupted or refused a tool, and some terminals tell no code
 * at all; then the final event of the hooks decides, or that the agent left its own progress entry.
 */
export function isIntended(exit: ExitEvidence & { readonly documented: boolean }): boolean {
  const { reason, exitCode, signal } = exit;
  if (reason === 'user' || reason === 'extension' || reason === 'shutdown') return true;
  if (reason === 'vanished') return false;
  // Only a person interrupts.
  if (signal === 'SIGINT' || exitCode === interrupted) return true;
  if (signal !== null || (exitCode !== null && exitCode !== 0)) return false;
  if (exitCode === 0 && exit.exitMap?.trustworthy !== false) return true;
  return exit.documented || toldTheEnd(exit);
}

const interrupted = 130;

/** Code 0 of an agent that gives it in other cases too, with no other sign that its turn was over. */
function saysLittle(exit: ExitEvidence): boolean {
  return exit.exitCode === 0 && exit.exitMap?.trustworthy === false && !toldTheEnd(exit);
}

function toldTheEnd({ finalEvent }: ExitEvidence): boolean {
  return finalEvent === 'end' || finalEvent === 'stop';
}

function opening(reason: Exclude<ExitReason, 'vanished'>, exit: ExitEvidence): string {
  const { signal } = exit;
  const code = describeCode(exit);
  const how = signal !== null ? ` by ${signal}` : code === undefined ? '' : ` with ${code}`;
  switch (reason) {
    case 'process':
    case 'unknown':
      return `Ended${how === '' ? ' with an unknown exit code' : how}`;
    case 'user':
      return `Stopped by a person${how}`;
    case 'shutdown':
      return `Ended when the editor closed${how}`;
    case 'extension':
      return `Stopped by Baton${how}`;
  }
}

/** Undefined when the code is not known. The agent's own meaning goes before the usual one. */
function describeCode(exit: ExitEvidence): string | undefined {
  const { exitCode, exitMap } = exit;
  if (exitCode === null) return undefined;
  if (saysLittle(exit)) return `exit code ${exitCode}, which this agent also gives when it did not finish,`;
  const meaning = exitMap?.meanings[String(exitCode)] ?? meanings[exitCode];
  return meaning === undefined ? `exit code ${exitCode}` : `exit code ${exitCode} (${meaning})`;
}

/** Two units at most, the larger ones: `45 s`, `4 min`, `2 h 5 min`, `3 d 1 h`. */
export function describeDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, 'h', minutes % 60, 'min');
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
