import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBatonError } from '../../../src/core/base/baton-error';
import { noBackgroundChoice } from '../../../src/core/model/background';
import { changeBackgroundChoice, readBackgroundChoice } from '../../../src/node/background-choices';
import { portablePath } from '../../../src/node/portable-path';
import { userConfigFolder } from '../../../src/node/user-config';
import { withWorkspace } from '../../support/with-workspace';

interface Place {
  readonly env: Record<string, string>;
  readonly file: string;
  readonly one: string;
  readonly other: string;
}

async function within(body: (place: Place) => Promise<void>) {
  await withWorkspace(async ({ root }) => {
    const env = { XDG_CONFIG_HOME: root, APPDATA: root };
    const [one, other] = [join(root, 'one'), join(root, 'other')];
    await mkdir(one);
    await mkdir(other);
    await mkdir(userConfigFolder(env), { recursive: true });
    await body({ env, file: join(userConfigFolder(env), 'background.json'), one, other });
  });
}

suite('What a person allows in the background', () => {
  test('is nothing until they choose, and then theirs for that folder alone', () =>
    within(async ({ env, file, one, other }) => {
      assert.deepEqual(await readBackgroundChoice(env, one), noBackgroundChoice);
      const on = await changeBackgroundChoice(env, one, { autoResume: true });
      assert.deepEqual(on, { autoResume: true, pausedAt: null, agents: [] });
      await changeBackgroundChoice(env, one, { pausedAt: '2026-11-21T07:28:00Z' });
      assert.deepEqual(await readBackgroundChoice(env, one), { ...on, pausedAt: '2026-11-21T07:28:00Z' });
      assert.deepEqual(await readBackgroundChoice(env, other), noBackgroundChoice);
      assert.deepEqual(await readdir(userConfigFolder(env)), ['background.json']);
      if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
    }));

  test('is the same by whatever way one came to the folder', () =>
    within(async ({ env, one, other }) => {
      const link = join(other, 'link');
      await symlink(one, link, 'junction');
      await changeBackgroundChoice(env, link, { autoResume: true });
      assert.equal((await readBackgroundChoice(env, portablePath(one))).autoResume, true);
    }));

  for (const broken of ['{', 'null', '[]', '7']) {
    test(`is nothing when the file holds ${broken}, which is not written over`, () =>
      within(async ({ env, file, one }) => {
        await writeFile(file, broken);
        assert.deepEqual(await readBackgroundChoice(env, one), noBackgroundChoice);
        const changing = changeBackgroundChoice(env, one, { autoResume: true });
        await assert.rejects(changing, (error) => isBatonError(error, 'invalid_config'));
        assert.equal(await readFile(file, 'utf8'), broken);
      }));
  }

  test('is nothing where the choice for a folder makes no sense, and others are kept', () =>
    within(async ({ env, file, one, other }) => {
      await changeBackgroundChoice(env, other, { autoResume: true });
      const held = JSON.parse(await readFile(file, 'utf8'));
      await writeFile(file, JSON.stringify({ ...held, [portablePath(one)]: { autoResume: 'yes' } }));
      assert.deepEqual(await readBackgroundChoice(env, one), noBackgroundChoice);
      await changeBackgroundChoice(env, one, { autoResume: true });
      assert.equal((await readBackgroundChoice(env, other)).autoResume, true);
    }));

  test('is kept for every folder when many change at once', () =>
    within(async ({ env, file, one }) => {
      const folders = Array.from({ length: 12 }, (_, n) => join(one, `folder-${n}`));
      for (const folder of folders) await mkdir(folder);
      await Promise.all(folders.map((folder) => changeBackgroundChoice(env, folder, { autoResume: true })));
      assert.equal(Object.keys(JSON.parse(await readFile(file, 'utf8'))).length, folders.length);
    }));

  test('is made of what it is when it is changed, where many change the same', () =>
    within(async ({ env, one }) => {
      const ids = Array.from({ length: 8 }, (_, n) => `task-${n}`);
      const hold = (id: string) =>
        changeBackgroundChoice(env, one, ({ held = [] }) => ({ held: [...held, id] }));
      await Promise.all(ids.map(hold));
      assert.deepEqual(new Set((await readBackgroundChoice(env, one)).held), new Set(ids));
    }));

  test('can be changed again after somebody died over it', () =>
    within(async ({ env, file, one }) => {
      await writeFile(`${file}.lock`, '');
      await utimes(`${file}.lock`, new Date(0), new Date(0));
      assert.equal((await changeBackgroundChoice(env, one, { autoResume: true })).autoResume, true);
    }));

  test('is not passed over in silence when it cannot be read', () =>
    within(async ({ env, file, one }) => {
      await mkdir(file);
      await assert.rejects(readBackgroundChoice(env, one), (error) => isBatonError(error, 'io_failed'));
      await assert.rejects(readBackgroundChoice(env, join(one, 'gone')), (error) =>
        isBatonError(error, 'io_failed'),
      );
    }));
});
