import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isBatonError } from '../../../src/core/base/baton-error';
import { type BackgroundChange, noBackgroundChoice } from '../../../src/core/model/background';
import type { ProcessIdentity } from '../../../src/core/ports';
import { Locks } from '../../../src/core/store/lock';
import {
  changeBackgroundChoice as changeUnder,
  choicesLockFolder,
  readBackgroundChoice,
} from '../../../src/node/background-choices';
import { nodePorts } from '../../../src/node/node-ports';
import { portablePath } from '../../../src/node/portable-path';
import { userConfigFolder } from '../../../src/node/user-config';
import { MemoryLogger } from '../../support/memory-logger';
import { withWorkspace } from '../../support/with-workspace';

interface Place {
  readonly env: Record<string, string>;
  readonly file: string;
  readonly one: string;
  readonly other: string;
}

const ports = nodePorts(new MemoryLogger());

function changeBackgroundChoice(env: Place['env'], root: string, change: BackgroundChange) {
  return changeUnder(env, root, change, new Locks(ports, choicesLockFolder(env)));
}

/** As long ago as can be. @returns its path */
async function lockBy(env: Place['env'], { pid, start, scope }: ProcessIdentity): Promise<string> {
  const lock = join(userConfigFolder(env), 'background.lock');
  const owner = { v: 1, token: 'somebody-else', pid, start, scope, at: '1970-01-01T00:00:00.000Z' };
  await writeFile(lock, JSON.stringify(owner));
  await utimes(lock, new Date(0), new Date(0));
  return lock;
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
    within(async ({ env, one }) => {
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      await lockBy(env, { ...ports.processes.self, pid });
      const ids = Array.from({ length: 8 }, (_, n) => `task-${n}`);
      const hold = (id: string) =>
        changeBackgroundChoice(env, one, ({ held = [] }) => ({ held: [...held, id] }));
      await Promise.all(ids.map(hold));
      assert.deepEqual(new Set((await readBackgroundChoice(env, one)).held), new Set(ids));
      assert.deepEqual(await readdir(userConfigFolder(env)), ['background.json']);
    }));

  test('is not changed under the hands of somebody alive, however long they take', () =>
    within(async ({ env, one }) => {
      const lock = await lockBy(env, ports.processes.self);
      const changing = changeBackgroundChoice(env, one, { autoResume: true });
      const first = await Promise.race([changing.then(() => 'changed'), delay(400).then(() => 'waits')]);
      await rm(lock, { force: true });
      assert.deepEqual([first, (await changing).autoResume], ['waits', true]);
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
