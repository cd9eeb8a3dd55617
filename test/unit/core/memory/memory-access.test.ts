/** Who is let in to long-term memory's file: many who see each other, or one alone. */
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { MemoryAccess } from '../../../../src/core/memory/memory-access';
import { initialise } from '../../../../src/core/store/layout';
import { paths } from '../../../../src/core/store/paths';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { MemoryProcesses } from '../../../support/memory-processes';

const root = '/project';
const isLocked = (error: unknown) => isBatonError(error, 'locked');

async function folder(): Promise<TestPorts> {
  const ports = testPorts();
  await initialise(ports, root);
  return ports;
}

/** Another process of the same machine on the same disk. */
function neighbour(ports: TestPorts, pid: number): { access: MemoryAccess; end: () => void } {
  const start = `start-${pid}`;
  const processes = new MemoryProcesses({ pid, start });
  for (const one of [processes, ports.processes]) {
    one.running.set(pid, start);
    one.running.set(ports.processes.self.pid, ports.processes.self.start);
  }
  return {
    access: new MemoryAccess({ ...ports, processes }, root),
    end: () => ports.processes.end(pid),
  };
}

async function lockFiles(ports: TestPorts): Promise<number> {
  return (await ports.fs.list(paths.locks(root)))?.length ?? 0;
}

suite('Access to the memory file', () => {
  test('many are in at once, and whoever wants to be alone waits until they have left', async () => {
    const ports = await folder();
    const access = new MemoryAccess(ports, root);
    const one = await access.shared();
    const two = await neighbour(ports, 2).access.shared();
    await assert.rejects(access.alone(), isLocked);
    await one.release();
    await assert.rejects(access.alone(), isLocked);
    await two.release();
    const alone = await access.alone();
    await alone.release();
    assert.equal(await lockFiles(ports), 0);
  });

  test('while one is alone nobody is let in, and everybody afterwards', async () => {
    const ports = await folder();
    const access = new MemoryAccess(ports, root);
    const other = neighbour(ports, 2).access;
    const alone = await access.alone();
    await assert.rejects(other.shared(), isLocked);
    await assert.rejects(other.alone(), isLocked);
    assert.equal(await lockFiles(ports), 1, 'those who were refused leave nothing');
    await alone.release();
    await (await other.shared()).release();
  });

  test('the dead keep nobody out, and what they left goes', async () => {
    const ports = await folder();
    const dead = neighbour(ports, 2);
    await dead.access.shared();
    dead.end();
    const access = new MemoryAccess(ports, root);
    const alone = await access.alone();
    assert.equal(await lockFiles(ports), 1, 'only the one that is alone');
    await alone.release();

    const second = neighbour(ports, 3);
    await second.access.alone();
    second.end();
    await (await access.shared()).release();
    await (await access.alone()).release();
  });

  test('what the dead left goes with the next who comes, also where nobody is ever alone', async () => {
    const ports = await folder();
    const access = new MemoryAccess(ports, root);
    const living = await access.shared();
    const dead = neighbour(ports, 2);
    await dead.access.shared();
    dead.end();
    assert.equal(await lockFiles(ports), 2);
    await (await access.shared()).release();
    assert.equal(await lockFiles(ports), 1, 'the living one');
    await living.release();
  });

  test('a process of another machine may be alive', async () => {
    const ports = await folder();
    const far = new MemoryProcesses({ pid: 1, start: 's', scope: 'another machine' });
    await new MemoryAccess({ ...ports, processes: far }, root).shared();
    await assert.rejects(new MemoryAccess(ports, root).alone(), isLocked);
  });

  test('a lock file that cannot be read may be somebody’s', async () => {
    const ports = await folder();
    ports.fs.put(`${paths.locks(root)}/memory-user-x.lock`, 'rubbish');
    await assert.rejects(new MemoryAccess(ports, root).alone(), isLocked);
    await (await new MemoryAccess(ports, root).shared()).release();
  });
});
