/** Reads every file that Baton manages, over and over, while others write them: nothing may ever be seen half done. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isTemporaryName } from '../../../src/core/store/atomic-file';
import { parseLog } from '../../../src/core/store/change-record';
import { readWhole } from './deeds';

const folders = ['task-states', '.baton', '.baton/memory', '.baton/sessions'] as const;

export class PollingReader {
  readonly #root: string;
  readonly #last = new Map<string, Buffer>();
  readonly #running: Promise<void>;
  #stopped = false;
  reads = 0;
  /** Contents seen that differ from what was read there before. */
  versions = 0;
  /** What could not be read or made no sense, one line each. */
  readonly unparsable: string[] = [];

  constructor(root: string) {
    this.#root = root;
    this.#running = this.#poll();
  }

  /** Resolves after the round of reads that is going on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      for (const folder of folders) await this.#readFolder(folder);
      await setImmediate();
    }
  }

  async #readFolder(folder: string): Promise<void> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile() && !isTemporaryName(entry.name)) await this.#readOne(`${folder}/${entry.name}`);
    }
  }

  async #readOne(path: string): Promise<void> {
    const bytes = await readFile(join(this.#root, path)).catch((error: unknown) => String(error));
    this.reads++;
    // Nothing that is read here is ever removed, so a file that was listed is there.
    if (typeof bytes === 'string') this.unparsable.push(`${path}: ${bytes}`);
    else if (!this.#last.get(path)?.equals(bytes)) {
      this.#last.set(path, bytes);
      this.versions++;
      if (!isWhole(path, bytes)) this.unparsable.push(`${path}: ${bytes.length} bytes`);
    }
  }
}

function isWhole(path: string, bytes: Buffer): boolean {
  if (path.startsWith('task-states/')) return readWhole(bytes.toString('utf8')) !== undefined;
  // A line that is just being appended has no end yet; a line that has one must check out.
  if (/\/WAL-[^/]*\.log$/.test(path)) return parseLog(bytes).damaged.length === 0;
  const text = bytes.toString('utf8');
  if (path.endsWith('.json')) return isJson(text);
  if (path.endsWith('.jsonl')) return text.split('\n').slice(0, -1).every(isJson) && text.endsWith('\n');
  return text.endsWith('\n');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
