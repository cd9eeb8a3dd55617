import type { Command } from 'commander';
import { runJob } from '../../core/operations/scheduled-jobs';
import { type TickOptions, type TickReport, tick } from '../../core/operations/tick';
import { tickMemory } from '../../core/operations/tick-memory';
import { watchTicks } from '../../core/operations/tick-watch';
import type { BatonWorkspace } from '../../core/operations/workspace';
import type { Answer, CliContext } from '../context';
import { flag } from '../options';
import type { Register } from '../program';
import { plain } from '../text';
import { tickOptions } from './tick-options';

export function addHeartbeatCommand(program: Command, register: Register): void {
  register(
    program,
    'heartbeat',
    'one tick of the scheduler: sessions, recurring tasks, scheduled jobs, and the queue where auto-resume is on',
    (command) =>
      command
        .option('--watch', 'tick until you end it, as a scheduler without an editor')
        .option('--dry', 'start no agent, only say which entry may be resumed'),
    async (context, _args, options) => {
      const workspace = await context.workspace();
      const dry = flag(options, 'dry');
      return flag(options, 'watch') ? watch(context, workspace, dry) : once(context, workspace, dry);
    },
  );
}

async function once(context: CliContext, workspace: BatonWorkspace, dry: boolean): Promise<Answer> {
  const report = await tick(workspace, await optionsFor(context, workspace, dry));
  return { data: shapeOf(report), text: words(report) };
}

async function watch(context: CliContext, workspace: BatonWorkspace, dry: boolean): Promise<Answer> {
  let ticks = 0;
  await watchTicks(workspace, {
    reopen: () => context.workspace(),
    options: (current) => optionsFor(context, current, dry),
    arm: context.arm,
    stopped: context.stopped(),
    told: async (report) => {
      ticks++;
      if (report.did.length > 0) context.output.err(`${words(report)}\n`);
      await context.settled();
    },
    failed: (error) => context.output.err(`baton: the tick failed: ${String(error)}\n`),
  });
  return { data: { ticks }, text: `Ended after ${ticks} ticks` };
}

async function optionsFor(
  context: CliContext,
  workspace: BatonWorkspace,
  dry: boolean,
): Promise<TickOptions> {
  const options = await tickOptions(context, workspace, dry);
  return { ...options, jobs: { next: context.nextCronTime, run: runJob }, memory: tickMemory };
}

function shapeOf({ did, nextAt, check, started }: TickReport) {
  return { did, nextAt: nextAt ?? null, check, started: started ?? null };
}

function words({ did, check, nextAt }: TickReport): string {
  const { status } = check;
  const why = 'reason' in check ? ` (${check.reason})` : '';
  const recommended = status === 'READY' ? `: #${check.recommendation.taskId}` : '';
  const queue = `Queue: ${status}${why}${recommended}, ${check.pending_count} pending, ${check.active_sessions} active`;
  const next = nextAt === undefined ? 'Next tick: when something changes' : `Next tick: ${nextAt}`;
  return [...did.map(({ text }) => plain(text)), queue, next].join('\n');
}
