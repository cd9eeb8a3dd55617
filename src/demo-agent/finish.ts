/** Step 20: when everything passes, the acceptance criteria and the chain output. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tickByHand } from './by-hand';
import { featureWork } from './feature-work';
import { editTask, readTask, type Session } from './session-state';
import { allItems, nextItem, type TaskFile } from './task-file';

export async function finish(session: Session): Promise<void> {
  const task = await readTask(session);
  const next = nextItem(task, undefined);
  if (next) return session.screen.say(`Not complete: ${next.id} is open.`);
  await tickAll(session, task);
  const before = new Set(await session.repository?.dirty());
  await finalize(session, task);
  // Finalizing feeds the tasks downstream; their files belong into the same commit.
  const after = (await session.repository?.dirty()) ?? [];
  for (const path of after.filter((one) => !before.has(one))) session.touched.add(path);
}

async function finalize({ options, baton, screen }: Session, task: TaskFile): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-demo-'));
  try {
    const file = join(folder, 'summary.md');
    await writeFile(file, summaryOf(options.taskId, task));
    const called = await baton.call(['finalize', options.taskId, `--summary-file=${file}`]);
    const done = 'Wrote the chain output. The task is complete.';
    await screen.say(called ? done : `Run "baton finalize ${options.taskId}" to complete it.`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Ticks one criterion by its one-based number. */
export async function tickCriterion(session: Session, number: number): Promise<void> {
  const called = await session.baton.call(['criterion', 'tick', session.options.taskId, String(number)]);
  if (!called) await editTask(session, (text) => tickByHand(text, number));
}

/** What tasks downstream should know. Pure. */
export function summaryOf(taskId: string, task: Pick<TaskFile, 'title' | 'features' | 'criteria'>): string {
  const lines = allItems(task).map((item) => {
    const work = featureWork(taskId, item);
    const what = item.description.replace(/\s+/g, ' ').trim();
    return `- ${what}: \`${work.functionName}(subject)\` in \`${work.moduleFile}\``;
  });
  const what = task.title.trim() || `Task ${taskId}`;
  return [`${what}: done by the demonstration agent, every feature checked.`, ...lines].join('\n');
}

async function tickAll(session: Session, task: TaskFile): Promise<void> {
  const open = task.criteria.flatMap((criterion, index) => (criterion.done ? [] : [index + 1]));
  for (const number of open) await tickCriterion(session, number);
  if (open.length > 0) await session.screen.say(`Ticked ${open.length} acceptance criteria.`);
}
