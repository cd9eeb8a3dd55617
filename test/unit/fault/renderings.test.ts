/** The renderings under failing disks, crashes and power loss: nothing told twice, nothing lost, no verb failed by them. */
import assert from 'node:assert/strict';
import { addNote } from '../../../src/core/operations/add-note';
import { createTask } from '../../../src/core/operations/create-task';
import { flushBuffer } from '../../../src/core/operations/flush-buffer';
import { logTime } from '../../../src/core/operations/log-time';
import type { BatonWorkspace } from '../../../src/core/operations/workspace';
import { paths } from '../../../src/core/store/paths';
import { type Fault, FaultyFileSystem } from '../../support/memory-faults';
import type { Choose, MemoryFileSystem } from '../../support/memory-file-system';
import { type TestPorts, testPorts } from '../../support/memory-ports';
import { MemoryProcesses } from '../../support/memory-processes';
import { memoryWorkspace, openMemory, root } from '../../support/memory-workspace';

const days = ['2026-11-20', '2026-11-21'] as const;
const entries = [
  '- #1: Created "One" (23:58 UTC)',
  '- #1: 11 min logged (23:58 UTC)',
  '- #1: 12 min logged (07:28 UTC)',
  '- Note 1, decision: Go on (07:28 UTC)',
];

/** A folder with entries of two days in the log and in the buffer, none flushed. */
async function prepared(): Promise<TestPorts> {
  const ports = testPorts();
  ports.clock.setWall('2026-11-20T23:58:00Z');
  const { workspace } = await memoryWorkspace({ ports });
  await createTask(workspace, { title: 'One', id: '1' });
  await logTime(workspace, '1', 11);
  await workspace.renderings.settled();
  ports.clock.setWall('2026-11-21T07:28:00Z');
  await logTime(workspace, '1', 12);
  await addNote(workspace, { kind: 'decision', text: 'Go on' });
  return ports;
}

/** Another process, later, over a healthy disk. */
function later(ports: TestPorts, fs: MemoryFileSystem): Promise<BatonWorkspace> {
  return openMemory({ ...ports, fs, processes: new MemoryProcesses({ pid: 2000, start: 'later' }) });
}

/** Every entry stands in the notes of its day exactly once, and nowhere else. */
function assertToldOnce(fs: MemoryFileSystem, where: string): void {
  const notes = days.map((day) => fs.text(paths.dailyNotes(root, day)) ?? '');
  const lines = notes.map((text) => text.split('\n'));
  const told = entries.map((entry) => lines.map((of) => of.filter((line) => line === entry).length));
  assert.deepEqual(
    told,
    [
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ],
    `${where}\n${notes.join('\n')}`,
  );
}

const mutations = /^(append|createExclusive|link|rename|remove|syncDirectory) /;

/** What is sure to be kept, all of it, or half. */
const losses: readonly Choose[] = [() => 0, (count) => count - 1, (count) => count >> 1];

suite('Renderings and flush under faults', () => {
  for (const sticky of [false, true]) {
    test(`a flush whose k-th file operation fails (${sticky ? 'for good' : 'once'}) loses nothing and tells nothing twice`, async () => {
      let reached = 0;
      for (const leaves of ['nothing', 'half', 'unsynced'] as const) {
        for (let at = 1; ; at++) {
          const ports = await prepared();
          const fs = new FaultyFileSystem(ports.fs);
          const workspace = await openMemory({ ...ports, fs });
          const fault: Fault = { at, sticky, errno: 'ENOSPC', leaves };
          fs.arm(fault);
          const failure = await flushBuffer(workspace, 'compaction').catch((error: unknown) => error);
          if (fs.operations.length < at) break;
          reached++;
          const where = `${JSON.stringify(fault)}: ${fs.operations[at - 1]}: ${String(failure)}`;
          fs.arm(undefined);
          await flushBuffer(await later(ports, ports.fs), 'again');
          assertToldOnce(ports.fs, where);
        }
      }
      assert.ok(reached > 60, `only ${reached} faults were reached`);
    });
  }

  test('a crash or power loss at any operation of a flush loses nothing and tells nothing twice', async () => {
    const ports = await prepared();
    const fs = new FaultyFileSystem(ports.fs);
    const workspace = await openMemory({ ...ports, fs });
    const crashes: { disk: MemoryFileSystem; at: string }[] = [];
    fs.onOperation = (_count, at) => {
      if (mutations.test(at)) for (const choose of losses) crashes.push({ disk: ports.fs.crash(choose), at });
    };
    await flushBuffer(workspace, 'compaction');
    for (const choose of losses) crashes.push({ disk: ports.fs.crash(choose), at: 'the end' });
    assert.ok(crashes.length > 50, `${crashes.length} crashes`);
    for (const { disk, at } of crashes) {
      await flushBuffer(await later(ports, disk), 'again');
      assertToldOnce(disk, `crash before ${at}`);
    }
  });

  test('a verb is never failed by its renderings, and the next rendering repairs them', async () => {
    for (const sticky of [false, true]) {
      for (let at = 1; ; at++) {
        const ports = await prepared();
        const fs = new FaultyFileSystem(ports.fs);
        const workspace = await openMemory({ ...ports, fs });
        await logTime(workspace, '1', 13);
        fs.arm({ at, sticky, errno: 'EIO', leaves: 'half' });
        await workspace.renderings.settled();
        const reached = fs.operations.length >= at;
        const where = `operation ${at}: ${fs.operations[at - 1]}`;
        fs.arm(undefined);
        const healthy = await later(ports, ports.fs);
        await logTime(healthy, '1', 14);
        await healthy.renderings.settled();
        const state = ports.fs.text(paths.sessionState(root)) ?? '';
        const buffer = ports.fs.text(paths.workingBuffer(root)) ?? '';
        for (const line of ['- #1: 13 min logged (07:28 UTC)', '- #1: 14 min logged (07:28 UTC)']) {
          assert.equal(buffer.split('\n').filter((one) => one === line).length, 1, `${where}\n${buffer}`);
          assert.ok(state.includes(line), `${where}\n${state}`);
        }
        assert.ok(state.includes('50 min'), where);
        if (!reached) break;
      }
    }
  });

  test('a failure to render is logged', async () => {
    const ports = await prepared();
    const fs = new FaultyFileSystem(ports.fs);
    const workspace = await openMemory({ ...ports, fs });
    await logTime(workspace, '1', 13);
    fs.arm({ at: 1, sticky: true, errno: 'EACCES', leaves: 'nothing' });
    await workspace.renderings.settled();
    assert.ok(ports.log.lines.some((line) => line.startsWith('warn: The renderings are behind')));
  });

  test('whatever moment a process is killed at, the next one tells what it acknowledged', async () => {
    const ports = await prepared();
    const fs = new FaultyFileSystem(ports.fs);
    const workspace = await openMemory({ ...ports, fs });
    const disks: MemoryFileSystem[] = [];
    await logTime(workspace, '1', 13);
    fs.onOperation = (_count, at) => {
      // A killed process loses nothing that it wrote.
      if (mutations.test(at)) disks.push(ports.fs.crash((count) => count - 1));
    };
    await workspace.renderings.settled();
    assert.ok(disks.length > 10);
    for (const disk of disks) {
      const next = await later(ports, disk);
      await logTime(next, '1', 14);
      await next.renderings.settled();
      const buffer = disk.text(paths.workingBuffer(root)) ?? '';
      assert.equal(buffer.match(/: 13 min logged/g)?.length, 1, buffer);
    }
  });
});
