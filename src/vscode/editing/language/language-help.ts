/** Editing help in task files, all of it, as one lifetime. In a bundle of its own: see `language-loader.ts`. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../../core/base/disposable';
import type { Agents } from '../../agents';
import type { HealthService } from '../../commands/health';
import { packetScheme, reportScheme } from '../../contributions';
import type { BatonState } from '../../state';
import { BatonDiagnostics } from '../diagnostics';
import { StatusFixes } from '../status-fixes';
import { TaskLensProvider } from '../task-lens';
import { ChecklistHover, checklistWords } from './checklist-hover';
import { ChecklistJson } from './checklist-json';
import { HealthProblems } from './health-problems';
import { NoColorSwatches } from './no-color-swatches';
import { TaskChecker } from './task-checker';
import { TaskChecks } from './task-checks';
import { completionTriggers, TaskCompletion } from './task-completion';
import { markdownFiles, TaskDocuments } from './task-documents';
import { fixKinds, TaskFixes } from './task-fixes';
import { TaskLanguageStatus } from './task-language-status';
import { TaskReferenceProvider } from './task-reference-provider';
import { TaskRenameProvider } from './task-rename-provider';
import { TaskStructureProvider } from './task-structure-provider';

export interface LanguageServices {
  readonly state: BatonState;
  readonly agents: Pick<Agents, 'list'>;
  readonly health: Pick<HealthService, 'check'>;
  readonly onError: (error: unknown) => void;
}

export class LanguageHelp implements vscode.Disposable {
  readonly #lifetime = new DisposableStore();

  constructor({ state, agents, health, onError }: LanguageServices) {
    const own = <T extends vscode.Disposable>(item: T): T => this.#lifetime.add(item);
    const { languages } = vscode;
    const documents = own(new TaskDocuments(state));
    const checklist = new ChecklistJson(checklistWords());
    const references = new TaskReferenceProvider(documents);
    const structure = new TaskStructureProvider(documents);
    const completion = new TaskCompletion({ documents, checklist, agents, now: () => new Date() });
    own(languages.registerCompletionItemProvider(markdownFiles, completion, ...completionTriggers));
    own(languages.registerHoverProvider(markdownFiles, references));
    own(languages.registerHoverProvider(markdownFiles, new ChecklistHover(documents, checklist)));
    own(languages.registerDefinitionProvider(markdownFiles, references));
    own(languages.registerReferenceProvider(markdownFiles, references));
    own(languages.registerRenameProvider(markdownFiles, new TaskRenameProvider(documents)));
    own(languages.registerDocumentSymbolProvider(markdownFiles, structure, { label: 'Baton' }));
    own(languages.registerFoldingRangeProvider(markdownFiles, structure));
    own(languages.registerDocumentLinkProvider(markdownFiles, structure));
    const checker = own(new TaskChecker(checklist, state));
    const fixes = new TaskFixes(documents, checker);
    own(languages.registerCodeActionsProvider(markdownFiles, fixes, { providedCodeActionKinds: fixKinds }));
    own(new StatusFixes(own(new BatonDiagnostics(state, onError))));
    own(new TaskChecks(documents, checker, state, onError));
    own(new HealthProblems(documents, state, health, onError));
    own(new TaskLensProvider(state));
    own(new TaskLanguageStatus(documents, state));
    const isOurs = ({ uri }: vscode.TextDocument) =>
      [packetScheme, reportScheme].includes(uri.scheme) || documents.located(uri) !== undefined;
    own(new NoColorSwatches(isOurs, state.onDidChange));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }
}
