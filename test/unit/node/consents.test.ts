import assert from 'node:assert/strict';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBatonError } from '../../../src/core/base/baton-error';
import { addConsent, readConsents, removeConsent } from '../../../src/node/consents';
import { userConfigFolder } from '../../../src/node/user-config';
import { withWorkspace } from '../../support/with-workspace';

async function within(body: (env: Record<string, string>, folder: string) => Promise<void>) {
  await withWorkspace(async ({ root }) => {
    const env = { XDG_CONFIG_HOME: root, APPDATA: root };
    await body(env, userConfigFolder(env));
  });
}

suite('What a person has agreed to', () => {
  test('is kept, once each, until it is taken back', () =>
    within(async (env, folder) => {
      assert.deepEqual([...(await readConsents(env))], []);
      await addConsent(env, 'b:2');
      await addConsent(env, 'a:1');
      await addConsent(env, 'b:2');
      assert.deepEqual([...(await readConsents(env))], ['a:1', 'b:2']);
      await removeConsent(env, 'b:2');
      await removeConsent(env, 'never:0');
      assert.deepEqual([...(await readConsents(env))], ['a:1']);
      assert.deepEqual(await readdir(folder), ['consents.json']);
      if (process.platform !== 'win32')
        assert.equal((await stat(join(folder, 'consents.json'))).mode & 0o777, 0o600);
    }));

  for (const broken of ['', '{', 'null', '[]', '{"agreed":7}', '{"agreed":[1,{}]}']) {
    test(`is nothing when the file holds ${broken || 'no byte'}: asking again is always right`, () =>
      within(async (env, folder) => {
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, 'consents.json'), broken);
        assert.deepEqual([...(await readConsents(env))], []);
        await addConsent(env, 'a:1');
        assert.deepEqual([...(await readConsents(env))], ['a:1']);
      }));
  }

  test('is not passed over in silence when it cannot be read', () =>
    within(async (env, folder) => {
      await mkdir(join(folder, 'consents.json'), { recursive: true });
      await assert.rejects(readConsents(env), (error) => isBatonError(error, 'io_failed'));
    }));
});
