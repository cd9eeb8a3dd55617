import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { isBatonError } from '../../../src/core/base/baton-error';
import { ensureUserAgents, readUserAgents } from '../../../src/node/user-agents';
import { userConfigFile, userConfigFolder } from '../../../src/node/user-config';
import { withWorkspace } from '../../support/with-workspace';

function within(body: (env: Record<string, string>) => Promise<void>): Promise<void> {
  return withWorkspace(({ root }) => body({ XDG_CONFIG_HOME: root, APPDATA: root }));
}

suite('A person’s own agents', () => {
  test('are none until they write some, and the file is made without touching what it holds', () =>
    within(async (env) => {
      assert.equal(await readUserAgents(env), undefined);
      const path = await ensureUserAgents(env);
      assert.equal(path, userConfigFile(env));
      assert.deepEqual(await readUserAgents(env), {});
      if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600);
      await writeFile(path, '{ "mine": {} }');
      assert.equal(await ensureUserAgents(env), path);
      assert.equal(await readFile(path, 'utf8'), '{ "mine": {} }');
    }));

  test('are read where an editor has put a byte order mark in front', () =>
    within(async (env) => {
      await mkdir(userConfigFolder(env), { recursive: true });
      await writeFile(userConfigFile(env), '\uFEFF{ "mine": {} }');
      assert.deepEqual(await readUserAgents(env), { mine: {} });
    }));

  test('are not taken for none where their file is no JSON', () =>
    within(async (env) => {
      await mkdir(userConfigFolder(env), { recursive: true });
      await writeFile(userConfigFile(env), '{');
      await assert.rejects(readUserAgents(env), (error) => isBatonError(error, 'invalid_config'));
    }));

  test('are not taken for none where their file cannot be read', () =>
    within(async (env) => {
      await mkdir(userConfigFile(env), { recursive: true });
      await assert.rejects(readUserAgents(env), (error) => isBatonError(error, 'io_failed'));
    }));
});
