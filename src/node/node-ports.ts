/** The whole world on Node, for every surface that runs there. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Hasher, Ids, Logger, Ports } from '../core/ports';
import { NodeFileSystem, type NodeFileSystemOptions } from './node-file-system';
import { NodeGit } from './node-git';
import { NodeMachine } from './node-machine';
import { NodeProcesses } from './node-processes';
import { nodePrograms } from './node-programs';
import { cryptography } from './slow-modules';

export const nodeClock: Clock = {
  now: () => new Date(),
  // `performance` takes a millisecond to load, and every process asks this.
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  delay: async (ms) => {
    await delay(ms);
  },
};

export const nodeIds: Ids = { uuid: () => cryptography().randomUUID() };

export const nodeHasher: Hasher = {
  sha256: (data) => cryptography().createHash('sha256').update(data).digest('hex'),
};

/** One for all ports: it is this process, and its locks are kept by it. */
const nodeProcesses = new NodeProcesses();

export function nodePorts(log: Logger, options: NodeFileSystemOptions = {}): Ports {
  return {
    fs: new NodeFileSystem(options),
    clock: nodeClock,
    ids: nodeIds,
    hasher: nodeHasher,
    processes: nodeProcesses,
    programs: nodePrograms,
    machine: new NodeMachine(),
    git: new NodeGit(log),
    log,
  };
}
