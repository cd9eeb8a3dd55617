/**
 * Problems of task files that their text does not tell: who claimed them, how they were completed, what sessions left
 * behind. The health check finds them, outside this process, rarely, and never where nobody trusts the folder yet.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/base/disposable';
import type { HealthRule } from '../../../core/health/finding';
import type { FindingView } from '../../../core/operations/check-health';
import { join } from '../../../core/store/paths';
import type { HealthService } from '../../commands/health';
import type { FolderSession } from '../../folder-session';
import type { L10n } from '../../l10n';
import { RefreshLoop } from '../../refresh-loop';
import type { BatonState } from '../../state';
import { diagnosticSource } from '../diagnostics';
import { linkedCode, readLinks } from '../problem-link';
import { setAllDiagnostics } from '../set-diagnostics';
import { rangesIn, type TaskDocuments } from './task-documents';

export interface HealthPace {
  readonly quietMs: number;
  /** From the end of a check to the next one. */
  readonly gapMs: number;
  /** The gap is at least so many times what the last check took, so that it costs a large folder no more. */
  readonly share: number;
}

const usual: HealthPace = { quietMs: 5000, gapMs: 60_000, share: 50 };

/** A check of more takes so long that only a person should begin it. */
const mostTasks = 5000;

/** Rules about a task file that nothing else in the window looks after. */
const words: Readonly<Partial<Record<HealthRule, (message: string, l10n: L10n) => string>>> = {
  claimed_without_session: (_, { t }) => t('The task is claimed, and no session is on record here.'),
  orphaned_claim: (_, { t }) => t('The task is claimed, and its last session has ended.'),
  completed_unverified: (message, { t }) => t('The task is completed without what that takes: {0}', message),
  completed_due_again: (_, { t }) => t('The task is due again, and no open task stands for that.'),
  session_undocumented: (message, { t }) => t('A session left no entry in the progress log: {0}', message),
  duplicate_id: (message, { t }) => t('Another file has the same task id: {0}', message),
  file_unusable: (message, { t }) => t('The file cannot be used: {0}', message),
};
export const healthProblemCodes: readonly string[] = Object.keys(words);

interface Judged {
  readonly finding: FindingView;
  readonly path: string;
  /** Of the task file that was judged; undefined for a file that no task is known by. */
  readonly version: string | undefined;
}

export class HealthProblems implements vscode.Disposable {
  readonly #documents: TaskDocuments;
  readonly #state: BatonState;
  readonly #health: Pick<HealthService, 'check'>;
  readonly #onError: (error: unknown) => void;
  readonly #pace: HealthPace;
  readonly #lifetime = new DisposableStore();
  readonly #collection = this.#lifetime.add(vscode.languages.createDiagnosticCollection('baton-health'));
  readonly #loop = new RefreshLoop(() => this.#render());
  /** What the tasks of a folder were like when it was checked, by its root. */
  readonly #checked = new Map<string, string>();
  readonly #found = new Map<string, readonly Judged[]>();
  #notBefore = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    documents: TaskDocuments,
    state: BatonState,
    health: Pick<HealthService, 'check'>,
    onError: (error: unknown) => void,
    pace: HealthPace = usual,
  ) {
    this.#documents = documents;
    this.#state = state;
    this.#health = health;
    this.#onError = onError;
    this.#pace = pace;
    this.#lifetime.add(
      state.onDidChange(() => {
        this.#forgetChanged();
        this.#soon();
      }),
    );
    this.#lifetime.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#soon()));
    this.#lifetime.add({ dispose: () => clearTimeout(this.#pause) });
    this.#soon();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** A change while one waits for its turn is looked at by the same check. */
  #soon(): void {
    if (!vscode.workspace.isTrusted) return;
    clearTimeout(this.#pause);
    const wait = Math.max(this.#pace.quietMs, this.#notBefore - performance.now());
    this.#pause = setTimeout(() => void this.#loop.request().catch(this.#onError), wait);
  }

  async #render(): Promise<void> {
    if (this.#lifetime.isDisposed) return;
    // A change during a check was put off by the gap of the one before.
    if (performance.now() < this.#notBefore) return this.#soon();
    const folders = this.#state.folders.filter(({ phase }) => phase === 'ready');
    const roots = new Set(folders.map(({ root }) => root));
    for (const root of this.#found.keys()) if (!roots.has(root)) this.#found.delete(root);
    for (const folder of folders) await this.#check(folder).catch(this.#onError);
    // What changed while it was checked is not what was judged.
    this.#forgetChanged();
    if (!this.#lifetime.isDisposed) await this.#show(folders);
  }

  async #check(folder: FolderSession): Promise<void> {
    const tasks = folder.snapshot?.tasks ?? [];
    const key = JSON.stringify(
      tasks.map(({ id, version, status, running }) => [id, version, status, running?.session.id]),
    );
    const isChecked = tasks.length > 0 && tasks.length <= mostTasks;
    if (!isChecked) this.#found.delete(folder.root);
    if (!isChecked || this.#checked.get(folder.root) === key || this.#lifetime.isDisposed) return;
    const { findings } = await this.#paced(() => this.#health.check(folder.root));
    this.#checked.set(folder.root, key);
    const judged = findings.flatMap((finding): Judged[] => {
      if (words[finding.rule] === undefined || finding.file?.endsWith('.md') !== true) return [];
      const path = join(folder.root, finding.file);
      return [{ finding, path, version: tasks.find((one) => one.path === path)?.version }];
    });
    this.#found.set(folder.root, judged);
  }

  /** What was judged is not there any more, or says something else: the next check tells, and until then nobody does. */
  #forgetChanged(): void {
    const versions = new Map(this.#state.tasks.map(({ task }) => [task.path, task.version]));
    const gone = new Set<string>();
    for (const [root, judged] of this.#found) {
      const kept = judged.filter(({ path, version }) => versions.get(path) === version);
      if (kept.length === judged.length) continue;
      for (const { path } of judged) gone.add(path);
      for (const { path } of kept) gone.delete(path);
      this.#found.set(root, kept);
    }
    for (const path of gone) this.#collection.delete(vscode.Uri.file(path));
  }

  /** A check that failed is not tried again at once either. */
  async #paced<T>(check: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await check();
    } finally {
      const took = performance.now() - began;
      this.#notBefore = performance.now() + Math.max(this.#pace.gapMs, took * this.#pace.share);
    }
  }

  async #show(folders: readonly FolderSession[]): Promise<void> {
    await readLinks();
    const byPath = new Map<string, vscode.Diagnostic[]>();
    for (const folder of folders) {
      for (const { finding, path } of this.#found.get(folder.root) ?? []) {
        const diagnostic = await this.#diagnostic(folder, path, finding);
        byPath.set(path, [...(byPath.get(path) ?? []), diagnostic]);
      }
    }
    if (this.#lifetime.isDisposed) return;
    const shown = [...byPath].map(([path, list]) => [vscode.Uri.file(path), list] as const);
    setAllDiagnostics(this.#collection, shown);
  }

  async #diagnostic(folder: FolderSession, path: string, finding: FindingView): Promise<vscode.Diagnostic> {
    const { rule, message, severity } = finding;
    const range = await this.#rangeOf(folder, path, finding.line);
    const said = words[rule]?.(message, vscode.l10n) ?? message;
    const made = new vscode.Diagnostic(range, said, severities[severity]);
    made.source = diagnosticSource;
    made.code = linkedCode(rule);
    return made;
  }

  /** The line without its blanks, as the file is now; the first one where the finding is of the whole file. */
  async #rangeOf(folder: FolderSession, path: string, line: number | null): Promise<vscode.Range> {
    const at = (line ?? 1) - 1;
    const task = folder.snapshot?.tasks.find((one) => one.path === path);
    const text = task && (await this.#documents.read({ folder, task }));
    if (text === undefined) return new vscode.Range(at, 0, at, 0);
    let start = 0;
    for (let passed = 0; passed < at; passed++)
      start = text.text.indexOf('\n', start) + 1 || text.text.length;
    const words = /^.*/.exec(text.text.slice(start, start + 500))?.[0] ?? '';
    const [range] = rangesIn(text.text, [{ start, end: start + words.trimEnd().length }]);
    return range ?? new vscode.Range(at, 0, at, 0);
  }
}

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;
