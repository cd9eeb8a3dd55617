/**
 * Verifying in the editor: in trusted workspaces only, with a person's consent to each command as it is, as a task they
 * can watch and end, and with one message of what came of it.
 */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import { type Disposable, DisposableStore } from '../../core/base/disposable';
import type { TaskId } from '../../core/model/task';
import { checkAtEnd } from '../../core/operations/check-around-session';
import { type VerifyResult, verifyFeatures } from '../../core/operations/verify-features';
import {
  type NeededConsent,
  neededConsents,
  planVerification,
  type VerifyPlan,
  type VerifyTarget,
} from '../../core/operations/verify-plan';
import type { RunCommandLine } from '../../core/ports';
import type { FolderSession } from '../folder-session';
import type { RunWatched } from './command-terminal';
import { VerificationTasks } from './verification-tasks';
import { featureNames, regressionTold, resultsTold, type Told } from './verification-words';

export interface VerificationServices {
  readonly run: RunWatched;
  /** What the person has agreed to on this machine. */
  readonly consents: {
    readonly read: () => Promise<ReadonlySet<string>>;
    readonly add: (key: string) => Promise<void>;
  };
  readonly log: Pick<vscode.LogOutputChannel, 'info'>;
}

/** A check that Baton makes by itself around a session. */
export interface BackgroundCheck {
  /** Undefined where commands do not run. */
  readonly run: RunCommandLine | undefined;
  readonly onResult: (result: VerifyResult) => void;
  /** Warns of what got worse, once; not awaited by whoever goes on. */
  readonly tell: () => void;
}

export class Verification implements vscode.Disposable {
  readonly #services: VerificationServices;
  readonly #tasks: VerificationTasks;
  readonly #lifetime = new DisposableStore();
  readonly #left = new AbortController();

  constructor(services: VerificationServices) {
    this.#services = services;
    this.#tasks = new VerificationTasks(services.run);
  }

  /**
   * Verifies at a person's own command, and tells them what came of it. Throws `untrusted` in Restricted Mode, what
   * `planVerification` and `verifyFeatures` throw, and `CancellationError` when the person does not agree.
   */
  async verify(folder: FolderSession, target: VerifyTarget): Promise<readonly VerifyResult[]> {
    requireTrustedCommands();
    const plan = await planVerification(folder.workspace, target);
    const agreed = await this.#agree(folder, plan);
    const results = plan.jobs.length === 0 ? [] : await this.#verifyNow(folder, plan, agreed);
    await folder.refresh();
    void tell(folder, resultsTold(results, plan, vscode.l10n));
    return results;
  }

  check(folder: FolderSession): BackgroundCheck {
    const results: VerifyResult[] = [];
    const stop = this.#left.signal;
    return {
      run: vscode.workspace.isTrusted
        ? (line) => this.#tasks.run(line, { folder: folder.folder, reveal: false, stop })
        : undefined,
      onResult: (result) => results.push(result),
      tell: () => {
        const told = regressionTold(results, vscode.l10n);
        if (told !== undefined) void tell(folder, told);
      },
    };
  }

  /** After a session, where the project has features verified at its end (config `evidence.verifyAtEnd`). */
  async checkAtEnd(folder: FolderSession, task: TaskId): Promise<void> {
    const { run, onResult, tell } = this.check(folder);
    const agreed = await this.#services.consents.read();
    const found = await checkAtEnd(folder.workspace, task, { run, agreed, onResult });
    if (found.length === 0) return;
    for (const line of found) this.#services.log.info(`#${task}: ${line}`);
    await folder.refresh();
    tell();
  }

  /** Takes what goes with it. */
  own(...items: readonly Disposable[]): void {
    for (const item of items) this.#lifetime.add(item);
  }

  /** Ends what runs. */
  dispose(): void {
    this.#left.abort();
    this.#lifetime.dispose();
  }

  async #agree({ workspace }: FolderSession, plan: VerifyPlan): Promise<ReadonlySet<string>> {
    const needed = await neededConsents(workspace, plan, await this.#services.consents.read());
    for (const one of needed) {
      await askVerifyConsent(workspace.root, one);
      await this.#services.consents.add(one.key);
    }
    return this.#services.consents.read();
  }

  #verifyNow(
    folder: FolderSession,
    plan: VerifyPlan,
    agreed: ReadonlySet<string>,
  ): Thenable<readonly VerifyResult[]> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Verifying'),
      cancellable: true,
    };
    return vscode.window.withProgress(options, (progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      const stop = AbortSignal.any([cancel.signal, this.#left.signal]);
      return verifyFeatures(folder.workspace, plan, {
        run: (line) => this.#tasks.run(line, { folder: folder.folder, reveal: true, stop }),
        agreed,
        onCommand: (command) => progress.report({ message: command }),
      });
    });
  }
}

function requireTrustedCommands(): void {
  if (vscode.workspace.isTrusted) return;
  throw new BatonError('untrusted', vscode.l10n.t('Commands do not run in Restricted Mode.'), {
    hint: vscode.l10n.t(
      'What verifies a feature is a command of this repository. Trust this workspace first.',
    ),
  });
}

/** The command is shown whole; the core refuses one that could not be. Throws `CancellationError`. */
async function askVerifyConsent(root: string, { command, features }: NeededConsent): Promise<void> {
  const run = vscode.l10n.t('Run Command');
  const detail = [
    command,
    vscode.l10n.t('It comes with the repository and runs in {0}.', root),
    vscode.l10n.t(
      'Asked once; again only when the command changes. “Forget Consent” takes your answer back.',
    ),
  ].join('\n\n');
  const question = vscode.l10n.t('Run this command to verify {0}?', featureNames(features));
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, run);
  if (answer !== run) throw new vscode.CancellationError();
}

async function tell({ folder }: FolderSession, { severity, text, log }: Told): Promise<void> {
  if (severity === 'info' || log === undefined) {
    void vscode.window.showInformationMessage(text);
    return;
  }
  const showLog = vscode.l10n.t('Show Log');
  const answer = await vscode.window.showWarningMessage(text, showLog);
  if (answer !== showLog) return;
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.joinPath(folder.uri, log));
}
