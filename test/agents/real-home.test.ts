/** What looks for traces of agents in the real home finds them, and takes nothing else for one. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeScratch, removeScratch } from '../harness/scratch';
import { realHome } from './support/real-home';

suite('traces in the real home', () => {
  test('are files and folders of an agent that name its private home, or were not there before', async () => {
    const folder = await makeScratch('homes');
    try {
      const real = join(folder, 'real');
      const own = join(folder, 'proof-1a2b', 'home');
      await write(join(real, '.agent/settings.json'), '{}');
      await write(join(real, '.editor/state'), 'begun');
      const outside = await realHome([real]);
      await write(join(own, '.agent/settings.json'), '{}');
      await write(join(own, '.other/login'), '');

      await write(join(real, '.agent/history'), 'the person works in /home/person/project');
      await write(join(real, '.editor/state'), `it names ${own}, and is no agent's`);
      assert.deepEqual(await outside.tracesOf(own), []);

      await write(join(real, '.agent/sessions.json'), `{ "folder": "${own}" }`);
      await write(join(real, '.agent/projects/-tmp-proof-1a2b-project/1.jsonl'), '');
      await write(join(real, '.other/login'), '');
      assert.deepEqual(
        [...(await outside.tracesOf(own))].sort(),
        ['.agent/projects/-tmp-proof-1a2b-project/1.jsonl', '.agent/sessions.json', '.other'].map((path) =>
          join(real, path),
        ),
      );
    } finally {
      await removeScratch(folder);
    }
  });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
