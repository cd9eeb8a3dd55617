/** Renames a task in its title heading. Source: requirement 003-5. */
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import { escapeHeading, headingText, parseTitle } from '../headings';
import { oneLine } from '../one-line';
import { titleHeading } from '../skeleton';
import { openForEdit, verified } from './edit-session';

/** Throws `invalid_state_file` when the file has no title heading, since its id would be a guess. */
export function setTitle(text: string, title: string): TextEdit[] {
  const { structure } = openForEdit(text);
  const heading = structure.title;
  if (heading === undefined) {
    throw new BatonError('invalid_state_file', 'The file has no title heading', {
      hint: 'Begin it with a heading like "# Task #101: Name - State"',
    });
  }
  const words = oneLine(title);
  const current = parseTitle(headingText(structure.text, heading));
  if (oneLine(current.title) === words) return [];
  const written =
    current.id === undefined ? `# ${escapeHeading(words)}`.trimEnd() : titleHeading(current.id, words);
  const edit = {
    start: heading.start,
    end: heading.end,
    text: written.replace('#', '#'.repeat(heading.level)),
  };
  return verified(
    text,
    [edit],
    ({ structure: after }) =>
      after.title !== undefined && parseTitle(headingText(after.text, after.title)).title === words,
    'title',
  );
}
