/**
 * Regular expressions that come as data and must not be able to hang whoever holds a text against them: a subset whose
 * cost is bounded by the text's length times a constant.
 */

/** The ways in which one attempt at one place may go, at most. */
const mostWays = 20_000;

/** What is refused whatever surrounds it: look-around, named back-references, back-references. */
const refused = /\(\?(?!:|<[A-Za-z])|\\[1-9]|\\k</;

/**
 * Whether a pattern is a regular expression without look-around, back-references and unbounded repetition, and whose
 * bounded repetitions, of single characters only, multiply to little.
 */
export function isLinearPattern(pattern: string): boolean {
  if (refused.test(pattern)) return false;
  try {
    new RegExp(pattern, 'iu');
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  // Escapes and classes hold no repetition of their own.
  const bare = pattern.replace(/\\./gu, 'x').replace(/\[[^\]]*\]/gu, 'x');
  // A repeated group multiplies the ways of what is in it by themselves.
  if (/[*+]|\{\d*,\}|\)\{/.test(bare)) return false;
  return waysOf(bare) <= mostWays;
}

function waysOf(bare: string): number {
  const repeats = [...bare.matchAll(/\{(\d+)(?:,(\d+))?\}/g)].map(
    ([, least, most]) => Number(most ?? least) + 1,
  );
  const optional = bare.replace(/\(\?/g, '(').match(/\?/g)?.length ?? 0;
  const choices = bare.match(/\|/g)?.length ?? 0;
  return repeats.reduce((product, one) => product * one, 1) * 2 ** Math.min(optional, 20) * (choices + 1);
}
