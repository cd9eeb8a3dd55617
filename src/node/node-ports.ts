/** The whole world on Node, for every surface that runs there. */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Hasher, Ids, Logger, Ports } from '../core/ports';
import { NodeFileSystem, type NodeFileSystemOptions } from './node-file-system';
import { NodeGit } from './node-git';
import { NodeProcesses } from './node-processes';
import { nodePrograms } from './node-programs';

export const nodeClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  delay: async (ms) => {
    await delay(ms);
  },
};

/** Loaded by the first who needs it: that takes milliseconds, and a verb that only reads needs none of it. */
const load = createRequire(__filename);
const crypto = (): typeof import('node:crypto') => load('node:crypto');

export const nodeIds: Ids = { uuid: () => crypto().randomUUID() };

export const nodeHasher: Hasher = {
  sha256: (data) => crypto().createHash('sha256').update(data).digest('hex'),
};

export function nodePorts(log: Logger, options: NodeFileSystemOptions = {}): Ports {
  return {
    fs: new NodeFileSystem(options),
    clock: nodeClock,
    ids: nodeIds,
    hasher: nodeHasher,
    processes: new NodeProcesses(),
    programs: nodePrograms,
    git: new NodeGit(log),
    log,
  };
}
