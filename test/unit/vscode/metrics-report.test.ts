import assert from 'node:assert/strict';
import type { Metrics } from '../../../src/core/operations/metrics';
import { metricsReport } from '../../../src/vscode/background/metrics-report';
import { l10n } from './support';

const rendering = { l10n, time: (utc: string) => utc.slice(11, 16), agent: (id: string) => id.toUpperCase() };
const about = { folder: 'my_project', days: 30 };
const none: Metrics = {
  since: '2026-10-22T12:00:00Z',
  total: {
    ...{ sessions: 0, ended: 0, succeeded: 0, failed: 0, background: 0, features: 0 },
    ...{ successRate: null, errorRate: null, meanSeconds: null },
  },
  workers: [],
  queue: {
    depth: 0,
    states: { due: 0, waiting: 0, claimed: 0, running: 0, dead: 0 },
    retries: 0,
    oldestSeconds: null,
  },
  resumptions: 0,
  jobs: [],
};
const counts = {
  ...{ sessions: 4, ended: 3, succeeded: 2, failed: 1, background: 2, features: 5 },
  ...{ successRate: 0.67, errorRate: 0.33, meanSeconds: 90 },
};

/** Without the blanks that keep columns in line. */
function squeezed(text: string): string {
  return text.replace(/ +/g, ' ');
}

suite('the diagnostics report', () => {
  test('has success, errors and mean time by agent, the depth of the queue, retries, and jobs', () => {
    const text = metricsReport(
      {
        ...none,
        total: counts,
        workers: [{ agent: 'demo', ...counts }],
        resumptions: 2,
        queue: {
          depth: 3,
          states: { due: 1, waiting: 0, claimed: 0, running: 1, dead: 1 },
          retries: 4,
          oldestSeconds: 9000,
        },
        jobs: [
          {
            job: 'pace',
            runs: 7,
            failures: 1,
            lastRunAt: '2026-11-21T08:00:00Z',
            lastResult: '2 | 3 *tasks*',
          },
        ],
      },
      about,
      rendering,
    );
    for (const line of [
      '# How work goes in my\\_project',
      '| DEMO | 4 | 2 | 3 | 67 % | 33 % | 2 min | 5 |',
      'Sessions that resumed a task: 2.',
      '| Entries | 3 |',
      '| Failed runs of what is queued now | 4 |',
      '| Oldest entry | 2.5 h |',
      '| pace | 7 | 1 | 08:00 | 2 \\| 3 \\*tasks\\* |',
    ]) {
      assert.ok(squeezed(text).split('\n').includes(line), `${line}\n${text}`);
    }
  });

  test('adds agents up where there are several', () => {
    const workers = ['demo', 'claude'].map((agent) => ({ agent, ...counts }));
    const text = metricsReport({ ...none, total: counts, workers }, about, rendering);
    assert.match(squeezed(text), /^\| All \| 4 /m);
    const table = text
      .split('\n')
      .filter((line) => line.startsWith('|') && /All|Agent|DEMO|CLAUDE/.test(line));
    assert.deepEqual(
      [table.length, new Set(table.map(({ length }) => length)).size],
      [4, 1],
      'columns are in line',
    );
  });

  test('says of a folder where nothing has run just that', () => {
    const text = metricsReport(none, about, rendering);
    assert.match(text, /^None yet\.$/m);
    assert.doesNotMatch(text, /NaN|null|Scheduled jobs/);
  });
});
