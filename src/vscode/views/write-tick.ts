/** A tick in the tree, written to the state file. The tree follows the file, so nothing is ticked here. */
import { failFeature, passFeature } from '../../core/operations/pass-feature';
import { tickCriterion } from '../../core/operations/tick-criterion';
import type { BatonState } from '../state';
import type { TreeRow } from './tree-provider';

/** A person's tick is evidence of its own kind. It goes into the file as it is, in no particular language. */
const tickedByHand = 'Ticked in the editor';

/** Does nothing for a row that has no box. Throws what the operation throws; the file is then unchanged. */
export async function writeTick(state: BatonState, row: TreeRow, done: boolean): Promise<void> {
  const { ref, target } = row;
  if (ref === undefined || target === undefined) return;
  const folder = state.folder(ref.root);
  const { workspace } = folder;
  if (target.kind === 'criterion') await tickCriterion(workspace, ref.task, target.index, done, target.text);
  else if (done) await passFeature(workspace, ref.task, target.id, { manual: tickedByHand });
  else await failFeature(workspace, ref.task, target.id);
  await folder.refresh();
}
