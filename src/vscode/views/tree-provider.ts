/** A tree over a TreeModel: elements are row ids, and only the rows that changed are rendered again. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { changedRows, emptyTree, type TreeModel, type TreeNode } from './tree-node';

/** What a tree command is called with. The same object for as long as the row exists, since VS Code knows it by that. */
export interface TreeRow {
  readonly id: string;
  readonly ref?: TreeNode['ref'];
  readonly session?: string;
  readonly target?: TreeNode['target'];
  readonly entry?: string;
  readonly root?: string;
  readonly draft?: string;
}

export interface RowDetails {
  /** Rows below a row that are read on demand; undefined when the row has none. */
  readonly childrenOf?: (node: TreeNode) => Promise<TreeModel> | undefined;
  readonly tooltipOf: (node: TreeNode) => vscode.MarkdownString | string | undefined;
  readonly commandOf: (row: TreeRow, node: TreeNode) => vscode.Command | undefined;
}

interface LoadedRows {
  readonly below: string;
  readonly revision: string | undefined;
  readonly model: TreeModel;
}

export class TreeProvider implements vscode.TreeDataProvider<TreeRow>, vscode.Disposable {
  readonly #details: RowDetails;
  readonly #lifetime = new DisposableStore();
  readonly #changed = this.#lifetime.add(new vscode.EventEmitter<TreeRow[] | undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #rows = new Map<string, TreeRow>();
  #model: TreeModel = emptyTree;
  /** Rows read on demand, by the row they are below, with the revision of that row they belong to. */
  readonly #loaded = new Map<string, LoadedRows>();
  #shows = 0;

  constructor(details: RowDetails) {
    this.#details = details;
  }

  get model(): TreeModel {
    return this.#model;
  }

  /**
   * Shows another model: fires for the topmost rows that changed, and for nothing when none did. Rows read on demand
   * are read before the event, not after it: while VS Code waits for the rows below one, it drops clicks on them.
   */
  async show(model: TreeModel): Promise<void> {
    const show = ++this.#shows;
    const outdated = [...this.#loaded].filter(
      ([id, { revision }]) => model.nodes.get(id)?.revision !== revision,
    );
    if (outdated.length > 0) {
      const nodes = outdated.flatMap(([id]) => model.nodes.get(id) ?? []);
      const fresh = await Promise.all(nodes.map((node) => this.#tryLoad(node)));
      // A later model was shown meanwhile, and everything is compared with what is on the screen.
      if (show !== this.#shows || this.#lifetime.isDisposed) return;
      for (const [id] of outdated) this.#loaded.delete(id);
      for (const rows of fresh) if (rows !== undefined) this.#loaded.set(rows.below, rows);
    }
    this.#showNow(model);
  }

  #showNow(model: TreeModel): void {
    const changed = changedRows(this.#model, model);
    this.#model = model;
    for (const id of this.#rows.keys()) if (this.node(id) === undefined) this.#forget(id);
    if (changed === 'everything') this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed.map((id) => this.#row(id)));
  }

  /** Renders rows again though the model has not changed: a tick that could not be written springs back. */
  renderAgain(row: TreeRow): void {
    const known = this.#rows.get(row.id);
    if (known !== undefined) this.#changed.fire([known]);
  }

  renderAll(): void {
    this.#changed.fire(undefined);
  }

  /** The row for reveal(); undefined when it is not shown. */
  rowOf(id: string): TreeRow | undefined {
    return this.node(id) === undefined ? undefined : this.#row(id);
  }

  node(id: string): TreeNode | undefined {
    const own = this.#model.nodes.get(id);
    if (own !== undefined) return own;
    for (const [parent, { model }] of this.#loaded) {
      const found = this.#model.nodes.has(parent) ? model.nodes.get(id) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async getChildren(row?: TreeRow): Promise<TreeRow[]> {
    if (row === undefined) return this.#model.roots.map((id) => this.#row(id));
    const node = this.node(row.id);
    if (node === undefined) return [];
    const known = this.#loaded.get(node.id);
    if (known !== undefined && known.revision === node.revision)
      return known.model.roots.map((id) => this.#row(id));
    const loaded = await this.#load(node);
    if (loaded !== undefined) this.#loaded.set(node.id, loaded);
    return (loaded?.model.roots ?? node.children).map((id) => this.#row(id));
  }

  getParent(row: TreeRow): TreeRow | undefined {
    const parent = this.node(row.id)?.parent;
    return parent === undefined ? undefined : this.#row(parent);
  }

  getTreeItem(row: TreeRow): vscode.TreeItem {
    const node = this.node(row.id);
    if (node === undefined) return new vscode.TreeItem('');
    const item = new vscode.TreeItem(node.label, collapsible[node.collapse]);
    item.id = node.id;
    item.description = node.description;
    item.contextValue = node.tokens.join(' ');
    item.accessibilityInformation = { label: node.spoken };
    if (node.icon !== undefined) item.iconPath = themeIcon(node.icon, node.color);
    if (node.checked !== undefined) item.checkboxState = checkbox(node, node.checked);
    const command = this.#details.commandOf(row, node);
    if (command !== undefined) item.command = command;
    return item;
  }

  /** Hovers are made when somebody hovers. */
  resolveTreeItem(item: vscode.TreeItem, row: TreeRow): vscode.TreeItem {
    const node = this.node(row.id);
    const tooltip = node === undefined ? undefined : this.#details.tooltipOf(node);
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** Undefined for a row whose children are part of the model. */
  async #load(node: TreeNode): Promise<LoadedRows | undefined> {
    const children = this.#details.childrenOf?.(node);
    if (children === undefined) return undefined;
    return { below: node.id, revision: node.revision, model: await children };
  }

  /** What cannot be read now is read, and complained about, when VS Code asks for it. */
  async #tryLoad(node: TreeNode): Promise<LoadedRows | undefined> {
    try {
      return await this.#load(node);
    } catch {
      return undefined;
    }
  }

  #row(id: string): TreeRow {
    const row: TreeRow = this.#rows.get(id) ?? { id };
    this.#rows.set(id, row);
    const node = this.node(id);
    if (node !== undefined) standFor(row, node);
    return row;
  }

  #forget(id: string): void {
    this.#rows.delete(id);
    this.#loaded.delete(id);
  }
}

/** The text, the queue entry or the task id may be another one than when the row was made: a command gets what is shown. */
function standFor(row: TreeRow, node: TreeNode): void {
  for (const field of Object.keys(row)) if (field !== 'id') Reflect.deleteProperty(row, field);
  Object.assign(row, subjectOf(node));
}

/** What a command needs to know of the row it was called on. */
function subjectOf({ ref, session, target, entry, root, draft }: TreeNode): Omit<TreeRow, 'id'> {
  return {
    ...(ref === undefined ? {} : { ref }),
    ...(session === undefined ? {} : { session }),
    ...(target === undefined ? {} : { target }),
    ...(entry === undefined ? {} : { entry }),
    ...(root === undefined ? {} : { root }),
    ...(draft === undefined ? {} : { draft }),
  };
}

const collapsible: Readonly<Record<TreeNode['collapse'], vscode.TreeItemCollapsibleState>> = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

export function themeIcon(icon: string, color: string | undefined): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

function checkbox(node: TreeNode, checked: boolean): NonNullable<vscode.TreeItem['checkboxState']> {
  return {
    state: checked ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked,
    tooltip: checked ? vscode.l10n.t('Done') : vscode.l10n.t('Not done yet'),
    accessibilityInformation: { label: node.spoken },
  };
}
