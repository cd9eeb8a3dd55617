/** An id is the same with and without its `#`, and is shown with one. */
import { strict as assert } from 'node:assert';
import { withRepository } from './support/with-repository';

const calls: readonly (readonly string[])[] = [
  ['progress', '#1', '--did', 'x'],
  ['recur', '#1', 'weekly'],
  ['recur', '#1', 'never'],
  ['percent', '#1', '50'],
  ['time', '#1', '5'],
  ['block', '#1', '--reason', 'x'],
  ['unblock', '#1'],
  ['queue', 'add', '#1'],
  ['agent', 'control', 'pause', '#1'],
  ['agent', 'control', 'resume', '#1'],
  ['inputs', 'refresh', '#1'],
  ['feature', 'pass', '#1', 'unknown'],
  ['launch', '#1', '--agent', 'demo', '--headless'],
];

suite('a task id with its sign', () => {
  test('is understood by every verb, and answered with one sign', () =>
    withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json(['task', 'create', '--title', 'One']);
      for (const call of calls) {
        const { stdout, stderr } = await repository.baton(call);
        assert.notEqual(stdout + stderr, '');
        assert.doesNotMatch(stdout + stderr, /##1|not a task id/, call.join(' '));
      }
    }));
});
