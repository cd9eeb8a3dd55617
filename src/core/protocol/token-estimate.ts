/**
 * How many tokens a text costs, about. An approximation on purpose: every agent has its own tokenizer, and a
 * budget needs a figure that is stable, quick and rather too high than too low.
 */

/**
 * Quarter tokens of a text, an integer. Adding the quarters of two texts gives the quarters of both together
 * (when the cut does not split a surrogate pair), so that a packet can be fitted by sums.
 *
 * A letter, digit or space of ASCII counts one quarter (English runs at about four characters a token), other ASCII
 * two (code is dense in marks), other alphabets two, Chinese, Japanese and Korean four, emoji and the rest beyond
 * the basic plane eight.
 */
export function tokenQuarters(text: string): number {
  let quarters = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) quarters += isWordOrSpace(unit) ? 1 : 2;
    else quarters += quartersBeyondAscii(unit);
  }
  return quarters;
}

/** Whole tokens, rounded up; 0 for the empty text only. */
export function estimateTokens(text: string): number {
  return Math.ceil(tokenQuarters(text) / 4);
}

function isWordOrSpace(unit: number): boolean {
  return (
    unit === 0x20 ||
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x61 && unit <= 0x7a)
  );
}

function quartersBeyondAscii(unit: number): number {
  // Each half of a surrogate pair counts four, the pair eight.
  if (unit < 0x1100) return 2;
  const wide = (unit >= 0x2e80 && unit <= 0xdfff) || unit <= 0x11ff || (unit >= 0xf900 && unit <= 0xffef);
  return wide ? 4 : 2;
}
