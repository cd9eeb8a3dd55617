/** The columns of the index cache; see index-cache-format.ts. */

/**
 * Goes up with every change to what `outline` makes of a text, or to the columns below: an older cache is then left
 * aside. A test holds the outlines of sample files against the number.
 */
export const indexCacheFormat = 4;

/** Format, rows, checksum of what follows, bytes of text, UTF-16 units of its head, bytes of the surface's texts. */
export const headerNumbers = 6;
export const headerBytes = 8 * headerNumbers;

/** Columns of numbers. What may be missing is NaN then. */
export const number = {
  mtimeMs: 0,
  ctimeMs: 1,
  size: 2,
  /** 1 when the heading tells the id, 0 when the file name does. */
  hasOwnId: 3,
  /** Position in `statuses`. */
  status: 4,
  /** 1 when the status is stored, 0 when it is derived. */
  isStored: 5,
  criteriaDone: 6,
  criteriaTotal: 7,
  featuresPassed: 8,
  featuresTotal: 9,
  sessionCount: 10,
  lastSession: 11,
  outlineSize: 12,
  priority: 13,
  estimateMinutes: 14,
} as const;
export const numberColumns = 15;
/** These may be missing. */
export const optionalNumbers: readonly number[] = [number.ctimeMs, number.priority, number.estimateMinutes];

/** Columns of texts. In those from `created` on a sign in front tells an empty text from none. */
export const text = {
  /** Relative to the workspace folder, with `pathEnd` behind it. */
  path: 0,
  /** Empty for a file that is no task. */
  id: 1,
  version: 2,
  title: 3,
  dependsOn: 4,
  created: 5,
  agent: 6,
  epic: 7,
  nextFeatureId: 8,
  nextFeature: 9,
  lastSessionAt: 10,
  outputHash: 11,
  more: 12,
} as const;
export const textColumns = 13;

/** In no file's name, so that a column of paths is read in one way only. */
export const pathEnd = '\0';

/** Of everything behind the header, in whole words: a torn file is noticed; nobody is kept from forging one. */
export function checksum(bytes: Uint8Array): number {
  const words = new Int32Array(
    bytes.buffer,
    bytes.byteOffset + headerBytes,
    (bytes.length - headerBytes) / 4,
  );
  // FNV-1a, four at a time, since each step waits for the one before.
  let [a, b, c, d] = [0x811c9dc5, 0x811c9dc5, 0x811c9dc5, 0x811c9dc5];
  for (let at = 0; at < words.length; at += 4) {
    a = Math.imul(a ^ (words[at] ?? 0), prime);
    b = Math.imul(b ^ (words[at + 1] ?? 0), prime);
    c = Math.imul(c ^ (words[at + 2] ?? 0), prime);
    d = Math.imul(d ^ (words[at + 3] ?? 0), prime);
  }
  return [b, c, d].reduce((sum, one) => Math.imul(sum, prime) ^ one, a) >>> 0;
}

const prime = 0x01000193;
