/** What an operation needs besides ports, from the sources, for tests that start no agent. */
import { resolve } from 'node:path';
import type { Resources } from '../../src/core/operations/workspace';

export function sourceResources(): Resources {
  return {
    protocolFolder: resolve('media/protocol'),
    demoAgent: '',
    cli: '',
    binFolder: '',
    node: process.execPath,
    nodeEnv: {},
    path: '',
    pathDelimiter: ':',
    agentsFolder: resolve('media/agents'),
    hookLibrary: '',
    runsFolder: '',
    setUpsFolder: '',
    home: '',
    platform: process.platform,
  };
}
