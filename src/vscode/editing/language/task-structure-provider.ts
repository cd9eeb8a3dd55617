/** The outline of a task file beside its headings, what folds, and the files it names. */
import * as vscode from 'vscode';
import { type PathMention, pathCandidates, pathMentions } from '../../../core/editing/path-mentions';
import { type TaskSymbol, taskFolds, taskSymbols } from '../../../core/editing/task-symbols';
import { folderOf, isInside } from '../../../core/store/paths';
import { type OpenTask, rangeIn, type TaskDocuments, unlessForeseen } from './task-documents';

export class TaskStructureProvider
  implements vscode.DocumentSymbolProvider, vscode.FoldingRangeProvider, vscode.DocumentLinkProvider
{
  readonly #documents: TaskDocuments;

  constructor(documents: TaskDocuments) {
    this.#documents = documents;
  }

  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const open = await this.#documents.opened(document);
    return open === undefined ? [] : taskSymbols(open.text).map((one) => toSymbol(document, one));
  }

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const open = this.#documents.open(document);
    return (open === undefined ? [] : taskFolds(open.text)).flatMap((range) => {
      const { start, end } = rangeIn(document, range);
      // The last line stays: it closes what the first one opens.
      return end.line - 1 > start.line ? [new vscode.FoldingRange(start.line, end.line - 1)] : [];
    });
  }

  async provideDocumentLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const open = this.#documents.open(document);
    if (open === undefined) return [];
    const links: vscode.DocumentLink[] = [];
    for (const mention of pathMentions(open.text)) {
      if (token.isCancellationRequested) return [];
      const path = await existingPath(open, mention);
      if (path === undefined) continue;
      const link = new vscode.DocumentLink(rangeIn(document, mention.range), vscode.Uri.file(path));
      link.tooltip = vscode.l10n.t('Open {0}', mention.path);
      links.push(link);
    }
    return links;
  }
}

/** Where the path leads, inside the workspace folder also behind links; undefined when nothing is there. */
export async function existingPath(
  { folder, task }: Pick<OpenTask, 'folder' | 'task'>,
  mention: PathMention,
): Promise<string | undefined> {
  const { fs } = folder.services.ports;
  const realRoot = await fs.realPath(folder.root);
  for (const candidate of pathCandidates(mention, folder.root, folderOf(task.path))) {
    // A name that no disk takes, links in a circle, a folder that is closed to us: nothing there can be opened.
    const real = await fs.realPath(candidate).catch(unlessForeseen);
    if (real !== undefined && realRoot !== undefined && isInside(realRoot, real)) return candidate;
  }
  return undefined;
}

function toSymbol(document: vscode.TextDocument, symbol: TaskSymbol): vscode.DocumentSymbol {
  const range = rangeIn(document, symbol.range);
  const first = document.lineAt(range.start.line).range.end;
  const selection = new vscode.Range(range.start, first.isBefore(range.end) ? first : range.end);
  const shown = new vscode.DocumentSymbol(
    symbolName(symbol),
    symbol.detail,
    kindOf(symbol),
    range,
    selection,
  );
  shown.children = symbol.children.map((child) => toSymbol(document, child));
  return shown;
}

function symbolName(symbol: TaskSymbol): string {
  const { t } = vscode.l10n;
  switch (symbol.kind) {
    case 'criteria':
      return t('Acceptance criteria');
    case 'features':
      return t('Features');
    case 'inputs':
      return t('Chain inputs');
    case 'log':
      return t('Sessions');
    case 'session':
      return t('Session {0}', symbol.name);
    case 'input':
      return symbol.name;
    case 'criterion':
    case 'feature':
      // The editor refuses a symbol without a name.
      return `${symbol.done === true ? '✓' : '○'} ${symbol.name}`;
  }
}

function kindOf({ kind }: TaskSymbol): vscode.SymbolKind {
  switch (kind) {
    case 'criterion':
    case 'feature':
      return vscode.SymbolKind.Boolean;
    case 'session':
      return vscode.SymbolKind.Event;
    case 'input':
      return vscode.SymbolKind.Interface;
    default:
      return vscode.SymbolKind.Namespace;
  }
}
