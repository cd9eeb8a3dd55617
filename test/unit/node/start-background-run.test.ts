/** What a window starts in the background, before anything runs. Real runs: test/e2e/background.test.ts. */
import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { isBatonError } from '../../../src/core/base/baton-error';
import { startBackgroundRun } from '../../../src/node/start-background-run';
import { withWorkspace } from '../../support/with-workspace';

const program = { node: process.execPath, nodeEnv: {}, cli: '/nowhere/cli.js' };

suite('Starting a run in the background', () => {
  // Windows needs a privilege to make a link.
  if (process.platform === 'win32') return;

  test('never empties a file that a link of the repository leads to', () =>
    withWorkspace(async ({ root }) => {
      const precious = `${root}/precious.txt`;
      await writeFile(precious, 'mine');
      await mkdir(`${root}/project/.baton/memory/runs`, { recursive: true });
      await symlink(precious, `${root}/project/.baton/memory/runs/last-start.txt`);
      await assert.rejects(startBackgroundRun(program, `${root}/project`, 'q-1'), (error) =>
        isBatonError(error, 'io_failed'),
      );
      assert.equal(await readFile(precious, 'utf8'), 'mine');
    }));

  test('makes no file where a linked folder of the repository leads out of it', () =>
    withWorkspace(async ({ root }) => {
      await mkdir(`${root}/elsewhere`);
      await writeFile(`${root}/elsewhere/last-start.txt`, 'mine');
      await mkdir(`${root}/project/.baton/memory`, { recursive: true });
      await symlink(`${root}/elsewhere`, `${root}/project/.baton/memory/runs`);
      await assert.rejects(startBackgroundRun(program, `${root}/project`, 'q-1'), (error) =>
        isBatonError(error, 'untrusted'),
      );
      assert.equal(await readFile(`${root}/elsewhere/last-start.txt`, 'utf8'), 'mine');
    }));
});
