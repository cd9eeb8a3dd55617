/** The end of what a command printed, as plain text that can stand in a state file. Its output is a stranger's. */
import { maskSecrets } from './mask-secrets';

/* biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for */
/** Escape sequences of terminals: strings (titles, links), control sequences, and the short ones. */
const escapes =
  /\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const lineBreaks = /\r\n|[\u0085\u2028\u2029\u000b\u000c]/g;
/** Also what would turn the direction of writing, or not be seen. */
const invisible =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]/g;
const halves = /\p{Cs}/gu;
/* biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above */

/** Lines as a terminal would have left them: without colours, and of a line that was written over only the last state. */
export function plainOutput(text: string): string {
  return text
    .replace(halves, '')
    .replace(escapes, '')
    .replace(lineBreaks, '\n')
    .split('\n')
    .map((line) => (line.trimEnd().split('\r').at(-1) ?? '').replace(invisible, '').trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

/**
 * The last lines, without what looks like a secret, at most so many characters: whole lines where they fit, and never
 * half a word at the start, which could be half a secret.
 *
 * @param text the output, or its end
 */
export function outputTail(text: string, max: number): string {
  const plain = maskSecrets(plainOutput(text));
  if (plain.length <= max) return plain;
  const cut = plain.slice(plain.length - max + 1);
  const line = cut.indexOf('\n');
  if (line >= 0) return `…${cut.slice(line)}`;
  const word = cut.search(/\s/);
  return word < 0 ? '…' : `…${cut.slice(word)}`;
}
