/** The queue under failures and power loss: what was answered is there, and nothing is ever half done or lost. */
import assert from 'node:assert/strict';
import { isBatonError } from '../../../src/core/base/baton-error';
import { defaultConfig } from '../../../src/core/model/config';
import { readQueue } from '../../../src/core/queue/queue-file';
import { ResumeQueue } from '../../../src/core/queue/resume-queue';
import { paths } from '../../../src/core/store/paths';
import { TaskStore } from '../../../src/core/store/task-store';
import { type Fault, FaultyFileSystem } from '../../support/memory-faults';
import type { Choose, MemoryFileSystem } from '../../support/memory-file-system';
import { type TestPorts, testPorts } from '../../support/memory-ports';
import { MemoryProcesses } from '../../support/memory-processes';
import { taskId } from '../../support/state-text';

const root = '/project';
const file = paths.queue(root);
const seed = JSON.stringify([{ id: 'mine', prompt: 'By hand', priority: 1 }]);

function queueIn(ports: TestPorts, store: TaskStore): ResumeQueue {
  return new ResumeQueue({
    file: store.managedFile('queue'),
    ports,
    limits: defaultConfig.autoResume,
    live: async () => [],
    beside: async () => [],
    by: { actor: 'tool' },
  });
}

const added = { taskId: taskId('101'), prompt: 'Resume #101', reason: 'crash', source: 'session' } as const;

/** A whole life of an entry. */
const steps: readonly ((queue: ResumeQueue) => Promise<unknown>)[] = [
  (queue) => queue.add(added),
  (queue) => queue.claim('mine', { by: 'a window', forMs: 60_000 }),
  (queue) => queue.started('mine', 1, 'session-1'),
  (queue) => queue.fail('mine', 1, 'no luck'),
  (queue) => queue.revive('mine'),
  (queue) => queue.ack('mine'),
];

suite('The queue when the file system fails', () => {
  const errnos: readonly Fault['errno'][] = ['ENOSPC', 'EIO'];

  for (const [index, step] of steps.entries()) {
    test(`step ${index + 1} is made whole or not at all, and told, at every operation`, async () => {
      let reached = 0;
      for (const errno of errnos) {
        for (const sticky of [false, true]) {
          for (let at = 1; await fails(step, index, { at, sticky, errno, leaves: 'half' }); at++) reached++;
        }
      }
      assert.ok(reached > 10, String(reached));
    });
  }

  async function fails(step: (typeof steps)[number], index: number, fault: Fault): Promise<boolean> {
    const ports = testPorts();
    ports.fs.put(file, seed);
    const fs = new FaultyFileSystem(ports.fs);
    const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
    const queue = queueIn(ports, store);
    for (const earlier of steps.slice(0, index)) await earlier(queue);
    const before = ports.fs.text(file);
    fs.arm(fault);
    const failure = await step(queue).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (fs.operations.length < fault.at) return false;
    const text = ports.fs.text(file);
    assert.ok(text !== undefined && readQueue(text, ports.clock.now()).malformed === undefined);
    if (failure === undefined) assert.notEqual(text, before, `silent: ${fs.operations[fault.at - 1]}`);
    else assert.ok(isBatonError(failure), String(failure));
    const written = [...ports.fs.paths()].filter((path) => path.includes('malformed'));
    assert.deepEqual(written, [], 'a queue that could not be read is not one that makes no sense');
    return true;
  }
});

suite('The queue after a power loss', () => {
  const extremes: readonly (() => Choose)[] = [() => () => 0, () => (count) => count - 1];

  test('is what was answered last, or one step further', async () => {
    const ports = testPorts();
    ports.fs.put(file, seed);
    const fs = new FaultyFileSystem(ports.fs);
    const queue = queueIn(ports, new TaskStore({ ...ports, fs }, root, defaultConfig));
    const history: (string | undefined)[] = [seed];
    const crashes: { readonly disk: MemoryFileSystem; readonly answered: number; readonly at: string }[] = [];
    fs.onOperation = (_count, operation) => {
      for (const choice of extremes)
        crashes.push({ disk: ports.fs.crash(choice()), answered: history.length - 1, at: operation });
    };
    for (const step of steps) {
      await step(queue);
      history.push(ports.fs.text(file));
    }
    assert.ok(crashes.length > 50);
    let redone = 0;
    for (const { disk, answered, at } of crashes) {
      const processes = new MemoryProcesses({ pid: 2000, start: 'start-2000' });
      const report = await new TaskStore(testPorts({ fs: disk, processes }), root, defaultConfig).recover();
      assert.deepEqual(report.conflicts, [], at);
      redone += report.redone.length;
      const found = disk.text(file);
      assert.ok(found === history[answered] || found === history[answered + 1], `${at}: ${found}`);
    }
    assert.ok(redone > 0, 'what was announced and not made is made');
  });

  test('still has every byte of a file that was being set aside', async () => {
    const ports = testPorts();
    ports.fs.put(file, '[{"prompt": "pre');
    const fs = new FaultyFileSystem(ports.fs);
    const queue = queueIn(ports, new TaskStore({ ...ports, fs }, root, defaultConfig));
    const disks: MemoryFileSystem[] = [];
    fs.onOperation = () => {
      for (const choice of extremes) disks.push(ports.fs.crash(choice()));
    };
    await queue.add(added);
    assert.ok(disks.length > 20);
    for (const disk of disks) {
      const texts = disk
        .paths()
        .filter((path) => path.includes('pending_tasks'))
        .map((path) => disk.text(path));
      assert.ok(texts.includes('[{"prompt": "pre'), JSON.stringify(texts));
    }
  });
});
