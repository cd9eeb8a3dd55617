import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LastingWatch } from '../../../src/node/watch-folder';
import { withWorkspace } from '../../support/with-workspace';

/** What a folder's watch tells, to be waited for. */
class Told {
  readonly #names: (string | undefined)[] = [];
  #wake: (() => void) | undefined;

  readonly tell = (name: string | undefined): void => {
    this.#names.push(name);
    this.#wake?.();
  };

  async next(name: string | undefined): Promise<void> {
    while (!this.#names.includes(name)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#names.length = 0;
  }
}

const ends = {
  'is deleted': (folder: string) => rm(folder, { recursive: true }),
  'is moved away': (folder: string) => rename(folder, `${folder}-old`),
};

suite('the watch of a folder', () => {
  for (const [what, end] of Object.entries(ends)) {
    test(`goes on when the folder ${what} and made again`, () =>
      withWorkspace(async ({ root }) => {
        const folder = join(root, 'tasks');
        await mkdir(folder);
        const told = new Told();
        const failures: unknown[] = [];
        const watch = new LastingWatch(folder, told.tell, (error) => failures.push(error));
        try {
          await writeFile(join(folder, 'one'), '');
          await told.next('one');
          await end(folder);
          await told.next(undefined);
          await mkdir(folder, { recursive: true });
          await told.next(undefined);
          await writeFile(join(folder, 'two'), '');
          await told.next('two');
          assert.equal(failures.length, 1);
        } finally {
          watch.dispose();
        }
      }));
  }

  test('begins when the folder is made', () =>
    withWorkspace(async ({ root }) => {
      const folder = join(root, 'tasks');
      const told = new Told();
      const watch = new LastingWatch(folder, told.tell, () => undefined);
      try {
        await mkdir(folder);
        await told.next(undefined);
        await writeFile(join(folder, 'one'), '');
        await told.next('one');
      } finally {
        watch.dispose();
      }
    }));
});
