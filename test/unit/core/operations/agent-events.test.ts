// The change log as events: in order, when they are made, never what failed, with bounded memory. Requirements 001-17 … 001-20.
import assert from 'node:assert/strict';
import { type AgentEvent, EventFeed } from '../../../../src/core/operations/agent-events';
import { blockTask } from '../../../../src/core/operations/block-task';
import { createTask } from '../../../../src/core/operations/create-task';
import { passFeature } from '../../../../src/core/operations/pass-feature';
import { recordProgress } from '../../../../src/core/operations/record-progress';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import type { ChangeEntry, LogPosition } from '../../../../src/core/store/change-log';
import { LogFollower } from '../../../../src/core/store/log-follower';
import { paths } from '../../../../src/core/store/paths';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';

async function all(feed: EventFeed): Promise<readonly AgentEvent[]> {
  const found: AgentEvent[] = [];
  for (;;) {
    const { events, more } = await feed.next();
    found.push(...events);
    if (!more) return found;
  }
}

const opened = (workspace: BatonWorkspace, since?: number) => EventFeed.open(workspace, since);

async function work(workspace: BatonWorkspace): Promise<void> {
  await createTask(workspace, { id: '1', title: 'One', features: [{ id: 'f', description: 'd' }] });
  await recordProgress(workspace, '1', { did: ['A'], issues: [], state: [], next: [] });
  await passFeature(workspace, '1', 'f');
  await blockTask(workspace, '1', 'No keys');
}

/** A change that is announced, by a writer that takes its time to make it. */
const slow: ChangeEntry = {
  type: 'status.unblock',
  task: taskId('1'),
  actor: 'person',
  session: null,
  path: 'task-states/x.md',
  via: 'file',
  before: 'a',
  after: 'b',
  edits: [],
};

suite('the events of a folder', () => {
  test('are told from now on, each with its place, task, session, time and words', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await createTask(workspace, { id: '0', title: 'Before' });
    const feed = await opened(workspace);
    const agent = await openMemory(ports, { actor: 'agent', session: 'session-of-an-agent' });
    await work(agent);
    const events = await all(feed);
    assert.deepEqual(
      events.map(({ event, type, task, session }) => [event, type, task, session]),
      [
        ['agent.progress', 'task.create', '1', 'session-of-an-agent'],
        ['agent.progress', 'progress.append', '1', 'session-of-an-agent'],
        ['agent.progress', 'feature.pass', '1', 'session-of-an-agent'],
        ['agent.blocked', 'status.block', '1', 'session-of-an-agent'],
      ],
    );
    const last = events.at(-1);
    assert.deepEqual(
      [last?.schema, last?.at, last?.text],
      [1, '2026-11-21T07:28:00.000Z', '#1: Blocked "No keys" (07:28 UTC)'],
    );
    assert.deepEqual(await all(feed), []);
  });

  test('are told from a sequence on, over days, however small the pieces that are read', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await work(workspace);
    ports.clock.advance(86_400_000);
    await createTask(workspace, { id: '2', title: 'Two' });
    const everything = await all(await opened(workspace, 0));
    assert.equal(everything.length, 5);
    const third = everything[2]?.seq ?? 0;
    assert.deepEqual(await all(await opened(workspace, third)), everything.slice(3));
    const follower = new LogFollower(ports.fs, root);
    let place: LogPosition | undefined;
    let lines = 0;
    for (;;) {
      const step = await follower.read(place, 1);
      if (step.lines.length === 0) break;
      lines += step.lines.length;
      place = step.next;
    }
    // Every change is announced and settled.
    assert.equal(lines, 10);
  });

  test('wait for a change that is announced until it is made, and keep the order', async () => {
    const { workspace } = await memoryWorkspace();
    await work(workspace);
    const feed = await opened(workspace);
    const { seq } = await workspace.store.changeLog.append(slow);
    await createTask(workspace, { id: '2', title: 'Two' });
    assert.deepEqual(await all(feed), []);
    assert.equal(feed.isHolding, true);
    await workspace.store.changeLog.settle(seq, 'done');
    assert.deepEqual(
      (await all(feed)).map(({ type }) => type),
      ['status.unblock', 'task.create'],
    );
    assert.equal(feed.isHolding, false);
  });

  test('never tell a change that failed, and do not wait for one that was cut short', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await work(workspace);
    const feed = await opened(workspace);
    const failed = await workspace.store.changeLog.append(slow);
    await workspace.store.changeLog.settle(failed.seq, 'aborted');
    const cut = await workspace.store.changeLog.append(slow);
    await createTask(workspace, { id: '2', title: 'Two' });
    assert.deepEqual(await all(feed), []);
    ports.clock.advance(3_000);
    assert.deepEqual(
      (await all(feed)).map(({ type }) => type),
      ['task.create'],
    );
    // Whoever replays the log finds that it was made after all.
    await workspace.store.changeLog.settle(cut.seq, 'done');
    assert.deepEqual(
      (await all(feed)).map(({ seq }) => seq),
      [cut.seq],
    );
  });

  test('leave a line that is being written for the next look', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await work(workspace);
    const feed = await opened(workspace);
    const segment = `${paths.memory(root)}/WAL-2026-11-21.log`;
    await createTask(workspace, { id: '2', title: 'Two' });
    const whole = ports.fs.text(segment) ?? '';
    const lines = whole.split('\n');
    const cut = whole.length - 40;
    ports.fs.put(segment, whole.slice(0, cut));
    assert.deepEqual(await all(feed), [], `${lines.length} lines, the last one without its end`);
    ports.fs.put(segment, whole);
    assert.deepEqual(
      (await all(feed)).map(({ task }) => task),
      ['2'],
    );
  });
});
