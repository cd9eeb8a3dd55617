/** What a run of a feature's command says of the feature. Source: issue 6, "Evidence". */
import type { CommandOutcome } from '../ports';

/** `unclear`: the run says nothing of the feature, so nothing of it is changed. */
export type Finding = 'passes' | 'fails' | 'unclear';

/** A program that crashed has failed; any other signal came from outside, from a person or a system in need. */
const crashes = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'];

/** Shells answer so when they have not found the command, or may not run it. */
const neverRan = [126, 127, 9009];

export function findingOf({ exitCode, signal, end }: CommandOutcome): Finding {
  if (end === 'timeout') return 'fails';
  if (end === 'interrupted') return 'unclear';
  if (exitCode === 0) return 'passes';
  if (exitCode !== null) return neverRan.includes(exitCode) ? 'unclear' : 'fails';
  return signal !== null && crashes.includes(signal) ? 'fails' : 'unclear';
}

/** How the run ended, in words that stand after "it": `ended with exit code 1`. */
export function outcomeWords({ exitCode, signal, end }: CommandOutcome, limitMs: number): string {
  if (end === 'timeout') return `did not end within ${spanWords(limitMs)}`;
  if (end === 'interrupted') return 'was interrupted';
  if (exitCode !== null && neverRan.includes(exitCode)) return `could not be run (exit code ${exitCode})`;
  return exitCode === null
    ? `was ended by ${signal ?? 'an unknown signal'}`
    : `ended with exit code ${exitCode}`;
}

function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
