/** The generated part of a chain input: a marker comment with the hash it came from, and the quoted text. */
import { BatonError } from '../base/baton-error';
import type { NewChainInput } from './edits/set-chain-input';

/** LF line endings, without a final one. Throws `invalid_input` for a hash that could leave the comment. */
export function quoteBlock(input: NewChainInput): string {
  if (input.hash !== undefined && !/^[A-Za-z0-9]{1,128}$/.test(input.hash)) {
    throw new BatonError('invalid_input', 'The hash of a chain input must be letters and digits');
  }
  const hash = input.hash === undefined ? '' : ` hash=${input.hash}`;
  const plain = input.text.replaceAll('\0', '\ufffd').replace(/\r\n?/g, '\n').trim();
  const lines = plain.split('\n').map((line) => (line === '' ? '>' : `> ${line}`));
  return [`<!-- baton:input from=${input.from}${hash} -->`, ...lines].join('\n');
}
