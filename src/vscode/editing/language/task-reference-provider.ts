/** `#id` under the cursor: what task that is, where its file begins, and who else names it. */
import * as vscode from 'vscode';
import { referenceAt, type TaskReference, taskReferences } from '../../../core/editing/task-references';
import { mapBounded } from '../../../core/store/map-bounded';
import { nearIds } from '../../../core/store/near-ids';
import type { LocatedTask } from '../../state';
import { idList, taskFace, taskLabel } from '../../task-face';
import { type OpenTask, rangeIn, rangesIn, type TaskDocuments } from './task-documents';

/** Files read at once. */
const atOnce = 16;

export class TaskReferenceProvider
  implements vscode.HoverProvider, vscode.DefinitionProvider, vscode.ReferenceProvider
{
  readonly #documents: TaskDocuments;

  constructor(documents: TaskDocuments) {
    this.#documents = documents;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const at = this.#at(document, position);
    if (at === undefined) return undefined;
    const { open, reference } = at;
    const target = this.#documents.neighbour(open, reference.id);
    // `#12` may be an issue or a pull request: only what surely names a task can be wrong.
    if (target === undefined && !reference.certain) return undefined;
    const known = this.#documents.neighbours(open).map(({ task }) => task.id);
    const words = target === undefined ? unknownTask(reference, known) : describe(target);
    return new vscode.Hover(words, rangeIn(document, reference.whole));
  }

  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.LocationLink[] | undefined> {
    const at = this.#at(document, position);
    const target = at && this.#documents.neighbour(at.open, at.reference.id);
    if (at === undefined || target === undefined) return undefined;
    const text = await this.#documents.read(target);
    const title = text && taskReferences(text).find(({ kind }) => kind === 'title');
    const [range] = text && title ? rangesIn(text.text, [title.whole]) : [];
    return [
      {
        originSelectionRange: rangeIn(document, at.reference.whole),
        targetUri: vscode.Uri.file(target.task.path),
        targetRange: range ?? new vscode.Range(0, 0, 0, 0),
      },
    ];
  }

  async provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    { includeDeclaration }: vscode.ReferenceContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.Location[] | undefined> {
    const at = this.#at(document, position);
    if (at === undefined) return undefined;
    const { id } = at.reference;
    const lists = await mapBounded(this.#documents.neighbours(at.open), atOnce, async (one) => {
      if (token.isCancellationRequested) return [];
      const text = await this.#documents.read(one, (raw) => raw.includes(id));
      if (text === undefined) return [];
      const own = taskReferences(text).filter(
        (found) => found.id === id && (includeDeclaration || found.kind !== 'title'),
      );
      const uri = vscode.Uri.file(one.task.path);
      return rangesIn(
        text.text,
        own.map(({ range }) => range),
      ).map((range) => new vscode.Location(uri, range));
    });
    return lists.flat();
  }

  #at(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { readonly open: OpenTask; readonly reference: TaskReference } | undefined {
    const open = this.#documents.open(document);
    const reference = open && referenceAt(taskReferences(open.text), document.offsetAt(position));
    return open && reference && { open, reference };
  }
}

/** Texts of a task file are shown as text: nothing in them becomes a link or a command. */
function describe({ folder, task }: LocatedTask): vscode.MarkdownString {
  const words = new vscode.MarkdownString();
  words.appendMarkdown('**').appendText(taskLabel(task)).appendMarkdown('**\n\n');
  words.appendText(taskFace(task, vscode.l10n).description);
  const upstream =
    task.dependsOn.length === 0 ? [] : [vscode.l10n.t('Depends on {0}', idList(task.dependsOn))];
  const downstream =
    task.downstream.length === 0 ? [] : [vscode.l10n.t('Feeds {0}', idList(task.downstream))];
  const agent = task.agent === undefined ? [] : [vscode.l10n.t('Agent: {0}', task.agent)];
  const more = [...upstream, ...downstream, ...agent].join(' · ');
  if (more !== '') words.appendMarkdown('\n\n').appendText(more);
  words.appendMarkdown('\n\n').appendText(`${folder.name}/${task.file}`);
  return words;
}

function unknownTask({ id }: TaskReference, known: Parameters<typeof nearIds>[1]): vscode.MarkdownString {
  const near = nearIds(id, known);
  const words = new vscode.MarkdownString().appendText(vscode.l10n.t('There is no task #{0} here.', id));
  if (near.length > 0) words.appendText(` ${vscode.l10n.t('Did you mean {0}?', idList(near))}`);
  return words;
}
