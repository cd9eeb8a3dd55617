/** From what an agent writes to what is at hand, summarised, put away and recalled, by the built command line. Requirement 001-73. */
import { strict as assert } from 'node:assert';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

const sessions = 10;

async function done(repository: Repository, ...args: readonly string[]) {
  const answer = await repository.json(args);
  assert.equal(answer.code, 0, `${args.join(' ')}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** One task with so many sessions, and room for eight items at hand. */
async function withSessions(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await done(repository, 'init');
    await repository.write('.baton/config.json', '{ "memory": { "maxItems": 8, "maxBytes": 4096 } }');
    await done(repository, 'task', 'create', '--title', 'Token service');
    const path = 'task-states/task-1-state.md';
    const text = await repository.read(path);
    const entries = Array.from(
      { length: sessions },
      (_, n) =>
        `### Session ${n + 1} - 2026-11-20 1${n}:00\n**What I did:**\n- Wrote part ${n + 1} of the service\n\n`,
    );
    const at = text.indexOf('---\n\n## 5. Git History');
    await repository.write(path, `${text.slice(0, at)}${entries.join('')}${text.slice(at)}`);
    await body(repository);
  });
}

/** Ticks until one asks for no other. */
async function toRest(repository: Repository): Promise<readonly string[]> {
  const did: string[] = [];
  for (let n = 0; n < 10; n++) {
    const report = await done(repository, 'heartbeat');
    did.push(...report.did.map(({ text }: { text: string }) => text));
    if (report.nextAt === null) return did;
  }
  assert.fail('the ticks come to no rest');
}

suite('what is at hand of a task', () => {
  test('comes there by a tick alone, and what is put away is recalled with its summary, also when the database was deleted', () =>
    withSessions(async (repository) => {
      const did = await toRest(repository);
      assert.match(did.join('\n'), /Memory: \d+ items put away, [12] summar/);
      const hand = await done(repository, 'memory', 'hand', '1');
      assert.equal(hand.items.length + hand.away.length, sessions);
      assert.ok(hand.items.length < 8 && hand.bytes <= 4096);
      for (const { id, summary } of hand.away) {
        const { recalled } = await done(repository, 'memory', 'recall', id, '--full');
        assert.match(recalled[0].text, /Wrote part \d+ of the service/);
        assert.equal(recalled[0].summaries[0].id, summary);
        assert.match(recalled[0].summaries[0].text, /Wrote part \d+ of the service/);
      }
      for (const name of ['memory.db', 'memory.db-wal', 'memory.db-shm'])
        await rm(join(repository.root, '.baton/memory', name), { force: true });
      await toRest(repository);
      const again = await done(repository, 'memory', 'hand', '1');
      const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
      assert.deepEqual([ids(again.items), ids(again.away)], [ids(hand.items), ids(hand.away)]);
    }));

  test('a tick that finds nothing new changes nothing of it', () =>
    withSessions(async (repository) => {
      await toRest(repository);
      const before = await done(repository, 'memory', 'export');
      assert.deepEqual((await done(repository, 'heartbeat')).did, []);
      const { tasks, loaded, summarized, evicted, more } = await done(repository, 'memory', 'manage');
      assert.deepEqual([loaded, summarized, evicted, more], [0, 0, 0, false], `${tasks} tasks`);
      assert.deepEqual(await done(repository, 'memory', 'export'), before);
    }));

  test('is cleared for a fresh start but for what is pinned, and nothing is forgotten', () =>
    withSessions(async (repository) => {
      await toRest(repository);
      const { items } = await done(repository, 'memory', 'hand', '1');
      const pinned = await done(repository, 'memory', 'pin', items[0].id);
      assert.deepEqual([pinned.item.id, pinned.item.pinned, pinned.troubles], [items[0].id, true, []]);
      const cleared = await done(repository, 'memory', 'hand', '1', '--clear');
      assert.deepEqual(
        [cleared.items.map(({ id }: { id: string }) => id), cleared.cleared],
        [[items[0].id], items.length - 1],
      );
      assert.equal((await done(repository, 'memory', 'status')).items, sessions);
      await done(repository, 'memory', 'pin', items[0].id, '--off');
      assert.deepEqual((await done(repository, 'memory', 'hand', '1', '--clear')).items, []);
      const nobody = await repository.json(['memory', 'pin', 'm-aaaaaaaaaaaaaaaa']);
      assert.deepEqual([nobody.code, nobody.error.code], [1, 'not_found']);
    }));
});
