/** Adds commits to the Git History. Source: requirement 003-46. */
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import type { CommitRef } from '../../model/task';
import { readCommits } from '../git-history';
import { oneLine } from '../one-line';
import type { StateFile } from '../state-file';
import { sectionBlocks } from '../structure';
import { addSection } from './add-section';
import { inEolOf, openForEdit, verified } from './edit-session';
import { appendToSection } from './section-body';

/** Commits the section already lists, by full or abbreviated hash, are left out. Throws `invalid_input` for a bad hash. */
export function addCommits(text: string, commits: readonly CommitRef[]): TextEdit[] {
  const { structure } = openForEdit(text);
  const listed = readCommits(structure).map((commit) => commit.hash);
  const added = newCommits(listed, commits);
  if (added.length === 0) return [];
  const lines = added
    .map((commit) => `- \`${commit.hash}\` - ${oneLine(commit.subject)}`.trimEnd())
    .join('\n');
  const section = structure.sections.get('history');
  const lastItem =
    section &&
    sectionBlocks(structure, section).findLast((block) => block.kind === 'item' && block.level === 0);
  const edit =
    section === undefined
      ? addSection(structure, 'history', lines)
      : lastItem === undefined
        ? appendToSection(structure, section, lines)
        : { start: lastItem.end, end: lastItem.end, text: inEolOf(text, `\n${lines}`) };
  const areListed = (after: StateFile) =>
    readCommits(after.structure).length === listed.length + added.length;
  return verified(text, [edit], areListed, 'git history');
}

function newCommits(listed: readonly string[], commits: readonly CommitRef[]): readonly CommitRef[] {
  const known = [...listed];
  return commits.filter((commit) => {
    if (!/^[0-9A-Za-z]{4,64}$/.test(commit.hash)) {
      throw new BatonError('invalid_input', `"${commit.hash.slice(0, 80)}" is not a commit hash`);
    }
    if (known.some((hash) => hash.startsWith(commit.hash) || commit.hash.startsWith(hash))) return false;
    known.push(commit.hash);
    return true;
  });
}
