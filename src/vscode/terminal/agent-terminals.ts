/**
 * The terminals agents run in, and the only caller of `createTerminal`. A terminal is the evidence for its session:
 * while it lives the lease is renewed, and when it closes the session is closed with exactly what was seen.
 */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import { DisposableStore } from '../../core/base/disposable';
import type { ExitMap } from '../../core/model/agent-profile';
import type { ExitReason, Session } from '../../core/model/session';
import type { TaskId } from '../../core/model/task';
import { closeSession } from '../../core/operations/close-session';
import { abandonLaunch, confirmStart, type PreparedLaunch } from '../../core/operations/launch-session';
import { showTask } from '../../core/operations/show-task';
import { beatWatched } from '../../core/operations/watch-session';
import type { BatonWorkspace } from '../../core/operations/workspace';
import type { Processes } from '../../core/ports';
import { beatIntervalMs } from '../../core/sessions/intervals';
import { settingIds, terminalsKey } from '../contributions';
import type { FolderSession } from '../folder-session';
import type { BatonState } from '../state';
import { type TerminalLink, TerminalLinks } from './terminal-links';

interface LiveTerminal {
  readonly terminal: vscode.Terminal;
  readonly session: string;
  readonly root: string;
  /** Settles when the start is recorded, false when there was none; the end has to wait for it. */
  readonly started: Promise<boolean>;
}

/** What the terminals need besides the state. */
export interface TerminalServices {
  /** What is remembered across reloads of this window. */
  readonly memento: vscode.Memento;
  readonly processes: Pick<Processes, 'startOf'>;
  /** What an agent's exit codes mean; undefined when no profile has the agent (any more). */
  readonly exitMap: (agent: string) => ExitMap | undefined;
  /** Verifies what a session may have broken; told after its end is on record. */
  readonly checkAtEnd: (folder: FolderSession, task: TaskId) => Promise<void>;
  /** Receives what goes wrong where no command waits for it. */
  readonly onError: (error: unknown) => void;
}

/** How a terminal looks and begins. */
export interface TerminalFace {
  readonly agentLabel: string;
  /** Shown above what the agent prints. */
  readonly message: string;
}

const exitReasons: Readonly<Record<vscode.TerminalExitReason, ExitReason>> = {
  [vscode.TerminalExitReason.Unknown]: 'unknown',
  [vscode.TerminalExitReason.Shutdown]: 'shutdown',
  [vscode.TerminalExitReason.Process]: 'process',
  [vscode.TerminalExitReason.User]: 'user',
  [vscode.TerminalExitReason.Extension]: 'extension',
};

export class AgentTerminals implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #services: TerminalServices;
  readonly #links: TerminalLinks;
  readonly #lifetime = new DisposableStore();
  readonly #live = new Map<vscode.Terminal, LiveTerminal>();
  /** Sessions linked again after a reload, on whose record the window has still left. */
  readonly #returned = new Set<string>();
  #beats: ReturnType<typeof setInterval> | undefined;

  constructor(state: BatonState, services: TerminalServices) {
    this.#state = state;
    this.#services = services;
    this.#links = new TerminalLinks(services.memento, terminalsKey);
    this.#lifetime.add(vscode.window.onDidCloseTerminal((terminal) => this.#closed(terminal)));
    this.#lifetime.add(vscode.window.onDidOpenTerminal((terminal) => this.#relink(terminal)));
    this.#lifetime.add(state.onDidChange(() => this.#rejoin()));
    this.#lifetime.add({ dispose: () => clearInterval(this.#beats) });
    for (const terminal of vscode.window.terminals) this.#relink(terminal);
  }

  /** Sessions whose end this window will see for itself, with the exit code. */
  get watched(): ReadonlySet<string> {
    return new Set([...this.#live.values()].map(({ session }) => session));
  }

  /** Starts the agent of a prepared launch. Throws `agent_missing` when no process came of it; the lease is back then. */
  async start(folder: FolderSession, launch: PreparedLaunch, face: TerminalFace): Promise<void> {
    const { plan, session } = launch;
    const terminal = vscode.window.createTerminal({
      name: vscode.l10n.t('Baton #{0} · {1} · session {2}', session.task, face.agentLabel, session.number),
      shellPath: plan.executable,
      shellArgs: [...plan.args],
      cwd: plan.cwd,
      env: { ...plan.env },
      message: face.message,
      iconPath: new vscode.ThemeIcon('arrow-swap'),
      color: new vscode.ThemeColor('terminal.ansiBlue'),
      ...location(),
    });
    const started = this.#confirm(folder, terminal, session.id);
    this.#follow({ terminal, session: session.id, root: folder.root, started });
    terminal.show();
    if (!(await started)) {
      throw new BatonError('agent_missing', vscode.l10n.t('{0} could not be started.', face.agentLabel), {
        hint: vscode.l10n.t('The terminal says why. Nothing was lost: the task is as it was.'),
      });
    }
  }

  /** Brings the terminal of a session to the front; throws `not_found` when it is not in this window. */
  show(session: string): void {
    this.#find(session).terminal.show();
  }

  /** Throws `not_found` when the session has no terminal in this window. */
  requireTerminal(session: string): void {
    this.#find(session);
  }

  /**
   * Types a text into the terminal of a session, without Enter unless told; only ever at a person's own command. What
   * could be a key of its own (a line break, an escape) becomes a space. Throws `not_found`.
   */
  offer(session: string, text: string, { execute }: { readonly execute: boolean }): void {
    const { terminal } = this.#find(session);
    terminal.show(true);
    terminal.sendText(text.replace(/\p{Cc}+/gu, ' '), execute);
  }

  /** Closes the terminal of a session, which ends what is left of its agent; nothing when it is not in this window. */
  close(session: string): void {
    this.#live.forEach((live) => {
      if (live.session === session) live.terminal.dispose();
    });
  }

  /**
   * The window closes or reloads: puts on record that nobody watches its sessions any more, so that an agent that goes
   * with it is not taken for one that failed. Best effort: the editor waits for it a moment only.
   */
  async leave(): Promise<void> {
    const watcherLeftAt = new Date().toISOString();
    const noted = [...this.#live.values()].map(({ session, root }) =>
      this.#workspace(root)?.sessions.note(session, { watcherLeftAt }),
    );
    await Promise.allSettled(noted);
  }

  /** Terminals stay: a reload must not end an agent. */
  dispose(): void {
    this.#lifetime.dispose();
  }

  #find(session: string): LiveTerminal {
    const found = [...this.#live.values()].find((live) => live.session === session);
    if (found !== undefined) return found;
    throw new BatonError('not_found', vscode.l10n.t('The agent does not run in a terminal of this window.'), {
      hint: vscode.l10n.t('Look in the other windows, or in the terminal it was started from.'),
    });
  }

  async #confirm(folder: FolderSession, terminal: vscode.Terminal, session: string): Promise<boolean> {
    const pid = await processOf(terminal);
    if (pid === undefined) {
      await abandonLaunch(folder.workspace, session, 'the program could not be started');
      return false;
    }
    const start = await this.#services.processes.startOf(pid);
    try {
      // Without its start a process cannot be told from the next one with its number: then no link.
      if (start !== undefined) await this.#links.add({ session, root: folder.root, pid, start });
    } finally {
      await confirmStart(folder.workspace, session, pid);
    }
    this.#links.prune((one) => this.#services.processes.startOf(one)).catch(this.#services.onError);
    await folder.refresh();
    return true;
  }

  #follow(live: LiveTerminal): void {
    this.#live.set(live.terminal, live);
    this.#beats ??= setInterval(() => this.#beat(), beatIntervalMs);
  }

  #beat(): void {
    for (const live of this.#live.values()) this.#beatOf(live).catch(this.#services.onError);
  }

  async #beatOf({ terminal, session, root }: LiveTerminal): Promise<void> {
    const workspace = this.#workspace(root);
    const pid = await terminal.processId;
    if (workspace !== undefined && pid !== undefined) await beatWatched(workspace, session, pid);
  }

  /** Undefined for a folder that has left the window or cannot be read now. */
  #workspace(root: string): BatonWorkspace | undefined {
    const folder = this.#state.folders.find((one) => one.root === root);
    return folder?.phase === 'ready' ? folder.workspace : undefined;
  }

  #closed(terminal: vscode.Terminal): void {
    const live = this.#live.get(terminal);
    if (live === undefined) return;
    this.#live.delete(terminal);
    if (this.#live.size === 0) {
      clearInterval(this.#beats);
      this.#beats = undefined;
    }
    this.#end(live, terminal.exitStatus).catch(this.#services.onError);
  }

  async #end(live: LiveTerminal, exit: vscode.TerminalExitStatus | undefined): Promise<void> {
    const started = await live.started.catch(() => true);
    const reason = exitReasons[exit?.reason ?? vscode.TerminalExitReason.Unknown];
    // A window that closes or reloads may leave the process running: the next look at it decides, not this event.
    if (reason === 'shutdown') return;
    await this.#links.remove(live.session);
    if (!started) return;
    const folder = this.#state.folders.find(({ root }) => root === live.root);
    // A folder that left the window keeps its session on record; whoever opens it next finds the process gone.
    if (folder?.phase !== 'ready') return;
    const session = await folder.workspace.sessions.get(live.session);
    const exitCode = await knownExitCode(folder, session, exit?.code);
    const exitMap = session === undefined ? undefined : this.#services.exitMap(session.agent);
    await closeSession(folder.workspace, live.session, { exitCode, reason, exitMap });
    await folder.refresh();
    if (session !== undefined) await this.#services.checkAtEnd(folder, session.task);
  }

  #relink(terminal: vscode.Terminal): void {
    if (this.#live.has(terminal) || this.#links.all().length === 0) return;
    this.#linkOf(terminal).then((link) => {
      if (link === undefined || this.#lifetime.isDisposed || this.#live.has(terminal)) return;
      this.#follow({ terminal, session: link.session, root: link.root, started: Promise.resolve(true) });
      this.#returned.add(link.session);
      this.#rejoin();
    }, this.#services.onError);
  }

  /**
   * After a reload a terminal keeps its process but nothing of how it was made: the process is the link, by its number
   * and its start, since a number alone may be given to another program.
   */
  async #linkOf(terminal: vscode.Terminal): Promise<TerminalLink | undefined> {
    const pid = await terminal.processId;
    const link = this.#links.all().find((one) => one.pid === pid);
    if (link === undefined) return undefined;
    return (await this.#services.processes.startOf(link.pid)) === link.start ? link : undefined;
  }

  /** Takes from the record that the window has left, as soon as the folder can be written. */
  #rejoin(): void {
    for (const { session, root } of this.#live.values()) {
      const workspace = this.#returned.has(session) ? this.#workspace(root) : undefined;
      if (workspace === undefined) continue;
      this.#returned.delete(session);
      workspace.sessions.note(session, { watcherLeftAt: null }).catch(this.#services.onError);
    }
  }
}

/**
 * VS Code tells code 0 also of a process that a signal ended (its pty library keeps the signal to itself). So 0 counts
 * only where it is exact, or where the agent told its end or left its entry; else the code is unknown, which is what
 * null says.
 */
async function knownExitCode(
  folder: FolderSession,
  session: Session | undefined,
  code: number | undefined,
): Promise<number | null> {
  if (code !== 0 || process.platform === 'win32') return code ?? null;
  if (session === undefined) return null;
  if (session.hookEvent === 'end') return 0;
  const { document } = await showTask(folder.workspace, session.task);
  const own = document.log.some((entry) => entry.session === session.number && !entry.automatic);
  return own ? 0 : null;
}

/** The process, or undefined when the terminal closed without one. */
async function processOf(terminal: vscode.Terminal): Promise<number | undefined> {
  let listener: vscode.Disposable | undefined;
  const closed = new Promise<undefined>((resolve) => {
    listener = vscode.window.onDidCloseTerminal((one) => {
      if (one === terminal) resolve(undefined);
    });
  });
  try {
    return await Promise.race([terminal.processId, closed]);
  } finally {
    listener?.dispose();
  }
}

function location(): Pick<vscode.TerminalOptions, 'location'> {
  switch (vscode.workspace.getConfiguration().get<string>(settingIds.terminalLocation)) {
    case 'editor':
      return { location: vscode.TerminalLocation.Editor };
    case 'beside':
      return { location: { viewColumn: vscode.ViewColumn.Beside } };
    default:
      return { location: vscode.TerminalLocation.Panel };
  }
}
