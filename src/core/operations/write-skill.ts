/** `baton skill --to`: the skill for agents outside the editor, in the folder where such an agent looks for skills. Issue 6. */
import { BatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import { skillFile } from '../model/agent-guides';
import type { Ports } from '../ports';
import { replaceFile } from '../store/atomic-file';

export interface WrittenSkill {
  readonly path: string;
  readonly written: boolean;
}

/**
 * Throws `exists` when another text is there, which stays, unless `replace` says otherwise; and what the file system throws.
 *
 * @param folder of all skills; absolute, `/` as separator
 */
export async function writeSkill(
  { fs }: Pick<Ports, 'fs'>,
  folder: string,
  { replace }: { readonly replace: boolean },
): Promise<WrittenSkill> {
  const path = `${folder}/baton/SKILL.md`;
  const wanted = encodeUtf8(skillFile());
  const present = await fs.read(path);
  if (present !== undefined && isSame(present, wanted)) return { path, written: false };
  if (present !== undefined && !replace) {
    throw new BatonError('exists', `${path} holds another text`, {
      hint: 'Look at it, then write over it with --replace.',
    });
  }
  await fs.mkdir(`${folder}/baton`);
  await replaceFile(fs, path, wanted);
  return { path, written: true };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
