/** Verification commands as tasks of VS Code, one after the other in one terminal, so that people see what is run. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { CommandLine, CommandOutcome } from '../../core/ports';
import { CommandTerminal, type RunWatched } from './command-terminal';

const taskType = 'baton';

export interface TaskFace {
  readonly folder: vscode.WorkspaceFolder;
  /** Whether the terminal comes to the front; the focus stays where it is. */
  readonly reveal: boolean;
  /** Ends the command as interrupted. */
  readonly stop: AbortSignal;
}

export class VerificationTasks {
  readonly #run: RunWatched;
  /** VS Code refuses a second task of the same kind while the first is active. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(run: RunWatched) {
    this.#run = run;
  }

  /** As `RunCommandLine`: resolves when the command and its task have ended. */
  run(line: CommandLine, face: TaskFace): Promise<CommandOutcome> {
    const mine = this.#turn.then(() => this.#runNow(line, face));
    // Whoever waits for this one hears of its failure; the next one only has to know that it is over.
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #runNow(line: CommandLine, { folder, reveal, stop }: TaskFace): Promise<CommandOutcome> {
    const terminal = new CommandTerminal(line, this.#run);
    const abandon = () => terminal.stop();
    if (stop.aborted) abandon();
    stop.addEventListener('abort', abandon);
    const end = nextEnd(terminal);
    try {
      await start(verificationTask(terminal, folder, reveal));
      const outcome = await terminal.outcome;
      await end.promise;
      return outcome;
    } finally {
      stop.removeEventListener('abort', abandon);
      end.dispose();
    }
  }
}

function verificationTask(
  terminal: CommandTerminal,
  folder: vscode.WorkspaceFolder,
  reveal: boolean,
): vscode.Task {
  let used = false;
  const execution = new vscode.CustomExecution(async () => {
    // "Rerun Task" would run it without anybody writing down what comes of it.
    if (used) throw new vscode.CancellationError();
    used = true;
    return terminal;
  });
  const name = vscode.l10n.t('Verify Feature');
  const task = new vscode.Task({ type: taskType }, folder, name, 'Baton', execution, []);
  task.presentationOptions = {
    reveal: reveal ? vscode.TaskRevealKind.Always : vscode.TaskRevealKind.Silent,
    panel: vscode.TaskPanelKind.Dedicated,
    echo: false,
    showReuseMessage: false,
    clear: false,
  };
  return task;
}

async function start(task: vscode.Task): Promise<void> {
  try {
    await vscode.tasks.executeTask(task);
  } catch (cause) {
    throw new BatonError('io_failed', vscode.l10n.t('The command could not be started.'), { cause });
  }
}

/**
 * The end of the task. Listened for before it is started, since a task may be terminated before anybody has its execution;
 * only one of ours runs at a time. VS Code does not close a terminal that it has not drawn yet: this does.
 */
function nextEnd(terminal: CommandTerminal): vscode.Disposable & { readonly promise: Promise<void> } {
  let listener: vscode.Disposable | undefined;
  const promise = new Promise<void>((resolve) => {
    listener = vscode.tasks.onDidEndTask(({ execution: { task } }) => {
      if (task.definition.type !== taskType) return;
      terminal.close();
      resolve();
    });
  });
  return { promise, dispose: () => listener?.dispose() };
}
