/** Workspace folders by the names a call may use, and which of them a call means. */
import { BatonError } from '../core/base/baton-error';

export interface Folder {
  /** The last part of its path, with a number where two folders share it. */
  readonly name: string;
  readonly root: string;
}

/** @param roots absolute, `/` as separator */
export function namedFolders(roots: readonly string[]): readonly Folder[] {
  const taken = new Map<string, number>();
  return roots.map((root) => {
    const name = root.slice(root.lastIndexOf('/') + 1) || 'root';
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return { name: count === 1 ? name : `${name}~${count}`, root };
  });
}

/**
 * The folder of that name or path, or the only one there is. Throws `usage`, `not_found`.
 *
 * @param missed called before it is said that there is no such folder
 */
export function chosenFolder(
  folders: readonly Folder[],
  wanted: string | undefined,
  missed: () => void = () => undefined,
): Folder {
  const [first] = folders;
  if (wanted === undefined && first !== undefined && folders.length === 1) return first;
  const names = folders.map(({ name }) => name).join(', ');
  if (wanted === undefined) {
    throw new BatonError('usage', 'Several folders hold Baton tasks', {
      hint: `Say which with "folder": ${names}.`,
    });
  }
  const found = folders.find(({ name, root }) => name === wanted || root === wanted);
  if (found !== undefined) return found;
  missed();
  throw new BatonError('not_found', `There is no folder "${wanted}"`, { hint: `Folders are: ${names}.` });
}
