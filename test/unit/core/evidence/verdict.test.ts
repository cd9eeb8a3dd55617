import assert from 'node:assert/strict';
import { findingOf, outcomeWords } from '../../../../src/core/evidence/verdict';
import type { CommandOutcome } from '../../../../src/core/ports';

const outcome = (more: Partial<CommandOutcome>): CommandOutcome => ({
  exitCode: null,
  signal: null,
  end: 'exit',
  durationMs: 5,
  printed: '',
  ...more,
});

suite('what a run says of a feature', () => {
  const cases: readonly (readonly [words: string, finding: string, seen: Partial<CommandOutcome>])[] = [
    ['ended with exit code 0', 'passes', { exitCode: 0 }],
    ['ended with exit code 1', 'fails', { exitCode: 1 }],
    ['ended with exit code 139', 'fails', { exitCode: 139 }],
    ['was ended by SIGSEGV', 'fails', { signal: 'SIGSEGV' }],
    ['did not end within 10 min', 'fails', { signal: 'SIGTERM', end: 'timeout' }],
    ['did not end within 10 min', 'fails', { exitCode: 0, end: 'timeout' }],
    ['could not be run (exit code 127)', 'unclear', { exitCode: 127 }],
    ['could not be run (exit code 126)', 'unclear', { exitCode: 126 }],
    ['was ended by SIGKILL', 'unclear', { signal: 'SIGKILL' }],
    ['was ended by SIGTERM', 'unclear', { signal: 'SIGTERM' }],
    ['was interrupted', 'unclear', { exitCode: 0, end: 'interrupted' }],
    ['was interrupted', 'unclear', { exitCode: 1, end: 'interrupted' }],
    ['was ended by an unknown signal', 'unclear', {}],
  ];
  for (const [words, finding, seen] of cases) {
    test(`it ${words}: ${finding} (${JSON.stringify(seen)})`, () => {
      assert.equal(findingOf(outcome(seen)), finding);
      assert.equal(outcomeWords(outcome(seen), 600_000), words);
    });
  }

  test('a limit that is no whole minute is said in seconds', () => {
    assert.equal(outcomeWords(outcome({ end: 'timeout' }), 90_000), 'did not end within 90 s');
  });
});
