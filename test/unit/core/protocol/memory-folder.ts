/** A read-only file system over a record of paths, for tests that only read. */
import { readFileSync } from 'node:fs';
import { BatonError } from '../../../../src/core/base/baton-error';
import { encodeUtf8 } from '../../../../src/core/base/utf8';
import {
  loadTexts,
  type ProtocolTexts,
  protocolTextNames,
  type TextFolder,
} from '../../../../src/core/protocol/texts';

export type Files = Readonly<Record<string, string | Uint8Array | BatonError>>;

export function memoryFolder(files: Files): TextFolder {
  return {
    async read(path) {
      const found = files[path];
      if (found instanceof BatonError) throw found;
      return typeof found === 'string' ? encodeUtf8(found) : found;
    },
    async list(path) {
      const names = Object.keys(files).filter((one) => one.startsWith(`${path}/`));
      if (names.length === 0) return undefined;
      return names.map((one) => ({ name: one.slice(path.length + 1), kind: 'file' as const }));
    },
  };
}

export const builtInFolder = '/built-in';

/** The texts that ship, from the repository. */
export function shippedFiles(): Record<string, string> {
  return Object.fromEntries(
    protocolTextNames.map((name) => [
      `${builtInFolder}/${name}.md`,
      readFileSync(new URL(`../../../../media/protocol/${name}.md`, import.meta.url), 'utf8'),
    ]),
  );
}

export async function shippedTexts(): Promise<ProtocolTexts> {
  return loadTexts(memoryFolder(shippedFiles()), builtInFolder, '/none');
}
