/** Where a person's own settings for the command line live, outside any repository. */
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Baton's own folder among this person's settings; it may not exist. */
export function userConfigFolder(env: Environment): string {
  if (platform() === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'baton');
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'baton');
}

/** `agents.json`: agent id to profile. Project files never name programs to start; this file may. */
export function userConfigFile(env: Environment): string {
  return join(userConfigFolder(env), 'agents.json');
}
