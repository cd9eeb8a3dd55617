/** Show Queue, Resume in Background, Remove from Queue: what a person does to what waits to be resumed. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { QueueEntry } from '../../core/model/queue';
import { queueOf } from '../../core/operations/queue-of';
import type { QueuedEntry } from '../background/folder-background';
import { queuedWords } from '../background/queue-words';
import { oneShortLine } from '../background/short-line';
import { commandIds } from '../contributions';
import type { FolderSession } from '../folder-session';
import { askPick, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { taskLabel } from '../task-face';
import { localTime } from '../views/local-time';
import { requireTrust } from './launch';
import type { Handler, Services } from './services';

interface Located {
  readonly folder: FolderSession;
  readonly queued: QueuedEntry;
}

/** Picking an entry leads to what can be done with it. */
export const showQueueCommand: Handler = async (services) => {
  const located = await pickEntry(services, vscode.l10n.t('Resume Queue'), () => true);
  const act = await askAct(located);
  await act();
};

/** A run by hand: the person has decided, so it also starts what is not due yet. */
export const resumeInBackgroundCommand: Handler = async (services, argument) => {
  requireTrust();
  const title = vscode.l10n.t('Resume in Background');
  await resumeInBackground(services, await chooseEntry(services, argument, title));
};

async function resumeInBackground(services: Services, { folder, queued }: Located): Promise<void> {
  const { entry } = queued;
  if (entry.taskId === null) {
    throw new BatonError('guard_failed', vscode.l10n.t('This entry belongs to no task.'), {
      hint: vscode.l10n.t('Create a task from its prompt, and launch an agent on that.'),
    });
  }
  if (queued.state === 'dead') await queueOf(folder.workspace).revive(entry.id);
  const title = vscode.l10n.t('Resuming #{0} in the background', entry.taskId);
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async () => {
    const before = latestSession(folder, entry);
    const { ended } = await services.background.startRun(folder.root, entry.id);
    if (!(await isTaken(folder, entry, before, ended))) throw await notStarted(services, folder);
  });
}

const takenWithinMs = 15_000;

/**
 * Whether a run has taken the entry, or is through with it already. Known at once where nothing was started.
 *
 * @param before number of the last session of its task
 * @param ended resolves when the process of the run has ended
 */
function isTaken(
  folder: FolderSession,
  entry: QueueEntry,
  before: number,
  ended: Promise<void>,
): Promise<boolean> {
  const stateNow = () => folder.background?.queue.find(({ entry: { id } }) => id === entry.id)?.state;
  const isStarted = () => stateNow() === undefined || latestSession(folder, entry) > before;
  // Somebody is about to start it: this run on a busy machine, or another one that was asked for at the same time.
  const isTakenNow = () => isStarted() || stateNow() === 'claimed';
  return new Promise((resolve) => {
    const limit = setTimeout(() => settle(isTakenNow()), takenWithinMs);
    const subscription = folder.onDidChange(() => isStarted() && settle(true));
    const settle = (taken: boolean) => {
      clearTimeout(limit);
      subscription.dispose();
      resolve(taken);
    };
    void ended.then(() => folder.refresh()).then(() => settle(isTakenNow()));
  });
}

/** Number of the last session of the entry's task; 0 while there was none. */
function latestSession({ snapshot }: FolderSession, { taskId }: QueueEntry): number {
  const own = (snapshot?.sessions ?? []).filter(({ session }) => session.task === taskId);
  return own.reduce((latest, { session }) => Math.max(latest, session.number), 0);
}

async function notStarted({ background }: Services, folder: FolderSession): Promise<BatonError> {
  const said = oneShortLine(await background.lastStart(folder.root));
  return new BatonError('launch_refused', vscode.l10n.t('Nothing was started in the background.'), {
    ...(said === '' ? {} : { details: [said] }),
  });
}

/** The task stays as it is, and resumable. */
export const removeFromQueueCommand: Handler = async (services, argument) => {
  await removeEntry(await chooseEntry(services, argument, vscode.l10n.t('Remove from Queue')));
};

async function removeEntry({ folder, queued }: Located): Promise<void> {
  await queueOf(folder.workspace).remove(queued.entry.id);
  await folder.refresh();
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Taken out of the queue; Baton does not resume it by itself.'),
    5_000,
  );
}

async function askAct(located: Located): Promise<() => Promise<void>> {
  const { folder, queued } = located;
  const { taskId } = queued.entry;
  const ref = taskId === null ? undefined : { root: folder.root, task: taskId };
  const run = (command: string) => async () => void (await vscode.commands.executeCommand(command, ref));
  const row = { root: folder.root, entry: queued.entry.id };
  const choice = (icon: string, label: string, value: () => Promise<void>): Choice<() => Promise<void>> => ({
    label,
    iconPath: new vscode.ThemeIcon(icon),
    value,
  });
  const ofTask = [
    choice('debug-continue', vscode.l10n.t('Resume in a Terminal'), run(commandIds.resume)),
    choice('server-process', vscode.l10n.t('Resume in Background'), async () => {
      await vscode.commands.executeCommand(commandIds.resumeInBackground, row);
    }),
    choice('go-to-file', vscode.l10n.t('Open Task File'), run(commandIds.openTask)),
  ];
  const remove = choice('trash', vscode.l10n.t('Remove from Queue'), () => removeEntry(located));
  const { value } = await askPick<() => Promise<void>>({
    title: entryLabel(located),
    placeholder: entryWords(located),
    items: [...(taskId === null ? [] : ofTask), remove],
  });
  if (value === undefined) throw new Cancelled();
  return value;
}

/** The entry of the row a command was called on, else the one picked. Throws `not_found` when it is gone. */
function chooseEntry(services: Services, argument: unknown, title: string): Promise<Located> {
  const wanted = entryOf(argument);
  if (wanted === undefined)
    return pickEntry(services, title, ({ state }) => state !== 'running' && state !== 'claimed');
  const all = allEntries(services);
  const found = all.find(
    ({ folder, queued }) => folder.root === wanted.root && queued.entry.id === wanted.entry,
  );
  if (found !== undefined) return Promise.resolve(found);
  throw new BatonError('not_found', vscode.l10n.t('This entry is not in the queue any more.'));
}

async function pickEntry(
  services: Services,
  title: string,
  offer: (queued: QueuedEntry) => boolean,
): Promise<Located> {
  const offered = allEntries(services).filter(({ queued }) => offer(queued));
  if (offered.length === 0) {
    throw new BatonError('not_found', vscode.l10n.t('Nothing waits to be resumed.'));
  }
  const { value } = await askPick<Located>({
    title,
    placeholder: vscode.l10n.t('In the order of their turn'),
    items: offered.map((located) => ({
      label: entryLabel(located),
      description: entryWords(located),
      value: located,
    })),
  });
  if (value === undefined) throw new Cancelled();
  return value;
}

function allEntries({ state }: Services): readonly Located[] {
  return state.folders.flatMap((folder) =>
    (folder.background?.queue ?? []).map((queued) => ({ folder, queued })),
  );
}

function entryLabel({ folder, queued }: Located): string {
  const { taskId, prompt }: QueueEntry = queued.entry;
  const task = folder.snapshot?.tasks.find(({ id }) => id === taskId);
  if (task !== undefined) return taskLabel(task);
  return taskId === null ? oneShortLine(prompt) : `#${taskId}`;
}

function entryWords({ folder, queued }: Located): string {
  const { background } = folder;
  if (background === undefined) return '';
  return queuedWords(queued, background, { l10n: vscode.l10n, time: localTime });
}

/** A row of the Attention view, or the like from another extension. */
function entryOf(value: unknown): { readonly root: string; readonly entry: string } | undefined {
  if (typeof value !== 'object' || value === null || !('entry' in value)) return undefined;
  const { entry } = value;
  const within = 'ref' in value ? value.ref : value;
  if (typeof within !== 'object' || within === null || !('root' in within)) return undefined;
  const { root } = within;
  return typeof entry === 'string' && typeof root === 'string' ? { root, entry } : undefined;
}
