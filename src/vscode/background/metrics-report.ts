/** The diagnostics report as a Markdown text: how work goes in one folder. Pure. */
import type { JobMetrics, Metrics, WorkerMetrics } from '../../core/operations/metrics';
import type { L10n } from '../l10n';
import { oneShortLine } from './short-line';

export interface ReportRendering {
  readonly l10n: L10n;
  /** The time of a UTC time, for the reader's own clock. */
  readonly time: (utc: string) => string;
  /** The name of an agent by its id. */
  readonly agent: (id: string) => string;
}

/** @param days how far back the figures reach */
export function metricsReport(
  metrics: Metrics,
  { folder, days }: { readonly folder: string; readonly days: number },
  rendering: ReportRendering,
): string {
  const { l10n } = rendering;
  const parts = [
    `# ${l10n.t('How work goes in {0}', escaped(folder))}`,
    l10n.t('Sessions that Baton launched in the last {0} days. Nothing of this leaves your machine.', days),
    ...workerPart(metrics, rendering),
    ...queuePart(metrics, rendering),
    ...jobPart(metrics.jobs, rendering),
  ];
  return `${parts.join('\n\n')}\n`;
}

function workerPart({ total, workers, resumptions }: Metrics, { l10n, agent }: ReportRendering) {
  const heading = `## ${l10n.t('Sessions by agent')}`;
  if (total.sessions === 0) return [heading, l10n.t('None yet.')];
  const columns = [
    l10n.t('Agent'),
    l10n.t('Sessions'),
    l10n.t('In the background'),
    l10n.t('Ended'),
    l10n.t('Success rate'),
    l10n.t('Error rate'),
    l10n.t('Mean time'),
    l10n.t('Features'),
  ];
  const rows = workers.map((worker) => [agent(worker.agent), ...figures(worker)]);
  const all = [l10n.t('All'), ...figures(total)];
  return [
    heading,
    table(columns, workers.length > 1 ? [...rows, all] : rows),
    l10n.t('Sessions that resumed a task: {0}.', resumptions),
  ];
}

function figures(counts: Omit<WorkerMetrics, 'agent'>): readonly string[] {
  const { sessions, background, ended, successRate, errorRate, meanSeconds, features } = counts;
  return [
    String(sessions),
    String(background),
    String(ended),
    percent(successRate),
    percent(errorRate),
    meanSeconds === null ? '–' : duration(meanSeconds),
    String(features),
  ];
}

function queuePart({ queue }: Metrics, { l10n }: ReportRendering): readonly string[] {
  const { due, waiting, claimed, running, dead } = queue.states;
  const rows = [
    [l10n.t('Entries'), String(queue.depth)],
    [l10n.t('Due'), String(due)],
    [l10n.t('Waiting for their time'), String(waiting)],
    [l10n.t('Running'), String(claimed + running)],
    [l10n.t('Waiting for you'), String(dead)],
    [l10n.t('Failed runs of what is queued now'), String(queue.retries)],
    [l10n.t('Oldest entry'), queue.oldestSeconds === null ? '–' : duration(queue.oldestSeconds)],
  ];
  return [`## ${l10n.t('Resume Queue')}`, table([l10n.t('Measure'), l10n.t('Value')], rows)];
}

function jobPart(jobs: readonly JobMetrics[], { l10n, time }: ReportRendering): readonly string[] {
  if (jobs.length === 0) return [];
  const columns = [
    l10n.t('Job'),
    l10n.t('Runs'),
    l10n.t('Failures'),
    l10n.t('Last run'),
    l10n.t('Last result'),
  ];
  const rows = jobs.map(({ job, runs, failures, lastRunAt, lastResult }) => [
    job,
    String(runs),
    String(failures),
    lastRunAt === null ? '–' : time(lastRunAt),
    lastResult === null ? '–' : oneShortLine(lastResult),
  ]);
  return [`## ${l10n.t('Scheduled jobs')}`, table(columns, rows)];
}

/** Columns in line, since it is read as it is, too. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [columns, ...rows].map((cells) => cells.map(escaped));
  const widths = columns.map((_, index) => Math.max(...all.map((cells) => cells[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head, ...lines] = all.map(line);
  return [head, rule, ...lines].join('\n');
}

/** Ids of agents and jobs, and what a job said, are text of files. */
function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
}

function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}

/** In units that are written the same in every language. */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 360) / 10} h`;
}
