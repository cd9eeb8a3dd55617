/** All ports in memory, each reachable under its own type. */
import { createHash } from 'node:crypto';
import type { Hasher, Ids, Ports } from '../../src/core/ports';
import { MemoryClock } from './memory-clock';
import { MemoryFileSystem } from './memory-file-system';
import { MemoryGit } from './memory-git';
import { MemoryLogger } from './memory-logger';
import { MemoryMachine } from './memory-machine';
import { MemoryProcesses } from './memory-processes';
import { MemoryPrograms } from './memory-programs';

export interface TestPorts extends Ports {
  readonly fs: MemoryFileSystem;
  readonly clock: MemoryClock;
  readonly processes: MemoryProcesses;
  readonly programs: MemoryPrograms;
  readonly machine: MemoryMachine;
  readonly git: MemoryGit;
  readonly log: MemoryLogger;
}

export const testHasher: Hasher = {
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
};

/** UUIDs that count up, so that a test knows them. */
export class MemoryIds implements Ids {
  #next = 1;

  uuid(): string {
    const count = (this.#next++).toString(16).padStart(8, '0');
    return `${count}-0000-4000-8000-000000000000`;
  }
}

export function testPorts(overrides: Partial<TestPorts> = {}): TestPorts {
  const clock = overrides.clock ?? new MemoryClock();
  return {
    fs: new MemoryFileSystem(clock),
    ids: new MemoryIds(),
    hasher: testHasher,
    processes: new MemoryProcesses(),
    programs: new MemoryPrograms(),
    machine: new MemoryMachine(),
    git: new MemoryGit(),
    log: new MemoryLogger(),
    ...overrides,
    clock,
  };
}
