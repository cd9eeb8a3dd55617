/** Where launches find what they need on this machine, the same for the editor and the command line. */
import { homedir } from 'node:os';
import { cacheFolder } from './cache-folder';
import { portablePath } from './portable-path';
import { userConfigFolder } from './user-config';

export interface AgentResources {
  readonly agentsFolder: string;
  readonly hookLibrary: string;
  readonly runsFolder: string;
  readonly setUpsFolder: string;
  readonly configFolder: string;
  readonly home: string;
  readonly platform: string;
}

/** @param media absolute path of the installation's `media`, `/` as separator */
export function agentResources(
  env: Readonly<Record<string, string | undefined>>,
  media: string,
): AgentResources {
  const cache = portablePath(cacheFolder(env));
  return {
    agentsFolder: `${media}/agents`,
    hookLibrary: `${media}/hooks`,
    runsFolder: `${cache}/runs`,
    setUpsFolder: `${cache}/set-ups`,
    configFolder: portablePath(userConfigFolder(env)),
    home: portablePath(homedir()),
    platform: process.platform,
  };
}
