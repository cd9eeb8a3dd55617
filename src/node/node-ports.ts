/** The whole world on Node, for every surface that runs there. */
import { createHash, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Hasher, Ids, Logger, Ports } from '../core/ports';
import { NodeFileSystem, type NodeFileSystemOptions } from './node-file-system';
import { NodeGit } from './node-git';
import { NodeProcesses } from './node-processes';

export const nodeClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  delay: async (ms) => {
    await delay(ms);
  },
};

export const nodeIds: Ids = { uuid: () => randomUUID() };

export const nodeHasher: Hasher = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
};

export function nodePorts(log: Logger, options: NodeFileSystemOptions = {}): Ports {
  return {
    fs: new NodeFileSystem(options),
    clock: nodeClock,
    ids: nodeIds,
    hasher: nodeHasher,
    processes: new NodeProcesses(),
    git: new NodeGit(log),
    log,
  };
}
