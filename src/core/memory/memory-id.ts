/** Ids of what is remembered: the same after every restart and every rebuild. Requirement 001-26. */
import { encodeUtf8 } from '../base/utf8';
import { isMemoryId, type MemoryId } from '../model/memory';
import type { Hasher } from '../ports';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const idLength = 16;
const bitsPerLetter = 5;

/**
 * The id of what the parts name, such as a kind, a task and a session's number; never of its text.
 *
 * **Invariant:** equal parts give one id, and different parts different ones (80 bits of SHA-256).
 */
export function memoryId(hasher: Hasher, ...about: readonly (string | number)[]): MemoryId {
  const hex = hasher.sha256(encodeUtf8(JSON.stringify(about)));
  const bits = BigInt(`0x${hex.slice(0, (idLength * bitsPerLetter) / 4)}`);
  let letters = '';
  for (let at = idLength - 1; at >= 0; at--) {
    letters += alphabet[Number((bits >> BigInt(at * bitsPerLetter)) & 31n)] ?? '';
  }
  const id = `m-${letters}`;
  if (!isMemoryId(id)) throw new Error(`The hasher gave no SHA-256 in hex: ${hex}`);
  return id;
}

export interface MemoryRef {
  readonly id: MemoryId;
  /** Undefined: the latest. */
  readonly version: number | undefined;
}

/** `m-…` or `m-…:3`; undefined for any other text. */
export function memoryRef(text: string): MemoryRef | undefined {
  const [, id, version] = /^(m-[a-z2-7]{16})(?::(\d{1,9}))?$/.exec(text.trim()) ?? [];
  if (!isMemoryId(id)) return undefined;
  return { id, version: version === undefined ? undefined : Number(version) };
}
