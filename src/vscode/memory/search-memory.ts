/** Search Memory: what earlier work says about some words, found while one types; the command line searches. Issue 7. */
import * as vscode from 'vscode';
import { memoryDocument, rowOf, type ShownMemory, type ShownTrouble, troubleRow } from './memory-rows';

export interface SearchServices {
  /** The folder that is searched. */
  readonly folder: vscode.Uri;
  /** The `data` of an answer of the command line. Rejects with what it was refused with. */
  readonly ask: (args: readonly string[]) => Promise<unknown>;
  /** Whether a file that was set aside is news to this person, who then is told. */
  readonly isNews: (file: string) => boolean;
  /** The address of a read-only text. */
  readonly put: (name: string, text: string) => vscode.Uri;
}

interface Found extends ShownMemory {
  readonly extract: string;
}

/** What the command line answers has this shape: both are this version of Baton. */
interface Answer {
  readonly results: readonly Found[];
  readonly troubles: readonly ShownTrouble[];
}

interface Row extends vscode.QuickPickItem {
  readonly found?: Found;
  /** Said whole when the row is chosen. */
  readonly trouble?: string;
}

/** Since the last key, before a search begins: each is a process. */
const pauseMs = 250;
const limit = '20';

/** Resolves when the pick is closed. Rejects when searching is refused, as where memory is switched off. */
export async function searchMemory(services: SearchServices): Promise<void> {
  const search = new MemorySearch(services);
  try {
    await search.closed;
  } finally {
    search.dispose();
  }
}

class MemorySearch implements vscode.Disposable {
  readonly closed: Promise<void>;
  readonly #services: SearchServices;
  readonly #pick = vscode.window.createQuickPick<Row>();
  readonly #whole: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('open-preview'),
    tooltip: vscode.l10n.t('Show All of It'),
  };
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Files that were set aside, and told in this pick. */
  readonly #told = new Set<string>();
  /** Answers to an earlier question come too late. */
  #asked = 0;
  #fail: (error: unknown) => void = () => {};

  constructor(services: SearchServices) {
    this.#services = services;
    const pick = this.#pick;
    pick.title = vscode.l10n.t('Search Memory');
    pick.placeholder = vscode.l10n.t('Words, an identifier, a path or an error text');
    this.closed = new Promise((resolve, reject) => {
      this.#fail = reject;
      pick.onDidHide(() => resolve());
      pick.onDidAccept(() => {
        const [row] = pick.selectedItems;
        // Nothing was found yet, or at all: the question can still be changed.
        if (row?.found !== undefined || row?.trouble !== undefined) this.#take(row).then(resolve, reject);
      });
    });
    pick.onDidChangeValue((text) => this.#later(text));
    pick.onDidTriggerItemButton(({ item }) => void this.#show(item, true).catch(this.#fail));
    pick.show();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.#pick.dispose();
  }

  #later(text: string): void {
    clearTimeout(this.#timer);
    this.#asked++;
    if (text.trim() === '') {
      this.#pick.items = [];
      this.#pick.busy = false;
      return;
    }
    this.#pick.busy = true;
    this.#timer = setTimeout(() => void this.#search(text).catch(this.#fail), pauseMs);
  }

  async #search(text: string): Promise<void> {
    const asked = ++this.#asked;
    const answer = await this.#services
      .ask(['memory', 'query', '--limit', limit, '--', text])
      .catch((error: unknown) => {
        if (asked === this.#asked) throw error;
      });
    if (asked !== this.#asked) return;
    const { results, troubles } = answer as Answer;
    this.#pick.busy = false;
    const rows = results.map((found) => this.#row(found));
    const wrong = troubles.filter((trouble) => this.#isTold(trouble)).map(rowOfTrouble);
    this.#pick.items = [...wrong, ...(rows.length > 0 ? rows : [noneRow()])];
    // Enter takes what was found, not what is to be said about it.
    this.#pick.activeItems = rows.slice(0, 1);
  }

  /** What lies aside is told once; what still is as it should not be, every time. */
  #isTold({ kind, file }: ShownTrouble): boolean {
    if (kind !== 'set_aside' || file === null || this.#told.has(file)) return true;
    if (!this.#services.isNews(file)) return false;
    this.#told.add(file);
    return true;
  }

  #row(found: Found): Row {
    // The words of the question need not be in the row: the search has found it, not the pick's own filter.
    const { icon, ...row } = rowOf(found, vscode.l10n);
    return { ...row, iconPath: new vscode.ThemeIcon(icon), found, alwaysShow: true, buttons: [this.#whole] };
  }

  async #take(row: Row): Promise<void> {
    // A notification without buttons would be one cut line.
    if (row.trouble !== undefined)
      void vscode.window.showWarningMessage(row.label, { modal: true, detail: row.trouble });
    if (row.found === undefined) return;
    const { path, line } = row.found.source;
    // The journal and session records are files for programs.
    if (line === null || !path.endsWith('.md')) return this.#show(row, false);
    const at = new vscode.Position(line - 1, 0);
    const uri = vscode.Uri.joinPath(this.#services.folder, path);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
  }

  /** All of it, with what holds instead; the pick stays open where it is only looked at. */
  async #show({ found }: Row, isPreview: boolean): Promise<void> {
    if (found === undefined) return;
    this.#pick.ignoreFocusOut = true;
    const answer = await this.#services.ask(['memory', 'recall', '--full', '--', found.id]);
    const { recalled } = answer as {
      readonly recalled: readonly (ShownMemory & { readonly text: string })[];
    };
    const [item] = recalled;
    if (item === undefined) return;
    const uri = this.#services.put(`${item.id}.md`, memoryDocument(item, vscode.l10n));
    await vscode.window.showTextDocument(uri, { preview: true, preserveFocus: isPreview });
  }
}

/** Memory still answers, and whoever reads the answer learns that it is not kept as it should be. */
function rowOfTrouble(trouble: ShownTrouble): Row {
  const { label, detail, whole } = troubleRow(trouble, vscode.l10n);
  return { label, detail, iconPath: new vscode.ThemeIcon('warning'), trouble: whole, alwaysShow: true };
}

function noneRow(): Row {
  return { label: vscode.l10n.t('Nothing is remembered about that.'), alwaysShow: true };
}
