/** The Processes port on Node. */
import { isBatonError } from '../core/base/baton-error';
import type { Processes, ProcessIdentity } from '../core/ports';
import { findProgram } from './find-program';
import { errnoOf, ioFailed } from './io-failure';
import { processScope, type Sighting, type StartTimes, startTimesFor } from './process-identity';
import { listProcesses, treeIn } from './process-tree';

export class NodeProcesses implements Processes {
  readonly #platform: NodeJS.Platform;
  readonly #times: StartTimes;
  #self: ProcessIdentity | undefined;

  constructor(platform: NodeJS.Platform = process.platform) {
    this.#platform = platform;
    this.#times = startTimesFor(platform);
  }

  /** Found out on first use: on some platforms it takes a program, and not every run needs it. */
  get self(): ProcessIdentity {
    this.#self ??= {
      pid: process.pid,
      start: this.#times.ofSelf(),
      scope: processScope(this.#platform),
    };
    return this.#self;
  }

  async isRunning({ pid, start, scope }: ProcessIdentity): Promise<boolean | undefined> {
    if (scope !== this.self.scope) return undefined;
    if (!hasPid(pid)) return false;
    const sighting = await this.#look(pid);
    if (sighting === 'ended') return false;
    // Hidden from us, unless it ended just now.
    if (sighting === 'unseen') return hasPid(pid) ? undefined : false;
    return this.#times.same(sighting.start, start);
  }

  async startOf(pid: number): Promise<string | undefined> {
    const sighting = hasPid(pid) ? await this.#times.of(pid) : 'ended';
    if (sighting === 'ended') return undefined;
    if (sighting === 'unseen') return hasPid(pid) ? 'hidden' : undefined;
    return sighting.start;
  }

  /** Between the look and the signal lies no I/O: Node offers no way to signal a run that it has a handle on. */
  async signal(identity: ProcessIdentity, how: 'terminate' | 'kill'): Promise<boolean> {
    if ((await this.isRunning(identity)) !== true) return false;
    try {
      return process.kill(identity.pid, how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    } catch (error) {
      if (errnoOf(error) === 'ESRCH') return false;
      throw ioFailed('signal', `process ${identity.pid}`, error);
    }
  }

  async treeOf({ pid, start, scope }: ProcessIdentity): Promise<readonly ProcessIdentity[]> {
    if (scope !== this.self.scope) return [];
    const rows = await listProcesses(this.#platform);
    const root = rows.find((row) => row.pid === pid);
    if (root === undefined || !this.#times.same(root.start, start)) return [];
    return treeIn(rows, root, process.pid).map((row) => ({ pid: row.pid, start: row.start, scope }));
  }

  async #look(pid: number): Promise<Sighting> {
    try {
      return await this.#times.of(pid);
    } catch (error) {
      // A failed look says nothing about the process.
      if (isBatonError(error, 'io_failed')) return 'unseen';
      throw error;
    }
  }

  which(program: string): Promise<string | undefined> {
    return findProgram(program, { platform: this.#platform, env: process.env });
  }
}

/** Signal 0 asks without sending. Not being allowed to send means that there is somebody. */
function hasPid(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}
