// Facts for nudges, with only what a test is about spelled out.
import { type QueueEntry, queueEntrySchema } from '../../../../src/core/model/queue';
import { isTaskId, type TaskId } from '../../../../src/core/model/task';
import type { Nudge, NudgeFacts, NudgeTask } from '../../../../src/core/nudges/nudges';

export function taskId(text: string): TaskId {
  if (!isTaskId(text)) throw new Error(`not a task id: ${text}`);
  return text;
}

export function task(id: string, sketch: Partial<Omit<NudgeTask, 'id'>> = {}): NudgeTask {
  return {
    id: taskId(id),
    title: `Title ${id}`,
    status: 'pending',
    badges: [],
    staleReasons: [],
    priority: undefined,
    created: undefined,
    sessions: 0,
    downstream: [],
    unmet: [],
    ...sketch,
  };
}

export function entry(id: string, task: string, sketch: Partial<QueueEntry> = {}): QueueEntry {
  return queueEntrySchema.parse({
    id,
    taskId: taskId(task),
    prompt: '',
    priority: 5,
    added_at: '2026-11-21T07:00:00Z',
    reason: 'exit',
    attempts: 0,
    claims: 0,
    nextRetryAt: null,
    notBefore: null,
    lastError: null,
    claim: null,
    deadAt: null,
    metadata: { source: 'test', retry_count: 0 },
    ...sketch,
  });
}

export function facts(sketch: Partial<NudgeFacts> = {}): NudgeFacts {
  return { tasks: [], sessions: [], entries: [], inputNews: new Map(), autoResume: false, ...sketch };
}

export function nudge(key: string, sketch: Partial<Nudge> = {}): Nudge {
  return { kind: 'blocked', key, task: taskId('1'), title: 'Title', action: 'unblock', ...sketch };
}
