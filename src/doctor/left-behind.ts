/** Finds and ends what an agent left running outside its process group, as a daemon: by a mark in its environment. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { killQuietly } from './bounded-process';

/** Inherited by everything that a proof starts; its value is unique to the proof. */
export const markVariable = 'BATON_PROOF';

const execute = promisify(execFile);
/** A process may start another one while it is being ended. */
const rounds = 3;

/** Ends all processes with the mark and answers how many there were. On Windows nobody can see it, so none are found. */
export async function endLeftBehind(mark: string): Promise<number> {
  let ended = 0;
  for (let round = 0; round < rounds; round += 1) {
    const found = await markedProcesses(`${markVariable}=${mark}`);
    if (found.length === 0) break;
    for (const pid of found) killQuietly(pid);
    ended += found.length;
  }
  return ended;
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
