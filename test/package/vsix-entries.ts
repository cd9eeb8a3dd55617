// The names in a VSIX, which is a ZIP file. `vsce ls` says the same, and takes as long as packaging, since it walks through
// the whole folder again, the cache of the tests included.
import assert from 'node:assert/strict';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** Names of files as they stand in the ZIP's directory; ZIP64 is for bigger ones. Source: APPNOTE.TXT, 4.3.12 and 4.3.16. */
export function zipEntries(zip: Buffer): readonly string[] {
  const end = zip.lastIndexOf(Buffer.from(Uint32Array.of(endSignature).buffer));
  assert.notEqual(end, -1, 'not a ZIP file');
  const count = zip.readUInt16LE(end + 10);
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let n = 0; n < count; n++) {
    assert.equal(zip.readUInt32LE(at), entrySignature);
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const start = at + 46;
    names.push(zip.toString('utf8', start, start + (name ?? 0)));
    at = start + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return names;
}
