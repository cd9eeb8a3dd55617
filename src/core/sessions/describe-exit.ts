/** How a session ended, in a sentence. What is not known is said to be unknown, never guessed (requirement 004-16). */
import type { ExitReason } from '../model/session';

export interface ExitShape {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly reason: ExitReason;
  readonly durationMs: number;
}

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

/** The program came to its own end and had no complaint. */
export function endedWell({ reason, exitCode, signal }: ExitShape): boolean {
  return reason === 'process' && exitCode === 0 && signal === null;
}

function opening(reason: Exclude<ExitReason, 'vanished'>, { exitCode, signal }: ExitShape): string {
  const how = signal !== null ? ` by ${signal}` : exitCode === null ? '' : ` with ${describeCode(exitCode)}`;
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

function describeCode(code: number): string {
  const meaning = meanings[code];
  return meaning === undefined ? `exit code ${code}` : `exit code ${code} (${meaning})`;
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
