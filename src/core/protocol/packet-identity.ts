/** What of the identity layers stands in a packet, and what it only points at. */
import { encodeUtf8 } from '../base/utf8';
import { fitParts, type MergedIdentity } from './identity';
import type { PacketIdentity } from './packet-input';

/** Of a packet's 16 KB, in UTF-8 bytes: the task must not drown in who works on it. */
export const identityShare = 4_000;

/**
 * AGENTS.md and CLAUDE.md in the workspace folder are named, not repeated: most agents are given them at the start
 * anyway, twice the text costs twice the context, and naming them reaches the agents that read neither. That they may
 * hold a section which a higher layer shadows is said in the packet.
 *
 * @param whole absolute path of the file with the whole merged text
 */
export function packetIdentity(merged: MergedIdentity, whole: string): PacketIdentity | undefined {
  if (merged.parts.length === 0) return undefined;
  const quoted = merged.parts.filter(({ isNative }) => !isNative);
  const { parts, left } = fitParts(quoted, identityShare, (text) => encodeUtf8(text).length);
  return {
    parts: parts.map(({ file, text }) => ({ file, text })),
    named: merged.parts.filter(({ isNative }) => isNative).map(({ file }) => file),
    rest: left === 0 ? undefined : { bytes: left, whole },
  };
}
