/** The fast reader: everything a list of tasks needs of one file, in one pass. See `document.ts` for the thorough one. */
import type { TaskOutline } from '../model/task';
import type { Block } from './blocks/block';
import { remarkBlocks } from './blocks/remark-blocks';
import { scanBlocks, scanBlocksLeniently } from './blocks/scan-blocks';
import { emptyOutline, extractOutline } from './extract-outline';
import { documentLimit, isBinary, openStateFile } from './state-file';

/**
 * Reads the text of a state file. Never throws, whatever the text; takes microseconds for files as Baton and agents
 * write them, and hands Markdown it is not sure about to remark, which takes milliseconds.
 *
 * **Invariant:** `outline(text)` equals `outlineOf(document(text))` for every text (`readDocument` being the document).
 */
export function outline(text: string): TaskOutline {
  if (isBinary(text)) return emptyOutline(text.length);
  return extractOutline(openStateFile(text, fastBlocks));
}

function fastBlocks(text: string, bodyStart: number): readonly Block[] {
  const sure = scanBlocks(text, bodyStart);
  if (sure !== undefined) return sure;
  const thorough = text.length <= documentLimit ? remarkBlocks(text, bodyStart) : undefined;
  return thorough ?? scanBlocksLeniently(text, bodyStart);
}
