/** A workspace folder on the real disk for the length of one test. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ports } from '../../src/core/ports';
import { nodePorts } from '../../src/node/node-ports';
import { MemoryLogger } from './memory-logger';

export interface Workspace {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly ports: Ports & { readonly log: MemoryLogger };
}

export async function withWorkspace<T>(body: (workspace: Workspace) => Promise<T>): Promise<T> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'baton-test-')));
  const log = new MemoryLogger();
  try {
    return await body({ root: root.replaceAll('\\', '/'), ports: { ...nodePorts(log), log } });
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
