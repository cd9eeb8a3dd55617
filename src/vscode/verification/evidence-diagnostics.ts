/**
 * The Problems panel: features of unfinished tasks that pass without evidence, or on evidence that is out of date; in files
 * that are open or closed, of open ones by their text as it stands. What was finished is of its own time.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { decodeUtf8 } from '../../core/base/utf8';
import { featuresIn } from '../../core/editing/task-features';
import { readTaskText } from '../../core/editing/task-text';
import type { Feature } from '../../core/model/task';
import { EvidenceJudge, isOpen, type StaleFeatures } from '../../core/operations/stale-evidence';
import { diagnosticSource } from '../editing/diagnostics';
import { rangesIn, unlessForeseen } from '../editing/language/task-documents';
import { linkedCode, readLinks } from '../editing/problem-link';
import { setAllDiagnostics } from '../editing/set-diagnostics';
import { FolderFindings } from '../folder-findings';
import type { FolderSession } from '../folder-session';
import { RefreshLoop } from '../refresh-loop';
import type { BatonState, LocatedTask } from '../state';
import type { TaskRef } from '../task-ref';
import { type EvidenceItem, evidenceItems } from './evidence-items';

/** Longer than for what only the text tells: git is asked. */
const quietMs = 700;
/** Each costs three runs of git, and this is asked again whenever something is saved. */
const maxCommits = 20;

export interface EvidenceFinding extends Pick<EvidenceItem, 'code' | 'feature' | 'hasCommand'> {
  readonly ref: TaskRef;
  readonly range: vscode.Range;
}

interface Shown {
  readonly diagnostics: readonly vscode.Diagnostic[];
  readonly findings: readonly EvidenceFinding[];
}

/** Files in which something was found. */
type Judged = readonly (readonly [vscode.Uri, Shown])[];

export class EvidenceDiagnostics implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();
  readonly #collection = this.#lifetime.add(vscode.languages.createDiagnosticCollection('baton-evidence'));
  readonly #loop = new RefreshLoop(() => this.#render());
  readonly #found: FolderFindings<Judged>;
  #findings: ReadonlyMap<string, readonly EvidenceFinding[]> = new Map();
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(state: BatonState, onError: (error: unknown) => void) {
    this.#state = state;
    this.#onError = onError;
    this.#found = new FolderFindings(onError);
    const ofTask = (document: vscode.TextDocument) => {
      if (this.#state.taskOfFile(document.uri) !== undefined) this.#soon();
    };
    this.#lifetime.add(state.onDidChange(() => this.#soon()));
    this.#lifetime.add(vscode.workspace.onDidChangeTextDocument(({ document }) => ofTask(document)));
    this.#lifetime.add(vscode.workspace.onDidCloseTextDocument(ofTask));
    this.#lifetime.add(vscode.workspace.onDidSaveTextDocument(() => this.#soon()));
    this.#lifetime.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#soon()));
    // Commits and check-outs in a terminal are seen when the person comes back.
    this.#lifetime.add(vscode.window.onDidChangeWindowState(({ focused }) => focused && this.#soon()));
    this.#lifetime.add({ dispose: () => clearTimeout(this.#pause) });
    this.#soon();
  }

  /** What was found in a file, as last judged. */
  findingsIn(uri: vscode.Uri): readonly EvidenceFinding[] {
    return this.#findings.get(uri.toString()) ?? [];
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #soon(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#loop.request().catch(this.#onError), quietMs);
  }

  async #render(): Promise<void> {
    await readLinks();
    const ready = this.#state.folders.filter(({ phase }) => phase === 'ready');
    const found = await this.#found.of(ready, judged);
    if (this.#lifetime.isDisposed) return;
    const shown = new Map(found.flat().map(([uri, one]) => [uri.toString(), one]));
    this.#findings = new Map([...shown].map(([uri, { findings }]) => [uri, findings]));
    const all = [...shown].map(([uri, { diagnostics }]) => [vscode.Uri.parse(uri), diagnostics] as const);
    setAllDiagnostics(this.#collection, all);
  }
}

async function judged(folder: FolderSession): Promise<Judged> {
  // A repository nobody trusts yet is not looked into with git.
  const judge = vscode.workspace.isTrusted ? new EvidenceJudge(folder.workspace, { maxCommits }) : undefined;
  const tasks = folder.snapshot?.tasks ?? [];
  const found: (readonly [vscode.Uri, Shown])[] = [];
  for (const task of tasks) {
    // Of a dirty file the counts may be older than its text.
    if (!isOpen(task) || task.progress.of !== 'features') continue;
    if (task.progress.passed === 0 && openDocument(task.path) === undefined) continue;
    const located = { folder, task };
    const text = await textOf(located);
    if (text === undefined) continue;
    const read = readTaskText(text);
    const features = featuresIn(read);
    const shown = shownOf(located, read.text, features, (await judge?.staleOf(features)) ?? new Map());
    if (shown.findings.length > 0) found.push([vscode.Uri.file(task.path), shown]);
  }
  return found;
}

function openDocument(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    ({ uri, isClosed }) => uri.scheme === 'file' && !isClosed && uri.fsPath.replaceAll('\\', '/') === path,
  );
}

async function textOf({ folder, task }: LocatedTask): Promise<string | undefined> {
  const document = openDocument(task.path);
  if (document !== undefined) return document.getText();
  const bytes = await folder.services.ports.fs.read(task.path).catch(unlessForeseen);
  return bytes === undefined ? undefined : decodeUtf8(bytes)?.replace(/^\ufeff/, '');
}

function shownOf(
  { folder, task }: LocatedTask,
  text: string,
  features: readonly Feature[],
  stale: StaleFeatures,
): Shown {
  const ref = { root: folder.root, task: task.id };
  const items = evidenceItems(text, features, stale, vscode.l10n);
  const ranges = rangesIn(
    text,
    items.map(({ range }) => range),
  );
  const nowhere = new vscode.Range(0, 0, 0, 0);
  const findings = items.map(({ code, feature, hasCommand }, index) => {
    return { code, feature, hasCommand, ref, range: ranges[index] ?? nowhere };
  });
  const diagnostics = items.map(({ code, message, severity }, index) => {
    const made = new vscode.Diagnostic(ranges[index] ?? nowhere, message, severities[severity]);
    made.source = diagnosticSource;
    made.code = linkedCode(code);
    return made;
  });
  return { diagnostics, findings };
}

const severities = {
  info: vscode.DiagnosticSeverity.Information,
  warning: vscode.DiagnosticSeverity.Warning,
} as const;
