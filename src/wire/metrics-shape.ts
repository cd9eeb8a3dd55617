/** `baton report metrics --json`: the contract for people's scripts. Fields may be added, none renamed. */
import type { Metrics } from '../core/operations/metrics';

export function metricsShape({ since, total, workers, queue, resumptions, jobs }: Metrics) {
  return {
    since,
    total: countsShape(total),
    workers: workers.map(({ agent, ...counts }) => ({ agent, ...countsShape(counts) })),
    queue: {
      depth: queue.depth,
      due: queue.states.due,
      waiting: queue.states.waiting,
      claimed: queue.states.claimed,
      running: queue.states.running,
      needsAttention: queue.states.dead,
      retries: queue.retries,
      oldestSeconds: queue.oldestSeconds,
    },
    resumptions,
    jobs: jobs.map(({ job, runs, failures, lastRunAt, lastResult }) => ({
      ...{ job, runs, failures, lastRunAt, lastResult },
    })),
  };
}

function countsShape(counts: Metrics['total']) {
  const { sessions, ended, succeeded, failed, successRate, errorRate } = counts;
  const { meanSeconds, background, features } = counts;
  return {
    ...{ sessions, ended, succeeded, failed, successRate, errorRate, meanSeconds, background, features },
  };
}
