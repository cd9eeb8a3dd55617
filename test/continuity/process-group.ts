/** The processes of one launch: the launcher leads their group, the agent is its child. POSIX. */
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export class ProcessGroup {
  readonly #leader: number;

  /** @param leader pid of the launcher, started as the leader of a group of its own */
  constructor(leader: number) {
    this.#leader = leader;
  }

  killLauncher(): void {
    signal(this.#leader);
  }

  killAll(): void {
    signal(-this.#leader);
  }

  /** Kills the agent alone; what it runs goes on. False when there is none. */
  async killAgent(): Promise<boolean> {
    const pid = await this.agent();
    if (pid === undefined) return false;
    signal(pid);
    return true;
  }

  /** Of the processes that are not over, the one that runs the agent, also when its parent is gone. */
  async agent(): Promise<number | undefined> {
    return (await this.#living()).find(({ command }) => /[\\/]demo-agent\.js\b/.test(command))?.pid;
  }

  /** Resolves when none of them runs any more, what the killed left running included. */
  async over(limitMs = 30_000): Promise<void> {
    const limit = performance.now() + limitMs;
    for (;;) {
      const living = await this.#living();
      if (living.length === 0) return;
      if (performance.now() > limit) {
        throw new Error(`Still running: ${living.map(({ command }) => command).join('; ')}`);
      }
      await pause(20);
    }
  }

  async #living(): Promise<readonly { readonly pid: number; readonly command: string }[]> {
    const { stdout } = await execute('ps', ['-A', '-ww', '-o', 'pid=,pgid=,stat=,command=']);
    return stdout.split('\n').flatMap((line) => {
      const [, pid, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      // What has ended and waits to be reaped by somebody holds nothing any more.
      const living = Number(group) === this.#leader && !state?.startsWith('Z');
      return living ? [{ pid: Number(pid), command: command ?? '' }] : [];
    });
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It was faster.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
