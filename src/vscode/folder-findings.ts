/** What is found in several folders, looked at one after the other: one that fails hides nothing of the others. Pure. */

export class FolderFindings<T> {
  readonly #onError: (error: unknown) => void;
  /** By the folder's root. */
  #last: ReadonlyMap<string, T> = new Map();

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** In the order of the folders. Where `find` rejects, that is told, and what was found there last still counts. */
  async of<Folder extends { readonly root: string }>(
    folders: readonly Folder[],
    find: (folder: Folder) => Promise<T>,
  ): Promise<readonly T[]> {
    const found = new Map<string, T>();
    for (const folder of folders) {
      const { root } = folder;
      try {
        found.set(root, await find(folder));
      } catch (error) {
        this.#onError(error);
        const last = this.#last.get(root);
        if (last !== undefined) found.set(root, last);
      }
    }
    this.#last = found;
    return [...found.values()];
  }
}
