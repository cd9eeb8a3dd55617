/**
 * Moves old sessions of a large file to `task-<id>-archive.md`, word for word, leaving a line for each.
 * Source: product.md section 3 "Size"; requirement 003-66.
 */
import { applyEdits, type TextEdit, type TextRange } from '../base/text-edit';
import type { ProgressEntry, TaskDocument } from '../model/task';

/** Bytes. */
export const warnAbove = 50 * 1024;
/** Bytes. */
export const archiveAbove = 75 * 1024;
export const sessionsKept = 5;
export const manySessions = 20;

/** So many lines of summary stay; a file of hundreds of sessions must not grow by its own summary. */
const summaryLines = 40;
const lineLength = 100;

const open = '<!-- baton:archived-sessions -->';
const close = '<!-- /baton:archived-sessions -->';

export interface ArchivePlan {
  /** Of the state file. */
  readonly edits: readonly TextEdit[];
  /** The sessions as they stood, in file order. */
  readonly moved: string;
  readonly sessions: number;
}

/** Undefined when there are no more sessions than are kept. */
export function planArchive(
  text: string,
  document: TaskDocument,
  archiveName: string,
): ArchivePlan | undefined {
  const old = oldEntries(document.log);
  const [first] = document.log;
  if (first === undefined || old.length === 0) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const cuts = old.map((entry) => ({ start: entry.range.start, end: endOf(text, entry), text: '' }));
  const present = presentSummary(text);
  const lines = [...(present?.lines ?? []), ...old.map(summaryLine)];
  const summary = summaryText(lines, archiveName).replaceAll('\n', eol);
  // In a log that begins with its latest session, one written above the summary holds it; then it goes to the top again.
  const isHeld = cuts.some(({ start, end }) => present && start < present.end && present.start < end);
  const edits =
    present === undefined || isHeld
      ? [{ start: first.range.start, end: first.range.start, text: `${summary}${eol}${eol}` }, ...cuts]
      : [{ start: present.start, end: present.end, text: summary }, ...cuts];
  const moved = cuts.map((cut) => withoutSummary(text, cut, present).trimEnd()).join(eol + eol);
  return { edits, moved, sessions: old.length };
}

/** Whether what does not change by archiving is what it was, so that the plan may be carried out. */
export function keepsTheRest(before: TaskDocument, after: TaskDocument): boolean {
  const kept = before.log.filter((entry) => !oldEntries(before.log).includes(entry));
  return JSON.stringify(restOf(before, kept)) === JSON.stringify(restOf(after, after.log));
}

/** The archive with the sessions at its end; as it was when they are there already. */
export function withArchived(archive: string | undefined, moved: string, title: string): string {
  const eol = moved.includes('\r\n') ? '\r\n' : '\n';
  const before = archive ?? `# ${title} - Archive${eol}`;
  if (before.trimEnd().endsWith(moved)) return before;
  return `${before.trimEnd()}${eol}${eol}${moved}${eol}`;
}

/** Numbers of sessions the file's summary tells of. */
export function isArchived(text: string, session: number): boolean {
  const lines = presentSummary(text)?.lines ?? [];
  return lines.some((line) => {
    const match = /^- Sessions? (\d+)(?:\u2013(\d+))?/.exec(line);
    if (match === null) return false;
    const from = Number(match[1]);
    return session >= from && session <= Number(match[2] ?? from);
  });
}

export function applyArchive(text: string, plan: ArchivePlan): string {
  return applyEdits(text, plan.edits);
}

/** The latest sessions stay, whichever way the file is ordered. */
function oldEntries(log: readonly ProgressEntry[]): readonly ProgressEntry[] {
  const kept = log
    .map((entry, position) => ({ entry, position }))
    .sort((a, b) => b.entry.session - a.entry.session || b.position - a.position)
    .slice(0, sessionsKept)
    .map(({ entry }) => entry);
  return log.filter((entry) => !kept.includes(entry));
}

/** With the blank lines behind it, so that a removed session leaves no gap. */
function endOf(text: string, { range }: ProgressEntry): number {
  let end = range.end;
  while (end < text.length && /\s/.test(text[end] ?? '')) end++;
  // Indentation belongs to the line it indents.
  return end === text.length ? range.end : Math.max(range.end, text.lastIndexOf('\n', end - 1) + 1);
}

function withoutSummary(text: string, { start, end }: TextRange, summary: TextRange | undefined): string {
  if (summary === undefined || summary.start < start || summary.end > end) return text.slice(start, end);
  return text.slice(start, summary.start).trimEnd() + text.slice(summary.end, end);
}

function presentSummary(text: string) {
  const start = text.indexOf(open);
  const end = start < 0 ? -1 : text.indexOf(close, start);
  if (end < 0) return undefined;
  const inner = text.slice(start + open.length, end).replaceAll('\r', '');
  return { start, end: end + close.length, lines: inner.split('\n').filter((line) => line.startsWith('- ')) };
}

function summaryLine({ session, at, did, next }: ProgressEntry): string {
  const words = (did[0] ?? next[0] ?? 'nothing was noted')
    .replace(/\s+/g, ' ')
    .replace(/<!--|-->/g, '')
    .trim();
  const short = words.length <= lineLength ? words : `${words.slice(0, lineLength - 1)}…`;
  return `- Session ${session}${at === undefined ? '' : ` (${at})`}: ${short}`;
}

function summaryText(lines: readonly string[], archiveName: string): string {
  const shown = lines.slice(-summaryLines);
  const numbers = lines
    .slice(0, -summaryLines)
    .flatMap((line) => (line.match(/^- Sessions? (\d+)(?:\u2013(\d+))?/) ?? []).slice(1));
  const folded = numbers.filter((number) => number !== undefined).map(Number);
  const range =
    folded.length === 0 ? [] : [`- Sessions ${Math.min(...folded)}–${Math.max(...folded)}: see the archive`];
  return [open, `Earlier sessions are in \`${archiveName}\`:`, '', ...range, ...shown, close].join('\n');
}

function restOf(document: TaskDocument, log: readonly ProgressEntry[]) {
  const {
    id,
    title,
    status,
    dependsOn,
    context,
    criteriaList,
    featureList,
    inputList,
    outputDetail,
    commits,
  } = document;
  const said = ({ session, at, did, issues, state, next }: ProgressEntry) => ({
    session,
    at,
    did,
    issues,
    state,
    next,
  });
  return {
    ...{ id, title, status, dependsOn, context, commits },
    criteria: criteriaList.map(({ text, done }) => ({ text, done })),
    features: featureList.map(({ range: _, ...feature }) => feature),
    inputs: inputList.map(({ range: _, ...input }) => input),
    output: outputDetail?.hash,
    log: log.map(said),
  };
}
