import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { type Metrics, metrics, type WorkerMetrics } from '../../core/operations/metrics';
import { reportWindow, statusReport } from '../../core/operations/status-report';
import { statusReportText } from '../../core/operations/status-report-text';
import { type OwnWorkerMetrics, workerMetrics } from '../../core/operations/worker-metrics';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { metricsShape } from '../../wire/metrics-shape';
import { reportShape } from '../../wire/protocol-shape';
import { integer, text } from '../options';
import type { Register } from '../program';
import { plain } from '../text';

const defaultDays = 30;

export function addReportCommands(program: Command, register: Register): void {
  const report = program
    .command('report')
    .description('what happened, and how work goes in this folder; nothing leaves this machine');
  register(
    report,
    'status',
    'what happened on a day or since a time, and how things stand, as a Markdown document',
    (command) =>
      command
        .option('--day <day>', 'as 2026-11-21, in UTC; today unless given')
        .option('--since <when>', 'up to now from then on: a time as 2026-11-21T07:00:00Z, or 8h, 7d'),
    async (context, _args, options) => {
      const workspace = await context.workspace();
      const window = reportWindow(workspace, windowOf(workspace, options));
      const found = await statusReport(workspace, window);
      const markdown = statusReportText(found, workspace.root.split('/').at(-1) ?? '');
      return { data: reportShape(found, markdown), text: markdown };
    },
    { isDefault: true },
  );
  register(
    report,
    'metrics',
    'success and error rates by agent, times, retries, the queue, scheduled jobs',
    (command) => command.option('--days <n>', `how far back; ${defaultDays} unless given`),
    async (context, _args, options) => {
      const days = integer(options, 'days', { min: 1, max: 3650 }) ?? defaultDays;
      const workspace = await context.workspace();
      const found = await metrics(workspace, days);
      const own = await workerMetrics(workspace, found.since);
      return {
        data: { days, ...metricsShape(found), ownWorkers: own },
        text: () => [words(found, days), ...own.map(ownWords)].join('\n'),
      };
    },
  );
}

/** Throws `usage`. */
function windowOf({ ports }: BatonWorkspace, options: Record<string, unknown>) {
  const day = text(options, 'day');
  const since = text(options, 'since');
  if (day !== undefined && since !== undefined) {
    throw new BatonError('usage', 'Give --day or --since, not both');
  }
  return { day, since: since === undefined ? undefined : momentOf(since, ports.clock.now()) };
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

function momentOf(words: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(words) ?? [];
  const ago = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
  const isTime = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(words);
  const at = unit === undefined ? (isTime ? Date.parse(words) : Number.NaN) : now.getTime() - ago;
  if (Number.isFinite(at) && at <= now.getTime()) return new Date(at);
  throw new BatonError('usage', `"${words}" is no time in the past`, {
    hint: 'Write 2026-11-21T07:00:00Z, 2026-11-21, 8h or 7d.',
  });
}

function words({ total, workers, queue, resumptions, jobs }: Metrics, days: number): string {
  const { due, waiting, claimed, running, dead } = queue.states;
  return [
    `Sessions of the last ${days} days: ${countWords(total)}; ${resumptions} resumed a task`,
    ...workers.map((worker) => plain(`  ${worker.agent}  ${countWords(worker)}`)),
    `Queue: ${queue.depth} entries (${due} due, ${waiting} waiting, ${claimed + running} running, ${dead} for you), ${queue.retries} failed runs`,
    ...jobs.map(({ job, runs, failures, lastResult }) =>
      plain(`Job ${job}: ${runs} runs, ${failures} failed${lastResult === null ? '' : `; ${lastResult}`}`),
    ),
  ].join('\n');
}

function ownWords({ worker, runs, failures, medianMs, p95Ms }: OwnWorkerMetrics): string {
  return `Worker ${worker}: ${runs} runs, ${failures} failed, ${medianMs} ms in the middle, ${p95Ms} ms at most in 95 of 100`;
}

function countWords(counts: Omit<WorkerMetrics, 'agent'>): string {
  const { sessions, ended, successRate, meanSeconds, background, failed } = counts;
  const rate = successRate === null ? '' : `, ${Math.round(successRate * 100)} % ended well`;
  const time = meanSeconds === null ? '' : `, ${duration(meanSeconds)} on average`;
  return `${sessions} (${background} in the background), ${ended} ended, ${failed} failed${rate}${time}`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
