/** A text that a person asked for, in a file that they named. */
import { BatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import type { Ports } from '../ports';
import { createFile, replaceFile } from '../store/atomic-file';

/**
 * Throws `exists` when something is there, unless `replace` says otherwise; and what the file system throws.
 *
 * @param path absolute, `/` as separator; its folder exists @param name as the person wrote it
 */
export async function writeTextFile(
  { fs }: Pick<Ports, 'fs'>,
  path: string,
  text: string,
  { name, replace }: { readonly name: string; readonly replace: boolean },
): Promise<void> {
  const bytes = encodeUtf8(text);
  if (replace) return replaceFile(fs, path, bytes);
  if ((await fs.stat(path)) === undefined) return createFile(fs, path, bytes);
  throw new BatonError('exists', `${name} is there already`, {
    hint: 'Look at it, then write over it with --replace.',
  });
}
