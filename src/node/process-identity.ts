/** What tells one run of a program from another that got the same pid later, for this platform. */
import type { ExecFileOptions } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf, ioFailed } from './io-failure';
import { childProcess, fsPromises } from './slow-modules';

export const runProgram = (program: string, args: readonly string[], options: ExecFileOptions) =>
  promisify(childProcess().execFile)(program, args, { ...options, encoding: 'utf8' });

/**
 * What the system tells of a pid: its start, that it ended (perhaps not yet collected by its parent), or nothing,
 * which may also mean that it is hidden from us.
 */
export type Sighting = { readonly start: string } | 'ended' | 'unseen';

/** How a platform knows start times. A failed look throws `io_failed`; that never means "not running". */
export interface StartTimes {
  ofSelf(): string;
  of(pid: number): Promise<Sighting>;
  same(a: string, b: string): boolean;
}

export function startTimesFor(platform: NodeJS.Platform): StartTimes {
  if (platform === 'linux') return linux;
  return platform === 'win32' ? windows : unix;
}

const exactly = (a: string, b: string) => a === b;

const linux: StartTimes = {
  ofSelf: () => startOf(sightingFromStat(readFileSync('/proc/self/stat', 'utf8'))),
  async of(pid) {
    try {
      return sightingFromStat(await fsPromises().readFile(`/proc/${pid}/stat`, 'utf8'));
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'ENOENT' || code === 'ESRCH') return 'unseen';
      throw ioFailed('read', `/proc/${pid}/stat`, error);
    }
  },
  same: exactly,
};

/** Field 22 is in ticks since boot, so the boot goes with it. The name in field 2 may hold spaces and brackets. */
export function sightingFromStat(stat: string): Sighting {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const ticks = fields[19];
  if (state === 'Z' || state === 'X') return 'ended';
  return ticks === undefined ? 'unseen' : { start: `${bootId()}:${ticks}` };
}

function startOf(sighting: Sighting): string {
  return typeof sighting === 'string' ? 'unknown' : sighting.start;
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

const psArguments = (pid: number) => ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)];
export const psOptions = { encoding: 'utf8', env: { LC_ALL: 'C', TZ: 'UTC0' }, timeout: 5000 } as const;

const unix: StartTimes = {
  ofSelf: () =>
    startOf(sightingFromPs(childProcess().execFileSync('/bin/ps', psArguments(process.pid), psOptions))),
  async of(pid) {
    try {
      return sightingFromPs((await runProgram('/bin/ps', psArguments(pid), psOptions)).stdout);
    } catch (error) {
      // Exit code 1 is ps's way of saying that there is no such process.
      if (error instanceof Error && 'code' in error && error.code === 1) return 'ended';
      throw ioFailed('ask about process', String(pid), error);
    }
  },
  same: exactly,
};

/** From `ps -o stat= -o lstart=`, as `Ss   Sat Nov 21 07:28:00 2026`. */
export function sightingFromPs(line: string): Sighting {
  const [, state, start] = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(line) ?? [];
  if (state === undefined || start === undefined || state.startsWith('Z')) return 'ended';
  return { start: start.replace(/\s+/g, ' ') };
}

/** Our own start is told by Node's clock, since PowerShell takes half a second: so not to the millisecond. */
const windowsToleranceMs = 5000;

const windows: StartTimes = {
  ofSelf: () => String(Math.round(performance.timeOrigin)),
  async of(pid) {
    const script =
      `$p = Get-Process -Id ${pid} -ErrorAction SilentlyContinue; ` +
      'if ($p) { ([DateTimeOffset]$p.StartTime).ToUnixTimeMilliseconds() }';
    try {
      const start = (await powerShell(script)).trim();
      return start === '' ? 'ended' : { start };
    } catch (error) {
      throw ioFailed('ask about process', String(pid), error);
    }
  },
  same: (a, b) => Math.abs(Number(a) - Number(b)) <= windowsToleranceMs,
};

/** What a script prints. Rejects with what went wrong. */
export async function powerShell(script: string): Promise<string> {
  const shell = join(
    process.env['SystemRoot'] ?? 'C:\\Windows',
    'System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  );
  const args = ['-NoProfile', '-NonInteractive', '-Command', script];
  return (await runProgram(shell, args, { timeout: 10_000, maxBuffer: 16_000_000 })).stdout;
}

/** Two processes with one scope see each other's pids: the same machine, and on Linux the same container. */
export function processScope(platform: NodeJS.Platform): string {
  if (platform !== 'linux') return hostname();
  return `${machineId() ?? hostname()}/${pidNamespace()}`;
}

function machineId(): string | undefined {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || undefined;
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch (error) {
    // Without it a container looks like its own machine by name.
    if (errnoOf(error) !== undefined) return hostname();
    throw error;
  }
}
