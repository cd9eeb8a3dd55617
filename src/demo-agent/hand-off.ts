/** Step 19: the session's entry in the Progress Log. */
import { appendEntryByHand, type Entry } from './by-hand';
import { editTask, type Session } from './session-state';
import type { TaskFile } from './task-file';

/** The four parts of the entry, from what the session did and how the task stands after it. Pure. */
export function entryOf(
  session: Pick<Session, 'did' | 'issues' | 'passed'>,
  task: Pick<TaskFile, 'features' | 'criteria'>,
): Entry {
  const open = task.features.filter((feature) => !feature.passes);
  const total = task.features.length;
  const passed = total - open.length;
  const next = open[0];
  const criteria = task.criteria.filter((criterion) => criterion.done).length;
  return {
    did: [
      ...(session.did.length > 0 ? session.did : ['Found every feature passing and handed the task over']),
      ...session.passed.map(({ item, evidence }) => `Verified ${item.id}: ${evidence}`),
    ],
    issues: session.issues.length > 0 ? session.issues : ['None'],
    state: [
      total > 0
        ? `${passed} of ${total} features pass`
        : `${criteria} of ${task.criteria.length} acceptance criteria are met`,
    ],
    next: [nextStep(next, task)],
  };
}

function nextStep(
  next: TaskFile['features'][number] | undefined,
  task: Pick<TaskFile, 'features' | 'criteria'>,
): string {
  if (next) return `Work on ${next.id}: ${next.description}`;
  const criterion = task.features.length === 0 ? task.criteria.find((one) => !one.done) : undefined;
  return criterion ? `Work on the criterion: ${criterion.text}` : 'Finalize the chain output';
}

export async function recordProgress(session: Session, task: TaskFile): Promise<void> {
  const entry = entryOf(session, task);
  const flags = (['did', 'issues', 'state', 'next'] as const).flatMap((part) =>
    entry[part].map((point) => `--${part}=${point}`),
  );
  const called = await session.baton.call(['progress', session.options.taskId, ...flags]);
  if (!called)
    await editTask(session, (text) => appendEntryByHand(text, numberOf(session, task), at(session), entry));
  await session.screen.show(entry.did.join('\n'));
  await session.screen.say(`Next: ${entry.next.join('; ')}`);
}

function numberOf(session: Session, task: TaskFile): number {
  return session.memory.facts?.session ?? task.sessions + 1;
}

function at(session: Session): string {
  return session.now().toISOString().slice(0, 16).replace('T', ' ');
}
