/**
 * What a word that is no status was meant to be. It decides on no step: it is the person's own proposal, spelled as the file
 * format wants it, and is judged as one by the same table afterwards (`judgeEdit`).
 */
import { type Status, statuses } from '../model/status';

/** What people write for a status, beside the word itself with a mistake in it. */
const otherWords: Readonly<Record<Status, RegExp>> = {
  pending: /^(?:to[_ -]?do|open|new|backlog|planned|ready|not[_ -]started)$/i,
  acknowledged: /^(?:ack|accepted|assigned|claimed|taken)$/i,
  in_progress: /^(?:wip|doing|started|active|working|progress|running|inprogress)$/i,
  blocked: /^(?:waiting|stuck|on[_ -]?hold|paused)$/i,
  needs_input: /^(?:question|input|needs[_ -]?(?:info|answer|review)|review)$/i,
  completed: /^(?:done|complete|finished|closed|resolved|passed)$/i,
  cancelled: /^(?:canceled|dropped|abandoned|aborted|wont[_ -]?do)$/i,
};

/** Likely ones first in the order of the statuses; none for a word that tells nothing. */
export function meantStatuses(written: string): readonly Status[] {
  const word = written.trim();
  const meant = statuses.filter((status) => otherWords[status].test(word));
  if (meant.length > 0) return meant;
  const start = word.toLowerCase().slice(0, 3);
  return statuses.filter((status) => start.length === 3 && status.startsWith(start));
}

/** The spelling of what was written; one of `meantStatuses(written)`. Throws `RangeError` for any other. */
export function spelledStatus(written: string, meant: Status): Status {
  if (meantStatuses(written).includes(meant)) return meant;
  throw new RangeError(`${written} was not meant to be ${meant}`);
}
