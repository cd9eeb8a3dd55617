/** The skill for agents outside the editor: printed, written where such an agent looks, and never over somebody's own text. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { skillFile } from '../../src/core/model/agent-guides';
import { withRepository } from './support/with-repository';

suite('baton skill', () => {
  test('prints the text that the editor brings along, and writes the same', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      assert.equal((await repository.baton(['skill'])).stdout, skillFile());
      const { data } = await repository.json(['skill', '--to', '.agents/skills']);
      assert.equal(data.written, true);
      assert.match(data.path, /\/\.agents\/skills\/baton\/SKILL\.md$/);
      assert.equal(
        await readFile(join(repository.root, '.agents/skills/baton/SKILL.md'), 'utf8'),
        skillFile(),
      );
      assert.equal((await repository.json(['skill', '--to', '.agents/skills'])).data.written, false);
    });
  });

  test('leaves another text alone until it is told to replace it', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json(['skill', '--to', 'skills']);
      const file = join(repository.root, 'skills/baton/SKILL.md');
      await writeFile(file, 'mine');
      const refused = await repository.baton(['skill', '--to', 'skills', '--json']);
      assert.match(refused.stdout, /"code":\s*"exists"/);
      assert.equal(await readFile(file, 'utf8'), 'mine');
      await repository.json(['skill', '--to', 'skills', '--replace']);
      assert.equal(await readFile(file, 'utf8'), skillFile());
    });
  });
});
