/** The lines of the Git History section: `` - `abc1234` - subject ``. Source: requirement 003-46. */
import type { CommitRef } from '../model/task';
import { itemContent } from './progress-log';
import { type Structure, sectionBlocks } from './structure';

const quotedHash = /^`([0-9A-Za-z]{4,64})`[ \t]*(?:[-\u2013\u2014:][ \t]*)?(.*)$/;
const bareHash = /^([0-9a-f]{6,64})[ \t]+(?:[-\u2013\u2014:][ \t]*)?(.*)$/;

export function readCommits(structure: Structure): readonly CommitRef[] {
  const section = structure.sections.get('history');
  if (section === undefined) return [];
  return sectionBlocks(structure, section).flatMap((block) => {
    if (block.kind !== 'item' || block.level > 0) return [];
    const line = itemContent(structure.text, block).split('\n', 1)[0] ?? '';
    const match = quotedHash.exec(line) ?? bareHash.exec(line);
    const hash = match?.[1];
    return hash === undefined ? [] : [{ hash, subject: (match?.[2] ?? '').trim() }];
  });
}
