/** Giving a task another id in all files: what changes in each, and why it may not. */
import { applyEdits, type TextEdit } from '../base/text-edit';
import { isTaskId, type TaskId } from '../model/task';
import { type TaskReference, taskReferences } from './task-references';
import { readTaskText, type TaskText } from './task-text';

export interface RenameEdit extends TextEdit {
  /** False where a person should look: `#12` in a sentence may be an issue or a pull request. */
  readonly certain: boolean;
}

export interface RenameFile {
  readonly path: string;
  readonly task: TaskText;
}

export type NoRename =
  | { readonly why: 'same' | 'not_an_id' }
  | { readonly why: 'taken'; readonly by: TaskId }
  /** The upstream ids of a file cannot be edited in place. */
  | { readonly why: 'unclear'; readonly path: string };

/** Why a task may not get that id, by the ids there are. On many disks `A` and `a` would be one file. */
export function refuseNewId(from: TaskId, to: string, known: readonly TaskId[]): NoRename | undefined {
  if (to === from) return { why: 'same' };
  if (!isTaskId(to)) return { why: 'not_an_id' };
  const by = known.find((id) => id !== from && id.toLowerCase() === to.toLowerCase());
  return by === undefined ? undefined : { why: 'taken', by };
}

/**
 * Edits by path, computed from the texts as given; files without the id are left out. What the renamed task hands on
 * may name the task itself: inputs that were up to date stay so, since their marker gets the hash of the new output.
 * What git recorded stays.
 */
export function renameTask(
  files: readonly RenameFile[],
  from: TaskId,
  to: TaskId,
): ReadonlyMap<string, readonly RenameEdit[]> | NoRename {
  const edits = new Map<string, RenameEdit[]>();
  for (const { path, task } of files) {
    const own = taskReferences(task).filter(({ id, recorded }) => id === from && !recorded);
    if (!isWhole(task, from, own)) return { why: 'unclear', path };
    const changes = [...own.map((one) => replacement(task, one, to)), ...archiveEdits(task, from, to)];
    if (changes.length > 0) edits.set(path, changes);
  }
  const outputs = changedOutputs(files, edits);
  for (const { path, task } of files) {
    const markers = markerEdits(task, outputs);
    if (markers.length > 0) edits.set(path, [...(edits.get(path) ?? []), ...markers]);
  }
  return edits;
}

/** Every fact that the readers find must have been found here in its place. */
function isWhole({ outline, file }: TaskText, from: TaskId, own: readonly TaskReference[]): boolean {
  const has = (kind: TaskReference['kind']) => own.some((one) => one.kind === kind);
  if (outline.id === from && !has('title')) return false;
  if (file.facts.dependsOn?.includes(from) === true && !has('depends_on')) return false;
  return !outline.inputs.some((input) => input.from === from) || has('input');
}

/** An item of a list gets quotes where it had none: `[null]` and `[1e3]` would not be ids for every reader of YAML. */
function replacement({ text }: TaskText, { range, kind, certain }: TaskReference, to: TaskId): RenameEdit {
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const before = text.slice(lineStart, range.start);
  const plainItem = kind === 'depends_on' && /(?:\[|^[ \t]*-[ \t])/.test(before) && !/["'#]$/.test(before);
  return { ...range, text: plainItem ? JSON.stringify(to) : to, certain };
}

function archiveEdits({ text, outline }: TaskText, from: TaskId, to: TaskId): readonly RenameEdit[] {
  if (outline.id !== from) return [];
  const name = `task-${from}-archive.md`;
  const edits: RenameEdit[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const start = at + 'task-'.length;
    edits.push({ start, end: start + from.length, text: to, certain: true });
  }
  return edits;
}

interface NewHash {
  readonly hash: string;
  readonly certain: boolean;
}

/** New hashes by the old ones, of chain outputs that the edits change. */
function changedOutputs(
  files: readonly RenameFile[],
  edits: ReadonlyMap<string, readonly RenameEdit[]>,
): ReadonlyMap<string, NewHash> {
  const changed = new Map<string, NewHash>();
  for (const { path, task } of files) {
    const before = task.outline.output?.hash;
    const own = edits.get(path);
    if (before === undefined || own === undefined) continue;
    const after = readTaskText(applyEdits(task.text, own)).outline.output?.hash;
    if (after === undefined || after === before) continue;
    const output = task.file.structure.sections.get('output');
    const certain = own.every((edit) => edit.certain || edit.start < (output?.start ?? 0));
    changed.set(before, { hash: after, certain });
  }
  return changed;
}

const markerHash = /^(<!--[ \t]*baton:input\b[^\n]*?[ \t]hash=)([A-Za-z0-9]+)/;

function markerEdits({ text, file }: TaskText, outputs: ReadonlyMap<string, NewHash>): readonly RenameEdit[] {
  if (outputs.size === 0) return [];
  return file.structure.blocks.flatMap((block) => {
    const match =
      block.kind === 'comment' ? markerHash.exec(text.slice(block.start, block.start + 400)) : null;
    const after = outputs.get(match?.[2] ?? '');
    if (!match || after === undefined) return [];
    const start = block.start + (match[1] ?? '').length;
    return [{ start, end: start + (match[2] ?? '').length, text: after.hash, certain: after.certain }];
  });
}
