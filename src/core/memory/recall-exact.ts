/**
 * What in a question is to be found as it stands: quoted text, paths, file names, identifiers, options, versions, commit
 * hashes, error codes and error messages.
 */

const maxExact = 8;
const maxLength = 200;

const quoted = /`([^`\n]+)`|"([^"\n]+)"|“([^”\n]+)”|(?<![\p{L}\p{N}])'([^'\n]{2,})'(?![\p{L}\p{N}])/gu;
/** `TypeError: x is not a function`, to the end of the line, or a comma. */
const errorMessage = /\b[A-Z][A-Za-z]*(?:Error|Exception|Warning):\s+[^\n?,;]*[^\s?.,;:!]/g;
/** What stands between spaces and signs of a sentence. */
const token = /[^\s"'`“”‘’()[\]{}<>,;!?]+(?:\(\))?/g;

const shapes: readonly RegExp[] = [
  /^(?:~|\.{1,2})?\/?[\p{L}\p{N}_@.*-]+(?:\/[\p{L}\p{N}_@.*-]+)+\/?$/u, // a path, a package, a branch
  /^\/[\p{L}\p{N}_.:-]+$/u, // a route
  /^[\p{L}\p{N}_-]*\.?[\p{L}\p{N}_-]+\.[a-z][a-z0-9]{0,5}$/u, // a file's name
  /^[\p{L}_$][\p{L}\p{N}$]*_[\p{L}\p{N}_$]*$/u, // snake_case, SCREAMING_CASE
  /^[\p{Ll}$][\p{Ll}\p{N}]*\p{Lu}[\p{L}\p{N}]*(?:\(\))?$/u, // camelCase
  /^\p{Lu}[\p{Ll}\p{N}]+(?:\p{Lu}[\p{Ll}\p{N}]*)+(?:\(\))?$/u, // PascalCase
  /^[\p{L}$_][\p{L}\p{N}$_]*(?:(?:\.|::|->|#)[\p{L}$_][\p{L}\p{N}$_]*)+(?:\(\))?$/u, // a.member, a::b
  /^[\p{L}$_][\p{L}\p{N}$_]*\(\)$/u, // a call
  /^--?[a-z][a-z0-9-]+(?:=\S+)?$/i, // an option
  /^v?\d+(?:\.\d+)+(?:-[\w.]+)?$/, // a version
  /^(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}$/i, // a commit
  /^(?=.*\p{L})(?=.*\p{N})[\p{L}\p{N}]+(?:[-_:.][\p{L}\p{N}]+)*$/u, // letters with digits: TS2345, jwt-1, sha256
  /^E(?!RROR|VENT|NTRY|NTRI|XACT|XCEP|NABLE|ITHER|VERY)[A-Z]{4,}$/, // ENOENT
];

/** Abbreviations and ordinals that only look like names. */
const ordinary = /^(?:e\.g|i\.e|etc|vs|and\/or|either\/or|\d+(?:st|nd|rd|th|s|ms|x|h|m|kb|mb|gb))$/i;

/** Each once, whatever its case, at most eight; those first that were quoted. */
export function exactParts(text: string): readonly string[] {
  const found: string[] = [];
  const unquoted = text.replace(quoted, (...match: unknown[]) => {
    const inner = match.slice(1, 5).find((group) => typeof group === 'string');
    if (typeof inner === 'string') found.push(inner);
    return ' ';
  });
  found.push(...(unquoted.match(errorMessage) ?? []));
  for (const raw of unquoted.match(token) ?? []) {
    const bare = raw.replace(/^[.:]+(?=[\s\p{L}]*$)/u, '').replace(/[.:…]+$/, '');
    if (!ordinary.test(bare) && shapes.some((shape) => shape.test(bare))) found.push(bare);
  }
  return distinct(found);
}

function distinct(parts: readonly string[]): readonly string[] {
  const kept = new Map<string, string>();
  for (const part of parts) {
    const one = part.trim();
    const key = one.toLowerCase();
    if (/[\p{L}\p{N}]/u.test(one) && one.length <= maxLength && !kept.has(key)) kept.set(key, one);
  }
  return [...kept.values()].slice(0, maxExact);
}

/** Whether the text has the part as it stands: by itself, or at least as a part of a longer path. */
export function hasExact(text: string, part: string): boolean {
  return exactness(text, part) > 0;
}

/**
 * 1 where the text has the part as it stands, whatever its case; a half where it has it as a part of a longer path, as
 * `src/token.ts` has `token.ts`; 0 where it has it as a piece of a longer name alone: `ERR_4` is not in `ERR_41`, and
 * `token.ts` not in `my-token.ts`.
 */
export function exactness(text: string, part: string): 0 | 0.5 | 1 {
  const where = text.toLowerCase();
  const what = part.toLowerCase();
  let best: 0 | 0.5 | 1 = 0;
  for (let at = where.indexOf(what); at >= 0 && best < 1; at = where.indexOf(what, at + 1)) {
    const [before, after] = [
      where.slice(Math.max(0, at - 2), at),
      where.slice(at + what.length, at + what.length + 2),
    ];
    if (isInsideName(before.slice(-1), what, after)) continue;
    best = /[\p{L}\p{N}_$-][/.]$/u.test(before) || /^\/[\p{L}\p{N}_$-]/u.test(after) ? 0.5 : 1;
  }
  return best;
}

function isInsideName(before: string, what: string, after: string): boolean {
  const opens = isNamePart(what.slice(0, 1)) && isNamePart(before);
  const dotted = after.startsWith('.') && isNamePart(after.slice(1));
  return opens || (isNamePart(what.slice(-1)) && (isNamePart(after.slice(0, 1)) || dotted));
}

function isNamePart(sign: string): boolean {
  return /[\p{L}\p{N}_$-]/u.test(sign);
}
