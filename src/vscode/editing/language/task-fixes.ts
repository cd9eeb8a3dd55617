/** Quick fixes of what is wrong in a task file, and all safe ones at once. Every edit is of the open text, one step to undo. */
import * as vscode from 'vscode';
import type { TextEdit } from '../../../core/base/text-edit';
import { encodeUtf8 } from '../../../core/base/utf8';
import { pathCandidates, pathMentions } from '../../../core/editing/path-mentions';
import { secretFindings } from '../../../core/editing/secret-findings';
import { documentOf } from '../../../core/markdown/document';
import type { NewChainInput } from '../../../core/markdown/edits/set-chain-input';
import { skeleton } from '../../../core/markdown/skeleton';
import type { TaskId } from '../../../core/model/task';
import { inputFrom } from '../../../core/operations/chain-input';
import {
  allSafeFixes,
  type FixFacts,
  type ProblemFix,
  problemFixes,
} from '../../../core/operations/problem-fixes';
import type { ProblemFacts, TaskProblem } from '../../../core/operations/task-problems';
import { folderOf, taskFilePath } from '../../../core/store/paths';
import { type CommandId, commandIds } from '../../contributions';
import { diagnosticSource } from '../diagnostics';
import { codeOf } from '../problem-link';
import { fixWords } from './problem-words';
import { checkCodes, type TaskChecker } from './task-checker';
import { type OpenTask, rangeIn, type TaskDocuments } from './task-documents';

export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('baton');
/** A kind of its own, so that a key can be bound to it. */
const createKind = vscode.CodeActionKind.QuickFix.append('baton.create');
export const fixKinds = [vscode.CodeActionKind.QuickFix, fixAllKind];

interface Judged {
  readonly open: OpenTask;
  readonly facts: ProblemFacts;
  readonly problems: readonly TaskProblem[];
}

export class TaskFixes implements vscode.CodeActionProvider {
  readonly #documents: TaskDocuments;
  readonly #checker: TaskChecker;

  constructor(documents: TaskDocuments, checker: TaskChecker) {
    this.#documents = documents;
    this.#checker = checker;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics, only }: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const own = diagnostics.filter(({ source }) => source === diagnosticSource);
    const wantsAll = only?.contains(fixAllKind) === true;
    const open = this.#documents.open(document);
    if (open === undefined || (own.length === 0 && !wantsAll)) return [];
    const facts = await this.#checker.facts(open);
    if (facts === undefined || token.isCancellationRequested) return [];
    const judged = { open, facts, problems: this.#checker.problems(open.text, facts) };
    if (wantsAll) return this.#all(judged);
    const lists = await Promise.all(own.map((diagnostic) => this.#fixes(judged, diagnostic)));
    return token.isCancellationRequested ? [] : lists.flat();
  }

  async #all({ open, facts, problems }: Judged): Promise<vscode.CodeAction[]> {
    const fixFacts = await this.#fixFacts({ open, facts, problems });
    const edits = allSafeFixes(open.text.text, (text) => this.#checker.problems(text, facts), fixFacts);
    if (edits.length === 0) return [];
    return [action(open, vscode.l10n.t('Fix all that is safe to fix'), fixAllKind, edits)];
  }

  async #fixes(judged: Judged, diagnostic: vscode.Diagnostic): Promise<readonly vscode.CodeAction[]> {
    const { open, problems } = judged;
    const code = codeOf(diagnostic);
    if (code === checkCodes.secretValue) return masked(open, diagnostic);
    if (code === checkCodes.pathMissing) return missingFile(open, diagnostic);
    const problem = problems.find(
      (one) => one.code === code && rangeIn(open.document, one.range).isEqual(diagnostic.range),
    );
    if (problem === undefined) return byCommand(open, code, diagnostic);
    const fixFacts = await this.#fixFacts({ ...judged, problems: [problem] });
    const made = problemFixes(open.text, problem, fixFacts).map((fix) => quickFix(open, fix, diagnostic));
    const { upstream } = problem;
    if (code === 'dangling_dependency' && upstream !== undefined)
      made.push(newTask(open, upstream, diagnostic));
    return [...made, ...byCommand(open, code, diagnostic)];
  }

  /** The outputs of the upstream tasks that the problems are about. */
  async #fixFacts({ open, facts, problems }: Judged): Promise<FixFacts> {
    const inputs = new Map<TaskId, NewChainInput>();
    for (const { code, upstream } of problems) {
      const isInput = code === 'stale_input' || code === 'missing_input';
      const source = isInput && upstream !== undefined && this.#documents.neighbour(open, upstream);
      const text = source ? await this.#documents.read(source) : undefined;
      const input = text && upstream && inputFrom(upstream, documentOf(text.file));
      if (input) inputs.set(input.from, input);
    }
    return {
      id: open.task.id,
      known: this.#documents.neighbours(open).map(({ task }) => task.id),
      guarded: facts.guarded,
      inputFrom: (upstream) => inputs.get(upstream),
    };
  }
}

function action(
  { document }: OpenTask,
  title: string,
  kind: vscode.CodeActionKind,
  edits: readonly TextEdit[],
): vscode.CodeAction {
  const made = new vscode.CodeAction(title, kind);
  made.edit = new vscode.WorkspaceEdit();
  for (const edit of edits) made.edit.replace(document.uri, rangeIn(document, edit), edit.text);
  return made;
}

function quickFix(open: OpenTask, fix: ProblemFix, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const made = action(open, fixWords(fix, vscode.l10n), vscode.CodeActionKind.QuickFix, fix.edits);
  made.diagnostics = [diagnostic];
  made.isPreferred = fix.preferred;
  return made;
}

/** Angle brackets are how Baton and people write that something is to be filled in. */
function masked({ document, text }: OpenTask, diagnostic: vscode.Diagnostic): readonly vscode.CodeAction[] {
  // Somebody may have typed since it was found: another place would be overwritten, and part of the secret stay.
  const isThere = secretFindings(text).some(({ range }) =>
    rangeIn(document, range).isEqual(diagnostic.range),
  );
  if (!isThere) return [];
  const title = vscode.l10n.t('Replace the value with a placeholder');
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  made.edit = new vscode.WorkspaceEdit();
  made.edit.replace(document.uri, diagnostic.range, '<secret>');
  made.diagnostics = [diagnostic];
  made.isPreferred = true;
  return [made];
}

/** What a task starts from can be begun; what it says it has made cannot be made up. */
function missingFile(open: OpenTask, diagnostic: vscode.Diagnostic): readonly vscode.CodeAction[] {
  const mention = pathMentions(open.text).find(({ range }) =>
    rangeIn(open.document, range).isEqual(diagnostic.range),
  );
  const [path] = mention ? pathCandidates(mention, open.folder.root, folderOf(open.task.path)) : [];
  if (mention?.from !== 'prd' || path === undefined) return [];
  return [newFile(vscode.l10n.t('Create {0}', mention.path), path, '', diagnostic)];
}

/** Beside the task that wants it, with its id for a name until somebody gives it one. */
function newTask(open: OpenTask, id: TaskId, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const created = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const path = taskFilePath(folderOf(open.task.path), id);
  return newFile(
    vscode.l10n.t('Create task #{0}', id),
    path,
    skeleton({ id, title: id, created }),
    diagnostic,
  );
}

function newFile(
  title: string,
  path: string,
  text: string,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction {
  const uri = vscode.Uri.file(path);
  const made = new vscode.CodeAction(title, createKind);
  made.edit = new vscode.WorkspaceEdit();
  made.edit.createFile(uri, { overwrite: false, contents: encodeUtf8(text) });
  made.command = { command: 'vscode.open', title, arguments: [uri] };
  made.diagnostics = [diagnostic];
  return made;
}

/** What only a verb puts right, which a person is asked about there. */
const commandsOf: Readonly<Partial<Record<string, CommandId>>> = {
  complete_but_open: commandIds.finalize,
  stale_input: commandIds.refreshInputs,
  missing_input: commandIds.refreshInputs,
  cyclic_dependency: commandIds.changeDependencies,
  dangling_dependency: commandIds.changeDependencies,
  blocked_without_reason: commandIds.changeStatus,
  claimed_without_session: commandIds.changeStatus,
  orphaned_claim: commandIds.changeStatus,
  completed_unverified: commandIds.changeStatus,
  file_oversized: commandIds.checkHealth,
  session_undocumented: commandIds.checkHealth,
  completed_due_again: commandIds.checkHealth,
  duplicate_id: commandIds.checkHealth,
};

function byCommand(
  { folder, task }: OpenTask,
  code: string,
  diagnostic: vscode.Diagnostic,
): readonly vscode.CodeAction[] {
  const command = commandsOf[code];
  if (command === undefined) return [];
  const title = commandWords(command);
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  made.command = { command, title, arguments: [{ root: folder.root, task: task.id }] };
  made.diagnostics = [diagnostic];
  return [made];
}

function commandWords(command: CommandId): string {
  const { t } = vscode.l10n;
  if (command === commandIds.finalize) return t('Finalize');
  if (command === commandIds.refreshInputs) return t('Refresh all chain inputs');
  if (command === commandIds.changeDependencies) return t('Change dependencies…');
  return command === commandIds.changeStatus ? t('Change status…') : t('Check health…');
}
