/** Who has started whom, from one look at all processes of this machine. */
import { join } from 'node:path';
import { errnoOf, ioFailed } from './io-failure';
import { bootId, powerShell, psOptions, runProgram } from './process-identity';
import { fsPromises } from './slow-modules';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Start time as the platform's `StartTimes` gives it. */
  readonly start: string;
  /** The same as a number that grows with time, in the platform's own unit. */
  readonly since: number;
}

/** All processes that run and can be seen. Throws `io_failed` when the system cannot be asked. */
export async function listProcesses(platform: NodeJS.Platform): Promise<readonly ProcessRow[]> {
  try {
    if (platform === 'linux') return await rowsOfProc();
    return platform === 'win32' ? await rowsOfWindows() : await rowsOfPs();
  } catch (error) {
    throw ioFailed('list', 'the processes of this machine', error);
  }
}

/**
 * A process and all that it, and what it started, has started; the starter before the started. A pid that was given to
 * another program meanwhile is no starter of what is older than it. Pure.
 *
 * @param spared pid that is left out with all it has started
 */
export function treeIn(rows: readonly ProcessRow[], root: ProcessRow, spared: number): readonly ProcessRow[] {
  const tree = new Set([root].filter(({ pid }) => pid !== spared));
  // What is added while it runs is visited, too.
  for (const { pid, since } of tree) {
    for (const row of rows) {
      if (row.parent === pid && row.pid !== spared && row.since >= since) tree.add(row);
    }
  }
  return [...tree];
}

async function rowsOfProc(): Promise<readonly ProcessRow[]> {
  const names = (await fsPromises().readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const boot = bootId();
  const rows = await Promise.all(
    names.map(async (name) => {
      const stat = await statOf(join('/proc', name, 'stat'));
      return stat === undefined ? undefined : rowFromStat(stat, boot);
    }),
  );
  return rows.filter((row) => row !== undefined);
}

/** Undefined for one that ended meanwhile, or is hidden from us. */
async function statOf(path: string): Promise<string | undefined> {
  try {
    return await fsPromises().readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Of a line of `/proc/<pid>/stat`; undefined for what has ended. */
export function rowFromStat(stat: string, boot: string): ProcessRow | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const ticks = fields[19];
  if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    start: `${boot}:${ticks}`,
    since: Number(ticks),
  };
}

async function rowsOfPs(): Promise<readonly ProcessRow[]> {
  const columns = ['pid=', 'ppid=', 'stat=', 'lstart='].flatMap((column) => ['-o', column]);
  const { stdout } = await runProgram('/bin/ps', ['-ax', ...columns], {
    ...psOptions,
    maxBuffer: 16_000_000,
  });
  return stdout.split('\n').flatMap((line) => rowFromPs(line) ?? []);
}

/** Of a line as `4711     1 Ss   Sat Nov 21 07:28:00 2026`; undefined for what has ended. */
export function rowFromPs(line: string): ProcessRow | undefined {
  const [, pid, parent, state, lstart] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S.*\S)\s*$/.exec(line) ?? [];
  if (state === undefined || lstart === undefined || state.startsWith('Z')) return undefined;
  const start = lstart.replace(/\s+/g, ' ');
  return { pid: Number(pid), parent: Number(parent), start, since: Date.parse(`${start} UTC`) };
}

/** `taskkill /T` would do the same by pids alone, and take along what belongs to an earlier owner of one. */
async function rowsOfWindows(): Promise<readonly ProcessRow[]> {
  const script =
    'Get-CimInstance Win32_Process | Where-Object CreationDate | ForEach-Object { ' +
    '"$($_.ProcessId) $($_.ParentProcessId) $(([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds())" }';
  return (await powerShell(script)).split('\n').flatMap((line) => rowFromWindows(line) ?? []);
}

/** Of a line as `4711 1 1795241696000`. */
export function rowFromWindows(line: string): ProcessRow | undefined {
  const [, pid, parent, start] = /^\s*(\d+) (\d+) (\d+)\s*$/.exec(line) ?? [];
  if (start === undefined) return undefined;
  return { pid: Number(pid), parent: Number(parent), start, since: Number(start) };
}
