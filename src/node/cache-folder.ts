/** Where this person's caches are kept, by the platform's habit. */
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Baton's own folder among them; it may not exist. */
export function cacheFolder(env: Environment): string {
  if (platform() === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'baton');
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Caches', 'baton');
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'baton');
}

/** Node's compiled code of the command line. */
export function compileCacheFolder(env: Environment): string {
  return join(cacheFolder(env), 'compiled');
}
