/**
 * Drafts of tasks that could be worked on while another one is blocked. They are made from a closed list of harmless
 * kinds: to look and write down, never to change code. A draft is no task until a person takes it.
 * Source: requirement 001-65; issue 5.
 */
import { contentHash } from '../base/content-hash';
import { isFinished } from '../lifecycle/derive';
import { oneLine } from '../markdown/one-line';
import type { Status } from '../model/status';
import type { FeatureRef, TaskId, Tracking } from '../model/task';

export interface Draft {
  /** Stays the same for as long as the task is blocked for the same reason. */
  readonly key: string;
  /** The blocked task. */
  readonly about: TaskId;
  readonly title: string;
  /** Why it is worth doing, and why it is harmless. */
  readonly rationale: string;
  readonly criteria: readonly string[];
}

/** What is looked at of a task; a task view fits. */
export interface DraftTask {
  readonly id: TaskId;
  readonly title: string;
  readonly status: Status;
  readonly sessions: number;
  readonly tracking?: Tracking;
  readonly priority: number | undefined;
  readonly downstream: readonly TaskId[];
  readonly nextFeature: FeatureRef | undefined;
}

const longestTitle = 120;
/** What is longer stands in a key by its hash: a record with a key that is too long cannot be read again. */
const longestInKey = 100;

/** For every blocked task, the one with the highest priority and the most tasks behind it first. */
export function draftsFor(tasks: readonly DraftTask[]): readonly Draft[] {
  const titles = new Set(tasks.map(({ title }) => title));
  const open = new Set(tasks.filter(({ status }) => !isFinished(status)).map(({ id }) => id));
  const waiting = ({ downstream }: DraftTask) => downstream.filter((id) => open.has(id)).length;
  const blocked = tasks.filter(({ status }) => status === 'blocked');
  const ordered = blocked.sort(
    (a, b) =>
      (a.priority ?? Number.MAX_SAFE_INTEGER) - (b.priority ?? Number.MAX_SAFE_INTEGER) ||
      waiting(b) - waiting(a),
  );
  // All the first kind before any of the second: the cap of a day is better spent on many tasks than on one.
  const drafts = [
    ...ordered.map((task) => investigation(task, waiting(task))),
    ...ordered.flatMap((task) => preparation(task)),
  ];
  return drafts.filter(({ title }) => !titles.has(title));
}

function investigation(task: DraftTask, waiting: number): Draft {
  const reason = task.tracking?.blockedReason;
  const why =
    reason === undefined ? `#${task.id} is blocked.` : `#${task.id} is blocked: ${sentence(reason)}`;
  const behind =
    waiting === 0 ? '' : waiting === 1 ? ' 1 task waits for it.' : ` ${waiting} tasks wait for it.`;
  return {
    key: keyOf('investigate', task),
    about: task.id,
    title: capped(`Find out what unblocks #${task.id} ${task.title}`),
    rationale: `${why}${behind} To look into it changes no code, so nothing is lost if the block goes away first.`,
    criteria: [
      'The cause of the block is written down in the chain output',
      'At least two ways out are listed, each with its cost and its risk',
      'No file but this one was changed',
    ],
  };
}

/** How a feature will be checked can be worked out however the block ends. */
function preparation(task: DraftTask): readonly Draft[] {
  const feature = task.nextFeature;
  if (feature === undefined) return [];
  return [
    {
      key: keyOf(`prepare:${shortInKey(feature.id)}`, task),
      about: task.id,
      title: capped(`Write down how to check ${feature.id} of #${task.id}`),
      rationale: `#${task.id} is blocked before “${oneLine(feature.description)}”. How that will be checked can be worked out meanwhile, and holds however the block ends. It changes no code.`,
      criteria: [
        `The chain output names the command or the steps that show that ${feature.id} works`,
        'The cases that must fail are listed too',
        'No file but this one was changed',
      ],
    },
  ];
}

function keyOf(kind: string, { id, sessions, tracking }: DraftTask): string {
  return `${kind}:${id}:${sessions}:${contentHash(tracking?.blockedReason ?? '')}`;
}

function shortInKey(id: string): string {
  return id.length <= longestInKey ? id : contentHash(id);
}

function sentence(text: string): string {
  const line = oneLine(text);
  return /[.!?\u2026]$/.test(line) ? line : `${line}.`;
}

function capped(text: string): string {
  const line = oneLine(text);
  return line.length <= longestTitle ? line : `${line.slice(0, longestTitle - 1).trimEnd()}…`;
}
