/** Small state files and edits of them, for tests that are about storing and not about Markdown. */
import assert from 'node:assert/strict';
import type { TextEdit } from '../../src/core/base/text-edit';
import { isTaskId, type TaskId } from '../../src/core/model/task';
import type { TaskChange } from '../../src/core/store/task-record';

export function taskId(text: string): TaskId {
  assert.ok(isTaskId(text));
  return text;
}

export function stateText(id: string, title = 'A task', status = 'pending'): string {
  return `---\nstatus: ${status}\npriority: 0\n---\n\n# Task #${id}: ${title} - State\n\n## 1. Static Context\n\n**Agent:** demo\n`;
}

export const change: TaskChange = { type: 'test.change', actor: 'tool' };

/** Replaces the first place where `from` stands; nothing when it stands nowhere. */
export function replaceText(from: string, to: string): (current: { text: string }) => readonly TextEdit[] {
  return ({ text }) => {
    const start = text.indexOf(from);
    return start < 0 ? [] : [{ start, end: start + from.length, text: to }];
  };
}

/** Adds a line at the end. */
export function addLine(line: string): (current: { text: string }) => readonly TextEdit[] {
  return ({ text }) => [{ start: text.length, end: text.length, text: `${line}\n` }];
}

/** `priority: n` becomes `priority: n + 1`. */
export function raisePriority({ text }: { text: string }): readonly TextEdit[] {
  const match = /priority: (\d+)/.exec(text);
  if (match === null) return [];
  const start = match.index + 'priority: '.length;
  return [{ start, end: start + (match[1] ?? '').length, text: String(priorityIn(text) + 1) }];
}

export function priorityIn(text: string): number {
  return Number(/priority: (\d+)/.exec(text)?.[1]);
}
