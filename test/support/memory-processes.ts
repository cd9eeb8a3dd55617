/** The Processes port in memory: who runs is what the test says. */
import type { Processes, ProcessIdentity } from '../../src/core/ports';

export class MemoryProcesses implements Processes {
  readonly self: ProcessIdentity;
  /** Start times by pid of what runs, in the scope of `self`. */
  readonly running = new Map<number, string>();
  /** Who has started whom: pid to the pid of its starter. */
  readonly starters = new Map<number, number>();
  /** Absolute paths by name. */
  readonly programs = new Map<string, string>();

  /** Signals that reached a process, in order. */
  readonly signals: { readonly pid: number; readonly how: 'terminate' | 'kill' }[] = [];
  /** Pids of what does not end when it is asked to. */
  readonly stubborn = new Set<number>();

  constructor(self: Partial<ProcessIdentity> = {}) {
    this.self = { pid: 1000, start: 'start-1000', scope: 'this machine', ...self };
    this.running.set(this.self.pid, this.self.start);
  }

  async isRunning({ pid, start, scope }: ProcessIdentity): Promise<boolean | undefined> {
    return scope === this.self.scope ? this.running.get(pid) === start : undefined;
  }

  async startOf(pid: number): Promise<string | undefined> {
    return this.running.get(pid);
  }

  async signal(identity: ProcessIdentity, how: 'terminate' | 'kill'): Promise<boolean> {
    if ((await this.isRunning(identity)) !== true) return false;
    this.signals.push({ pid: identity.pid, how });
    if (how === 'kill' || !this.stubborn.has(identity.pid)) this.end(identity.pid);
    return true;
  }

  /** What it has started lives on, and no longer tells by whom it was started. */
  end(pid: number): void {
    this.running.delete(pid);
    for (const [started, starter] of this.starters) if (starter === pid) this.starters.delete(started);
  }

  async treeOf(identity: ProcessIdentity): Promise<readonly ProcessIdentity[]> {
    if ((await this.isRunning(identity)) !== true) return [];
    const tree = new Set([identity.pid]);
    for (const pid of tree) {
      for (const [started, starter] of this.starters) {
        if (starter === pid && started !== this.self.pid && this.running.has(started)) tree.add(started);
      }
    }
    return [...tree].map((pid) => ({ pid, start: this.running.get(pid) ?? '', scope: this.self.scope }));
  }

  async which(program: string): Promise<string | undefined> {
    return this.programs.get(program);
  }
}
