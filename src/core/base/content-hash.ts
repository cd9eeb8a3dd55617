/**
 * A short fingerprint of text, to see whether a chain output changed. Sixteen hex digits, the same on every
 * machine. It guards against forgetting, not against an attacker: the change log uses SHA-256 instead.
 * (cyrb-style double multiply-xor over UTF-16 units; microseconds for a section, with no dependency on Node.)
 */
export function contentHash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return hex(b) + hex(a);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
