/**
 * What a session did, from facts that Baton can see itself, and the progress entry made of them when the agent left
 * none: no session is ever undocumented. Source: product.md section 6; requirements 003-28, 004-16.
 */
import type { ExitMap } from '../model/agent-profile';
import type { ExitReason, Session, SessionEnd } from '../model/session';
import type { CommitRef, FeatureRef, ProgressEntry, TaskDocument } from '../model/task';
import { describeExit, endedWell } from './describe-exit';

/** The end as it was seen, and what git tells about the time since the start. */
export type ExitSeen = Pick<SessionEnd, 'at' | 'exitCode' | 'signal' | 'reason' | 'dirty'> & {
  readonly commits: readonly CommitRef[];
  readonly filesChanged: readonly string[];
  /** The last event its hooks told; null when none was heard. */
  readonly finalEvent?: string | null;
  readonly exitMap?: ExitMap | undefined;
};

export interface ExitFacts {
  readonly session: number;
  readonly agent: string;
  readonly durationMs: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly reason: ExitReason;
  readonly finalEvent: string | null;
  readonly exitMap: ExitMap | undefined;
  readonly commits: readonly CommitRef[];
  readonly filesChanged: readonly string[];
  /** Uncommitted changes at the end. */
  readonly dirty: boolean;
  /** There were uncommitted changes at the start already, so `dirty` and `filesChanged` may not be the session's. */
  readonly dirtyBefore: boolean;
  /** A repository with a commit was there at the start; without one, no commits or files does not mean no work. */
  readonly gitKnown: boolean;
  /** Features that pass now and did not at the start, in file order. */
  readonly newlyPassed: readonly FeatureRef[];
  /** Features that passed at the start and do not now, by id. */
  readonly nowFailing: readonly string[];
  /** How many more criteria are ticked than at the start; negative when ticks were taken away. */
  readonly newlyTicked: number;
  /** The progress log has an entry of this session. */
  readonly documented: boolean;
  readonly features: { readonly passed: number; readonly total: number };
  readonly criteria: { readonly done: number; readonly total: number };
  readonly outputFilled: boolean;
  /** The first feature that does not pass. */
  readonly next: FeatureRef | undefined;
  /** The first criterion that is not ticked. */
  readonly nextCriterion: string | undefined;
}

/** @param document the task as it is at the end */
export function exitFacts(session: Session, document: TaskDocument, seen: ExitSeen): ExitFacts {
  const passedBefore = new Set(session.before.passed);
  const passing = document.featureList.filter(({ passes }) => passes);
  const passingNow = new Set(passing.map(({ id }) => id));
  return {
    session: session.number,
    agent: session.agent,
    durationMs: Math.max(0, Date.parse(seen.at) - Date.parse(session.startedAt)),
    exitCode: seen.exitCode,
    signal: seen.signal,
    reason: seen.reason,
    finalEvent: seen.finalEvent ?? null,
    exitMap: seen.exitMap,
    commits: seen.commits,
    filesChanged: seen.filesChanged,
    dirty: seen.dirty,
    dirtyBefore: session.dirty,
    gitKnown: session.head !== null,
    newlyPassed: passing
      .filter(({ id }) => !passedBefore.has(id))
      .map(({ id, description }) => ({ id, description })),
    nowFailing: session.before.passed.filter((id) => !passingNow.has(id)),
    newlyTicked: document.criteria.done - session.before.criteriaDone,
    documented: document.log.some((entry) => entry.session === session.number),
    features: { passed: document.features.passed, total: document.features.total },
    criteria: document.criteria,
    outputFilled: document.output !== undefined,
    next: document.features.next,
    nextCriterion: document.criteriaList.find(({ done }) => !done)?.text,
  };
}

/** The lists of a progress entry; every line is one line of plain text, whatever commits and files are called. */
export type EntryLists = Pick<ProgressEntry, 'did' | 'issues' | 'state' | 'next'>;

/** **Invariant:** an automatic entry always says how the session ended, where the task stands and what comes next. */
export function automaticEntry(facts: ExitFacts): EntryLists {
  return {
    did: [describeExit(facts), ...changes(facts)].map(oneLine),
    issues: issues(facts).map(oneLine),
    state: state(facts).map(oneLine),
    next: [nextStep(facts)].map(oneLine),
  };
}

const maxCommits = 10;
const maxFiles = 20;
const maxLineLength = 1000;

function changes(facts: ExitFacts): readonly string[] {
  const { commits, filesChanged, newlyPassed, newlyTicked } = facts;
  const lines: string[] = [];
  if (commits.length > 0) {
    // The latest say most about where the work stands.
    const shown = commits.slice(-maxCommits).map(({ hash, subject }) => `\`${hash.slice(0, 7)}\` ${subject}`);
    lines.push(`Commits: ${listed(shown, commits.length, '; ')}`);
  }
  if (filesChanged.length > 0) {
    const shown = filesChanged.slice(0, maxFiles).map((path) => `\`${path}\``);
    lines.push(`Files changed: ${listed(shown, filesChanged.length, ', ')}`);
  }
  if (newlyPassed.length > 0)
    lines.push(`Features that pass now: ${newlyPassed.map(({ id }) => id).join(', ')}`);
  if (newlyTicked > 0) lines.push(`Acceptance criteria ticked: ${newlyTicked}`);
  return lines.length > 0 ? lines : [nothingSeen(facts)];
}

function nothingSeen({ gitKnown }: ExitFacts): string {
  return gitKnown
    ? 'No commit, no changed file and no change of the checklist'
    : 'No change of the checklist; without a git history nothing more is known';
}

function issues(facts: ExitFacts): readonly string[] {
  const { dirty, dirtyBefore, nowFailing, newlyTicked } = facts;
  const lines = ['The agent left no progress entry; Baton wrote this one from what it could see'];
  if (!endedWell(facts)) lines.push(unfinished(facts));
  if (dirty) {
    lines.push(
      `There are uncommitted changes${dirtyBefore ? ', as there were at the start' : ''}; see git status`,
    );
  }
  if (nowFailing.length > 0)
    lines.push(`Features that passed before and do not now: ${nowFailing.join(', ')}`);
  if (newlyTicked < 0) lines.push(`Acceptance criteria no longer ticked: ${-newlyTicked}`);
  return lines;
}

function unfinished({ finalEvent }: ExitFacts): string {
  const line = 'The session did not end by itself: work may be half done';
  const last = finalEvent === null ? undefined : lastSigns[finalEvent];
  return last === undefined ? line : `${line}; ${last}`;
}

/** What the last event of the hooks says of an end that was not the agent's own. */
const lastSigns: Readonly<Record<string, string>> = {
  start: 'its last sign was its start',
  prompt: 'its last sign was a prompt it had been given',
  tool: 'its last sign was the use of a tool',
  preCompact: 'it was about to compact its context',
  postCompact: 'it had just compacted its context',
};

function state({ features, criteria, outputFilled }: ExitFacts): readonly string[] {
  const lines: string[] = [];
  if (features.total > 0) lines.push(`${features.passed} of ${features.total} features pass`);
  if (criteria.total > 0) lines.push(`${criteria.done} of ${criteria.total} acceptance criteria are ticked`);
  lines.push(outputFilled ? 'The chain output is written' : 'The chain output is not written yet');
  return lines;
}

function nextStep({ next, nextCriterion, outputFilled, dirty }: ExitFacts): string {
  const look = dirty ? 'Look at the uncommitted changes first, then: ' : '';
  if (next !== undefined) return `${look}${next.id}: ${next.description}`;
  if (nextCriterion !== undefined) return `${look}meet the acceptance criterion: ${nextCriterion}`;
  return look + (outputFilled ? 'complete the task' : 'write the chain output and complete the task');
}

function listed(shown: readonly string[], total: number, separator: string): string {
  const more = total - shown.length;
  return shown.join(separator) + (more > 0 ? ` and ${more} more` : '');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= maxLineLength ? line : `${line.slice(0, maxLineLength - 1)}…`;
}
