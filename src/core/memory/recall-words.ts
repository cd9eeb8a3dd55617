/** Words of questions and texts: lower-case, without signs, and such as tell texts apart. */

/** English words that nearly every text has; left out of questions, where they only cost time and push by chance. */
const stopWords = new Set(
  `a about all also an and any are as at be been being but by can could did do does doing done for from get got had has have
  having he her here him his how i if in into is it its just me my no nor not of off on once only or our out over own shall she
  should so some such than that the their them then there these they this those to too under up us very was we were what when
  where which while who whom whose why will with would you your
  again ever happen happened happening let look please show tell told find found know remember recall said say says
  don doesn didn isn wasn weren aren hasn haven hadn couldn wouldn shouldn won ain`.split(/\s+/),
);

/** Runs of letters and digits as FTS5's `unicode61` cuts them. */
export function plainWords(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/['’](?:s|t|re|ve|ll|d|m)(?![\p{L}\p{N}])/gu, ' ')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Each once, in the order of the text; stop words and single letters only when there is nothing else. */
export function tellingWords(text: string): readonly string[] {
  const all = [...new Set(plainWords(text))];
  return all.filter((word) => !stopWords.has(word) && !/^\p{L}$/u.test(word));
}

/**
 * What is left of an English word without its commonest endings, for finding the lines of a text that a question's words
 * stand in. Coarser than the store's stemmer on purpose: a line too many in an extract harms nobody.
 */
export function rootOf(word: string): string {
  if (word.length < 4) return word;
  const cut = word.replace(/(?:ations?|ings?|ies|ied|ion|ions|ers?|ed|es|ly|s|e|y)$/, '');
  return (cut.length < 3 ? word : cut).replace(/([^aeiou])\1$/, '$1');
}
