/**
 * How well recall finds what was planted in made-up histories, held to the goals of reliability.md 4.3: of items, per class
 * and form of question. `RECALL_FIGURES=1` prints the tables, `RECALL_SEEDS` and `RECALL_FACTS` take other histories.
 */
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { applyArchive, planArchive, withArchived } from '../../src/core/health/archive-plan';
import { readDocument } from '../../src/core/markdown/document';
import { JsonStore } from '../../src/core/memory/json-store';
import type { LongTermStore } from '../../src/core/memory/long-term-store';
import type { MemoryItem } from '../../src/core/model/memory';
import { initialiseWorkspace } from '../../src/core/operations/initialise-workspace';
import { manageMemory } from '../../src/core/operations/manage-memory';
import { type OpenMemory, openMemory } from '../../src/core/operations/open-memory';
import { recallMemory } from '../../src/core/operations/recall-memory';
import { syncMemory } from '../../src/core/operations/sync-memory';
import { type BatonWorkspace, openWorkspace } from '../../src/core/operations/workspace';
import { NodeDatabases } from '../../src/node/node-databases';
import { testPorts } from '../support/memory-ports';
import { type Figures, figureOf, figuresTable, measureRecall, together } from '../support/recall-figures';
import { recallStore, takeIn } from '../support/recall-store';
import { sourceResources } from '../support/source-resources';
import { factClasses, type History, questionForms, taskHistories } from '../support/task-histories';
import { historyFiles, historyItems, stateText } from '../support/task-history-files';
import { type Workspace, withWorkspace } from '../support/with-workspace';

const seeds = (process.env['RECALL_SEEDS'] ?? '1,2').split(',').map(Number);
const facts = Number(process.env['RECALL_FACTS'] ?? 25);
const limitMs = 600_000;

function show(name: string, figures: Figures): void {
  if (process.env['RECALL_FIGURES'] === undefined) return;
  const unanswered = `questions without an answer that got results: ${figures.answeredAllTheSame}`;
  console.log(`\n${name}, ${figures.items} items\n\n${figuresTable(figures)}\n\n${unanswered}\n`);
}

async function measured(store: LongTermStore, seed: number): Promise<Figures> {
  const history = taskHistories({ seed, tasks: 200, sessions: 8, facts });
  await takeIn(store, historyItems(history));
  const figures = await measureRecall(store, history);
  await store.close();
  return figures;
}

const stores: readonly (readonly [string, readonly number[], () => Promise<LongTermStore>])[] = [
  ['SQLite', seeds, async () => recallStore()],
  ['the JSON store', seeds.slice(0, 1), () => JsonStore.inRam(testPorts())],
];

for (const [name, own, open] of stores) {
  suite(`recall from ${name}, of facts planted among thousands of items`, () => {
    let figures: Figures;

    suiteSetup(async function () {
      this.timeout(limitMs);
      const all: Figures[] = [];
      for (const seed of own) all.push(await measured(await open(), seed));
      figures = together(all);
      show(`${name}, seeds ${own.join(', ')}`, figures);
    });

    test('every fact that is asked for stands in some item', () => {
      assert.deepEqual(figures.lost, []);
    });

    for (const form of ['verbatim', 'half'] as const) {
      test(`identifiers are among the first five always, and first in 98 of 100 (${form})`, () => {
        const { recall } = figureOf(figures, 'identifier', form);
        assert.equal(recall.at5, 1);
        assert.ok(recall.at1 >= 0.98, `first in ${recall.at1}`);
      });
    }

    for (const of of factClasses) {
      test(`${of}: asked in the same words, it is among the first five in 98 of 100`, () => {
        const { recall } = figureOf(figures, of, 'verbatim');
        assert.ok(recall.at5 >= 0.98, `in ${recall.at5}`);
      });

      test(`${of}: asked with half of the words replaced, it is among the first ten in 85 of 100`, () => {
        const { recall } = figureOf(figures, of, 'half');
        assert.ok(recall.at10 >= 0.85, `in ${recall.at10}`);
      });
    }

    test('what was superseded is never shown as what holds', () => {
      assert.deepEqual(figures.shownAsCurrent, []);
    });

    test('chance and the newest items find next to nothing, so that the figures mean something', () => {
      for (const { random, newest } of figures.figures) assert.ok(random.at10 < 0.02 && newest.at10 < 0.2);
    });
  });
}

const folderHistory: History = taskHistories({ seed: 3, tasks: 30, sessions: 8, facts: 20 });

async function write(root: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Another process, as far as the files can tell. */
function opened({ root, ports }: Workspace): Promise<BatonWorkspace> {
  const databases = new NodeDatabases(ports.log);
  return openWorkspace({ ...ports, databases }, root, sourceResources(), { actor: 'tool', surface: 'cli' });
}

/** Memory as another process finds it, brought up to date. */
async function withMemory<T>(
  workspace: BatonWorkspace,
  body: (memory: OpenMemory) => Promise<T>,
): Promise<T> {
  const memory = await openMemory(workspace);
  try {
    assert.equal(memory.store.mode, 'sqlite');
    await syncMemory(workspace, memory);
    return await body(memory);
  } finally {
    await memory.store.close();
  }
}

/** Runs the manager until it has nothing left to do; how much it put away. */
async function settle(workspace: BatonWorkspace, memory: OpenMemory): Promise<number> {
  let evicted = 0;
  for (let run = 0; run < 1000; run++) {
    const report = await manageMemory(workspace, memory);
    evicted += report.evicted;
    if (!report.more) return evicted;
  }
  throw new Error('The manager never comes to an end');
}

function archived({ tasks }: History): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const task of tasks) {
    const [text, name] = [stateText(task), `task-${task.id}-archive.md`];
    const plan = planArchive(text, readDocument(text), name);
    if (plan === undefined) continue;
    files.set(`task-states/${name}`, withArchived(undefined, plan.moved, `Task #${task.id}`));
    files.set(`task-states/task-${task.id}-state.md`, applyArchive(text, plan));
  }
  return files;
}

async function textsById(store: LongTermStore): Promise<ReadonlyMap<MemoryItem['id'], string>> {
  const items = await store.itemsOf({ past: true }, 100_000);
  return new Map(items.map(({ id, text }) => [id, text]));
}

/** Nothing is lost of what was there, and each id still gives its text. */
async function assertKept(
  store: LongTermStore,
  before: ReadonlyMap<MemoryItem['id'], string>,
): Promise<void> {
  const lost: string[] = [];
  for (const [id, text] of before) if ((await store.item(id))?.text !== text) lost.push(`${id}: ${text}`);
  assert.deepEqual(lost, []);
}

suite('recall in a workspace folder', () => {
  test('finds as much, and every id, after summaries, evictions, the archive, a restart and a lost database', async function () {
    this.timeout(limitMs);
    await withWorkspace(async (folder) => {
      await initialiseWorkspace(folder.ports, folder.root);
      await write(folder.root, historyFiles(folderHistory));
      const limits = { schema: 1, memory: { maxItems: 8, maxBytes: 4096 } };
      await write(folder.root, new Map([['.baton/config.json', JSON.stringify(limits)]]));
      const first = await opened(folder);
      const [fresh, texts] = await withMemory(first, async ({ store }) => [
        await measureRecall(store, folderHistory),
        await textsById(store),
      ]);
      show('a workspace folder', fresh);
      assert.deepEqual([fresh.lost, fresh.shownAsCurrent], [[], []]);

      const evicted = await withMemory(first, (memory) => settle(first, memory));
      assert.ok(evicted > 100, `only ${evicted} were put away`);
      await write(folder.root, archived(folderHistory));
      const second = await opened(folder);
      const settled = await withMemory(second, async ({ store }) => {
        await assertKept(store, texts);
        return measureRecall(store, folderHistory);
      });
      show('after summaries, evictions, the archive and a restart', settled);
      assertNoWorse(settled, fresh);

      for (const id of [...texts.keys()].filter((_, at) => at % 50 === 0)) {
        const { recalled } = await recallMemory(second, id, { full: true });
        assert.equal(recalled[0]?.text, texts.get(id));
      }

      await rm(join(folder.root, '.baton/memory/memory.db'));
      await withMemory(await opened(folder), async ({ store }) => assertKept(store, texts));
    });
  });
});

/** By at most two points in any class and form, and nothing that no longer holds is shown as what does. */
function assertNoWorse(after: Figures, before: Figures): void {
  assert.deepEqual([after.lost, after.shownAsCurrent], [[], []]);
  for (const of of factClasses) {
    for (const form of questionForms) {
      const [now, then] = [figureOf(after, of, form).recall, figureOf(before, of, form).recall];
      for (const k of ['at1', 'at5', 'at10'] as const) {
        assert.ok(now[k] >= then[k] - 0.02, `${of}, ${form}, ${k}: ${then[k]} before, ${now[k]} after`);
      }
    }
  }
}
