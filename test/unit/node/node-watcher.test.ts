import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeWatcher } from '../../../src/node/node-watcher';
import { MemoryLogger } from '../../support/memory-logger';
import { withWorkspace } from '../../support/with-workspace';

/** Resolves with the next event; the runner's time limit is the limit. */
function next(watcher: NodeWatcher): Promise<void> {
  return new Promise((resolve) => {
    const subscription = watcher.onDidChange(() => {
      subscription.dispose();
      resolve();
    });
  });
}

suite('The file watcher', () => {
  async function watching(body: (root: string, watcher: NodeWatcher, log: MemoryLogger) => Promise<void>) {
    await withWorkspace(async ({ root }) => {
      const log = new MemoryLogger();
      const watcher = new NodeWatcher([join(root, 'tasks')], { log, debounceMs: 10 });
      try {
        await body(root, watcher, log);
      } finally {
        watcher.dispose();
      }
    });
  }

  test('a folder that comes later is watched from then on', () =>
    watching(async (root, watcher) => {
      let event = next(watcher);
      await mkdir(join(root, 'tasks'));
      await event;
      event = next(watcher);
      await writeFile(join(root, 'tasks', 'a.md'), 'one');
      await event;
    }));

  test('a folder that goes and comes back is watched again', () =>
    watching(async (root, watcher) => {
      await mkdir(join(root, 'tasks'));
      await next(watcher);
      let event = next(watcher);
      await rm(join(root, 'tasks'), { recursive: true });
      await event;
      event = next(watcher);
      await mkdir(join(root, 'tasks'));
      await event;
      event = next(watcher);
      await writeFile(join(root, 'tasks', 'a.md'), 'one');
      await event;
    }));

  test('a burst of changes is one event', () =>
    withWorkspace(async ({ root }) => {
      const watcher = new NodeWatcher([root], { log: new MemoryLogger(), debounceMs: 50 });
      let events = 0;
      watcher.onDidChange(() => events++);
      const event = next(watcher);
      for (let n = 0; n < 20; n++) await writeFile(join(root, `${n}.md`), 'x');
      await event;
      assert.ok(events < 5, `${events} events`);
      watcher.dispose();
    }));

  test('after it is disposed nothing is told any more', () =>
    withWorkspace(async ({ root }) => {
      const one = new NodeWatcher([root], { log: new MemoryLogger(), debounceMs: 1 });
      const other = new NodeWatcher([root], { log: new MemoryLogger(), debounceMs: 20 });
      one.onDidChange(() => assert.fail('disposed'));
      one.dispose();
      const event = next(other);
      await writeFile(join(root, 'a.md'), 'x');
      await event;
      other.dispose();
    }));
});
