/** The fast reader: everything a list of tasks needs of one file, in one pass. See `document.ts` for the thorough one. */
import type { TaskOutline } from '../model/task';
import { readBlocks } from './blocks/read-blocks';
import { emptyOutline, extractOutline } from './extract-outline';
import { isBinary, openStateFile } from './state-file';

/**
 * Reads the text of a state file. Never throws, whatever the text; takes microseconds for files as Baton and agents
 * write them, and hands Markdown it is not sure about to remark, which takes milliseconds.
 *
 * **Invariant:** `outline(text)` equals `outlineOf(document(text))` for every text (`readDocument` being the document).
 */
export function outline(text: string): TaskOutline {
  if (isBinary(text)) return emptyOutline(text.length);
  return extractOutline(openStateFile(text, readBlocks));
}
