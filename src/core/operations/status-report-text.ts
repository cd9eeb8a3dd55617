/** A status report as a Markdown document. Texts of tasks and notes are shown as text, whatever signs they hold. Pure. */
import type { ReportEvent, ReportSession, StatusReport } from './status-report';

/** The sections always stand in this order; one without events is left out. */
export function statusReportText(report: StatusReport, folder: string): string {
  const { now, window } = report;
  // What is still to come is no part of what happened.
  const until = now.at < window.to ? now.at : window.to;
  const happened = [
    ...section('Sessions', report.sessions.map(sessionLine)),
    ...section('Features that pass', report.passed.map(eventLine)),
    ...section('Features that pass no more', report.failed.map(eventLine)),
    ...section('Tasks completed', report.completed.map(eventLine)),
    ...section('Tasks created', report.created.map(eventLine)),
    ...section('Blocked, or a question for you', report.blocked.map(eventLine)),
    ...section(
      'Commits',
      report.commits.map(({ hash, subject }) => `\`${hash.slice(0, 7)}\` ${plain(subject)}`),
    ),
    ...section('Notes', report.notes.map(eventLine)),
    ...section('Work that Baton did by itself', report.work.map(eventLine)),
  ];
  return [
    `# What happened in ${plain(folder)}`,
    `From ${minute(window.from)} to ${minute(until)} (UTC). ${counted(report.changes, 'change')} on record.`,
    ...(happened.length === 0 ? ['No session, no commit, nothing completed or blocked.'] : happened),
    `## How things stand\n\nAt ${minute(now.at)} (UTC): ${standing(report)}`,
    ...section('At work', now.running.map(plain)),
    ...section('Needs your attention', now.attention.map(plain)),
    `## Next\n\n${plain(now.next)}`,
  ]
    .join('\n\n')
    .concat('\n');
}

function sessionLine({ task, title, number, agent, startedAt, ...session }: ReportSession): string {
  const { endedAt, intended, passed, commits } = session;
  const end = endedAt === null ? 'goes on' : `until ${minute(endedAt)}`;
  const how = intended === false ? ', ended unexpectedly' : '';
  const work = [
    ...(passed.length > 0 ? [`passed ${passed.map(plain).join(', ')}`] : []),
    ...(commits > 0 ? [counted(commits, 'commit')] : []),
  ];
  const result = work.length === 0 ? '' : `: ${work.join('; ')}`;
  return `#${task} ${plain(title ?? '')}, session ${number} by ${plain(agent)}, ${minute(startedAt)} ${end}${how}${result}`;
}

function eventLine({ text }: ReportEvent): string {
  return plain(text);
}

function standing({ now: { counts } }: StatusReport): string {
  const words = (['running', 'blocked', 'needs_input', 'ready', 'waiting', 'resumable', 'completed'] as const)
    .filter((word) => counts[word] > 0)
    .map((word) => `${counts[word]} ${word.replace('_', ' ')}`);
  return `${counted(counts.total, 'task')}${words.length === 0 ? '' : `, ${words.join(', ')}`}.`;
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${heading}\n\n${lines.map((line) => `- ${line}`).join('\n')}`];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function minute(utc: string): string {
  return utc.slice(0, 16).replace('T', ' ');
}

function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|~]/g, '\\$&');
}
