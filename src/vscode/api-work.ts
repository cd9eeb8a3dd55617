/**
 * The work behind the extension API, in a bundle of its own that is loaded with the first call (`api.ts`). What takes time is
 * asked of the command line, in a process of its own.
 */
import * as vscode from 'vscode';
import { BatonError } from '../core/base/baton-error';
import type {
  BatonAgentStatus,
  BatonApi,
  BatonControlAnswer,
  BatonEvent,
  BatonMemoryAnswer,
  BatonPlan,
  BatonRecallAnswer,
  BatonTask,
} from './api-types';
import type { FolderSession } from './folder-session';
import { followEvents } from './follow-events';
import { Cancelled } from './show-error';
import type { BatonState, LocatedTask } from './state';

export interface ApiServices {
  readonly state: BatonState;
  /** The `data` of an answer of the command line. Rejects with the BatonError it was refused with. */
  readonly ask: (root: string, args: readonly string[]) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

export class ApiWork {
  readonly #services: ApiServices;

  constructor(services: ApiServices) {
    this.#services = services;
  }

  readonly tasks: BatonApi['tasks'] = async (folder) =>
    this.#services.state.tasks.filter(isIn(folder)).map(taskOf);

  readonly status: BatonApi['status'] = async (folder) =>
    this.#services.state.folders.flatMap(({ folder: { uri }, snapshot }) =>
      snapshot === undefined || !sameFolder(uri, folder) ? [] : [{ folder: uri, counts: snapshot.counts }],
    );

  readonly query: BatonApi['memory']['query'] = async (text, { folder, task, limit } = {}) => {
    const only = [
      ...(task === undefined ? [] : ['--task', task]),
      ...(limit === undefined ? [] : ['--limit', String(limit)]),
    ];
    return (await this.#ask(folder, ['memory', 'query', ...only, '--', text])) as BatonMemoryAnswer;
  };

  readonly recall: BatonApi['memory']['recall'] = async (what, { folder, full } = {}) => {
    const how = full === true ? ['--full'] : [];
    return (await this.#ask(folder, ['memory', 'recall', ...how, '--', what])) as BatonRecallAnswer;
  };

  readonly agentStatus: BatonApi['agent']['status'] = async (folder) =>
    (await this.#ask(folder, ['agent', 'status'])) as BatonAgentStatus;

  readonly control: BatonApi['agent']['control'] = async (action, target, folder) => {
    const ends = String(action) === 'cancel';
    if (ends) await requireConsent(target ?? '');
    const words = [String(action), ...(target === undefined ? [] : [target])];
    const args = ['agent', 'control', ...(ends ? ['--yes'] : []), '--', ...words];
    const answer = (await this.#ask(folder, args)) as BatonControlAnswer;
    await this.#services.state.refresh();
    return answer;
  };

  readonly plan: BatonApi['plan'] = async (goal, folder) =>
    (await this.#ask(folder, ['plan', 'propose', '--', goal])) as BatonPlan;

  /** Reads the change logs until it is disposed of. */
  follow(tell: (event: BatonEvent) => void): vscode.Disposable {
    const { state, onError } = this.#services;
    return followEvents(state, tell, onError);
  }

  #ask(folder: vscode.Uri | undefined, args: readonly string[]): Promise<unknown> {
    return this.#services.ask(this.#folder(folder).root, args);
  }

  /** The one that is meant, or the only one. Throws `not_found`, `usage`, `not_initialized`. */
  #folder(wanted: vscode.Uri | undefined): FolderSession {
    const { folders } = this.#services.state;
    const fitting = folders.filter(({ folder }) => sameFolder(folder.uri, wanted));
    const [found, ...others] =
      fitting.length > 1 ? fitting.filter(({ phase }) => phase === 'ready') : fitting;
    if (found === undefined) throw new BatonError('not_found', 'This window has no such folder');
    if (others.length > 0)
      throw new BatonError('usage', 'Several folders of this window hold tasks: name one');
    return found;
  }
}

function sameFolder(uri: vscode.Uri, wanted: vscode.Uri | undefined): boolean {
  return wanted === undefined || uri.toString() === wanted.toString();
}

function isIn(wanted: vscode.Uri | undefined) {
  return ({ folder }: LocatedTask) => sameFolder(folder.folder.uri, wanted);
}

function taskOf({ folder, task }: LocatedTask): BatonTask {
  const { id, title, status, badges, dependsOn, agent, path } = task;
  const { passed, total, percent } = task.progress;
  return {
    ...{ id, title, status, badges, dependsOn, agent },
    folder: folder.folder.uri,
    progress: { passed, total, percent },
    file: vscode.Uri.file(path),
  };
}

/** Whatever extension asks: a person ends an agent. Throws when they do not agree. */
async function requireConsent(target: string): Promise<void> {
  const stop = vscode.l10n.t('Stop Agent');
  const question = vscode.l10n.t('An extension asks Baton to stop the agent of {0}. Stop it?', target);
  const detail = vscode.l10n.t('What it has written stays; its session is recorded.');
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, stop)) !== stop) {
    throw new Cancelled();
  }
}
