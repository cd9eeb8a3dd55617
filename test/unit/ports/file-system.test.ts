/** One contract for the file system in memory and the one on the disk, so that the fake cannot drift. */
import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { isBatonError } from '../../../src/core/base/baton-error';
import type { FileSystem } from '../../../src/core/ports';
import { NodeFileSystem } from '../../../src/node/node-file-system';
import { MemoryClock } from '../../support/memory-clock';
import { MemoryFileSystem } from '../../support/memory-file-system';
import { withWorkspace } from '../../support/with-workspace';

interface Place {
  readonly fs: FileSystem;
  readonly root: string;
  link(path: string, target: string): Promise<void>;
}

const places: Record<string, (body: (place: Place) => Promise<void>) => Promise<void>> = {
  'in memory': async (body) => {
    const fs = new MemoryFileSystem(new MemoryClock());
    await fs.mkdir('/project');
    await body({ fs, root: '/project', link: async (path, target) => fs.putLink(path, target) });
  },
  'on the disk': (body) =>
    withWorkspace(({ ports, root }) =>
      body({ fs: ports.fs, root, link: (path, target) => symlink(target, path) }),
    ),
  'on the disk with blocking reads': (body) =>
    withWorkspace(({ root }) =>
      body({
        fs: new NodeFileSystem({ blockingReads: true }),
        root,
        link: (path, target) => symlink(target, path),
      }),
    ),
};

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined) =>
  data === undefined ? undefined : new TextDecoder().decode(data);
const unsynced = { sync: false };
const synced = { sync: true };

for (const [name, within] of Object.entries(places)) {
  suite(`A file system ${name}`, () => {
    test('reads what was created', () =>
      within(async ({ fs, root }) => {
        await fs.createExclusive(`${root}/a`, bytes('one'), synced);
        assert.equal(text(await fs.read(`${root}/a`)), 'one');
      }));

    test('reads nothing where nothing is, also below a file', () =>
      within(async ({ fs, root }) => {
        await fs.createExclusive(`${root}/a`, bytes('one'), unsynced);
        assert.equal(await fs.read(`${root}/b`), undefined);
        assert.equal(await fs.read(`${root}/no/b`), undefined);
        assert.equal(await fs.read(`${root}/a/b`), undefined);
        assert.equal(await fs.stat(`${root}/b`), undefined);
        assert.equal(await fs.list(`${root}/b`), undefined);
        assert.equal(await fs.realPath(`${root}/b`), undefined);
        assert.equal(await fs.readAt(`${root}/b`, 0, 1), undefined);
      }));

    test('says io_failed when a folder is read as a file', () =>
      within(async ({ fs, root }) => {
        await assert.rejects(fs.read(root), (error) => isBatonError(error, 'io_failed'));
      }));

    test('reads a part of a file, shorter at its end', () =>
      within(async ({ fs, root }) => {
        await fs.createExclusive(`${root}/a`, bytes('0123456789'), unsynced);
        assert.equal(text(await fs.readAt(`${root}/a`, 2, 3)), '234');
        assert.equal(text(await fs.readAt(`${root}/a`, 8, 10)), '89');
        assert.equal(text(await fs.readAt(`${root}/a`, 20, 10)), '');
      }));

    test('creates exclusively', () =>
      within(async ({ fs, root }) => {
        await fs.createExclusive(`${root}/a`, bytes('one'), unsynced);
        await assert.rejects(fs.createExclusive(`${root}/a`, bytes('two'), unsynced), (error) =>
          isBatonError(error, 'exists'),
        );
        assert.equal(text(await fs.read(`${root}/a`)), 'one');
      }));

    test('says not_found when the folder of a new file is missing', () =>
      within(async ({ fs, root }) => {
        await assert.rejects(fs.createExclusive(`${root}/no/a`, bytes('one'), unsynced), (error) =>
          isBatonError(error, 'not_found'),
        );
      }));

    test('links exclusively and keeps the first name', () =>
      within(async ({ fs, root }) => {
        await fs.createExclusive(`${root}/a`, bytes('one'), unsynced);
        await fs.link(`${root}/a`, `${root}/b`);
        assert.equal(text(await fs.read(`${root}/b`)), 'one');
        assert.equal(await fs.remove(`${root}/a`), true);
        assert.equal(text(await fs.read(`${root}/b`)), 'one');
        await fs.createExclusive(`${root}/c`, bytes('three'), unsynced);
        await assert.rejects(fs.link(`${root}/c`, `${root}/b`), (error) => isBatonError(error, 'exists'));
        await assert.rejects(fs.link(`${root}/no`, `${root}/d`), (error) => isBatonError(error, 'not_found'));
      }));

    test('appends, creating the file', () =>
      within(async ({ fs, root }) => {
        await fs.append(`${root}/a`, bytes('one'), synced);
        await fs.append(`${root}/a`, bytes('two'), unsynced);
        assert.equal(text(await fs.read(`${root}/a`)), 'onetwo');
      }));

    test('does not append through a link', () =>
      within(async ({ fs, root, link }) => {
        await fs.createExclusive(`${root}/victim`, bytes('safe'), unsynced);
        await link(`${root}/log`, `${root}/victim`);
        await assert.rejects(fs.append(`${root}/log`, bytes('x'), unsynced), (error) =>
          isBatonError(error, 'io_failed'),
        );
        assert.equal(text(await fs.read(`${root}/victim`)), 'safe');
      }));

    test('renames over what is there', () =>
      within(async ({ fs, root }) => {
        await fs.createExclusive(`${root}/a`, bytes('one'), unsynced);
        await fs.createExclusive(`${root}/b`, bytes('two'), unsynced);
        await fs.rename(`${root}/a`, `${root}/b`);
        assert.equal(text(await fs.read(`${root}/b`)), 'one');
        assert.equal(await fs.read(`${root}/a`), undefined);
        await assert.rejects(fs.rename(`${root}/a`, `${root}/b`), (error) =>
          isBatonError(error, 'not_found'),
        );
      }));

    test('removes a file once', () =>
      within(async ({ fs, root }) => {
        await fs.createExclusive(`${root}/a`, bytes('one'), unsynced);
        assert.equal(await fs.remove(`${root}/a`), true);
        assert.equal(await fs.remove(`${root}/a`), false);
      }));

    test('makes folders with their parents, again and again', () =>
      within(async ({ fs, root }) => {
        await fs.mkdir(`${root}/a/b`);
        await fs.mkdir(`${root}/a/b`);
        await fs.syncDirectory(`${root}/a/b`);
        assert.equal((await fs.stat(`${root}/a/b`))?.kind, 'directory');
      }));

    test('makes private folders, and leaves those that are there as they are', () =>
      within(async ({ fs, root }) => {
        await fs.mkdir(`${root}/a`);
        const before = (await fs.stat(`${root}/a`))?.mode;
        await fs.mkdir(`${root}/a/b/c`, { mode: 0o700 });
        if (process.platform === 'win32') return;
        assert.equal((await fs.stat(`${root}/a`))?.mode, before);
        assert.equal((await fs.stat(`${root}/a/b`))?.mode, 0o700);
        assert.equal((await fs.stat(`${root}/a/b/c`))?.mode, 0o700);
      }));

    test('removes a folder with all it holds, once, and not what its links name', () =>
      within(async ({ fs, root, link }) => {
        await fs.mkdir(`${root}/a/b`);
        await fs.mkdir(`${root}/kept`);
        await fs.createExclusive(`${root}/kept/file`, bytes('one'), unsynced);
        await fs.createExclusive(`${root}/a/b/file`, bytes('two'), unsynced);
        await link(`${root}/a/link`, `${root}/kept`);
        assert.equal(await fs.removeTree(`${root}/a`), true);
        assert.equal(await fs.removeTree(`${root}/a`), false);
        assert.equal(await fs.stat(`${root}/a`), undefined);
        assert.equal(await fs.read(`${root}/a/b/file`), undefined);
        assert.equal(text(await fs.read(`${root}/kept/file`)), 'one');
      }));

    test('removes a link itself, and a file like a folder', () =>
      within(async ({ fs, root, link }) => {
        await fs.mkdir(`${root}/kept`);
        await link(`${root}/link`, `${root}/kept`);
        await fs.createExclusive(`${root}/file`, bytes('one'), unsynced);
        assert.equal(await fs.removeTree(`${root}/link`), true);
        assert.equal(await fs.removeTree(`${root}/file`), true);
        assert.equal((await fs.stat(`${root}/kept`))?.kind, 'directory');
        assert.equal(await fs.stat(`${root}/file`), undefined);
      }));

    test('tells size, kind, time and permissions', () =>
      within(async ({ fs, root }) => {
        await fs.createExclusive(`${root}/a`, bytes('four'), { sync: true, mode: 0o600 });
        const stat = await fs.stat(`${root}/a`);
        assert.equal(stat?.kind, 'file');
        assert.equal(stat.size, 4);
        assert.ok(stat.mtimeMs > 0);
        if (process.platform !== 'win32') assert.equal(stat.mode, 0o600);
      }));

    test('looks at the files of a folder as it looks at each', () =>
      within(async ({ fs, root, link }) => {
        await fs.createExclusive(`${root}/a`, bytes('one'), unsynced);
        await fs.createExclusive(`${root}/b`, bytes('four'), unsynced);
        await fs.createExclusive(`${root}/unwanted`, bytes(''), unsynced);
        await fs.mkdir(`${root}/folder`);
        await link(`${root}/alias`, `${root}/a`);
        await link(`${root}/nowhere`, `${root}/missing`);
        const look = await fs.lookAt?.(root, (name) => name !== 'unwanted');
        if (look === undefined) return assert.equal(fs.lookAt, undefined);
        const { names, plain, mtimeMs, ctimeMs, size } = look;
        assert.deepEqual([...names].sort(), ['a', 'alias', 'b', 'folder', 'nowhere']);
        for (const [at, name] of names.entries()) {
          assert.equal(plain[at], Number(name === 'a' || name === 'b'), name);
          const stat = await fs.stat(`${root}/${name}`);
          if (plain[at] !== 1) continue;
          assert.deepEqual([mtimeMs[at], ctimeMs[at], size[at]], [stat?.mtimeMs, stat?.ctimeMs, stat?.size]);
        }
        assert.equal(await fs.lookAt?.(`${root}/missing`, () => true), undefined);
      }));

    test('lists names with their kinds', () =>
      within(async ({ fs, root, link }) => {
        await fs.createExclusive(`${root}/a.md`, bytes(''), unsynced);
        await fs.mkdir(`${root}/folder`);
        await link(`${root}/link`, `${root}/a.md`);
        const entries = [...((await fs.list(root)) ?? [])].sort((x, y) => (x.name < y.name ? -1 : 1));
        assert.deepEqual(entries, [
          { name: 'a.md', kind: 'file' },
          { name: 'folder', kind: 'directory' },
          { name: 'link', kind: 'other' },
        ]);
      }));

    test('follows links for reading and tells where they lead', () =>
      within(async ({ fs, root, link }) => {
        await fs.mkdir(`${root}/real`);
        await fs.createExclusive(`${root}/real/a`, bytes('one'), unsynced);
        await link(`${root}/alias`, `${root}/real`);
        await link(`${root}/nowhere`, `${root}/missing`);
        assert.equal(text(await fs.read(`${root}/alias/a`)), 'one');
        assert.equal((await fs.stat(`${root}/alias`))?.kind, 'directory');
        assert.equal(await fs.realPath(`${root}/alias/a`), `${root}/real/a`);
        assert.equal(await fs.realPath(`${root}/nowhere`), undefined);
        assert.equal(await fs.stat(`${root}/nowhere`), undefined);
      }));
  });
}
