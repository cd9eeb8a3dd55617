/**
 * Plan from Goal or PRD: the plan is made at once and shown as a text to edit; tasks are created only when the person says
 * so there. Requirements 001-45, 001-46; issue 6.
 */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import { type Disposable, DisposableStore } from '../../core/base/disposable';
import { acceptPlanText, type PlanAccepted } from '../../core/operations/accept-plan';
import { type PlanSource, proposeFirstPlan, proposePlan } from '../../core/operations/propose-plan';
import { requireOn } from '../../core/operations/switches';
import { planText } from '../../core/planner/plan-text';
import { readPlan } from '../../core/planner/read-plan';
import { chooseFolder } from '../commands/choose';
import { NoColorSwatches } from '../editing/language/no-color-swatches';
import type { FolderSession } from '../folder-session';
import { askPick, type Choice } from '../quick-input/ask';
import { Cancelled, showError } from '../show-error';
import type { BatonState } from '../state';
import { improvePlan, modelsAtHand } from './improve-plan';
import { PlanDocuments } from './plan-documents';
import { registerPlanFixes } from './plan-fixes';
import { registerPlanLenses } from './plan-lens';
import { isPlan } from './plan-loader';
import { planProblemWords } from './plan-problem-words';
import { askPlanSource } from './plan-source';

export interface PlanningServices {
  readonly state: BatonState;
  readonly log: vscode.LogOutputChannel;
}

export class Planning implements Disposable {
  readonly #services: PlanningServices;
  readonly #lifetime = new DisposableStore();
  /** Folders of plans that were made here, by the address of their text. */
  readonly #folders = new Map<string, string>();
  /** Texts whose tasks are being created: a button may be pressed twice. */
  readonly #creating = new Set<string>();

  constructor(services: PlanningServices) {
    this.#services = services;
    this.#lifetime.add(new PlanDocuments());
    this.#lifetime.add(registerPlanFixes());
    this.#lifetime.add(registerPlanLenses());
    this.#lifetime.add(new NoColorSwatches(isPlan));
    this.#lifetime.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#folders.delete(uri.toString())),
    );
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** Asks, and shows the plan. @param argument the file it was called on. Rejects with `Cancelled`. */
  async plan(argument?: unknown): Promise<void> {
    const { state } = this.#services;
    const folder = await chooseFolder(this.#services, vscode.l10n.t('Plan from Goal or PRD'));
    if (folder.phase === 'loading') await folder.refresh();
    // Setting a folder up is part of creating its first tasks.
    const workspace = folder.phase === 'absent' ? undefined : folder.workspace;
    // Said before anything is asked.
    if (workspace !== undefined) requireOn(workspace, 'agentRuntime');
    const source = await askPlanSource(state, argument);
    const { text, notices } =
      workspace === undefined ? proposeFirstPlan(folder.root, source) : await proposePlan(workspace, source);
    const shown = await this.#improved(text, source);
    await this.#show(folder, shown);
    if (notices.length > 0) void vscode.window.showInformationMessage(notices.join(' '));
  }

  /** Creates the tasks of the plan that is open. Throws where it has problems, and shows the first of them. */
  async createTasks(argument?: unknown): Promise<{ folder: FolderSession; accepted: PlanAccepted }> {
    const document = await openPlan(argument);
    const text = document.getText();
    const [problem] = readPlan(text).problems;
    if (problem !== undefined) {
      const at = document.positionAt(problem.range.start);
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(at, at);
      editor.revealRange(new vscode.Range(at, at));
      throw new BatonError('invalid_input', planProblemWords(problem, vscode.l10n), {
        hint: vscode.l10n.t('No task was created. Line {0}.', problem.line),
      });
    }
    const folder = await this.#folderOf(document);
    const accepted = await this.#once(document, async () => {
      await folder.initialise();
      return acceptPlanText(folder.workspace, text).finally(() => folder.refresh());
    });
    // What is untitled has done its work; a file is the person's.
    // Words typed meanwhile are in no task: they stay.
    if (document.isUntitled && document.getText() === text) await closeWithoutSaving(document);
    return { folder, accepted };
  }

  async discard(argument?: unknown): Promise<void> {
    await closeWithoutSaving(await openPlan(argument));
  }

  async #once<T>({ uri }: vscode.TextDocument, act: () => Promise<T>): Promise<T> {
    const key = uri.toString();
    if (this.#creating.has(key)) throw new Cancelled();
    this.#creating.add(key);
    return act().finally(() => this.#creating.delete(key));
  }

  async #folderOf({ uri }: vscode.TextDocument): Promise<FolderSession> {
    const { state } = this.#services;
    const root = this.#folders.get(uri.toString());
    if (root !== undefined) return state.folder(root);
    const own = vscode.workspace.getWorkspaceFolder(uri);
    const found = state.folders.find(({ folder }) => folder.uri.toString() === own?.uri.toString());
    return found ?? chooseFolder(this.#services, vscode.l10n.t('Create Tasks'));
  }

  async #show(folder: FolderSession, content: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    this.#folders.set(document.uri.toString(), folder.root);
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** Where there are models, the person says whether one is asked; what it cannot do leaves the plan as it was made. */
  async #improved(draft: string, source: PlanSource): Promise<string> {
    const models = await modelsAtHand().catch(() => []);
    const model = models.length === 0 ? undefined : await askModel(models);
    if (model === undefined) return draft;
    const { t } = vscode.l10n;
    try {
      return await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: t('{0} improves the plan', model.name),
          cancellable: true,
        },
        async (_progress, token) =>
          planText(await improvePlan(model, { draft, source: wordsOf(source) }, token)),
      );
    } catch (error) {
      if (!(error instanceof vscode.CancellationError))
        void showError(this.#services.log, told(error, model));
      return draft;
    }
  }
}

/** No consent, no model any more, an answer that is held back: no failure of ours. */
function told(error: unknown, { name }: vscode.LanguageModelChat): unknown {
  if (!(error instanceof vscode.LanguageModelError)) return error;
  return new BatonError('consent_needed', vscode.l10n.t('{0} did not answer: {1}', name, error.message), {
    hint: vscode.l10n.t('The plan is shown as Baton made it.'),
    cause: error,
  });
}

function wordsOf(source: PlanSource): string {
  return 'goal' in source ? source.goal : source.prd.text;
}

/** Undefined: by its own headings and lists. Rejects with `Cancelled`. */
async function askModel(
  models: readonly vscode.LanguageModelChat[],
): Promise<vscode.LanguageModelChat | undefined> {
  const { t } = vscode.l10n;
  type Way = { readonly model: vscode.LanguageModelChat | undefined };
  const plain: Choice<Way> = {
    label: t('By its own headings, lists and sentences'),
    description: t('at once, without a language model'),
    iconPath: new vscode.ThemeIcon('list-tree'),
    value: { model: undefined },
  };
  const improved = models.map(
    (model): Choice<Way> => ({
      label: t('Improve with a language model'),
      description: model.name,
      iconPath: new vscode.ThemeIcon('sparkle'),
      value: { model },
    }),
  );
  const { value } = await askPick<Way>({
    title: t('Plan from Goal or PRD'),
    placeholder: t('How is it split into tasks? You can edit the plan either way.'),
    items: [plain, ...improved],
  });
  if (value === undefined) throw new Cancelled();
  return value.model;
}

/** The plan that a button was pressed on, or the one being edited. */
async function openPlan(argument: unknown): Promise<vscode.TextDocument> {
  const document =
    argument instanceof vscode.Uri
      ? await vscode.workspace.openTextDocument(argument)
      : vscode.window.activeTextEditor?.document;
  if (document !== undefined && isPlan(document)) return document;
  throw new BatonError('not_found', vscode.l10n.t('No plan is open.'), {
    hint: vscode.l10n.t('Run Baton: Plan from Goal or PRD first.'),
  });
}

async function closeWithoutSaving(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document, { preview: false });
  // The command takes whatever is active, and somebody may have gone to another text by now.
  const active = vscode.window.activeTextEditor?.document.uri.toString();
  if (active !== undefined && active !== document.uri.toString()) return;
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}
