/**
 * A small program that holds items at hand over a real memory, as any Baton process does; tests start several and kill some.
 * Prints one line for every answer it got. Arguments: verb, workspace folder, kind of SQLite, a number that no other
 * worker has, and how many items to take in (without end unless given).
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Moved } from '../../src/core/memory/ram-draft';
import type { WorkingMemory } from '../../src/core/memory/working-memory';
import { defaultConfig } from '../../src/core/model/config';
import type { MemoryId } from '../../src/core/model/memory';
import { openMemory } from '../../src/core/operations/open-memory';
import { taskMemory } from '../../src/core/operations/task-memory';
import { NodeDatabases, sqliteChoice } from '../../src/node/node-databases';
import { nodePorts } from '../../src/node/node-ports';
import { stderrLogger } from '../../src/node/stderr-logger';
import { exampleInput, idOf, ramTask, takeIn } from './ram-examples';

const [verb = '', root = '', choice = '', worker = '', count = 'Infinity'] = process.argv.slice(2);
const log = stderrLogger();
const ports = { ...nodePorts(log), databases: new NodeDatabases(log, sqliteChoice(choice)) };
const config = { ...defaultConfig, memory: { ...defaultConfig.memory, maxItems: 8, maxBytes: 1024 } };

/** Straight to the file descriptor: an answer must be out before a kill can come. */
const say = (line: string) => writeSync(1, `${line}\n`);

/** Takes an item to hand, and puts others away until there is room for it. */
async function hold(ram: WorkingMemory, n: number): Promise<void> {
  while ((await ram.load([idOf(n)])).done.length === 0) {
    const oldest = ram.state.items.slice(0, 3).map(({ id }) => id);
    const { done } = n % 2 === 0 ? await ram.putAway(oldest) : await inTwoSteps(ram, oldest);
    for (const id of done) say(`away ${id}`);
  }
}

async function inTwoSteps(ram: WorkingMemory, ids: readonly MemoryId[]): Promise<Moved> {
  await ram.summarize(ids);
  return ram.evict(ids);
}

const verbs: Readonly<Record<string, () => Promise<void>>> = {
  /** Says `taken` when long-term memory has an item, `held` when it is at hand, `away` when it is put away. */
  async churn() {
    const memory = await openMemory({ root, ports, config, acting: { actor: 'tool', surface: 'cli' } });
    say(`mode ${memory.store.mode}`);
    const ram = taskMemory({ ports, config }, memory, ramTask);
    for (let n = 0; n < Number(count); n++) {
      const own = Number(worker) * 100_000 + n;
      await takeIn(memory.store, exampleInput(own));
      say(`taken ${idOf(own)}`);
      await hold(ram, own);
      say(`held ${idOf(own)}`);
    }
    await memory.store.close();
  },
};

say('ready');
// All workers of a test start on one signal, so that they do meet.
await once(process.stdin, 'data');
process.stdin.unref();
await verbs[verb]?.();
