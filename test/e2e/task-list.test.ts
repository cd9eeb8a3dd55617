/** The list of many tasks: the same bytes with and without a cache, to whoever reads it. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stateText } from '../support/state-text';
import { environment, type Repository, withRepository } from './support/with-repository';

const cli = resolve(import.meta.dirname, '../../dist/cli.js');
/** Enough for the cache to be worth it, and for more than a pipe holds. */
const count = 300;
const fileOf = (id: number | string) => `task-states/task-${id}-state.md`;
const list = ['task', 'list', '--json'];

async function withTasks(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.baton(['init']);
    for (let id = 1; id <= count; id++)
      await repository.write(fileOf(id), stateText(String(id), `Task ${id}`));
    await body(repository);
  });
}

/** Lists until the files are old enough to be kept; the first lists keep nothing. */
async function untilCached(repository: Repository): Promise<void> {
  const cache = join(repository.root, '.baton/cache/index.bin');
  const limit = Date.now() + 30_000;
  for (;;) {
    await repository.baton(list);
    const isThere = await access(cache).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    assert.ok(Date.now() < limit, 'there is no cache');
  }
}

suite('the list of many tasks', () => {
  test('is the same with and without the cache, whatever happened to the files', async () => {
    await withTasks(async (repository) => {
      await untilCached(repository);
      const at = (path: string) => join(repository.root, path);
      const changes: readonly (() => Promise<void>)[] = [
        async () => {},
        () => repository.write(fileOf(7), stateText('7', 'Task 8')),
        () => repository.write(fileOf(8), stateText('8', 'A longer title')),
        () => rename(at(fileOf(9)), at('task-states/elsewhere.md')),
        () => rm(at(fileOf(10))),
        () => repository.write(fileOf('new'), stateText('new', 'New')),
        () => repository.write('task-states/twin.md', stateText('11', 'Twin')),
      ];
      for (const change of changes) {
        await change();
        const cached = await repository.baton(list);
        const kept = at('.baton/cache/index.bin');
        await rename(kept, `${kept}.aside`);
        const uncached = await repository.baton(list);
        await rename(`${kept}.aside`, kept);
        assert.equal(cached.stdout, uncached.stdout);
        assert.ok(JSON.parse(cached.stdout).data.tasks.length >= count - 1);
      }
    });
  });

  test('reaches a slow reader whole', async () => {
    await withTasks(async ({ root, baton }) => {
      const { stdout: whole } = await baton(list);
      assert.ok(whole.length > 65_536);
      const child = spawn(process.execPath, [cli, ...list], {
        cwd: root,
        env: environment(root),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'close');
      let read = '';
      for await (const piece of child.stdout.setEncoding('utf8')) {
        read += String(piece);
        for (let turn = 0; turn < 100; turn++) await nextTurn();
      }
      assert.equal(read, whole);
      assert.deepEqual(await ended, [0, null]);
    });
  });
});
