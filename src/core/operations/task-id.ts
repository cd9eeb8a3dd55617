/** Ids as people type them, with or without the `#`. */
import { BatonError } from '../base/baton-error';
import { isTaskId, type TaskId } from '../model/task';

/** Throws `invalid_input` for what can never be an id. */
export function asTaskId(value: string): TaskId {
  const id = value.trim().replace(/^#/, '');
  if (!isTaskId(id)) {
    throw new BatonError('invalid_input', `"${value}" is not a task id`, {
      hint: 'Ids are letters, digits, dots, hyphens and underscores, at most 64, starting with a letter or digit.',
    });
  }
  return id;
}
