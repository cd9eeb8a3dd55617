/**
 * What Baton's hooks tell an agent: where it stands at a start and after a compaction, what a summary has to keep, and
 * why a turn may not end yet. Facts only, each in one place of the task file or the packet; what comes from files is
 * quoted. Source: agents.md sections 0 and 14; product.md section 6.
 */
import type { TaskDocument, TaskId } from '../model/task';
import { inlineCode, oneLine, quoteBlock, shorten } from './quote';

export interface HookFacts {
  readonly id: TaskId;
  readonly title: string;
  /** Absolute path of the task's state file. */
  readonly file: string;
  /** Absolute path of the packet; undefined for a session that Baton did not launch. */
  readonly packet: string | undefined;
  /** Number of the session within the task. */
  readonly session: number;
  readonly features: TaskDocument['features'];
  /** Next steps of the newest entry that has some. */
  readonly next: { readonly session: number; readonly steps: readonly string[] } | undefined;
  /** How to call Baton from the agent's shell. */
  readonly baton: string;
}

/** Why the facts are told. */
export type Occasion = 'start' | 'compacted';

const maxTitle = 200;
const maxDescription = 500;
const maxStep = 300;
const maxSteps = 12;
const maxKeep = 1000;

/**
 * The facts of a session for the model's context, at most `limit` UTF-16 units. Next steps give way first; what is left
 * is never cut in the middle: when even the pointer does not fit, the text is empty.
 */
export function factsText(facts: HookFacts, occasion: Occasion, limit: number): string {
  for (let steps = maxSteps; steps >= 0; steps--) {
    const text = [
      opening(facts, occasion),
      task(facts),
      nextFeature(facts),
      ...nextSteps(facts, steps),
      ending(facts),
    ].join('\n\n');
    if (text.length <= limit) return text;
  }
  const pointer = opening(facts, occasion);
  return pointer.length <= limit ? pointer : '';
}

/** For whoever summarises the context. Begins with a letter: some agents take text that begins otherwise for JSON. */
export function keepText(facts: HookFacts): string {
  const { features, next, session, id } = facts;
  const lines = [
    `Keep these facts in the summary as they are: the work is task #${id}, session ${session}, under Baton.`,
    `${readFirst(facts)} again after the summary.`,
    ...(features.next ? ['Feature in work:', quoteBlock(featureLine(features.next, maxStep))] : []),
    ...(next?.steps[0] === undefined ? [] : ['Next step:', quoteBlock(shorten(next.steps[0], maxStep))]),
  ];
  const fitting = [lines, lines.slice(0, 2), lines.slice(0, 1)].map((kept) => kept.join('\n'));
  return fitting.find((text) => text.length <= maxKeep) ?? '';
}

/** Asks for the missing progress entry. */
export function stopText(facts: HookFacts): string {
  return [
    `Not yet: the Progress Log of the task file has no entry of session ${facts.session}, so whoever continues task #${facts.id} would not know what you did.`,
    ending(facts),
    'If you wait for a person, write the entry first and say in it what you wait for. Then end your turn.',
  ].join('\n\n');
}

function opening(facts: HookFacts, occasion: Occasion): string {
  const { id, session, packet } = facts;
  const where = `You work on task #${id} under Baton; this is session ${session} of the task.`;
  if (occasion === 'compacted') {
    const protocol = packet === undefined ? '' : ' and go on with its protocol at the step you were at';
    return `Your context was compacted, so part of what you had read is gone. ${where} ${readFirst(facts)} again${protocol}.`;
  }
  const protocol = packet === undefined ? '' : ', and follow its protocol from step 1';
  return `${where} ${readFirst(facts)} first${protocol}.`;
}

function readFirst({ packet, file }: HookFacts): string {
  return packet === undefined
    ? `Read the whole task file ${inlineCode(file)}`
    : `Read the whole packet ${inlineCode(packet)}`;
}

function task({ id, title, file }: HookFacts): string {
  const name = title === '' ? `Task #${id}` : `Task #${id}: ${shorten(title, maxTitle)}`;
  return `${quoteBlock(name)}\n\nIts file, which is the truth about the task: ${inlineCode(file)}`;
}

function nextFeature({ features: { passed, total, next } }: HookFacts): string {
  if (total === 0) return 'The task has no feature checklist; its acceptance criteria count.';
  if (next === undefined)
    return `All ${total} features pass. What is left: verify, tick the criteria, write the Chain Output.`;
  return `${passed} of ${total} features pass. Next feature:\n\n${quoteBlock(featureLine(next, maxDescription))}`;
}

function featureLine(
  { id, description }: { readonly id: string; readonly description: string },
  most: number,
) {
  return `${shorten(id, 80)}: ${shorten(description, most)}`;
}

function nextSteps({ next }: HookFacts, most: number): readonly string[] {
  if (next === undefined || next.steps.length === 0) return [];
  const shown = next.steps.slice(0, most).map((step) => `- ${shorten(step, maxStep)}`);
  const more = next.steps.length - shown.length;
  const label = `Next steps, from session ${next.session}:`;
  if (shown.length === 0) return [`${label} see the Progress Log in the task file.`];
  const rest = more > 0 ? `\n\n${more} more of them are in the Progress Log.` : '';
  return [`${label}\n\n${quoteBlock(shown.join('\n'))}${rest}`];
}

function ending({ id, session, baton }: HookFacts): string {
  const command = `${oneLine(baton)} progress ${id} --did "…" --issues "…" --state "…" --next "…"`;
  return [
    `Before you end, append your entry at the end of the Progress Log, under the heading \`### Session ${session} - YYYY-MM-DD HH:MM\` (UTC), or run:`,
    inlineCode(command),
  ].join('\n');
}
