/** Items for tests of the memory, with whatever they do not care about filled in. */
import { isMemoryId, type MemoryId, type MemoryInput } from '../../src/core/model/memory';
import { taskId } from './state-text';

/** The same for the same name. @param name letters a to z and digits 2 to 7, at most sixteen */
export function memoryId(name: string): MemoryId {
  const id = `m-${name.padEnd(16, '2')}`;
  if (!isMemoryId(id)) throw new Error(`${id} is no memory id`);
  return id;
}

/** A progress entry of session 1 of task 101. */
export function memoryInput(name: string, given: Partial<MemoryInput> = {}): MemoryInput {
  return {
    id: memoryId(name),
    kind: 'progress',
    detail: null,
    task: taskId('101'),
    session: 1,
    provenance: 'agent',
    at: '2026-11-01T10:00:00Z',
    title: `Entry ${name}`,
    text: `What was done in ${name}`,
    source: { path: 'task-states/task-101-state.md', anchor: `Session 1 / ${name}` },
    pinned: false,
    supersededBy: null,
    ...given,
  };
}
