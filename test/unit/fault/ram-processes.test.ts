// What is at hand with real processes on a real disk: killed anywhere, and several at once. Regression test 2.3.5.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { LongTermStore } from '../../../src/core/memory/long-term-store';
import { bytesIn } from '../../../src/core/memory/memory-limits';
import { defaultConfig } from '../../../src/core/model/config';
import { isMemoryId } from '../../../src/core/model/memory';
import { openMemory } from '../../../src/core/operations/open-memory';
import type { Ports } from '../../../src/core/ports';
import { initialise } from '../../../src/core/store/layout';
import { paths } from '../../../src/core/store/paths';
import { NodeDatabases } from '../../../src/node/node-databases';
import { faultRuns } from '../../support/fault-runs';
import { atHand, exampleInput, ramLimits, ramTask } from '../../support/ram-examples';
import { StoreWorkers, type Worker } from '../../support/store-workers';
import { withWorkspace } from '../../support/with-workspace';

/** Kills, a bounded while of them; more by `npm run test:faults`. */
const kills = Math.max(50, Math.floor(faultRuns / 2));
const atOnce = 2;

suite('processes that hold items of one task at hand', () => {
  let workers: StoreWorkers;

  suiteSetup(async () => {
    workers = await StoreWorkers.build('ram-worker.ts');
  });

  suiteTeardown(() => workers.dispose());

  for (const choice of ['native', 'none'] as const) {
    const kind = choice === 'native' ? 'in SQLite' : 'in a JSON file';
    // There each change writes the whole file, which takes longer.
    const runs = choice === 'native' ? kills : Math.ceil(kills / 3);

    test(`killed anywhere lose nothing (${kind}): what was held is at hand, or summarised and whole in long-term memory`, async () => {
      await withWorkspace(async ({ root, ports }) => {
        await initialise(ports, root);
        const all: Worker[] = [];
        const numbers = { next: 0 };
        const next = async (): Promise<void> => {
          const worker = await workers.start('churn', root, choice, String(numbers.next++));
          all.push(worker);
          worker.go();
          await worker.said(randomInt(2, 40));
          await new Promise((resolve) => setTimeout(resolve, randomInt(0, 4)));
          worker.signal('SIGKILL');
          assert.equal(await worker.ended, null, worker.errors());
        };
        while (all.length < runs) await Promise.all(Array.from({ length: atOnce }, next));
        const midway = all.filter(({ lines }) => !lines.at(-1)?.startsWith('held ')).length;
        assert.ok(midway > runs / 10, `only ${midway} were killed while something was on its way`);
        await withStore(root, ports, choice, async (store) => {
          const held = said(all, 'held');
          assert.ok(
            held.length > runs && said(all, 'away').length > runs,
            'too little happened to show anything',
          );
          // Without a database, what was taken in and is on no disk yet is taken in again from its source.
          const taken = choice === 'native' ? said(all, 'taken') : held;
          await judge(store, taken, held, said(all, 'away'));
        });
        if (choice === 'native') await requireSound(root, ports);
      });
    }).timeout(60_000 + runs * 2_000);

    test(`three at once hold and put away every item once, within the limits (${kind})`, async () => {
      await withWorkspace(async ({ root, ports }) => {
        await initialise(ports, root);
        const each = choice === 'native' ? 30 : 12;
        const all = await Promise.all(
          [1, 2, 3].map((n) => workers.start('churn', root, choice, String(n), String(each))),
        );
        for (const worker of all) worker.go();
        for (const worker of all) assert.equal(await worker.ended, 0, worker.errors());
        const away = said(all, 'away');
        assert.equal(said(all, 'held').length, 3 * each);
        assert.equal(new Set(away).size, away.length, 'nothing was put away twice');
        await withStore(root, ports, choice, async (store) => {
          await judge(store, said(all, 'taken'), said(all, 'held'), away);
          const { items, generation } = (await store.snapshot(ramTask, null)) ?? { items: [], generation: 0 };
          assert.equal(away.length + items.length, 3 * each);
          assert.ok(generation >= 3 * each);
        });
      });
    }).timeout(120_000);
  }
});

async function requireSound(root: string, ports: Ports): Promise<void> {
  const db = await new NodeDatabases(ports.log, 'native').open(paths.memoryDatabase(root));
  assert.deepEqual(db?.all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  db?.close();
}

function said(workers: readonly Worker[], word: string): readonly string[] {
  return workers.flatMap(({ lines }) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1)),
  );
}

async function withStore(
  root: string,
  ports: Ports,
  choice: 'native' | 'none',
  body: (store: LongTermStore) => Promise<void>,
): Promise<void> {
  const acting = { actor: 'tool', surface: 'cli' } as const;
  const databases = new NodeDatabases(ports.log, choice);
  const { store, notice } = await openMemory({
    root,
    ports: { ...ports, databases },
    config: defaultConfig,
    acting,
  });
  try {
    if (choice === 'native') assert.deepEqual([store.mode, notice], ['sqlite', undefined]);
    else assert.equal(store.mode, 'json', notice);
    await body(store);
  } finally {
    await store.close();
  }
}

async function judge(
  store: LongTermStore,
  taken: readonly string[],
  held: readonly string[],
  away: readonly string[],
): Promise<void> {
  const ram = atHand(store);
  await ram.items();
  assert.ok(ram.state.items.length <= ramLimits.items && bytesIn(ram.state.items) <= ramLimits.bytes);
  const recalled = async (id: string) => (isMemoryId(id) ? ram.recall(id) : undefined);
  for (const id of taken) {
    const number = Number(/\d+/.exec((await recalled(id))?.item?.title ?? '')?.[0]);
    assert.equal((await recalled(id))?.item?.text, exampleInput(number).text, `${id} was taken in`);
  }
  for (const id of held) {
    const found = await recalled(id);
    assert.ok(
      found?.atHand === true || (found?.summaries.length ?? 0) > 0,
      `${id} was at hand and is nowhere`,
    );
  }
  for (const id of away) {
    const found = await recalled(id);
    assert.ok(!found?.atHand && (found?.summaries.length ?? 0) > 0, `${id} was put away`);
  }
}
