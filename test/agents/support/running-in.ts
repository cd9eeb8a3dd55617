import { readdir, readFile } from 'node:fs/promises';

/** Processes that have the folder for their home. Only Linux tells; elsewhere none are found. */
export async function runningIn(home: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const inside = await Promise.all(
    pids.map(async (pid) => {
      // Gone meanwhile, or somebody else's.
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.split('\0').includes(`HOME=${home}`);
    }),
  );
  return pids.filter((_pid, index) => inside[index]);
}
