/** `baton task set`: the lines of the static context, which say where a task belongs and who works on it. 003-6. */
import { BatonError } from '../base/baton-error';
import { applyEdits } from '../base/text-edit';
import { setContextLine } from '../markdown/edits/set-context-line';
import type { TaskContext } from '../model/task';
import { changeBy } from './change-by';
import { wholeEdit } from './health/whole-edit';
import { viewOf } from './show-task';
import { asTaskId } from './task-id';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

const lines = { prd: 'PRD', epic: 'Epic', repository: 'Repository', agent: 'Agent' } as const;
type ContextKey = keyof typeof lines;
const keys = ['prd', 'epic', 'repository', 'agent'] as const satisfies readonly ContextKey[];

/** What is left out stays; an empty text empties the line. */
export type ContextChange = { readonly [key in ContextKey]?: string | undefined };

/** Throws `invalid_input` when nothing is to be set. Setting what is there already changes nothing. */
export async function setContext(
  workspace: BatonWorkspace,
  id: string,
  change: ContextChange,
): Promise<TaskView> {
  const asked = keys.filter((key) => change[key] !== undefined);
  if (asked.length === 0) throw new BatonError('invalid_input', 'Say what to set');
  const { record } = await workspace.store.update(
    asTaskId(id),
    ({ document }) => changeBy(workspace, 'context.set', said(asked, change), said(asked, document.context)),
    ({ text }) => {
      let after = text;
      for (const key of asked) after = applyEdits(after, setContextLine(after, lines[key], change[key]));
      return wholeEdit(text, after);
    },
  );
  return viewOf(workspace, record);
}

function said(asked: readonly ContextKey[], values: ContextChange | TaskContext) {
  return Object.fromEntries(asked.map((key) => [key, values[key]?.trim() ?? '']));
}
