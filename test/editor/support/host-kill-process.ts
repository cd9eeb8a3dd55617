/**
 * The extension host behind the window of a test, as a process. By /proc: the server and the browser of this tier come
 * from npm for Linux alone.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface HostProcess {
  readonly pid: number;
  /** Clock ticks between the start of the system and the start of the process. */
  readonly startedAt: number;
}

interface ListedProcess extends HostProcess {
  readonly parent: number;
  readonly isHost: boolean;
}

/**
 * The extension host that was started last by this test run and, with `after`, later than another one. The hosts of
 * windows that were closed live on for a while, so the last one is that of the window in front.
 */
export function newestExtensionHost(after?: HostProcess): HostProcess | undefined {
  const all = new Map(
    readdirSync('/proc').flatMap((name) => {
      const found = /^\d+$/.test(name) ? listed(Number(name)) : undefined;
      return found === undefined ? [] : [[found.pid, found] as const];
    }),
  );
  const isOurs = ({ pid, parent }: ListedProcess): boolean => {
    if (pid === process.pid) return true;
    const next = all.get(parent);
    return next !== undefined && isOurs(next);
  };
  return [...all.values()]
    .filter((one) => one.isHost && isOurs(one) && one.startedAt > (after?.startedAt ?? 0))
    .sort((a, b) => b.startedAt - a.startedAt)[0];
}

/** Undefined for a process that has gone. */
function listed(pid: number): ListedProcess | undefined {
  try {
    // Fields from the third on: the second, the name, may hold anything. See proc_pid_stat(5).
    const fields = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '').split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return {
      pid,
      parent: Number(fields[1]),
      startedAt: Number(fields[19]),
      isHost: command.split('\0').includes('--type=extensionHost'),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined;
    throw error;
  }
}
