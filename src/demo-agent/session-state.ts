/** What a session of the demonstration agent carries from step to step, and how it enters one. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { FeatureWork } from './feature-work';
import type { Hooks } from './hooks';
import { compact } from './memory';
import type { DemoOptions } from './options';
import type { Baton, GitRepository } from './programs';
import type { Screen } from './screen';
import { type Step, steps } from './steps';
import { type PacketFacts, readTaskFile, type TaskFile, type WorkItem } from './task-file';

export interface Surroundings {
  readonly options: DemoOptions;
  readonly screen: Screen;
  readonly baton: Baton;
  readonly hooks: Hooks;
  readonly now: () => Date;
  readonly pause: (ms: number) => Promise<void>;
  /** Ends the process on the spot, without clean-up. */
  readonly die: () => never;
  /** Never resolves; somebody ends the process. */
  readonly waitForEnd: () => Promise<never>;
}

export interface Running extends Surroundings {
  /** What it knows by heart; a compaction changes it. */
  readonly memory: { facts: PacketFacts | undefined; told: PacketFacts | undefined };
}

/** What the session has learnt and done; steps hand it on. */
export interface Session extends Running {
  readonly repository: GitRepository | undefined;
  /** Uncommitted files of an earlier session in this task's work folder. */
  readonly leftovers: readonly string[];
  readonly did: string[];
  readonly issues: string[];
  /** Files to commit with the task file at the end. */
  readonly touched: Set<string>;
  readonly passed: { readonly item: WorkItem; readonly work: FeatureWork; readonly evidence: string }[];
}

export async function readTask({ options }: Pick<Surroundings, 'options'>): Promise<TaskFile> {
  return readTaskFile(await readFile(options.taskFile, 'utf8'));
}

/** Changes the task file by hand, as the protocol allows where there is no `baton` command. */
export async function editTask(session: Session, edit: (text: string) => string): Promise<void> {
  const { taskFile } = session.options;
  const draft = `${taskFile}.demo-${process.pid}`;
  await writeFile(draft, edit(await readFile(taskFile, 'utf8')));
  await rename(draft, taskFile);
}

/** Steps that use a tool, as an agent's hooks would be told: reading, writing, running. */
const toolSteps: ReadonlySet<number> = new Set([2, 13, 16]);

/** Announces a step; dies, waits or loses its context there when told to. */
export async function begin(running: Running, number: number): Promise<void> {
  const { options, screen, hooks } = running;
  await screen.step(stepNumbered(number));
  if (options.stopAt === number) running.die();
  if (options.waitAt === number && !(options.waitOnce && (await readTask(running)).sessions > 0)) {
    await screen.say(`Waiting at step ${number} until this process is ended.`);
    await running.waitForEnd();
  }
  if (options.compactAt === number) await compact(running);
  if (toolSteps.has(number)) await hooks.call('tool');
  if (options.paceMs > 0) await running.pause(options.paceMs);
}

function stepNumbered(number: number): Step {
  const step = steps[number - 1];
  if (!step) throw new RangeError(`There is no step ${number}`);
  return step;
}
