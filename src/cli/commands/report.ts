import type { Command } from 'commander';
import { type Metrics, metrics, type WorkerMetrics } from '../../core/operations/metrics';
import { metricsShape } from '../../wire/metrics-shape';
import { integer } from '../options';
import type { Register } from '../program';
import { plain } from '../text';

const defaultDays = 30;

export function addReportCommands(program: Command, register: Register): void {
  const report = program
    .command('report')
    .description('how work goes in this folder; nothing leaves this machine');
  register(
    report,
    'metrics',
    'success and error rates by agent, times, retries, the queue, scheduled jobs',
    (command) => command.option('--days <n>', `how far back; ${defaultDays} unless given`),
    async (context, _args, options) => {
      const days = integer(options, 'days', { min: 1, max: 3650 }) ?? defaultDays;
      const found = await metrics(await context.workspace(), days);
      return { data: { days, ...metricsShape(found) }, text: () => words(found, days) };
    },
  );
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
