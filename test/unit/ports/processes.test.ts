import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Processes } from '../../../src/core/ports';
import { findProgram } from '../../../src/node/find-program';
import { NodeProcesses } from '../../../src/node/node-processes';
import { sightingFromPs, sightingFromStat } from '../../../src/node/process-identity';
import { rowFromPs, rowFromStat, rowFromWindows, treeIn } from '../../../src/node/process-tree';
import { MemoryProcesses } from '../../support/memory-processes';
import { withFamily } from '../../support/with-family';
import { withWorkspace } from '../../support/with-workspace';

interface Run {
  readonly processes: Processes;
  readonly pid: number;
  end(): Promise<void>;
  /** Resolves when it has ended by itself. */
  gone(): Promise<void>;
}

const makers: Record<string, () => Promise<Run>> = {
  'in memory': async () => {
    const processes = new MemoryProcesses();
    processes.running.set(2000, 'start-2000');
    return {
      processes,
      pid: 2000,
      end: async () => {
        processes.running.delete(2000);
      },
      gone: async () => undefined,
    };
  },
  'of this machine': async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(child, 'spawn');
    return {
      processes: new NodeProcesses(),
      pid: pidOf(child),
      end: () => kill(child),
      gone: async () => {
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      },
    };
  },
};

function pidOf(child: ChildProcess): number {
  assert.ok(child.pid !== undefined);
  return child.pid;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

for (const [name, make] of Object.entries(makers)) {
  suite(`Processes ${name}`, () => {
    test('a running process runs until it has ended', async () => {
      const { processes, pid, end } = await make();
      const start = await processes.startOf(pid);
      assert.ok(start !== undefined);
      const identity = { pid, start, scope: processes.self.scope };
      assert.equal(await processes.isRunning(identity), true);
      await end();
      assert.equal(await processes.isRunning(identity), false);
      assert.equal(await processes.startOf(pid), undefined);
    });

    test('the same pid with another start is another process', async () => {
      const { processes, pid, end } = await make();
      const { scope } = processes.self;
      assert.equal(await processes.isRunning({ pid, start: 'long ago', scope }), false);
      await end();
    });

    test('a process of another machine or container is not judged', async () => {
      const { processes, pid, end } = await make();
      await end();
      assert.equal(await processes.isRunning({ pid, start: 'any', scope: 'elsewhere' }), undefined);
    });

    test('a process that is asked to end ends, and only once', async () => {
      const { processes, pid, gone } = await make();
      const start = await processes.startOf(pid);
      assert.ok(start !== undefined);
      const identity = { pid, start, scope: processes.self.scope };
      assert.equal(await processes.signal(identity, 'terminate'), true);
      await gone();
      assert.equal(await processes.isRunning(identity), false);
      assert.equal(await processes.signal(identity, 'terminate'), false);
    });

    test('a process that is killed ends', async () => {
      const { processes, pid, gone } = await make();
      const start = await processes.startOf(pid);
      assert.ok(start !== undefined);
      const identity = { pid, start, scope: processes.self.scope };
      assert.equal(await processes.signal(identity, 'kill'), true);
      await gone();
      assert.equal(await processes.isRunning(identity), false);
    });

    test('a signal is refused for a recycled pid and for a process of another machine: it is not hit', async () => {
      const { processes, pid, end } = await make();
      const start = await processes.startOf(pid);
      assert.ok(start !== undefined);
      const { scope } = processes.self;
      for (const how of ['terminate', 'kill'] as const) {
        assert.equal(await processes.signal({ pid, start: 'long ago', scope }, how), false);
        assert.equal(await processes.signal({ pid, start, scope: 'elsewhere' }, how), false);
      }
      assert.equal(await processes.isRunning({ pid, start, scope }), true);
      await end();
    });

    test('a process without children is a tree of its own; a recycled pid and one of elsewhere are none', async () => {
      const { processes, pid, end } = await make();
      const start = await processes.startOf(pid);
      assert.ok(start !== undefined);
      const { scope } = processes.self;
      assert.deepEqual(await processes.treeOf({ pid, start, scope }), [{ pid, start, scope }]);
      assert.deepEqual(await processes.treeOf({ pid, start: 'long ago', scope }), []);
      assert.deepEqual(await processes.treeOf({ pid, start, scope: 'elsewhere' }), []);
      await end();
      assert.deepEqual(await processes.treeOf({ pid, start, scope }), []);
    });

    test('this process knows itself as others see it', async () => {
      const { processes, end } = await make();
      assert.equal(await processes.isRunning(processes.self), true);
      await end();
    });
  });
}

suite('What a process has started', () => {
  const platforms = process.platform === 'linux' ? (['linux', 'darwin'] as const) : [process.platform];
  for (const platform of platforms) {
    test(`is told with starts and generations, by the means of ${platform}`, () =>
      withFamily(async (family) => {
        const child = spawn(process.execPath, [...family.args('deaf')], { stdio: 'ignore' });
        const pids = await family.pids();
        const processes = new NodeProcesses(platform);
        const { scope } = processes.self;
        const tree = await processes.treeOf({
          pid: pids[0],
          start: (await processes.startOf(pids[0])) ?? '',
          scope,
        });
        assert.deepEqual(
          tree.map(({ pid }) => pid),
          pids,
        );
        for (const one of tree) assert.equal(await processes.isRunning(one), true);
        await kill(child);
        // The rest has another parent now, and is no longer known by the first.
        assert.deepEqual(await processes.treeOf({ ...processes.self, pid: pids[0] }), []);
      })).timeout(30_000);
  }

  test('leaves out who asks, with all that this one has started', async () => {
    const processes = new NodeProcesses();
    const { scope } = processes.self;
    const parent = { pid: process.ppid, start: (await processes.startOf(process.ppid)) ?? '', scope };
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const pids = (await processes.treeOf(parent)).map(({ pid }) => pid);
    assert.equal(pids[0], parent.pid);
    assert.ok(!pids.includes(process.pid) && !pids.includes(pidOf(child)));
    assert.deepEqual(await processes.treeOf(processes.self), []);
    await kill(child);
  });

  test('is not what is older than the process that has its starter’s pid now', () => {
    const row = (pid: number, parent: number, since: number) => ({
      pid,
      parent,
      start: String(since),
      since,
    });
    const rows = [row(4, 3, 30), row(2, 1, 10), row(3, 2, 20), row(5, 3, 19), row(6, 5, 40), row(1, 1, 5)];
    const pids = (root: number, spared: number) => {
      const found = rows.find(({ pid }) => pid === root);
      assert.ok(found);
      return treeIn(rows, found, spared).map(({ pid }) => pid);
    };
    assert.deepEqual(pids(2, 0), [2, 3, 4]);
    assert.deepEqual(pids(1, 3), [1, 2]);
    assert.deepEqual(pids(2, 2), []);
  });

  test('is the process, and what came after one of these and names it as its starter, each once', () => {
    const row = fc.record({
      pid: fc.integer({ min: 1, max: 12 }),
      parent: fc.integer({ min: 0, max: 12 }),
      since: fc.nat(5),
    });
    const table = fc.uniqueArray(row, { minLength: 1, maxLength: 12, selector: ({ pid }) => pid });
    fc.assert(
      fc.property(table, fc.nat(12), (found, spared) => {
        const rows = found.map((one) => ({ ...one, start: String(one.since) }));
        const [root] = rows;
        assert.ok(root);
        const tree = treeIn(rows, root, spared);
        assert.equal(tree[0], root.pid === spared ? undefined : root);
        assert.equal(new Set(tree).size, tree.length);
        for (const one of rows) {
          const starter = tree.find(({ pid }) => pid === one.parent);
          const belongs = starter !== undefined && starter.since <= one.since;
          assert.equal(tree.includes(one), one.pid !== spared && (belongs || one === root));
          if (belongs && one !== root && tree.includes(one)) {
            assert.ok(tree.indexOf(starter) < tree.indexOf(one) || starter === one);
          }
        }
      }),
    );
  });

  test('is read from stat, ps and the list of Windows; what has ended and what is no row is left out', () => {
    const fields = Array.from({ length: 17 }, (_, index) => String(index + 5));
    assert.deepEqual(rowFromStat(`7 (a) b (c)) S 3 ${fields.join(' ')} 4711 rest`, 'boot'), {
      pid: 7,
      parent: 3,
      start: 'boot:4711',
      since: 4711,
    });
    assert.equal(rowFromStat(`7 (sh) Z 3 ${fields.join(' ')} 4711`, 'boot'), undefined);
    assert.deepEqual(rowFromPs('  7     3 Ss   Sat Nov  1 07:28:00 2025'), {
      pid: 7,
      parent: 3,
      start: 'Sat Nov 1 07:28:00 2025',
      since: Date.UTC(2025, 10, 1, 7, 28),
    });
    assert.equal(rowFromPs('  7     3 Z    Sat Nov  1 07:28:00 2025'), undefined);
    assert.equal(rowFromPs(''), undefined);
    assert.deepEqual(rowFromWindows('7 3 1795241696000\r'), {
      pid: 7,
      parent: 3,
      start: '1795241696000',
      since: 1795241696000,
    });
    assert.equal(rowFromWindows('7 3 '), undefined);
  });
});

suite('Start times', () => {
  test('a program name with brackets and spaces does not shift the fields of stat', () => {
    const fields = Array.from({ length: 18 }, (_, index) => String(index + 4));
    const sighting = sightingFromStat(`7 (a) b (c)) S ${fields.join(' ')} 4711 rest`);
    assert.ok(typeof sighting === 'object' && sighting.start.endsWith(':4711'));
  });

  test('a zombie has ended', () => {
    assert.equal(sightingFromStat('7 (sh) Z 1 1 1'), 'ended');
    assert.equal(sightingFromPs('Z+   Sat Nov 21 07:28:00 2026\n'), 'ended');
  });

  test('ps gives the start', () => {
    assert.deepEqual(sightingFromPs('Ss   Sat Nov  1 07:28:00 2026\n'), { start: 'Sat Nov 1 07:28:00 2026' });
    assert.equal(sightingFromPs('\n'), 'ended');
  });
});

suite('Finding programs', () => {
  test('a program is found on PATH, in order, and only when it may be run', () =>
    withWorkspace(async ({ root }) => {
      for (const folder of ['one', 'two', 'three']) {
        await mkdir(join(root, folder));
        await writeFile(join(root, folder, 'agent'), '#!/bin/sh\n');
      }
      await chmod(join(root, 'two', 'agent'), 0o755);
      await chmod(join(root, 'three', 'agent'), 0o755);
      const env = { PATH: ['one', 'two', 'three'].map((folder) => join(root, folder)).join(':') };
      const place = { platform: 'linux', env } as const;
      assert.equal(await findProgram('agent', place), `${root}/two/agent`);
      assert.equal(await findProgram(`${root}/three/agent`, place), `${root}/three/agent`);
      assert.equal(await findProgram(`${root}/one/agent`, place), undefined);
      assert.equal(await findProgram('missing', place), undefined);
      assert.equal(await findProgram('', place), undefined);
    }));

  test('nothing is found through the current folder', async () => {
    const env = { PATH: '::.:bin' };
    assert.equal(await findProgram('package.json', { platform: 'linux', env }), undefined);
    assert.equal(await findProgram('./package.json', { platform: 'linux', env }), undefined);
  });
});
