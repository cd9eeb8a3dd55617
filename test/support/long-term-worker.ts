/**
 * A small program that uses long-term memory as any Baton process does; tests start several of it and kill some.
 * Prints one line for every answer it got. Arguments: verb, workspace folder, kind of SQLite, name, how often.
 */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { isBatonError } from '../../src/core/base/baton-error';
import type { LongTermStore } from '../../src/core/memory/long-term-store';
import { defaultConfig } from '../../src/core/model/config';
import { openMemory } from '../../src/core/operations/open-memory';
import { NodeDatabases, sqliteChoice } from '../../src/node/node-databases';
import { nodePorts } from '../../src/node/node-ports';
import { stderrLogger } from '../../src/node/stderr-logger';
import { memoryId, memoryInput } from './memory-items';
import { taskId } from './state-text';

const [verb = '', root = '', choice = '', name = '', count = '1'] = process.argv.slice(2);
const log = stderrLogger();
const ports = { ...nodePorts(log), databases: new NodeDatabases(log, sqliteChoice(choice)) };
const acting = { actor: 'person', surface: 'cli' } as const;
const workspace = { root, ports, config: defaultConfig, acting };

/** Straight to the file descriptor: an answer must be out before a kill can come. */
const say = (line: string) => writeSync(1, `${line}\n`);

async function withStore<T>(body: (store: LongTermStore) => Promise<T>): Promise<T> {
  const { store, notice } = await openMemory(workspace);
  try {
    if (store.mode === 'ram') throw new Error(notice);
    return await body(store);
  } finally {
    await store.close();
  }
}

async function takeIn(store: LongTermStore, n: number): Promise<void> {
  const digits = [...String(n)].map((digit) => 'abcdefghij'.charAt(Number(digit))).join('');
  const items = Array.from({ length: 5 }, (_, k) =>
    memoryInput(`${name}z${digits}z${'abcde'.charAt(k)}`, { text: `needle ${name} ${n} ${k}`, session: n }),
  );
  await store.takeIn({ path: `${name}-${n}.md`, stamp: '1' }, items);
  say(`took ${name}-${n}`);
}

/** One generation more, however often somebody else is faster. */
async function putNext(store: LongTermStore): Promise<void> {
  const task = taskId('101');
  for (;;) {
    const generation = ((await store.snapshot(task, null))?.generation ?? 0) + 1;
    const at = ports.clock.now().toISOString();
    const items = [{ id: memoryId(name), version: generation, bytes: 1 }];
    if (await store.putSnapshot({ task, session: null, generation, items, tombstones: [], at })) {
      say(`put ${generation}`);
      return;
    }
  }
}

async function repeat(body: (n: number) => Promise<void>): Promise<void> {
  for (let n = 1; n <= Number(count); n++) await body(n);
}

const verbs: Readonly<Record<string, () => Promise<void>>> = {
  /** Takes sources in, with the memory open all the time. */
  intake: () => withStore((store) => repeat((n) => takeIn(store, n))),
  /** Takes sources in, opening the memory for each. */
  visits: () => repeat((n) => withStore((store) => takeIn(store, n))),
  snapshots: () => withStore((store) => repeat(() => putNext(store))),
  /** Keeps the memory open until it is killed. */
  stay: () =>
    withStore(async (store) => {
      say(`open ${store.mode}`);
      await once(process.stdin.resume(), 'end');
    }),
};

async function main(): Promise<void> {
  say('ready');
  await once(process.stdin, 'data');
  await verbs[verb]?.();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(isBatonError(error) ? `${error.code}: ${error.message}\n` : `${error}\n`);
    process.exit(1);
  },
);
