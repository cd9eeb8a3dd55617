import type { Command } from 'commander';
import { BatonError, isBatonError } from '../../core/base/baton-error';
import type { BackgroundChoice } from '../../core/model/background';
import type { QueueCheck, QueueEntry } from '../../core/model/queue';
import { availableAgents, requireEconomyAgents } from '../../core/operations/economy-agents';
import { listAgents } from '../../core/operations/list-agents';
import { checkQueue } from '../../core/operations/queue-check';
import { addToQueue, type QueueEntryView, viewQueue } from '../../core/operations/queue-list';
import { queueOf } from '../../core/operations/queue-of';
import { queueCheckDocument, queueEntryShape } from '../../wire/queue-shape';
import type { Answer, CliContext } from '../context';
import { argument, collect, flag, list as given, integer, text } from '../options';
import type { Register } from '../program';
import { plain } from '../text';

type Action = (
  context: CliContext,
  args: readonly string[],
  options: Record<string, unknown>,
) => Promise<Answer>;

/** How long an entry is kept from others unless said otherwise. Seconds. */
const defaultClaim = 600;
const longestClaim = 24 * 3600;
/** Exit code for READY where it is asked for, as the origin's wrapper had it (requirement 002-8). */
const readyCode = 10;

/** @returns the command that holds them, for those that stand elsewhere */
export function addQueueCommand(program: Command, register: Register): Command {
  const queue = program.command('queue').description('the resume queue: what ended before it was done');
  const add = (words: string, description: string, action: Action, configure = (one: Command) => one) =>
    register(queue, words, description, configure, action);
  add('check', 'what may be resumed now, or why nothing may; always one JSON document', check, (command) =>
    command
      .option('--by-hand', 'recommend also where auto-resume is off; nothing is started by this')
      .option('--exit-code', `answer READY with exit code ${readyCode}`),
  );
  add('list', 'list the entries, whose turn is next first', list);
  add('add [task]', 'queue a task, or a prompt for you to start by yourself', addEntry, (command) =>
    command
      .option('--prompt <text>', 'what the entry says')
      .option('--priority <n>', "1 is the most urgent; the task's own unless given"),
  );
  add('remove <entry>', 'take an entry out', remove);
  add('ack <entry>', 'say that what was queued is done, and take it out', ack);
  add('claim <entry>', 'keep an entry from others while you start it', claim, (command) =>
    command
      .option('--for <seconds>', `how long others keep away; ${defaultClaim} unless given`)
      .option('--by <who>', 'who claims it'),
  );
  add('retry <entry>', 'let an entry that failed too often start again', retry);
  add('on', 'let Baton resume by itself in this folder what ended before it was done', turnOn, (command) =>
    command.option(
      '--agent <name>',
      'agent of the economy lane to use, in the order to try them (repeatable); all that are installed unless given',
      collect,
    ),
  );
  add('off', 'resume nothing by itself in this folder', (context) =>
    choose(context, { autoResume: false }, 'Auto-resume is off'),
  );
  add('pause', 'start nothing in the background until `queue resume`', (context) =>
    choose(context, { pausedAt: new Date().toISOString() }, 'Background work is paused'),
  );
  add('resume', 'end the pause', resume);
  return queue;
}

/** Exactly one JSON document on standard output, whatever happens (requirement 002-12). */
const check: Action = async (context, _args, options) => {
  const found = await checked(context, flag(options, 'byHand'));
  const codes = { READY: flag(options, 'exitCode') ? readyCode : 0, ERROR: 1 };
  return {
    data: found,
    document: queueCheckDocument(found),
    text: JSON.stringify(found),
    exitCode: found.status === 'READY' || found.status === 'ERROR' ? codes[found.status] : 0,
  };
};

async function checked(context: CliContext, byHand: boolean): Promise<QueueCheck> {
  try {
    // Only looks; what a crash cut short is made up for by the next change.
    const workspace = await context.workspace({ asFound: true });
    const choice = await context.backgroundChoice(workspace.root);
    const profiles = async () => {
      const { agents } = await listAgents(workspace, await context.userProfiles(), { economyOnly: choice });
      return (await availableAgents(workspace, agents, choice)).map(({ profile }) => profile);
    };
    // Who turned it on in this folder, in their own settings, trusts it.
    return await checkQueue(workspace, { trusted: true, choice, profiles, byHand });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isBug = !isBatonError(error) && error instanceof Error;
    context.output.err(`baton: ${isBug ? error.stack : reason}\n`);
    return { status: 'ERROR', reason, pending_count: 0, active_sessions: 0 };
  }
}

const list: Action = async (context) => {
  const workspace = await context.workspace();
  const { entries, problem } = await viewQueue(workspace);
  const { autoResume, pausedAt, held = [] } = await context.backgroundChoice(workspace.root);
  if (problem !== undefined) context.output.err(`baton: ${problem}\n`);
  return {
    data: { entries: entries.map(queueEntryShape), problem: problem ?? null, autoResume, pausedAt, held },
    text:
      entries.length === 0 ? 'The queue is empty.' : entries.map((view) => entryLine(view, held)).join('\n'),
  };
};

function entryLine({ entry, state, waitsUntil }: QueueEntryView, held: readonly string[]): string {
  const { id, reason, attempts, lastError, claim } = entry;
  const words = {
    due: 'due',
    waiting: `resumes at ${waitsUntil}`,
    claimed: `claimed by ${claim?.by}`,
    running: 'running',
    dead: 'needs attention',
  };
  const tries = attempts === 0 ? '' : `, ${attempts} failed`;
  const error = lastError === null ? '' : `  ${lastError}`;
  const hold = entry.taskId !== null && held.includes(entry.taskId) ? ', held' : '';
  return plain(
    `${id}  ${nameOf(entry)}  ${words[state]} (${reason.replaceAll('_', ' ')}${tries}${hold})${error}`,
  );
}

/** On one line, and no longer than a line should be. */
function nameOf({ prompt, taskId }: QueueEntry): string {
  const line = prompt.replace(/\s+/g, ' ').trim();
  const short = line.length > 60 ? `${line.slice(0, 59)}…` : line;
  return taskId === null || short.includes(`#${taskId}`) ? short : `#${taskId} ${short}`.trim();
}

const addEntry: Action = async (context, [task], options) => {
  const prompt = text(options, 'prompt');
  if (task === undefined && prompt === undefined)
    throw new BatonError('usage', 'Name the task, or give a --prompt');
  const priority = integer(options, 'priority', { min: 0, max: 1000 });
  const { entry, added, total } = await addToQueue(await context.workspace(), { task, prompt, priority });
  return {
    data: { id: entry.id, taskId: entry.taskId, added, total },
    text: `${nameOf(entry)} ${added ? 'added to the queue' : 'is in the queue already'} as ${entry.id}\nTotal pending: ${total}`,
  };
};

const remove: Action = async (context, args) => {
  const { entry, left } = await queueOf(await context.workspace()).remove(argument(args, 0, 'The entry'));
  return {
    data: { id: entry.id, taskId: entry.taskId, remaining: left },
    text: `Removed: ${nameOf(entry)}\nRemaining: ${left}`,
  };
};

const ack: Action = async (context, args) => {
  const id = argument(args, 0, 'The entry');
  const acknowledged = await queueOf(await context.workspace()).ack(id);
  return {
    data: { id, acknowledged },
    text: acknowledged ? `${id} is done and out of the queue` : `${id} is not in the queue any more`,
  };
};

const claim: Action = async (context, args, options) => {
  const id = argument(args, 0, 'The entry');
  const seconds = integer(options, 'for', { min: 1, max: longestClaim }) ?? defaultClaim;
  const by = text(options, 'by') ?? 'the command line';
  const wanted = { by: by.slice(0, 200), forMs: seconds * 1000, early: true };
  const given = await queueOf(await context.workspace()).claim(id, wanted);
  return {
    data: { id, claim: given },
    text: `${id} is yours until ${given.until}; \`baton queue ack ${id}\` when it is done`,
  };
};

const retry: Action = async (context, args) => {
  const entry = await queueOf(await context.workspace()).revive(argument(args, 0, 'The entry'));
  return { data: { id: entry.id }, text: `${nameOf(entry)} may start again` };
};

const turnOn: Action = async (context, _args, options) => {
  requirePerson(context);
  const agents = given(options, 'agent');
  const known = await listAgents(await context.workspace(), await context.userProfiles());
  requireEconomyAgents(known.agents, agents);
  return choose(
    context,
    { autoResume: true, ...(agents.length > 0 && { agents: [...agents] }) },
    'Auto-resume is on',
  );
};

const resume: Action = async (context) => {
  requirePerson(context);
  return choose(context, { pausedAt: null }, 'Background work may start again');
};

async function choose(
  context: CliContext,
  change: Partial<BackgroundChoice>,
  words: string,
): Promise<Answer> {
  const { root } = await context.workspace();
  const choice = await context.keepBackgroundChoice(root, change);
  return { data: choice, text: `${words} in ${root}` };
}

/** What an agent does by itself must not be what allows it more. */
function requirePerson({ env }: CliContext): void {
  if ((env['BATON_SESSION_ID'] ?? '') === '') return;
  throw new BatonError('guard_failed', 'Only a person turns on what Baton does by itself', {
    hint: 'Ask them to run this in a terminal of their own.',
  });
}
