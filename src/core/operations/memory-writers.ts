/** Whose words a state file holds, by sessions and change log: prose cannot forge them. reliability.md 4.1. */
import type { Writers } from '../memory/task-items';
import type { Provenance } from '../model/memory';
import type { Session } from '../model/session';
import type { TaskId } from '../model/task';
import type { Actor } from '../store/change-record';
import type { BatonWorkspace } from './workspace';

const provenanceOf: Readonly<Record<Actor, Provenance>> = {
  person: 'person',
  editor: 'person',
  agent: 'agent',
  tool: 'tool',
};

/** What the change log says of one task. */
interface Logged {
  /** Who wrote last. */
  last: Provenance;
  /** Who wrote the entry of a session. */
  readonly entries: Map<number, Provenance>;
}

/** For one look at the workspace folder: sessions and change log are read once, and only when somebody asks. */
export class MemoryWriters {
  readonly #workspace: BatonWorkspace;
  #sessions: Promise<readonly Session[]> | undefined;
  #log: Promise<ReadonlyMap<TaskId, Logged>> | undefined;

  constructor(workspace: BatonWorkspace) {
    this.#workspace = workspace;
  }

  sessions(): Promise<readonly Session[]> {
    this.#sessions ??= this.#workspace.sessions.list();
    return this.#sessions;
  }

  /** @param numbers of the sessions that will be asked for */
  async of(task: TaskId, numbers: readonly number[]): Promise<Writers> {
    const own = (await this.sessions()).filter((session) => session.task === task);
    const known = new Set(own.map(({ number }) => number));
    // A session's record is the stronger proof, and the log need not be read for it.
    const needsLog = own.length === 0 || numbers.some((number) => !known.has(number));
    const logged = needsLog ? (await this.#logged()).get(task) : undefined;
    return {
      ofSession: (number) => (known.has(number) ? 'agent' : (logged?.entries.get(number) ?? 'untrusted')),
      ofTask: own.length > 0 ? 'agent' : (logged?.last ?? 'untrusted'),
    };
  }

  #logged(): Promise<ReadonlyMap<TaskId, Logged>> {
    this.#log ??= this.#readLog();
    return this.#log;
  }

  async #readLog(): Promise<ReadonlyMap<TaskId, Logged>> {
    const found = new Map<TaskId, Logged>();
    const { records, outcomes } = await this.#workspace.store.changeLog.read();
    for (const { record } of records) {
      // Who looks something up, or sees that a file was edited, has not written it.
      if (record.task === null || record.via === 'event') continue;
      if (outcomes.get(record.seq) === 'aborted') continue;
      const last = provenanceOf[record.actor];
      const one = found.get(record.task) ?? { last, entries: new Map<number, Provenance>() };
      one.last = last;
      const session = record.type === 'progress.append' ? numberIn(record.new) : undefined;
      if (session !== undefined) one.entries.set(session, last);
      found.set(record.task, one);
    }
    return found;
  }
}

function numberIn(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('session' in value)) return undefined;
  return typeof value.session === 'number' ? value.session : undefined;
}
