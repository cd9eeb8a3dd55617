/** Which draft a row of the Attention view stands for. Pure. */
import type { Draft } from '../../core/nudges/suggest';
import { taskRefOf } from '../task-ref';

interface WithDrafts {
  readonly root: string;
  readonly background: { readonly drafts: readonly Draft[] } | undefined;
}

/** In the row's own folder: others may be copies of the same repository, with the very same drafts. */
export function draftOf<F extends WithDrafts>(
  folders: readonly F[],
  row: unknown,
): { readonly folder: F; readonly draft: Draft } | undefined {
  const key = typeof row === 'object' && row !== null && 'draft' in row ? row.draft : undefined;
  const root = taskRefOf(row)?.root;
  for (const folder of folders.filter((one) => root === undefined || one.root === root)) {
    const draft = folder.background?.drafts.find((one) => one.key === key);
    if (draft !== undefined) return { folder, draft };
  }
  return undefined;
}
