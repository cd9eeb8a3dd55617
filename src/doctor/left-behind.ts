/** Finds and ends what an agent left running outside its process group, as a daemon: by a mark in its environment. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { killQuietly } from './bounded-process';

/** Inherited by everything that a proof starts; its value is unique to the proof. */
export const markVariable = 'BATON_PROOF';

const execute = promisify(execFile);
/** Milliseconds that the processes have to be gone, and between two looks. */
const limitMs = 2000;
const lookMs = 20;

/**
 * Ends all processes with the mark, waits until they are gone, and answers how many there were: one may start another
 * while it is being ended. On Windows nobody can see the mark, so none are found.
 */
export async function endLeftBehind(mark: string): Promise<number> {
  const ended = new Set<number>();
  const until = performance.now() + limitMs;
  for (;;) {
    const found = await markedProcesses(`${markVariable}=${mark}`);
    for (const pid of found) {
      killQuietly(pid);
      ended.add(pid);
    }
    if (found.length === 0 || performance.now() > until) return ended.size;
    await wait(lookMs);
  }
}

async function markedProcesses(entry: string): Promise<readonly number[]> {
  if (process.platform === 'linux') return markedInProc(entry);
  if (process.platform === 'darwin') return markedInPs(entry);
  return [];
}

async function markedInProc(entry: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await Promise.all(
    pids.map(async (pid) => {
      // Gone meanwhile, or somebody else's.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(entry);
    }),
  );
  return pids.filter((pid, index) => marked[index] === true && pid !== process.pid);
}

async function markedInPs(entry: string): Promise<readonly number[]> {
  const { stdout } = await execute('/bin/ps', ['-axEww', '-o', 'pid=,command='], { maxBuffer: 32_000_000 });
  return stdout
    .split('\n')
    .filter((line) => line.includes(entry))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
}
