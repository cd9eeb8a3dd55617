/**
 * One session of a generated project: the real `baton launch` starts the real demonstration agent, and is interrupted as
 * the plan says. The launcher stands for the editor.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Repository, Started } from '../e2e/support/with-repository';
import { ProcessGroup } from './process-group';
import type { Interruption } from './project';
import { worked } from './project-files';

/** How a second launch ended that was tried while the agent lived on without its launcher. */
export interface Robbery {
  readonly outcome: 'refused' | 'launched' | 'not tried' | 'too late';
  /** Id of the session that it became, when the agent had come to its end by then. */
  readonly session?: string;
}

export interface SessionRun {
  /** Standard output of the agent and the launcher, together. */
  readonly printed: string;
  /** Null when the launcher was killed. */
  readonly code: number | null;
  readonly robbery: Robbery;
  readonly lastedMs: number;
}

const notTried: Robbery = { outcome: 'not tried' };

/** Median of whole sessions so far, so that shares of it hit all of a session on machines fast and slow. */
const lifetimes: number[] = [];

function lifetime(): number {
  const sorted = lifetimes.slice(-15).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 2500;
}

export const agentNames = { hooks: 'demo-hooked', plain: 'demo-plain' } as const;

/** To the end, without an interruption. */
export async function runWhole(
  repository: Repository,
  env: Readonly<Record<string, string>>,
): Promise<SessionRun> {
  const begun = performance.now();
  const launch = start(repository, false, env);
  const { code } = await launch.ended;
  await groupOf(launch).over();
  return { printed: launch.printed(), code, robbery: notTried, lastedMs: performance.now() - begun };
}

export async function runInterrupted(repository: Repository, plan: Interruption): Promise<SessionRun> {
  const begun = performance.now();
  const env = {
    BATON_DEMO_FEATURES: String(plan.features),
    BATON_DEMO_FORGET: plan.forgets ? '1' : '',
    BATON_DEMO_COMPACT_AT: plan.compactAt === undefined ? '' : String(plan.compactAt),
    ...stepEnv(plan),
  };
  const launch = start(repository, plan.hooks, env);
  const group = groupOf(launch);
  try {
    const robbery = await interrupt(repository, launch, group, plan);
    await group.over();
    const { code } = await launch.ended;
    if (code === 0 || code === 1) lifetimes.push(performance.now() - begun);
    return { printed: launch.printed(), code, robbery, lastedMs: performance.now() - begun };
  } finally {
    group.killAll();
  }
}

function start(repository: Repository, hooks: boolean, env: Readonly<Record<string, string>>): Started {
  const agent = hooks ? agentNames.hooks : agentNames.plain;
  return repository.start(['launch', worked, '--agent', agent, '--json'], {
    BATON_DEMO_TRUST_PACKET: '1',
    ...env,
  });
}

function groupOf({ child }: Started): ProcessGroup {
  if (child.pid === undefined) throw new Error('The launcher did not start');
  return new ProcessGroup(child.pid);
}

function stepEnv({ at, who }: Interruption): Readonly<Record<string, string>> {
  if (!('step' in at)) return {};
  return { [who === 'agent' ? 'BATON_DEMO_STOP_AT' : 'BATON_DEMO_WAIT_AT']: String(at.step) };
}

async function interrupt(
  repository: Repository,
  launch: Started,
  group: ProcessGroup,
  plan: Interruption,
): Promise<Robbery> {
  const { who, at } = plan;
  if ('step' in at) {
    if (who === 'agent') return notTried;
    await launch.until(`Waiting at step ${at.step} `);
  } else {
    // The agent's own time begins when it does.
    if (who === 'agent') await firstWords(launch);
    await pause(at.share * lifetime());
  }
  if (who === 'both') group.killAll();
  if (who === 'agent') await group.killAgent();
  if (who !== 'launcher') return notTried;
  group.killLauncher();
  const robbery = await tryToRob(repository, group);
  if ('step' in at || !plan.agentLives) await group.killAgent();
  return robbery;
}

/** The agent lives on, so nobody else may start on its task. */
async function tryToRob(repository: Repository, group: ProcessGroup): Promise<Robbery> {
  const before = await group.agent();
  if (before === undefined) return notTried;
  const second = await repository.json(['launch', worked, '--agent', agentNames.plain], {
    BATON_DEMO_STOP_AT: '1',
  });
  if (second.error?.code === 'session_live') return { outcome: 'refused' };
  if (!second.ok) return notTried;
  // It may have come to its end just before; only a start beside a living one is a robbery.
  const outcome = (await group.agent()) === before ? 'launched' : 'too late';
  return { outcome, session: second.data.session };
}

/** An agent that was refused its start never says them. */
async function firstWords(launch: Started): Promise<void> {
  await Promise.race([launch.until('Baton demonstration agent'), launch.ended]);
}
