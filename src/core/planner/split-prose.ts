/** A goal that lists nothing, cut into its parts. Source: requirement 001-46. */
import { planLine } from './normal-plan';

/**
 * The first of these that gives more than one part decides: lines, semicolons, sentences, "then", "and". What stands in
 * quotes, backticks or parentheses is never cut. Nothing but the separators is lost.
 */
export function splitProse(text: string): readonly string[] {
  const joining = /\bthen\b/i.test(masking(text)) ? joiningInOrder : joiningAlways;
  const clean = (part: string) => cleaned(part, joining);
  for (const separator of separators) {
    const parts = cutAt(text, separator)
      .map(clean)
      .filter((part) => part !== '');
    if (parts.length > 1 && parts.every(separator.accepts)) return parts;
  }
  return [clean(text)].filter((part) => part !== '');
}

interface Separator {
  readonly pattern: RegExp;
  /** What a part has to be, so that "search and replace" stays one thing. */
  readonly accepts: (part: string) => boolean;
}

const always = () => true;
const severalWords = (part: string) => /\S\s+\S/.test(part);

const separators: readonly Separator[] = [
  { pattern: /\n+/g, accepts: always },
  { pattern: /;/g, accepts: always },
  { pattern: /(?<=[.!?])\s+(?=[\p{Lu}\d"'“(`])/gu, accepts: severalWords },
  { pattern: /[,.]?\s+(?:and\s+)?then\s+/gi, accepts: severalWords },
  { pattern: /,?\s+and\s+/gi, accepts: severalWords },
];

function cutAt(text: string, { pattern }: Separator): readonly string[] {
  const masked = masking(text);
  const parts: string[] = [];
  let from = 0;
  for (const { 0: found, index } of masked.matchAll(pattern)) {
    parts.push(text.slice(from, index));
    from = index + found.length;
  }
  return [...parts, text.slice(from)];
}

/** The same length, with letters for what stands in quotes, backticks or parentheses on one line. */
function masking(text: string): string {
  return text.replace(/`[^`\n]{0,400}`|"[^"\n]{0,400}"|“[^”\n]{0,400}”|\([^()\n]{0,400}\)/g, (inside) =>
    'x'.repeat(inside.length),
  );
}

/** "First" and "next" may be about the thing ("First aid kit"): they only join before a comma, and where "then" follows. */
const joiningAlways = /^(?:(?:and then|then|and|finally)[,:]?|(?:first|next)[,:])\s+(?=\S)/i;
const joiningInOrder = /^(?:and then|then|and|finally|first|next)[,:]?\s+(?=\S)/i;

/** One line, without the stop at its end or a word that only joined it to the part before. */
function cleaned(part: string, joining: RegExp): string {
  const line = planLine(part)
    .replace(joining, '')
    .replace(/[.,;]+$/, '')
    .trim();
  return line;
}

/** At most so many parts: neighbours are put together, evenly, in their order. @returns lists of parts */
export function gather(parts: readonly string[], most: number): readonly (readonly string[])[] {
  const groups = Math.min(parts.length, most);
  const from = (group: number) => Math.floor((group * parts.length) / groups);
  return Array.from({ length: groups }, (_, group) => parts.slice(from(group), from(group + 1)));
}
