/** The title box also takes an id, typed as people write one: `#100 Database Schema`. Pure. */
import { isTaskId } from '../../core/model/task';
import { maxTitle } from '../../core/operations/create-task';

export interface TitleInput {
  readonly id: string | undefined;
  readonly title: string;
}

/** Without a leading `#id` the whole text is the title, and the next free number becomes the id. */
export function parseTitle(typed: string): TitleInput {
  const match = /^\s*#([A-Za-z0-9][A-Za-z0-9._-]*)(?::\s*|\s+)(\S.*)$/.exec(typed);
  return match?.[1] && match[2]
    ? { id: match[1], title: match[2].trim() }
    : { id: undefined, title: typed.trim() };
}

/**
 * Why no task can be made of it: told at once, since after the last question all other answers would be lost.
 *
 * @param taken ids of the tasks there are
 */
export function titleProblem(
  typed: string,
  taken: ReadonlySet<string>,
): 'empty' | 'no_id' | 'taken' | 'too_long' | undefined {
  const { id, title } = parseTitle(typed);
  if (title === '') return 'empty';
  if (id !== undefined && !isTaskId(id)) return 'no_id';
  if (id !== undefined && taken.has(id)) return 'taken';
  return title.replace(/\s+/g, ' ').length > maxTitle ? 'too_long' : undefined;
}
