/** One row of a tree as plain data, and which rows changed between two renderings. Pure. */
import type { ItemToken } from '../contributions';
import type { TaskRef } from '../task-ref';

/** Which box of a checklist a row ticks. */
export type ChecklistTarget =
  | { readonly kind: 'feature'; readonly id: string }
  | { readonly kind: 'criterion'; readonly index: number; readonly text: string };

export interface TreeNode {
  /** Stable for as long as the thing exists: selection and expansion hang on it. */
  readonly id: string;
  readonly parent: string | undefined;
  readonly kind: 'folder' | 'chain' | 'task' | 'group' | 'item' | 'session';
  readonly label: string;
  readonly description: string;
  readonly icon: string | undefined;
  readonly color: string | undefined;
  /** For screen readers. */
  readonly spoken: string;
  readonly tokens: readonly ItemToken[];
  readonly collapse: 'none' | 'collapsed' | 'expanded';
  /** Ids of the rows below; empty for rows whose children are read on demand. */
  readonly children: readonly string[];
  readonly ref?: TaskRef;
  /** Of the file that a click opens, absolute; without one it is looked for. */
  readonly path?: string;
  readonly target?: ChecklistTarget;
  readonly session?: string;
  /** The queue entry it stands for. */
  readonly entry?: string;
  /** The folder of a row that belongs to no task. */
  readonly root?: string;
  /** The key of the suggested draft it stands for. */
  readonly draft?: string;
  readonly checked?: boolean;
  /** Changes whenever rows below that are read on demand may have changed, or the tooltip has. */
  readonly revision?: string;
}

export interface TreeModel {
  readonly roots: readonly string[];
  readonly nodes: ReadonlyMap<string, TreeNode>;
}

export const emptyTree: TreeModel = { roots: [], nodes: new Map() };

/**
 * The rows to render again, topmost only: rendering a row renders what is below it.
 * `everything` when rows came or went at the top.
 */
export function changedRows(before: TreeModel, after: TreeModel): readonly string[] | 'everything' {
  if (!sameValue(before.roots, after.roots)) return 'everything';
  const changed = new Set<string>();
  for (const [id, node] of after.nodes) {
    const old = before.nodes.get(id);
    if (old !== undefined && old !== node && !sameValue(old, node)) changed.add(id);
  }
  return [...changed].filter((id) => !hasAncestorIn(changed, after.nodes, id));
}

function hasAncestorIn(set: ReadonlySet<string>, nodes: ReadonlyMap<string, TreeNode>, id: string): boolean {
  for (let parent = nodes.get(id)?.parent; parent !== undefined; parent = nodes.get(parent)?.parent) {
    if (set.has(parent)) return true;
  }
  return false;
}

/** Both sides are made by the same code, so their keys come in the same order. */
function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
