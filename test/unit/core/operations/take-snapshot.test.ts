// What is said of a task between the death of its agent and the record of its end.
import assert from 'node:assert/strict';
import { closeSession } from '../../../../src/core/operations/close-session';
import { startFacts } from '../../../../src/core/operations/session-start';
import { takeSnapshot } from '../../../../src/core/operations/take-snapshot';
import { asTaskId } from '../../../../src/core/operations/task-id';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import { type Background, background } from './background-support';

async function started({ workspace, ports }: Background, trigger: 'manual' | 'automatic'): Promise<string> {
  const facts = await startFacts(workspace, await workspace.store.read(asTaskId('1')));
  const session = await workspace.sessions.start({ ...facts, agent: 'claude', origin: 'managed', trigger });
  ports.processes.running.set(4242, 'start-4242');
  await workspace.sessions.attachProcess(session.id, 4242);
  return session.id;
}

suite('a snapshot', () => {
  test('does not call a session undocumented while its end is still to be recorded', async () => {
    const own = await background(['1']);
    const id = await started(own, 'manual');
    own.ports.processes.running.delete(4242);
    const badges = async () => (await takeSnapshot(own.workspace)).tasks[0]?.badges;
    assert.deepEqual(await badges(), ['ready', 'resumable']);
    await closeSession(own.workspace, id, { exitCode: 1, signal: null, reason: 'process' });
    assert.deepEqual(await badges(), ['ready', 'resumable'], 'Baton has written the entry');
    const { file } = (await takeSnapshot(own.workspace)).tasks[0] ?? {};
    assert.ok(file);
    const path = `${own.workspace.root}/${file}`;
    const text = own.ports.fs.text(path) ?? '';
    own.ports.fs.put(path, text.slice(0, text.indexOf('### Session 1')));
    assert.ok((await badges())?.includes('undocumented'), 'somebody has taken it out');
  });

  test('points out a run in the background that goes on for long, and takes nothing from it', async () => {
    const own = await background(['1']);
    const id = await started(own, 'automatic');
    own.ports.clock.advance(defaultIntervals.longRunningMs);
    const [view] = (await takeSnapshot(own.workspace)).sessions;
    assert.deepEqual([view?.longRunning, view?.liveness], [true, 'silent']);
    assert.equal((await own.workspace.sessions.get(id))?.end, null);
  });
});
