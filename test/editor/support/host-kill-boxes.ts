/** The boxes of the sample chain: as the state files hold them, as the tree shows them, and a person's click on one. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWhole } from '../../e2e/support/deeds';
import { eventually } from './eventually';
import type { TreeRow, WorkbenchWindow } from './workbench-window';

const chains = 'Task Chains';
const tasks = ['100', '101', '102'] as const;

export interface Box {
  readonly task: string;
  readonly group: 'Features' | 'Acceptance Criteria';
  readonly label: string;
  readonly done: boolean;
}

/** Every box in the files. Throws for a file that is not whole. */
export async function readBoxes(root: string): Promise<readonly Box[]> {
  const lists = await Promise.all(
    tasks.map(async (task) => {
      const document = readWhole(await readFile(join(root, `task-states/task-${task}-state.md`), 'utf8'));
      assert.ok(document !== undefined, `the file of task #${task} is not whole`);
      const features = document.featureList.map(
        ({ description: label, passes: done, evidence, testedAt }) => {
          // One write sets all three.
          assert.ok(
            !done || (evidence?.manual !== undefined && testedAt !== undefined),
            `half a tick: ${label}`,
          );
          return { task, group: 'Features' as const, label, done };
        },
      );
      const criteria = document.criteriaList.map(({ text: label, done }) => ({
        ...{ task, group: 'Acceptance Criteria' as const, label, done },
      }));
      return [...features, ...criteria];
    }),
  );
  return lists.flat();
}

/** Opens a task's rows, and waits until they say what is known of its boxes. */
export async function openBoxes(
  workbench: WorkbenchWindow,
  task: string,
  known: readonly Box[],
): Promise<void> {
  await workbench.expandRow(new RegExp(`^#${task} `), chains);
  for (const { group } of known.filter((box) => box.task === task))
    await eventually(`${group} of #${task} in the tree`, () => isShown(workbench, task, group, known));
}

/**
 * Whether the tree counts as many ticked boxes in a group as are known. VS Code draws a tick at the click already; the
 * number beside the group is Baton's, read from the file after the write.
 */
export async function isShown(
  workbench: WorkbenchWindow,
  task: string,
  group: Box['group'],
  known: readonly Box[],
): Promise<boolean> {
  const boxes = known.filter((box) => box.task === task && box.group === group);
  const done = boxes.filter((box) => box.done).length;
  const row = rowsOf(await workbench.treeRows(chains), task).find(({ text }) => text === group);
  return row?.description === `${done}/${boxes.length}`;
}

/** The box ticked, or the tick taken away. */
export function flipped(known: readonly Box[], box: Box): readonly Box[] {
  return known.map((one) => (one === box ? { ...box, done: !box.done } : one));
}

/** Where to click. A point, since the row may be gone at any moment and nobody is to wait for its return. */
export async function placeOf(
  workbench: WorkbenchWindow,
  box: Box,
): Promise<{ readonly x: number; readonly y: number }> {
  const frame = await workbench.page
    .locator('.pane-body .monaco-list-row')
    .filter({ has: workbench.page.getByText(box.label, { exact: true }) })
    .locator('.custom-view-tree-node-item-checkbox')
    .boundingBox();
  assert.ok(frame !== null, `the box "${box.label}" is in sight`);
  return { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
}

function rowsOf(rows: readonly TreeRow[], task: string): readonly TreeRow[] {
  const start = rows.findIndex(({ text }) => text.startsWith(`#${task} `));
  if (start < 0) return [];
  const length = rows.slice(start + 1).findIndex(({ level }) => level <= 2);
  return rows.slice(start + 1, length < 0 ? undefined : start + 1 + length);
}
