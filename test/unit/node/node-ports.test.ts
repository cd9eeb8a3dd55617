import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { isBatonError } from '../../../src/core/base/baton-error';
import { Locks } from '../../../src/core/store/lock';
import { NodeFileSystem } from '../../../src/node/node-file-system';
import { nodePorts } from '../../../src/node/node-ports';
import { retryBusy } from '../../../src/node/retry-busy';
import { stderrLogger } from '../../../src/node/stderr-logger';
import { MemoryLogger } from '../../support/memory-logger';
import { withWorkspace } from '../../support/with-workspace';

const busy = (code: string) => Object.assign(new Error(code), { code });

suite('The ports on Node', () => {
  test('hash, ids and clock are what they say', async () => {
    const { hasher, ids, clock } = nodePorts(new MemoryLogger());
    assert.equal(
      hasher.sha256(new TextEncoder().encode('abc')),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    assert.match(ids.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const before = clock.monotonicMs();
    await clock.delay(1);
    assert.ok(clock.monotonicMs() > before);
    assert.ok(clock.now() instanceof Date);
  });

  test('are of one process, so that its calls queue for a lock instead of racing for it', async () => {
    await withWorkspace(async ({ root }) => {
      const order: number[] = [];
      await Promise.all(
        [1, 2, 3, 4, 5].map((n) =>
          new Locks(nodePorts(new MemoryLogger()), root).with('room', async () => {
            await nodePorts(new MemoryLogger()).clock.delay(5 - n);
            order.push(n);
          }),
        ),
      );
      assert.deepEqual(order, [1, 2, 3, 4, 5]);
    });
  });

  test('blocking reads give the same answers', () =>
    withWorkspace(async ({ root, ports }) => {
      const fs = new NodeFileSystem({ blockingReads: true });
      await ports.fs.createExclusive(`${root}/a`, new TextEncoder().encode('one'), { sync: false });
      assert.deepEqual(await fs.stat(`${root}/a`), await ports.fs.stat(`${root}/a`));
      assert.equal(new TextDecoder().decode(await fs.read(`${root}/a`)), 'one');
      assert.equal(await fs.read(`${root}/b`), undefined);
      await assert.rejects(fs.read(root), (error) => isBatonError(error, 'io_failed'));
    }));

  test('a link to a device is not read, since it may have no end', () =>
    withWorkspace(async ({ root, ports }) => {
      await symlink('/dev/null', `${root}/task-manager.lock`);
      for (const fs of [ports.fs, new NodeFileSystem({ blockingReads: true })]) {
        await assert.rejects(fs.read(`${root}/task-manager.lock`), {
          code: 'io_failed',
          message: `Cannot read ${root}/task-manager.lock: it is no plain file`,
        });
      }
    }));

  test('a failure says what was tried, where, and why', () =>
    withWorkspace(async ({ root, ports }) => {
      await assert.rejects(ports.fs.read(root), {
        code: 'io_failed',
        message: `Cannot read ${root}: it is a folder`,
      });
      await ports.fs.createExclusive(`${root}/a`, new Uint8Array(), { sync: false });
      await assert.rejects(ports.fs.mkdir(`${root}/a/b`), {
        code: 'io_failed',
        message: `Cannot create ${root}/a/b: a part of the path is not a folder`,
      });
    }));
});

suite('Busy files on Windows', () => {
  test('are tried again until they are free', async () => {
    const waits: number[] = [];
    let left = 3;
    const result = await retryBusy(
      async () => {
        if (left-- > 0) throw busy('EBUSY');
        return 'done';
      },
      { platform: 'win32', wait: async (ms) => waits.push(ms) },
    );
    assert.equal(result, 'done');
    assert.deepEqual(waits, [5, 10, 20]);
  });

  test('are given up after a bounded time', async () => {
    let tries = 0;
    const failing = retryBusy(
      async () => {
        tries++;
        throw busy('EPERM');
      },
      { platform: 'win32', wait: async () => undefined },
    );
    await assert.rejects(failing, /EPERM/);
    assert.equal(tries, 10);
  });

  test('other failures, and other systems, are not tried again', async () => {
    for (const [platform, code] of [
      ['win32', 'ENOSPC'],
      ['linux', 'EPERM'],
    ] as const) {
      let tries = 0;
      const failing = retryBusy(
        async () => {
          tries++;
          throw busy(code);
        },
        { platform },
      );
      await assert.rejects(failing);
      assert.equal(tries, 1);
    }
  });
});

suite('The logger of command lines', () => {
  test('writes one line a message, from its level upward', () => {
    const lines: string[] = [];
    const log = stderrLogger('info', (line) => lines.push(line));
    log.trace('a');
    log.debug('b');
    log.info('c');
    log.warn('d');
    log.error('e');
    assert.deepEqual(lines, ['baton: info: c\n', 'baton: warn: d\n', 'baton: error: e\n']);
  });
});
