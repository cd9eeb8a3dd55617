/**
 * A small program that uses the store as any Baton process does; tests start several of it and kill some.
 * Prints one line for every answer it got. Arguments: verb, workspace folder, and what the verb needs.
 */

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { isBatonError } from '../../src/core/base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../../src/core/base/utf8';
import { Journal } from '../../src/core/journal/journal';
import { defaultConfig } from '../../src/core/model/config';
import type { TaskId } from '../../src/core/model/task';
import { ResumeQueue } from '../../src/core/queue/resume-queue';
import { SchedulerLease } from '../../src/core/scheduler/scheduler-lease';
import { changeSchedulerState } from '../../src/core/scheduler/scheduler-state';
import { SessionStore } from '../../src/core/sessions/session-store';
import { Locks } from '../../src/core/store/lock';
import { paths } from '../../src/core/store/paths';
import { TaskStore } from '../../src/core/store/task-store';
import { NodeFileSystem } from '../../src/node/node-file-system';
import { nodePorts } from '../../src/node/node-ports';
import { stderrLogger } from '../../src/node/stderr-logger';
import { addLine, change, priorityIn, raisePriority, stateText, taskId } from './state-text';

const [verb = '', root = '', ...rest] = process.argv.slice(2);
const ports = nodePorts(stderrLogger());
const sessions = new SessionStore(ports, root);
const fence = (task: TaskId, session: string) => sessions.fence(task, session);
const store = new TaskStore(ports, root, defaultConfig, { fence });
const locks = new Locks(ports, paths.locks(root));

/** Straight to the file descriptor: an answer must be out before a kill can come. */
const say = (line: string) => writeSync(1, `${line}\n`);

class StoppingFileSystem extends NodeFileSystem {
  readonly #stop: () => void;

  constructor(stop: () => void) {
    super();
    this.#stop = stop;
  }

  override async createExclusive(...args: Parameters<NodeFileSystem['createExclusive']>): Promise<void> {
    await super.createExclusive(...args);
    if (args[0].includes('-state.md')) this.#stop();
  }
}

/** A room for one of the living: throws when somebody else is in it. */
async function enterRoom(): Promise<void> {
  const room = `${root}/room`;
  const before = await ports.fs.read(room);
  const pid = before === undefined ? undefined : Number(decodeUtf8(before));
  if (pid !== undefined && (await ports.processes.startOf(pid)) === undefined) await ports.fs.remove(room);
  await ports.fs.createExclusive(room, encodeUtf8(String(process.pid)), { sync: false });
}

const verbs: Readonly<Record<string, () => Promise<void>>> = {
  /** id, how often. Says the priority after each. */
  async raise() {
    const [id = '', times = ''] = rest;
    for (let n = 0; n < Number(times); n++)
      say(String(priorityIn((await store.update(taskId(id), change, raisePriority)).text)));
  },
  /** id, name. Adds lines until killed; says the number of each. */
  async write() {
    const [id = '', name = ''] = rest;
    for (let n = 1; ; n++) {
      await store.update(taskId(id), change, addLine(`${name} ${n}`));
      say(String(n));
    }
  },
  /**
   * Id, where, session. Adds a line on behalf of the session, and stops itself on the way: in the `edit`, or when the
   * `temporary` file is written. Says what became of it when it is continued.
   */
  async stop() {
    const [id = '', where = '', session = ''] = rest;
    const stopHere = (here: string) => {
      if (here === where) process.kill(process.pid, 'SIGSTOP');
    };
    const fs = new StoppingFileSystem(() => stopHere('temporary'));
    const stopping = new TaskStore({ ...ports, fs }, root, defaultConfig, { fence });
    const edit = (current: { text: string }) => {
      stopHere('edit');
      return addLine('too late')(current);
    };
    try {
      await stopping.update(taskId(id), { ...change, session }, edit);
      say('done');
    } catch (error) {
      say(isBatonError(error) ? error.code : String(error));
    }
  },
  /** Name, how many. Adds notes to the journal; says the id and the text of each. */
  async note() {
    const [name = '', times = ''] = rest;
    const journal = new Journal(store.journalFile(), ports.log);
    for (let n = 1; n <= Number(times); n++) {
      const text = `${name} ${n}`;
      const at = '2026-11-21T07:28:00Z';
      const note = await journal.add({ kind: 'note', text, task: null, session: null, actor: 'tool', at });
      say(`${note.id} ${text}`);
    }
  },
  /**
   * Entry, name, how often. Claims until the clock says otherwise; says `claimed`, and `released` when it has given it
   * back, or `refused`.
   */
  async claim() {
    const [entry = '', name = '', times = ''] = rest;
    const queue = new ResumeQueue({
      file: store.managedFile('queue'),
      ports,
      limits: defaultConfig.autoResume,
      live: async () => [],
      beside: async () => [],
      by: { actor: 'tool' },
    });
    for (let n = 0; n < Number(times); n++) {
      try {
        const { rev } = await queue.claim(entry, { by: name, forMs: 3_600_000 });
        // A room for one: whoever else is let in finds it taken.
        await ports.fs.createExclusive(`${root}/room`, new Uint8Array(), { sync: false });
        say(`claimed ${rev}`);
        await ports.fs.remove(`${root}/room`);
        await queue.giveBack(entry, rev);
      } catch (error) {
        if (!isBatonError(error)) throw error;
        say(error.code === 'claimed' ? 'refused' : error.code);
      }
    }
  },
  /** How often. Becomes the scheduler as often as it is let; says the fence of each time, or `refused`. */
  async schedule() {
    const [times = ''] = rest;
    const lease = new SchedulerLease(ports, root);
    for (let n = 0; n < Number(times); n++) {
      if (!(await lease.acquire()).held) {
        say('refused');
        await ports.clock.delay(1);
        continue;
      }
      await enterRoom();
      const { fence } = await lease.under((own) =>
        changeSchedulerState(ports.fs, root, own, (state) => state),
      );
      say(String(fence));
      await ports.fs.remove(`${root}/room`);
      await lease.release();
    }
  },
  /** How many. Says the id of each. */
  async create() {
    const [times = ''] = rest;
    for (let n = 0; n < Number(times); n++) say((await store.create((id) => stateText(id), { change })).id);
  },
  /** Lock name. Holds it until killed. */
  async hold() {
    await locks.acquire(rest[0] ?? '');
    say('held');
    setInterval(() => undefined, 60_000);
    await new Promise(() => undefined);
  },
  /** Lock name, how often. Says `alone` or `together` for each time inside. */
  async enter() {
    const [name = '', times = ''] = rest;
    const room = `${root}/room`;
    for (let n = 0; n < Number(times); n++) {
      await locks.with(name, async () => {
        try {
          await ports.fs.createExclusive(room, new Uint8Array(), { sync: false });
          await ports.fs.remove(room);
          say('alone');
        } catch (error) {
          if (!isBatonError(error, 'exists')) throw error;
          say('together');
        }
      });
    }
  },
};

say('ready');
// All workers of a test start on one signal, so that they do meet.
await once(process.stdin, 'data');
process.stdin.unref();
await verbs[verb]?.();
