/** What every edit needs: the file taken apart, its line ending, and the certainty that the edit does what it says. */
import { BatonError } from '../../base/baton-error';
import { applyEdits, type TextEdit } from '../../base/text-edit';
import type { Block } from '../blocks/block';
import { remarkBlocks } from '../blocks/remark-blocks';
import { documentLimit, isBinary, openStateFile, type StateFile } from '../state-file';
import type { Structure } from '../structure';

/** Throws `invalid_state_file` for binary content and `too_large` for texts remark does not take apart. */
export function openForEdit(text: string): StateFile {
  if (isBinary(text))
    throw new BatonError('invalid_state_file', 'The file holds NUL characters and is not edited');
  return openStateFile(text, thoroughBlocks);
}

function thoroughBlocks(text: string, bodyStart: number): readonly Block[] {
  const blocks = text.length <= documentLimit ? remarkBlocks(text, bodyStart) : undefined;
  if (blocks !== undefined) return blocks;
  throw new BatonError('too_large', 'The file is too large or too deeply nested to be edited safely', {
    hint: 'Archive old sessions, or edit the file by hand',
  });
}

/** The line ending most lines have; LF when there is a tie. */
export function dominantEol(text: string): '\n' | '\r\n' {
  let feeds = 0;
  let pairs = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
    feeds++;
    if (i > 0 && text.charCodeAt(i - 1) === 13) pairs++;
  }
  return pairs * 2 > feeds ? '\r\n' : '\n';
}

/** Text built with LF, in the line ending of the file it goes into. */
export function inEolOf(text: string, inserted: string): string {
  return dominantEol(text) === '\n' ? inserted : inserted.replaceAll('\n', '\r\n');
}

/**
 * Gives the edits back when the file, with them applied, reads as it should and has all the sections it had. What
 * stands around the place of an edit can swallow it (a code fence that is never closed) or be changed by it (front
 * matter that was never closed), and a write that cannot be read again is not made.
 */
export function verified(
  text: string,
  edits: readonly TextEdit[],
  reads: (after: StateFile) => boolean,
  place: string,
): TextEdit[] {
  if (edits.length === 0) return [];
  const before = openForEdit(text);
  const after = openForEdit(applyEdits(text, edits));
  if (keepsParts(before, after) && reads(after)) return [...edits];
  throw new BatonError('invalid_state_file', `The ${place} cannot be written as the file stands`, {
    hint: 'Look for front matter, a code fence, a comment or HTML above it that is never closed',
  });
}

/** At most one section is added, and everything that had a place still has it, in the same order. */
function keepsParts(before: StateFile, after: StateFile): boolean {
  if ((before.frontMatter.block === undefined) !== (after.frontMatter.block === undefined)) return false;
  if ((before.structure.title === undefined) !== (after.structure.title === undefined)) return false;
  const now = sectionHeadings(after.structure);
  const old = sectionHeadings(before.structure);
  let at = 0;
  for (const heading of old) {
    while (at < now.length && now[at] !== heading) at++;
    if (at++ === now.length) return false;
  }
  return now.length <= old.length + 1;
}

function sectionHeadings({ text, all }: Structure): readonly string[] {
  return all.map(({ kind, heading }) => `${kind} ${text.slice(heading.start, heading.end)}`);
}
