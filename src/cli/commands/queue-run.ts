import type { Command } from 'commander';
import type { QueueCheck, QueueEntry } from '../../core/model/queue';
import { availableAgents } from '../../core/operations/economy-agents';
import { listAgents } from '../../core/operations/list-agents';
import { type RunReport, runEntry } from '../../core/operations/run-entry';
import { taskShape } from '../../wire/task-shape';
import type { Answer, CliContext } from '../context';
import { flag } from '../options';
import type { Register } from '../program';
import { deferWords, stateWords } from '../text';

export function addQueueRunCommand(queue: Command, register: Register): void {
  register(
    queue,
    'run [entry]',
    'resume an entry in the background with an agent of the economy lane, and wait until it ends',
    (command) => command.option('--scheduled', 'as the scheduler calls it: only what was allowed and is due'),
    async (context, [entry], options) => runOne(context, entry, flag(options, 'scheduled')),
  );
}

async function runOne(context: CliContext, entry: string | undefined, scheduled: boolean): Promise<Answer> {
  const workspace = await context.workspace();
  const choice = await context.backgroundChoice(workspace.root);
  const { agents } = await listAgents(workspace, await context.userProfiles(), { economyOnly: choice });
  const report = await runEntry(workspace, entry, {
    agents: await availableAgents(workspace, agents, choice),
    choice,
    choiceNow: () => context.backgroundChoice(workspace.root),
    scheduled,
    consents: await context.consents(),
    run: (run) => context.runInBackground(run),
    offsetMinutes: new Date().getTimezoneOffset(),
    started: async ({ session, agent, logTo }) => {
      context.output.err(
        `Resuming #${session.task} with ${agent.label}, session ${session.number}; it prints to ${logTo}\n`,
      );
      await context.settled();
    },
  });
  return report.ran ? ended(report) : refused(report.check);
}

function ended({ entry, agent, session, exitCode, signal, task, queued }: RunReport & { ran: true }): Answer {
  const how = signal === null ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`;
  const next = queued === undefined ? '' : `; ${queueWords(queued, new Date())}`;
  return {
    data: {
      ran: true,
      entry,
      agent,
      session: session.id,
      number: session.number,
      exitCode,
      signal,
      task: taskShape(task),
      queued: queued === undefined ? null : queuedShape(queued),
    },
    text: `Session ${session.number} of #${session.task} by ${agent} ended with ${how}; the task is ${stateWords(task)}${next}`,
    exitCode: exitCode === 0 ? 0 : 1,
  };
}

type Queued = NonNullable<(RunReport & { ran: true })['queued']>;

/** What became of the entry; `baton queue list` tells the rest. */
function queuedShape({ id, reason, attempts, nextRetryAt, notBefore, lastError, deadAt }: Queued) {
  return { id, reason, attempts, nextRetryAt, notBefore, lastError, deadAt };
}

/** When the entry comes back, in words. */
export function queueWords(
  { deadAt, nextRetryAt, notBefore }: Pick<QueueEntry, 'deadAt' | 'nextRetryAt' | 'notBefore'>,
  now: Date,
): string {
  if (deadAt !== null) return 'it needs your attention';
  const ahead = [nextRetryAt, notBefore].flatMap((at) => (at === null ? [] : [Date.parse(at)]));
  const at = Math.max(...ahead, now.getTime());
  return at === now.getTime() ? 'it is queued' : `it is queued until ${new Date(at).toISOString()}`;
}

function notDeferred(check: QueueCheck): string {
  return 'reason' in check ? check.reason : 'nothing in the queue is due';
}

function refused(check: QueueCheck): Answer {
  const why = check.status === 'DEFERRED' ? deferWords[check.reason] : notDeferred(check);
  return { data: { ran: false, check }, text: `Nothing was started: ${why}`, exitCode: 1 };
}
