/** What long-term memory is made from: every file that items come from, with a stamp, read only when somebody asks. */
import { decodeUtf8Lossy } from '../base/utf8';
import { judgeNotes } from '../journal/notes';
import { type TaskTexts, taskTexts } from '../markdown/task-texts';
import { dailyItems } from '../memory/daily-items';
import { noteItems } from '../memory/note-items';
import { planItems } from '../memory/plan-items';
import { sessionItems } from '../memory/session-items';
import { checklistItems, outputItems, progressItems } from '../memory/task-items';
import type { MemoryInput } from '../model/memory';
import type { Note } from '../model/note';
import { isTaskId, type TaskId } from '../model/task';
import { folderOf, join, nameOf, paths, relativeTo } from '../store/paths';
import type { TaskRecord } from '../store/task-record';
import { WorkspaceGuard } from '../store/workspace-guard';
import { type FileLook, lookAtFiles } from './look-at-files';
import { MemoryWriters } from './memory-writers';
import type { BatonWorkspace } from './workspace';

/** Another one with every change to how items are made: what older versions took in is then read anew. */
const format = '2|';

export interface MemorySource {
  /** From the workspace folder, `/` as separator. */
  readonly path: string;
  /** Undefined for what cannot be read as it is now: what is known of it stays. */
  readonly stamp: string | undefined;
  /** Written so lately that the same stamp need not mean the same contents. */
  readonly isYoung: boolean;
  /** @returns its items now; with a stamp of its own where it is still being written */
  read(): Promise<{ readonly items: readonly MemoryInput[]; readonly stamp?: string }>;
}

/** Whether a stamp is one of these sources, and not of documents that others index. */
export function isOwnStamp(stamp: string): boolean {
  return /^\d+\|/.test(stamp);
}

/** Of a session that goes on: its record changes with every beat, and nothing of that is remembered. */
const liveStamp = `${format}live`;
/** A file written again within a tick of the file system's clock keeps its time. */
const youngMs = 2000;

/** The journal first, then archives before the files they were cut from. Reads no file but what the index reads. */
export async function memorySources(workspace: BatonWorkspace): Promise<readonly MemorySource[]> {
  const look = new SourceLook(workspace);
  await workspace.store.refresh();
  const journal = await look.journal();
  const [archives, sessions, plans, days] = await Promise.all([
    look.archives(),
    look.sessions(),
    look.plans(),
    look.days(journal.length > 0),
  ]);
  const old = [...archives.values()].map((one) => look.archive(one));
  const states = workspace.store.tasks().map((record) => look.state(record, archives));
  return [...journal, ...old, ...states, ...sessions, ...plans, ...days];
}

interface Archive extends FileLook {
  readonly task: TaskId;
}

class SourceLook {
  readonly #workspace: BatonWorkspace;
  readonly #writers: MemoryWriters;
  readonly #guard: WorkspaceGuard;
  #notes: Promise<readonly Note[]> | undefined;

  constructor(workspace: BatonWorkspace) {
    this.#workspace = workspace;
    this.#writers = new MemoryWriters(workspace);
    this.#guard = new WorkspaceGuard(workspace.ports.fs, workspace.root);
  }

  /** By folder and task. */
  async archives(): Promise<ReadonlyMap<string, Archive>> {
    const { root, config } = this.#workspace;
    const folders = new Set(
      [config.tasks.folder, ...config.tasks.alsoIn].map((folder) => join(root, folder)),
    );
    const found = new Map<string, Archive>();
    for (const folder of folders) {
      for (const file of await this.#files(folder, (name) => archiveTask(name) !== undefined)) {
        const task = archiveTask(nameOf(file.path));
        if (task !== undefined) found.set(archiveKey(folder, task), { ...file, task });
      }
    }
    return found;
  }

  archive(archive: Archive): MemorySource {
    const { path, task } = archive;
    return this.#source(archive, async () => {
      const { entries } = await this.#texts(path);
      return { items: await this.#progress(task, path, entries) };
    });
  }

  /** Entries that the archive has are the archive's: a crash may leave them in both. */
  state(record: TaskRecord, archives: ReadonlyMap<string, Archive>): MemorySource {
    // What leads out of the folder, or could not be read, is nobody's to remember; what was known of it stays.
    const isSound = record.problems.every((problem) => problem === 'duplicate_id');
    const archive = archives.get(archiveKey(folderOf(record.path), record.id));
    const beside = archive === undefined ? '' : `+${stampOf(archive)}`;
    const stamp = isSound ? `${format}${record.version.slice(0, 32)}${beside}` : undefined;
    const read = async () => {
      const texts = await this.#texts(record.path);
      const archived = archive === undefined ? [] : (await this.#texts(archive.path)).entries;
      const items = await this.#progress(record.id, record.path, texts.entries, archived);
      return { items: [...items, ...(await this.#facts(record, texts))] };
    };
    return { path: record.relativePath, stamp, isYoung: false, read };
  }

  async sessions(): Promise<readonly MemorySource[]> {
    const { root, sessions, ports } = this.#workspace;
    const files = await this.#files(paths.sessions(root), (name) => /^[a-z0-9-]{8,64}\.json$/.test(name));
    return files.map((file) =>
      this.#source(file, async () => {
        const session = await sessions.get(nameOf(file.path).replace(/\.json$/, ''));
        if (session === undefined) return { items: [] };
        const items = sessionItems(ports.hasher, session, relativeTo(root, file.path));
        return session.end === null ? { items, stamp: liveStamp } : { items };
      }),
    );
  }

  async journal(): Promise<readonly MemorySource[]> {
    const { root, ports } = this.#workspace;
    const path = paths.journal(root);
    const files = await this.#files(folderOf(path), (name) => name === nameOf(path));
    return files.map((file) =>
      this.#source(file, async () => {
        const numbers = new Map((await this.#writers.sessions()).map(({ id, number }) => [id, number]));
        const notes = judgeNotes(await this.#journalNotes());
        return { items: noteItems(ports.hasher, notes, relativeTo(root, path), (id) => numbers.get(id)) };
      }),
    );
  }

  async plans(): Promise<readonly MemorySource[]> {
    const { root, ports } = this.#workspace;
    const files = await this.#files(paths.plans(root), (name) => name.endsWith('.json'));
    return files.map((file) =>
      this.#source(file, async () => ({
        items: planItems(ports.hasher, await this.#read(file.path), relativeTo(root, file.path)),
      })),
    );
  }

  /** Daily notes: what nothing else holds; without the journal that is more. */
  async days(withJournal: boolean): Promise<readonly MemorySource[]> {
    const { root, ports } = this.#workspace;
    const files = await this.#files(paths.memory(root), (name) => /^\d{4}-\d{2}-\d{2}\.md$/.test(name));
    return files.map((file) => {
      const read = async () => {
        const notes = new Map((await this.#journalNotes()).map(({ id, text }) => [id, oneLine(text)]));
        const inJournal = (id: number, text: string) =>
          notes.get(id)?.startsWith(oneLine(text).replace(/…$/, '')) === true;
        const path = relativeTo(root, file.path);
        const day = { day: nameOf(path).slice(0, 10), path, text: await this.#read(file.path) };
        return { items: dailyItems(ports.hasher, day, inJournal) };
      };
      return { ...this.#source(file, read), stamp: `${stampOf(file)}${withJournal ? '+journal' : ''}` };
    });
  }

  #journalNotes(): Promise<readonly Note[]> {
    this.#notes ??= this.#workspace.journal.notes();
    return this.#notes;
  }

  async #progress(
    task: TaskId,
    path: string,
    entries: TaskTexts['entries'],
    archived: TaskTexts['entries'] = [],
  ): Promise<readonly MemoryInput[]> {
    const { root, ports } = this.#workspace;
    const numbers = entries.filter(({ automatic }) => !automatic).map(({ session }) => session);
    const writers = await this.#writers.of(task, numbers);
    return progressItems(ports.hasher, { task, path: relativeTo(root, path), writers }, entries, archived);
  }

  async #facts({ id, relativePath, outline }: TaskRecord, texts: TaskTexts): Promise<readonly MemoryInput[]> {
    const { hasher } = this.#workspace.ports;
    const facts = {
      ...{ task: id, path: relativePath, title: outline.title, created: outline.created },
      completed: outline.tracking?.completed,
      features: texts.features,
      output: texts.output,
      outputHeading: texts.outputHeading,
      writers: await this.#writers.of(id, []),
    };
    return [...checklistItems(hasher, facts), ...outputItems(hasher, facts)];
  }

  #source(file: FileLook, read: MemorySource['read']): MemorySource {
    const { root, ports } = this.#workspace;
    return {
      path: relativeTo(root, file.path),
      stamp: stampOf(file),
      isYoung: ports.clock.now().getTime() - file.mtimeMs < youngMs,
      read,
    };
  }

  /** None of a folder that a link leads out of the workspace folder to. */
  async #files(folder: string, isWanted: (name: string) => boolean): Promise<readonly FileLook[]> {
    const real = await this.#guard.resolve(folder);
    if (real === undefined || real === 'outside') return [];
    return lookAtFiles(this.#workspace.ports.fs, folder, isWanted);
  }

  async #texts(path: string): Promise<TaskTexts> {
    return taskTexts(await this.#read(path));
  }

  /** Empty for a file that has gone meanwhile. */
  async #read(path: string): Promise<string> {
    const bytes = await this.#workspace.ports.fs.read(path);
    return bytes === undefined
      ? ''
      : decodeUtf8Lossy(bytes)
          .replace(/^\uFEFF/, '')
          .replace(/\r\n?/g, '\n');
  }
}

function stampOf({ size, mtimeMs, ctimeMs }: FileLook): string {
  return `${format}${size}-${mtimeMs}-${ctimeMs ?? ''}`;
}

function archiveTask(name: string): TaskId | undefined {
  const id = /^task-(.+)-archive\.md$/i.exec(name)?.[1];
  return isTaskId(id) ? id : undefined;
}

function archiveKey(folder: string, task: TaskId): string {
  return `${folder}\n${task}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
