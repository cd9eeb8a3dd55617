/** Which documents are task files, and their text taken apart: once a version, shared by all providers. */
import * as vscode from 'vscode';
import { isBatonError } from '../../../core/base/baton-error';
import { DisposableStore } from '../../../core/base/disposable';
import type { TextRange } from '../../../core/base/text-edit';
import { decodeUtf8 } from '../../../core/base/utf8';
import { readTaskText, type TaskText } from '../../../core/editing/task-text';
import type { TaskId } from '../../../core/model/task';
import { folderOf, nameOf, taskIdOfFileName } from '../../../core/store/paths';
import type { BatonState, LocatedTask } from '../../state';

/** Answers of providers stop at ordinary Markdown, by a look-up in a map of our files. */
export const markdownFiles: vscode.DocumentSelector = { language: 'markdown', scheme: 'file' };

/** That one file and no other. */
export function onlyThis({ uri }: vscode.TextDocument): vscode.DocumentSelector {
  const path = pathOf(uri);
  const name = nameOf(path).replace(/[[\]{}*?]/g, '[$&]');
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folderOf(path)), name);
  return { language: 'markdown', scheme: 'file', pattern };
}

export interface OpenTask extends LocatedTask {
  readonly document: vscode.TextDocument;
  readonly text: TaskText;
}

export class TaskDocuments implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #lifetime = new DisposableStore();
  /** By path; made anew when somebody asks after a change. */
  #byPath: ReadonlyMap<string, LocatedTask> | undefined;
  readonly #texts = new WeakMap<vscode.TextDocument, { readonly version: number; readonly text: TaskText }>();

  constructor(state: BatonState) {
    this.#state = state;
    this.#lifetime.add(
      state.onDidChange(() => {
        this.#byPath = undefined;
      }),
    );
  }

  /** Undefined for documents that are no task files. */
  open(document: vscode.TextDocument): OpenTask | undefined {
    const located = this.located(document.uri);
    return located && { ...located, document, text: this.#textOf(document) };
  }

  /**
   * Likewise, after a look at the disk when the name is a task file's and it is not known yet: of some answers VS Code
   * asks once for each text, and keeps even an empty one.
   */
  async opened(document: vscode.TextDocument): Promise<OpenTask | undefined> {
    const isNamedSo = taskIdOfFileName(nameOf(pathOf(document.uri))) !== undefined;
    if (isNamedSo && this.located(document.uri) === undefined) await this.#state.refresh();
    return this.open(document);
  }

  located(uri: vscode.Uri): LocatedTask | undefined {
    if (uri.scheme !== 'file') return undefined;
    this.#byPath ??= new Map(this.#state.tasks.map((one) => [one.task.path, one]));
    return this.#byPath.get(pathOf(uri));
  }

  /** All tasks of the folder that a task is in. */
  neighbours({ folder }: LocatedTask): readonly LocatedTask[] {
    return folder.snapshot?.tasks.map((task) => ({ folder, task })) ?? [];
  }

  neighbour(of: LocatedTask, id: TaskId): LocatedTask | undefined {
    return this.neighbours(of).find(({ task }) => task.id === id);
  }

  openDocument(path: string): vscode.TextDocument | undefined {
    return vscode.workspace.textDocuments.find(
      ({ uri, isClosed }) => uri.scheme === 'file' && !isClosed && pathOf(uri) === path,
    );
  }

  /**
   * The text of a task as it stands: of its document when that is open, else of the disk. Undefined when it cannot be
   * read, or `mayHold` says that it is not worth it.
   */
  async read(
    { folder, task }: LocatedTask,
    mayHold: (text: string) => boolean = () => true,
  ): Promise<TaskText | undefined> {
    const document = this.openDocument(task.path);
    if (document !== undefined) return mayHold(document.getText()) ? this.#textOf(document) : undefined;
    const bytes = await folder.services.ports.fs.read(task.path).catch(unlessForeseen);
    const text = bytes === undefined ? undefined : decodeUtf8(bytes)?.replace(/^\ufeff/, '');
    return text !== undefined && mayHold(text) ? readTaskText(text) : undefined;
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #textOf(document: vscode.TextDocument): TaskText {
    const known = this.#texts.get(document);
    if (known?.version === document.version) return known.text;
    const text = readTaskText(document.getText());
    this.#texts.set(document, { version: document.version, text });
    return text;
  }
}

/** A file that cannot be read holds nothing to show; the tree tells of it. */
export function unlessForeseen(error: unknown): undefined {
  if (!isBatonError(error)) throw error;
}

export function pathOf(uri: vscode.Uri): string {
  return uri.fsPath.replaceAll('\\', '/');
}

export function rangeIn(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** For files that are not open. Lines are counted as VS Code counts them: `text` has no lone carriage return. */
export function rangesIn(text: string, ranges: readonly TextRange[]): readonly vscode.Range[] {
  const starts = [0];
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) starts.push(feed + 1);
  const position = (offset: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return new vscode.Position(low, offset - (starts[low] ?? 0));
  };
  return ranges.map(({ start, end }) => new vscode.Range(position(start), position(end)));
}
