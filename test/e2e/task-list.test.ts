/** The list of many tasks: the same bytes with and without a cache, to whoever reads it. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checksum } from '../../src/core/store/index-cache-columns';
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

/** Lists until the files are old enough for the cache and the list to be kept; the first lists keep nothing. */
async function untilKept(repository: Repository): Promise<void> {
  const kept = join(repository.root, '.baton/cache/list.bin');
  const limit = Date.now() + 30_000;
  for (;;) {
    await repository.baton(list);
    const isThere = await access(kept).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    assert.ok(Date.now() < limit, 'nothing is kept');
  }
}

suite('the list of many tasks', () => {
  test('is the same with and without the cache, whatever happened to the files', async () => {
    await withTasks(async (repository) => {
      await untilKept(repository);
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
        const kept = at('.baton/cache');
        await rename(kept, `${kept}.aside`);
        const uncached = await repository.baton(list);
        await rm(kept, { recursive: true, force: true });
        await rename(`${kept}.aside`, kept);
        assert.equal(cached.stdout, uncached.stdout);
        assert.ok(JSON.parse(cached.stdout).data.tasks.length >= count - 1);
      }
    });
  });

  test('is printed as it was kept until something changes', async () => {
    await withTasks(async (repository) => {
      await untilKept(repository);
      const { stdout: whole } = await repository.baton(list);
      const kept = join(repository.root, '.baton/cache/list.bin');
      const bytes = Uint8Array.from(await readFile(kept));
      // Nothing but the kept list has this name, so whoever prints it has read that.
      bytes.set(Buffer.from('"Tusk 7"'), Buffer.from(bytes.buffer).indexOf('"Task 7"'));
      new Float64Array(bytes.buffer, 0, 3)[2] = checksum(bytes);
      await writeFile(kept, bytes);
      const { stdout: printed } = await repository.baton(list);
      assert.equal(printed, whole.replace('"Task 7"', '"Tusk 7"'));
      await repository.write(fileOf(8), stateText('8', 'Written again'));
      const { stdout: changed } = await repository.baton(list);
      assert.equal(changed, whole.replace('"Task 8"', '"Written again"'));
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
