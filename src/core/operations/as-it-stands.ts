import { readDocument } from '../markdown/document';
import type { TaskId } from '../model/task';
import type { TaskText } from '../store/task-record';
import type { BatonWorkspace } from './workspace';

/** The task with what an editor has not saved yet, since a change of it would go there. Throws what reading it throws. */
export async function asItStands({ store, ports }: BatonWorkspace, task: TaskId): Promise<TaskText> {
  const saved = await store.read(task);
  const text = ports.documents?.dirtyText(saved.record.path);
  return text === undefined ? saved : { record: saved.record, text, document: readDocument(text) };
}
