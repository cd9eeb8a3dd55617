/** Text that only says where text will stand: `(Agent will finalize when task is complete)` and its kin. */

const filler = /^(?:tbd|n\/a|none yet|pending|[-\u2013\u2014.\u2026_*]+)$/i;

/** True for nothing, comments, filler words, and a single line in parentheses. */
export function isPlaceholder(text: string): boolean {
  const bare = withoutComments(text).trim();
  if (bare === '' || filler.test(bare)) return true;
  if (/[\r\n]/.test(bare)) return false;
  const plain = bare.replace(/^[*_]+/, '').replace(/[*_]+$/, '');
  return plain.startsWith('(') && plain.indexOf(')') === plain.length - 1;
}

function withoutComments(text: string): string {
  let result = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('<!--', at);
    if (open < 0) return result + text.slice(at);
    const close = text.indexOf('-->', open + 4);
    result += text.slice(at, open);
    if (close < 0) return result;
    at = close + 3;
  }
}
