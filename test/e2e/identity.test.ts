/** The identity layers from the command line: what is told, and what reaches a packet and its file. */
import { strict as assert } from 'node:assert';
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

async function withLayers(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await repository.json(['task', 'create', '--title', 'One', '--criterion', 'c']);
    await repository.write('.baton/SOUL.md', '## Tone\r\nFormal.\r\n');
    await repository.write('AGENTS.md', '## Build\nRun make.\n\n## tone\nLoose.\n');
    await repository.write('task-states/USER.md', '## Language\nGerman.\n\n## Build\nMine.\n');
    await body(repository);
  });
}

suite('baton identity', () => {
  test('tells the files, the merged text and what is shadowed', async () => {
    await withLayers(async (repository) => {
      const { identity } = (await repository.json(['identity', '1'])).data;
      assert.deepEqual(identity.layers, [
        { layer: 'soul', file: '.baton/SOUL.md' },
        { layer: 'agent', file: 'AGENTS.md' },
        { layer: 'identity', file: null },
        { layer: 'user', file: 'task-states/USER.md' },
      ]);
      assert.deepEqual(
        identity.conflicts.map((one: { heading: string; file: string; line: number }) => [
          one.heading,
          one.file,
          one.line,
        ]),
        [
          ['tone', 'AGENTS.md', 4],
          ['Build', 'task-states/USER.md', 4],
        ],
      );
      assert.match(
        identity.text,
        /## Tone\nFormal\.\n[\s\S]+## Build\nRun make\.\n[\s\S]+## Language\nGerman\.\n$/,
      );
      const { stdout } = await repository.baton(['identity']);
      assert.match(stdout, /no IDENTITY\.md: the protocol alone holds/);
      assert.match(stdout, /AGENTS\.md:4: "tone" does not count, \.baton\/SOUL\.md:1 has it/);
    });
  });

  test('a packet quotes the layers, names AGENTS.md, and writes nothing', async () => {
    await withLayers(async (repository) => {
      const { packet } = (await repository.json(['packet', '1'])).data;
      assert.match(packet, /From `\.baton\/SOUL\.md`:\n\n> ## Tone\n> Formal\./);
      assert.match(packet, /`AGENTS\.md` of the workspace folder holds here too/);
      assert.doesNotMatch(packet, /Run make/);
      assert.equal((await readdir(join(repository.root, '.baton'))).includes('effective-identity.md'), false);
    });
  });

  test('a link that leads out of the workspace folder is not read', async () => {
    await withLayers(async (repository) => {
      await symlink('/etc/hostname', join(repository.root, '.baton/IDENTITY.md'));
      const { identity } = (await repository.json(['identity'])).data;
      assert.equal(identity.layers[2].file, null);
      assert.deepEqual(identity.notices, [
        '.baton/IDENTITY.md is not used: it is a link that leads out of the workspace folder.',
      ]);
    });
  });
});
