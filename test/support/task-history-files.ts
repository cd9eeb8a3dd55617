/** A made-up task history as a workspace folder has it, and as the items that such a folder gives. */
import { skeleton } from '../../src/core/markdown/skeleton';
import { memoryId } from '../../src/core/memory/memory-id';
import type { MemoryId, MemoryInput } from '../../src/core/model/memory';
import type { Note } from '../../src/core/model/note';
import type { TaskId } from '../../src/core/model/task';
import { testHasher } from './memory-ports';
import type { History, HistoryEntry, HistoryNote, TaskHistory } from './task-histories';

/** Texts by path relative to the workspace folder: state files, the journal, session records. */
export function historyFiles({ tasks, notes }: History): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const task of tasks) {
    files.set(`task-states/task-${task.id}-state.md`, stateText(task));
    for (const entry of task.entries) {
      const session = sessionRecord(task.id, entry);
      files.set(`.baton/sessions/${session.id}.json`, `${JSON.stringify(session, null, 2)}\n`);
    }
  }
  files.set(
    '.baton/memory/journal.jsonl',
    notes.map((note) => `${JSON.stringify(journalNote(note))}\n`).join(''),
  );
  return files;
}

export function stateText(task: TaskHistory): string {
  const text = skeleton({
    id: task.id,
    title: task.title,
    created: '2026-01-05T07:00:00Z',
    agent: 'claude',
    description: task.description,
  });
  return text
    .replace('status: pending', task.output === null ? 'status: in_progress' : 'status: completed')
    .replace('(Agent will append entries here)', () => task.entries.map(entryText).join('\n\n'))
    .replace('(Agent will finalize when task is complete)', (placeholder) =>
      task.output === null ? placeholder : `### Summary\n\n${task.output}`,
    );
}

function entryText({ session, at, did, issues, state, next }: HistoryEntry): string {
  const list = (label: string, lines: readonly string[]) =>
    [`**${label}:**`, ...(lines.length === 0 ? ['- None'] : lines.map((line) => `- ${line}`))].join('\n');
  return [
    `### Session ${session} - ${at.slice(0, 10)} ${at.slice(11, 16)}\n${list('What I did', did)}`,
    list('Issues encountered', issues),
    list('Current state', state),
    list('Next steps', next),
  ].join('\n\n');
}

function sessionId(task: TaskId, session: number): string {
  return `session-${task}-${session}`;
}

function journalNote({ id, kind, text, task, session, at, supersedes }: HistoryNote): Note {
  return { v: 1, id, kind, text, task, session: sessionId(task, session), actor: 'agent', at, supersedes };
}

/** Only what has no default. */
function sessionRecord(task: TaskId, { session, at }: HistoryEntry) {
  return {
    schema: 1,
    id: sessionId(task, session),
    task,
    number: session,
    agent: 'claude',
    origin: 'managed',
    surface: 'cli',
    pid: null,
    pidStart: null,
    token: session,
    startedAt: at,
    beatAt: at,
    expiresAt: at,
    packet: null,
    head: null,
    branch: null,
    dirty: false,
    before: { entries: 0, passed: [], criteriaDone: 0 },
    end: {
      at,
      exitCode: 0,
      signal: null,
      reason: 'process',
      commits: [],
      filesChanged: [],
      dirty: false,
      automaticEntry: false,
      intended: true,
    },
  };
}

/** Items as an intake of these files may make them, by source; for measuring recall without one. */
export function historyItems({ tasks, notes }: History): ReadonlyMap<string, readonly MemoryInput[]> {
  const sources = new Map<string, readonly MemoryInput[]>();
  for (const task of tasks) sources.set(`task-states/task-${task.id}-state.md`, taskItems(task));
  const replaced = new Map(notes.map(({ id, supersedes }) => [supersedes, id]));
  const items = notes.map((note) => noteItem(note, replaced.get(note.id)));
  sources.set('.baton/memory/journal.jsonl', items);
  return sources;
}

function taskItems(task: TaskHistory): readonly MemoryInput[] {
  const path = `task-states/task-${task.id}-state.md`;
  const common = {
    detail: null,
    task: task.id,
    provenance: 'agent',
    pinned: false,
    supersededBy: null,
  } as const;
  const items: MemoryInput[] = task.entries.map((entry) => ({
    ...common,
    id: itemId('progress', task.id, entry.session),
    kind: 'progress',
    session: entry.session,
    at: entry.at,
    title: `#${task.id} ${task.title}, session ${entry.session}`,
    text: entryText(entry),
    source: { path, anchor: `Session ${entry.session}` },
  }));
  if (task.output === null) return items;
  const at = task.entries.at(-1)?.at ?? '2026-01-05T07:00:00Z';
  const title = `#${task.id} ${task.title}, chain output`;
  const source = { path, anchor: 'Chain Output' };
  return [
    ...items,
    {
      ...common,
      id: itemId('output', task.id),
      kind: 'output',
      session: null,
      at,
      title,
      text: task.output,
      source,
    },
  ];
}

function noteItem(note: HistoryNote, replacedBy: number | undefined): MemoryInput {
  return {
    id: itemId('note', note.id),
    kind: 'note',
    detail: note.kind,
    task: note.task,
    session: note.session,
    provenance: 'agent',
    at: note.at,
    title: note.text.slice(0, 120),
    text: note.text,
    source: { path: '.baton/memory/journal.jsonl', anchor: String(note.id) },
    pinned: false,
    supersededBy: replacedBy === undefined ? null : itemId('note', replacedBy),
  };
}

function itemId(...about: readonly (string | number)[]): MemoryId {
  return memoryId(testHasher, ...about);
}
