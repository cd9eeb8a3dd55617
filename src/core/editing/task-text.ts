/**
 * A task file as editing help sees it: the text that stands in the editor now, taken apart fast enough for every
 * keystroke. All offsets are UTF-16 units into that very text.
 */
import type { Block } from '../markdown/blocks/block';
import { remarkBlocks } from '../markdown/blocks/remark-blocks';
import { scanBlocks, scanBlocksLeniently } from '../markdown/blocks/scan-blocks';
import { checklistFence } from '../markdown/checklist';
import { emptyOutline, extractOutline } from '../markdown/extract-outline';
import { isBinary, openStateFile, type StateFile } from '../markdown/state-file';
import type { TaskOutline } from '../model/task';

export interface TaskText {
  /** As given, but for lone carriage returns, which are line feeds here. Offsets are the same. */
  readonly text: string;
  readonly file: StateFile;
  readonly outline: TaskOutline;
  /** The fence of the feature checklist; its content is JSON. */
  readonly checklist: Block | undefined;
  /** It holds NUL characters, so that `text` is empty here. */
  readonly isBinary: boolean;
}

/** Above this many characters Markdown that is hard to read is read the plain way: remark would be felt while typing. */
const thoroughLimit = 24_000;

/** Never throws, whatever the text. A file that is no text has nothing in it. */
export function readTaskText(text: string): TaskText {
  const binary = isBinary(text);
  const file = openStateFile(binary ? '' : text, blocksOf);
  const outline = binary ? emptyOutline(text.length) : extractOutline(file);
  const checklist = checklistFence(file.structure);
  return { text: file.structure.text, file, outline, checklist, isBinary: binary };
}

function blocksOf(text: string, bodyStart: number): readonly Block[] {
  const sure = scanBlocks(text, bodyStart);
  if (sure !== undefined) return sure;
  const thorough = text.length <= thoroughLimit ? remarkBlocks(text, bodyStart) : undefined;
  return thorough ?? scanBlocksLeniently(text, bodyStart);
}

/** The JSON of the checklist and where it begins; undefined without a checklist. */
export function checklistJson({ text, checklist }: TaskText): { json: string; start: number } | undefined {
  if (checklist === undefined) return undefined;
  const { contentStart, contentEnd } = checklist;
  return { json: text.slice(contentStart, contentEnd), start: contentStart };
}
