/** What a question asks for: words that may match, parts to be found as they stand, tasks it names, and times. */
import { isTaskId, type TaskId } from '../model/task';
import { exactParts } from './recall-exact';
import { type QuestionTime, questionTime } from './recall-time';
import { tellingWords } from './recall-words';

export interface AskedFor {
  /** Lower-case, without signs and stop words; each once. */
  readonly words: readonly string[];
  /** As they stand in the question; the store and the ranking ignore case. */
  readonly exact: readonly string[];
  /** Named as `#101` or "task 101"; their items come first, the others stay. */
  readonly tasks: readonly TaskId[];
  readonly time: QuestionTime['filter'];
}

/** So many words tell a text apart from any other; a whole document given as a question must not cost more and more. */
const maxWords = 32;
const maxQuestion = 8000;

const taskMention =
  /(?<![\p{L}\p{N}#/])#([A-Za-z0-9][A-Za-z0-9._-]*)|\btasks?\s+#?([A-Za-z0-9._-]*\d[A-Za-z0-9._-]*)/giu;

/**
 * @param now UTC, for "today" and "yesterday"
 * @param isTimeless times in it are words like any other
 */
export function analyseQuestion(text: string, now?: string, isTimeless = false): AskedFor {
  const asked = text.slice(0, maxQuestion);
  const { filter, rest } = isTimeless ? { filter: {}, rest: asked } : questionTime(asked, now);
  const tasks: TaskId[] = [];
  const bare = rest.replace(taskMention, (matched: string, hash?: string, named?: string) => {
    const id = (hash ?? named ?? '').replace(/[._-]+$/, '');
    if (!isTaskId(id)) return matched;
    if (!tasks.includes(id)) tasks.push(id);
    return ' ';
  });
  return {
    words: tellingWords(bare).slice(0, maxWords),
    exact: exactParts(bare),
    tasks,
    time: filter,
  };
}
