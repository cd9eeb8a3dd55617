/**
 * The output channel of what Baton does by itself: what a tick did and why nothing was started, and what runs in the
 * background print, as they print it. Made when there is something to show first.
 */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { join, paths } from '../../core/store/paths';
import type { FolderSession } from '../folder-session';
import type { BatonState } from '../state';
import { isBackground } from '../views/session-words';
import { watchFolder } from '../watch-folder';
import type { TickAnswer } from './folder-heartbeat';
import { logPart } from './log-part';

/** A run that printed a lot before this window looked is shown from its last part on. Bytes. */
const longestPart = 64 * 1024;

interface Followed {
  readonly folder: FolderSession;
  readonly heading: string;
  /** Bytes of the log that were shown. */
  offset: number;
}

export class BackgroundOutput implements vscode.Disposable {
  readonly #state: BatonState;
  readonly #agentLabel: (agent: string) => string;
  readonly #onError: (error: unknown) => void;
  readonly #lifetime = new DisposableStore();
  readonly #runs = new Map<string, Followed>();
  readonly #watched = new Map<FolderSession, vscode.Disposable>();
  #channel: vscode.OutputChannel | undefined;
  readonly #lastReasons = new WeakMap<FolderSession, string>();
  #reading: Promise<void> = Promise.resolve();

  constructor(state: BatonState, agentLabel: (agent: string) => string, onError: (error: unknown) => void) {
    this.#state = state;
    this.#agentLabel = agentLabel;
    this.#onError = onError;
    this.#lifetime.add(state.onDidChange(() => this.#follow()));
    this.#lifetime.add({ dispose: () => this.#unwatch(() => true) });
  }

  show(): void {
    this.#made().show(true);
  }

  /** Says what a tick did; that nothing may start is said once, until the reason is another one. */
  tick(folder: FolderSession, { did, check, started }: TickAnswer): void {
    const why = 'reason' in check ? check.reason : '';
    const reason = `${check.status} ${why}`;
    const deferred =
      check.status === 'DEFERRED' && started === null && reason !== this.#lastReasons.get(folder);
    this.#lastReasons.set(folder, reason);
    const lines = [...did.map(({ text }) => text), ...(deferred ? [`${check.status}: ${why}`] : [])];
    for (const line of lines) this.#say(folder, line);
  }

  dispose(): void {
    this.#lifetime.dispose();
    this.#channel?.dispose();
  }

  #made(): vscode.OutputChannel {
    this.#channel ??= vscode.window.createOutputChannel('Baton Background');
    return this.#channel;
  }

  #say(folder: FolderSession, line: string): void {
    const time = new Date().toLocaleTimeString(vscode.env.language);
    const where = this.#state.folders.length > 1 ? `${folder.name}: ` : '';
    this.#made().appendLine(`[${time}] ${where}${line}`);
  }

  /** Runs that go on now are followed to their end; those that ended before this window looked are not. */
  #follow(): void {
    for (const folder of this.#state.folders) {
      const running = (folder.snapshot?.sessions ?? []).filter(
        ({ session }) => session.end === null && isBackground(session),
      );
      for (const { session } of running) {
        if (this.#runs.has(session.id)) continue;
        const agent = this.#agentLabel(session.agent);
        const heading = vscode.l10n.t('#{0} session {1}, {2}', session.task, session.number, agent);
        this.#runs.set(session.id, { folder, heading, offset: 0 });
        this.#say(folder, vscode.l10n.t('{0}: runs in the background', heading));
        this.#watch(folder);
      }
    }
    this.#leaveRemoved();
    this.#readAll();
    this.#forgetEnded();
  }

  /** Nobody tells any more when a run of a folder that was taken out of the window ends. */
  #leaveRemoved(): void {
    for (const [id, { folder }] of this.#runs) {
      if (!this.#state.folders.includes(folder)) this.#runs.delete(id);
    }
  }

  #watch(folder: FolderSession): void {
    if (this.#watched.has(folder)) return;
    const logs = '.baton/memory/runs';
    this.#watched.set(
      folder,
      watchFolder(folder.folder, [logs], () => this.#readAll()),
    );
  }

  #unwatch(gone: (folder: FolderSession) => boolean): void {
    for (const [folder, watcher] of this.#watched) {
      if (!gone(folder)) continue;
      watcher.dispose();
      this.#watched.delete(folder);
    }
  }

  #forgetEnded(): void {
    for (const [id, run] of this.#runs) {
      const { folder, heading } = run;
      const found = folder.snapshot?.sessions.find(({ session }) => session.id === id);
      if (found !== undefined && found.session.end === null) continue;
      this.#reading = this.#reading.then(async () => {
        if (!this.#runs.delete(id)) return;
        await this.#read(id, run, true).catch(this.#onError);
        this.#say(folder, vscode.l10n.t('{0}: has ended', heading));
      });
    }
    const followed = new Set([...this.#runs.values()].map(({ folder }) => folder));
    this.#unwatch((folder) => !followed.has(folder));
  }

  /** One after the other, so that lines of one log stay in order. */
  #readAll(): void {
    this.#reading = this.#reading.then(async () => {
      for (const [id, run] of this.#runs) await this.#read(id, run, false).catch(this.#onError);
    });
  }

  async #read(id: string, run: Followed, isOver: boolean): Promise<void> {
    const { fs } = run.folder.services.ports;
    const path = join(paths.runLogs(run.folder.root), `${id}.log`);
    const size = (await fs.stat(path))?.size ?? 0;
    // A log that has become shorter has lost its beginning, so where we were is not known any more.
    const from = Math.max(size < run.offset ? 0 : run.offset, size - longestPart);
    if (from >= size) return;
    const bytes = await fs.readAt(path, from, size - from);
    if (bytes === undefined) return;
    const { lines, taken } = logPart(bytes, { isCut: from > 0 && from !== run.offset, isOver });
    run.offset = from + taken;
    for (const line of lines) this.#made().appendLine(`  ${plain(line)}`);
  }
}

/** Programs colour what they print and write over their own lines; a channel shows such codes as they are. */
function plain(line: string): string {
  const withoutCodes = line.replace(escapeCodes, '');
  return withoutCodes.slice(withoutCodes.trimEnd().lastIndexOf('\r') + 1).trimEnd();
}

/** Control sequences and operating system commands, by ECMA-48. */
const escapeCodes = /\p{Cc}\[[0-?]*[ -/]*[@-~]|\p{Cc}\][^\p{Cc}]*(?:\p{Cc}\\?)?/gu;
