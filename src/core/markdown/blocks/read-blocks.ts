/** The blocks of any Markdown text, by the fastest reader that is sure of them. */
import { documentLimit } from '../state-file';
import type { Block } from './block';
import { remarkBlocks } from './remark-blocks';
import { scanBlocks, scanBlocksLeniently } from './scan-blocks';

/** Never throws. @param text every line ends in LF or CRLF (`withSafeLines`) @param from where the body starts */
export function readBlocks(text: string, from: number): readonly Block[] {
  const sure = scanBlocks(text, from);
  if (sure !== undefined) return sure;
  const thorough = text.length <= documentLimit ? remarkBlocks(text, from) : undefined;
  return thorough ?? scanBlocksLeniently(text, from);
}
