/**
 * One workspace folder as the operations see it: tasks, sessions and settings over the ports. Surfaces open one
 * and call verbs on it; they hold no rules of their own.
 */
import type { LaunchTools } from '../agents/launch-tools';
import { BatonError } from '../base/baton-error';
import { Journal } from '../journal/journal';
import type { Config } from '../model/config';
import type { TaskId } from '../model/task';
import type { Ports } from '../ports';
import type { PacketMemory } from '../protocol/packet-memory';
import { SessionStore } from '../sessions/session-store';
import type { Actor } from '../store/change-record';
import { isInitialised, readConfig } from '../store/layout';
import type { RowText } from '../store/task-row';
import { TaskStore } from '../store/task-store';
import { Renderings } from './start-renderings';
import type { Switch } from './switches';

/** Files that ship with Baton and programs it can start; absolute paths, found by the composition root. */
export interface Resources extends LaunchTools {
  /** Folder of the built-in protocol texts. */
  readonly protocolFolder: string;
  /** Folder of the built-in agent profiles. */
  readonly agentsFolder: string;
  /** The person's own configuration folder, where identity layers for every project may be; `/` as separator. */
  readonly configFolder?: string | undefined;
}

/** Who is acting, for the change log: a surface fills it in once. */
export interface Acting {
  readonly actor: Actor;
  readonly surface: 'editor' | 'cli' | 'mcp';
  /** The Baton session on whose behalf a command line speaks (BATON_SESSION_ID). */
  readonly session?: string | undefined;
  /** What the person's own settings switch off, beside the project's (`switches.ts`). */
  readonly off?: readonly Switch[] | undefined;
}

/**
 * What earlier work remembers that bears on a task's next feature, best first. It may throw and may be slow; whoever supplies
 * it sets the limit.
 */
export type FindRelevant = (workspace: BatonWorkspace, task: TaskId) => Promise<readonly PacketMemory[]>;

export interface BatonWorkspace {
  readonly root: string;
  readonly ports: Ports;
  readonly config: Config;
  /** What was wrong with config.json, in words; the defaults are used meanwhile. */
  readonly configProblems: readonly string[];
  readonly store: TaskStore;
  readonly sessions: SessionStore;
  readonly journal: Journal;
  readonly resources: Resources;
  readonly acting: Acting;
  /** Nothing is written on behalf of the caller, not even what Baton keeps for itself. */
  readonly readOnly?: boolean | undefined;
  /** For packets; missing where the surface has none. The editor's own process asks the command line. */
  readonly relevant?: FindRelevant | undefined;
  /** Follow the store by themselves; a surface that ends after a verb awaits `settled`. */
  readonly renderings: Renderings;
}

/** What the renderings are made from. */
export type RenderedWorkspace = Omit<BatonWorkspace, 'renderings'>;

/**
 * Opens a folder without reading a task. Throws `not_initialized` when it holds no Baton folder.
 *
 * @param options.asFound leaves to the caller what a crash cut short: for verbs that look at just that.
 * @param options.rowText what the surface shows of every task, kept for the next process
 * @param options.relevant how the surface finds what is remembered, for packets
 * @param options.readOnly for a surface that promises to write nothing; what it remembers is made anew for every question
 */
export async function openWorkspace(
  ports: Ports,
  root: string,
  resources: Resources,
  acting: Acting,
  options: {
    readonly asFound?: boolean;
    readonly rowText?: RowText;
    readonly relevant?: FindRelevant | undefined;
    readonly readOnly?: boolean;
  } = {},
): Promise<BatonWorkspace> {
  if (!(await isInitialised(ports.fs, root))) {
    throw new BatonError('not_initialized', `There are no Baton tasks in ${root}`, {
      hint: 'Run `baton init` in the workspace folder, or use Baton: Set Up Workspace in the editor.',
    });
  }
  const { config, problems } = await readConfig(ports.fs, root);
  const sessions = new SessionStore(ports, root);
  const store = new TaskStore(ports, root, config, {
    fence: (task, session) => sessions.fence(task, session),
    rowText: options.rowText,
  });
  if (!options.asFound) await recover(store, ports);
  const opened: RenderedWorkspace = {
    root,
    ports,
    config,
    configProblems: problems,
    store,
    journal: new Journal(store.journalFile(), ports.log),
    sessions,
    resources,
    acting,
    relevant: options.relevant,
    readOnly: options.readOnly,
  };
  // A command of an agent is a sign of it, also one that only reads.
  if (acting.session !== undefined && !options.asFound) await sessions.active(acting.session);
  return { ...opened, renderings: new Renderings(opened) };
}

/**
 * Whether the Baton folder is still there, and its settings, and what is wrong with them, are as it was opened; for whoever
 * keeps it open.
 */
export async function hasCurrentSettings(opened: BatonWorkspace): Promise<boolean> {
  if (!(await isInitialised(opened.ports.fs, opened.root))) return false;
  const { config, problems } = await readConfig(opened.ports.fs, opened.root);
  return JSON.stringify([config, problems]) === JSON.stringify([opened.config, opened.configProblems]);
}

/** Replays what a killed process had announced and not finished. A folder that cannot be written is still readable. */
async function recover(store: TaskStore, { log }: Ports): Promise<void> {
  try {
    const { redone, conflicts } = await store.recover();
    if (redone.length > 0) log.info(`Finished ${redone.length} changes that were cut off`);
    for (const { file } of conflicts)
      log.warn(`A change that was cut off met another one; both are kept in ${file}`);
  } catch (error) {
    log.warn(`The change log was not replayed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
