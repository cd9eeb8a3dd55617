/** Where the built command line keeps memory: with each kind of SQLite, without any, and with a damaged file. 001-76. */
import { strict as assert } from 'node:assert';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

const kinds = ['native', 'wasm', 'none'] as const;

async function withNote(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await repository.json(['note', 'add', 'The gateway listens on port 9090', '--kind', 'decision']);
    await body(repository);
  });
}

async function found(repository: Repository, kind: (typeof kinds)[number]): Promise<readonly string[]> {
  const { stdout, stderr, code } = await repository.baton(['memory', 'query', 'gateway port', '--json'], {
    BATON_SQLITE: kind,
  });
  assert.equal(code, 0, stderr);
  // Among what must not be there: that Node calls its SQLite experimental.
  assert.doesNotMatch(stderr, /Warning/);
  return [...stdout.matchAll(/The gateway listens on port \d+/g)].map(([text]) => text);
}

suite('Where memory is kept', () => {
  test('either SQLite finds what the other has kept, and the JSON file has its own', () =>
    withNote(async (repository) => {
      for (const kind of [...kinds, ...kinds]) {
        assert.ok((await found(repository, kind)).includes('The gateway listens on port 9090'), kind);
      }
      const files = await readdir(join(repository.root, '.baton/memory'));
      assert.deepEqual(files.filter((name) => name.startsWith('memory.')).sort(), [
        'memory.db',
        'memory.json',
      ]);
      assert.deepEqual(await readdir(join(repository.root, '.baton/locks')), []);
    }));

  test('the answer says how memory is kept, and what is wrong with it', () =>
    withNote(async (repository) => {
      const status = async (kind: (typeof kinds)[number]) =>
        (await repository.json(['memory', 'status'], { BATON_SQLITE: kind })).data;
      assert.deepEqual([(await status('native')).mode, (await status('native')).notice], ['sqlite', null]);
      assert.deepEqual([(await status('wasm')).mode, (await status('wasm')).notice], ['sqlite', null]);
      const json = await status('none');
      assert.equal(json.mode, 'json');
      assert.match(json.notice, /There is no SQLite here/);
    }));

  for (const kind of ['native', 'wasm'] as const) {
    test(`a damaged database is set aside and made anew from the files (${kind})`, () =>
      withNote(async (repository) => {
        await found(repository, kind);
        await repository.write(
          '.baton/memory/memory.db',
          'This is no database, and it is longer than a header has to be.'.repeat(9),
        );
        const { data } = await repository.json(['memory', 'query', 'gateway port'], { BATON_SQLITE: kind });
        assert.match(
          data.notice,
          /^The memory database is damaged \([^)]*\)\. It is kept as \.baton\/memory\/memory\.db\.damaged-\d+,/,
        );
        assert.ok(JSON.stringify(data).includes('The gateway listens on port 9090'), 'it was taken in again');
        const [name] = (await readdir(join(repository.root, '.baton/memory'))).filter((one) =>
          /damaged/.test(one),
        );
        assert.match(await repository.read(`.baton/memory/${name}`), /^This is no database/);
        const again = await repository.json(['memory', 'query', 'gateway port'], { BATON_SQLITE: kind });
        assert.equal(again.data.notice, null, 'it is said once');
        const [{ kind: trouble, file }] = again.data.troubles;
        assert.deepEqual([trouble, file], ['set_aside', `.baton/memory/${name}`], 'what lies there is told');
        assert.ok(JSON.stringify(again.data).includes('The gateway listens on port 9090'));
      }));
  }
});
