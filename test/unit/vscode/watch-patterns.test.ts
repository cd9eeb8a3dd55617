import assert from 'node:assert/strict';
import { watchPatterns } from '../../../src/vscode/watch-patterns';

suite('what is watched for a folder of the settings', () => {
  for (const [written, patterns] of [
    ['task-states', ['task-states', 'task-states/*']],
    ['./task-states/', ['task-states', 'task-states/*']],
    ['docs//tasks/.', ['docs', 'docs/tasks', 'docs/tasks/*']],
    ['.', ['*']],
    ['.baton/sessions', ['.baton', '.baton/sessions', '.baton/sessions/*']],
    ['docs [draft]/{a,b}', ['docs ?draft?', 'docs ?draft?/?a,b?', 'docs ?draft?/?a,b?/*']],
  ] as const) {
    test(`"${written}" is found however it is written`, () => {
      assert.deepEqual(watchPatterns(written), patterns);
    });
  }
});
