/** Where a person's own settings for the command line live, outside any repository. */
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** `agents.json`: agent id to profile. Project files never name programs to start; this file may. */
export function userConfigFile(env: Readonly<Record<string, string | undefined>>): string {
  if (platform() === 'win32')
    return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'baton', 'agents.json');
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'baton', 'agents.json');
}
