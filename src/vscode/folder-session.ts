/**
 * The lifetime of one workspace folder: opens its Baton workspace, watches its files, keeps its latest snapshot.
 * Everything shown for the folder comes from here; everything done in it is followed by a refresh here.
 */
import * as vscode from 'vscode';
import { BatonError, isBatonError } from '../core/base/baton-error';
import { DisposableStore } from '../core/base/disposable';
import { Emitter } from '../core/base/event';
import type { DeferReason } from '../core/model/queue';
import type { NudgeLedger } from '../core/nudges/nudge-ledger';
import { initialiseWorkspace } from '../core/operations/initialise-workspace';
import { sweepSessions } from '../core/operations/sweep-sessions';
import { takeSnapshot } from '../core/operations/take-snapshot';
import type { Snapshot } from '../core/operations/task-view';
import { wasUncleanStop } from '../core/operations/unclean-stop';
import {
  type BatonWorkspace,
  type FindRelevant,
  hasCurrentSettings,
  openWorkspace,
  type Resources,
} from '../core/operations/workspace';
import type { Ports } from '../core/ports';
import { defaultIntervals } from '../core/sessions/intervals';
import { type BackgroundChoices, BackgroundReader } from './background/background-reader';
import type { FolderBackground } from './background/folder-background';
import { OwnActs } from './background/own-acts';
import { RefreshLoop } from './refresh-loop';
import { onDidChangeSwitches, switchedOff } from './switches';
import { watchFolder } from './watch-folder';

const memoryFolder = '.baton/memory';
/** People and scripts may edit it too. */
const queueFile = `${memoryFolder}/pending_tasks.json`;

export type FolderPhase = 'virtual' | 'loading' | 'absent' | 'failed' | 'ready';

/** What the composition root supplies to every folder. */
export interface FolderServices {
  readonly ports: Ports;
  readonly resources: Resources;
  /** Puts the `baton` command where agents find it; called before the first launch, not at start-up. */
  readonly prepareCommand: () => Promise<void>;
  /** Sessions whose end a terminal of this window will tell, with the exit code. */
  readonly watched: () => ReadonlySet<string>;
  /** Baton was cut short here and left traces. Must not keep the caller: a full check can take seconds. */
  readonly uncleanStop: (folder: FolderSession) => void;
  /** What the person allows Baton to do by itself. */
  readonly choices: BackgroundChoices;
  /** For packets: asked of another process, since this one never waits for a database. */
  readonly relevant: FindRelevant;
}

/** What a look at the folder found. */
interface Seen {
  readonly snapshot?: Snapshot | undefined;
  readonly background?: FolderBackground | undefined;
  readonly problem?: string | undefined;
}

export class FolderSession implements vscode.Disposable {
  readonly folder: vscode.WorkspaceFolder;
  readonly root: string;
  readonly ownActs = new OwnActs();
  readonly #services: FolderServices;
  readonly #lifetime = new DisposableStore();
  /** What belongs to the open workspace and goes when it is opened anew. */
  #opened: DisposableStore | undefined;
  #workspace: BatonWorkspace | undefined;
  /** What this window's person switches off is other now. */
  #isOutdated = false;
  #snapshot: Snapshot | undefined;
  #reader: BackgroundReader | undefined;
  #background: FolderBackground | undefined;
  #deferred: DeferReason | undefined;
  #phase: FolderPhase;
  #problem: string | undefined;
  /** What was told last, to stay silent while nothing changes. */
  #told = '';
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #sweeping = false;
  readonly #changed: Emitter<void>;
  /** Until the tasks have been read once. */
  #began: number | undefined = performance.now();
  readonly #loop = new RefreshLoop(() => this.#refresh());

  constructor(folder: vscode.WorkspaceFolder, services: FolderServices) {
    this.folder = folder;
    this.root = folder.uri.fsPath.replaceAll('\\', '/');
    this.#services = services;
    this.#changed = this.#lifetime.add(new Emitter<void>((error) => this.#log(error)));
    this.#phase = folder.uri.scheme === 'file' ? 'loading' : 'virtual';
    this.#lifetime.add({ dispose: () => this.#stopSweeping() });
    this.#lifetime.add({ dispose: () => this.#opened?.dispose() });
    if (this.#phase === 'loading') this.#watchForSetUp();
  }

  get name(): string {
    return this.folder.name;
  }

  get phase(): FolderPhase {
    return this.#phase;
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  /** Undefined until it has been read. */
  get background(): FolderBackground | undefined {
    return this.#background;
  }

  /** Why the last tick started nothing; undefined when it did, or had nothing to start. Shown with the next refresh. */
  noteDeferral(reason: DeferReason | undefined): void {
    this.#deferred = reason;
  }

  /** What was told to the person; undefined while the folder is not open. */
  get ledger(): NudgeLedger | undefined {
    return this.#reader?.ledger;
  }

  /** Why the folder could not be read, in words; the last snapshot stays. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get services(): FolderServices {
    return this.#services;
  }

  readonly onDidChange = (listener: () => void): vscode.Disposable => this.#changed.event(listener);

  /** Throws `not_initialized` where Baton is not set up, `guard_failed` until that is known, `read_only` in a virtual folder. */
  get workspace(): BatonWorkspace {
    if (this.#phase === 'virtual') {
      throw new BatonError('read_only', vscode.l10n.t('Baton needs a folder on disk.'), {
        hint: vscode.l10n.t('Open the project from a local or remote disk to work with its tasks.'),
      });
    }
    if (this.#workspace === undefined && this.#phase === 'loading') {
      throw new BatonError('guard_failed', vscode.l10n.t('Baton is still reading {0}.', this.name), {
        hint: vscode.l10n.t('Try again in a moment.'),
      });
    }
    if (this.#workspace === undefined) {
      throw new BatonError('not_initialized', vscode.l10n.t('Baton is not set up in {0}.', this.name), {
        hint: vscode.l10n.t('Run Baton: Set Up Workspace.'),
      });
    }
    return this.#workspace;
  }

  /** Reads what changed. Never throws: a failure becomes the folder's problem and is logged. */
  async refresh(): Promise<void> {
    if (this.#phase === 'virtual' || this.#lifetime.isDisposed) return;
    await this.#loop.request();
  }

  /** Creates the folders unless they are there, and opens them. @returns what was created. */
  async initialise(): Promise<readonly string[]> {
    if (this.#phase === 'virtual') return [this.workspace.root];
    const { created } = await initialiseWorkspace(this.#services.ports, this.root);
    await this.refresh();
    return created;
  }

  /** Opens the workspace again with the settings as they are now. */
  async reopen(): Promise<void> {
    this.#isOutdated = true;
    await this.refresh();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  async #refresh(): Promise<void> {
    try {
      const workspace = await this.#current();
      const snapshot = await takeSnapshot(workspace);
      const background = await this.#reader?.read(snapshot, this.#deferred);
      this.#noteFirst(snapshot);
      const problem = workspace.configProblems.join(' ') || undefined;
      this.#update('ready', { snapshot, background, problem });
    } catch (error) {
      if (isBatonError(error, 'not_initialized')) this.#update('absent', {});
      else {
        this.#log(error);
        const problem = error instanceof Error ? error.message : String(error);
        this.#update('failed', { snapshot: this.#snapshot, background: this.#background, problem });
      }
    }
  }

  /** For whoever asks why a window was slow to show its tasks; `test/bench/activation.bench.ts` reads it too. */
  #noteFirst({ tasks }: Snapshot): void {
    if (this.#began === undefined) return;
    const ms = (performance.now() - this.#began).toFixed(1);
    this.#began = undefined;
    this.#services.ports.log.info(`First tree after ${ms} ms, ${tasks.length} tasks`);
  }

  /** The old one stays until there is a new one: a command in between must not hear that Baton is not set up. */
  async #current(): Promise<BatonWorkspace> {
    const opened = this.#workspace;
    // Looked at, since a change of the file may be told by nobody.
    if (opened !== undefined && !this.#isOutdated && (await hasCurrentSettings(opened))) return opened;
    this.#isOutdated = false;
    try {
      this.#workspace = await this.#open();
      return this.#workspace;
    } catch (error) {
      this.#workspace = undefined;
      throw error;
    }
  }

  async #open(): Promise<BatonWorkspace> {
    const { ports, resources, relevant } = this.#services;
    const acting = { actor: 'person', surface: 'editor', off: switchedOff() } as const;
    const workspace = await openWorkspace(ports, this.root, resources, acting, { relevant });
    const opened = new DisposableStore();
    this.#opened?.dispose();
    this.#opened = opened;
    const { tasks } = workspace.config;
    const watched = [tasks.folder, ...tasks.alsoIn, '.baton/sessions'];
    opened.add(workspace.renderings);
    opened.add(watchFolder(this.folder, watched, () => void this.refresh()));
    // A folder that appears with the file in it is told without the file.
    const queue = [memoryFolder, queueFile];
    opened.add(watchFolder(this.folder, queue, () => void this.refresh(), { recursive: false }));
    this.#reader = new BackgroundReader(workspace, this.#services.choices, () => vscode.workspace.isTrusted);
    if (this.#lifetime.isDisposed) opened.dispose();
    // Opened anew for other settings, it has not stopped meanwhile.
    if (this.#workspace === undefined) void this.#tellUncleanStop(workspace);
    return workspace;
  }

  /** After a stop that nobody saw, says so where something is wrong; looks once, after the tasks are shown. */
  async #tellUncleanStop(workspace: BatonWorkspace): Promise<void> {
    try {
      // An agent that died with its window is no damage: its session is closed from facts, and that is all.
      await sweepSessions(workspace, { except: this.#services.watched() });
      if (await wasUncleanStop(workspace)) this.#services.uncleanStop(this);
    } catch (error) {
      this.#log(error);
    }
  }

  /** The Baton folder itself may come, go or change its settings at any time, by anybody's hand. */
  #watchForSetUp(): void {
    const own = ['.baton', '.baton/config.json'];
    this.#lifetime.add(watchFolder(this.folder, own, () => void this.refresh(), { recursive: false }));
    this.#lifetime.add(onDidChangeSwitches(() => void this.reopen()));
  }

  #update(phase: FolderPhase, { snapshot, background, problem }: Seen): void {
    if (this.#lifetime.isDisposed) return;
    this.#phase = phase;
    this.#snapshot = snapshot;
    this.#background = background;
    this.#problem = problem;
    const someoneWorks = snapshot?.sessions.some(({ session }) => session.end === null) === true;
    // So soon sessions that died elsewhere show as resumable; ticks only while some session has not ended.
    if (someoneWorks) this.#sweeper ??= setInterval(() => void this.#sweep(), defaultIntervals.sweepMs);
    else this.#stopSweeping();
    // Settings too: whoever waits for a moment may have to wait for another one.
    const told = JSON.stringify([phase, problem, snapshot, background, this.#workspace?.config]);
    if (told === this.#told) return;
    this.#told = told;
    this.#changed.fire();
  }

  /** Also what makes time show: a session falls silent without any file changing. */
  async #sweep(): Promise<void> {
    if (this.#sweeping || this.#workspace === undefined) return;
    this.#sweeping = true;
    try {
      await sweepSessions(this.#workspace, { except: this.#services.watched() });
    } catch (error) {
      this.#log(error);
    } finally {
      this.#sweeping = false;
    }
    await this.refresh();
  }

  #stopSweeping(): void {
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #log(error: unknown): void {
    this.#services.ports.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
