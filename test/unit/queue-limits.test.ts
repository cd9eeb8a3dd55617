// The README's limits of the resume queue are those of the code (regression test 3.3.8 of the requirements).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { defaultConfig } from '../../src/core/model/config';
import { jitterShare } from '../../src/core/queue/back-off';
import { ageingMs } from '../../src/core/queue/entry-state';
import { minFreeMemory } from '../../src/core/queue/gate';
import { maxEntries } from '../../src/core/queue/queue-file';
import { defaultIntervals } from '../../src/core/sessions/intervals';

const { maxBackground, loadPercent, maxAttempts, backoffSeconds } = defaultConfig.autoResume;

suite('The limits that the README tells', () => {
  test('are those of the code, and all of them', () => {
    const [, section = ''] = readFileSync('README.md', 'utf8').split('## The resume queue\n');
    const rows = (section.split('\n## ')[0] ?? '')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| limit'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    assert.deepEqual(rows, [
      ['agents in the background at a time', `${maxBackground}`, '`autoResume.maxBackground`'],
      ['load of the processors at which nothing starts', `${loadPercent} %`, '`autoResume.loadPercent`'],
      ['free memory below which nothing starts', `${minFreeMemory * 100} %`, ''],
      ['failed runs after which a task waits for you', `${maxAttempts}`, '`autoResume.maxAttempts`'],
      [
        'wait after a failed run, doubled each time',
        `${backoffSeconds} s ± ${jitterShare * 100} %`,
        '`autoResume.backoffSeconds`',
      ],
      ['waiting that makes up for one step of priority', `${ageingMs / 60_000} min`, ''],
      ['time after which a run counts as long', `${defaultIntervals.longRunningMs / 60_000} min`, ''],
      ['entries in the queue', `${maxEntries}`, ''],
    ]);
    const settings = rows.flatMap(([, , setting = '']) => /autoResume\.(\w+)/.exec(setting)?.[1] ?? []);
    assert.deepEqual(settings.sort(), Object.keys(defaultConfig.autoResume).sort());
  });
});
