// Temporary folders that are gone when the process is, also after a failure or Ctrl+C.
import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();
let guarded = false;

/** Makes an empty folder; its path has no symbolic link in it. */
export async function makeScratch(purpose: string): Promise<string> {
  if (!guarded) {
    guarded = true;
    process.once('exit', () => {
      for (const folder of made) {
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      }
    });
  }
  const folder = await realpath(await mkdtemp(join(tmpdir(), `baton-${purpose}-`)));
  made.add(folder);
  return folder;
}

/** Removes it before that. */
export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  made.delete(folder);
}
