import assert from 'node:assert/strict';
import type { AgentEvent } from '../../../src/core/operations/agent-events';
import { EventReader } from '../../../src/vscode/event-reader';

const event = (seq: number): AgentEvent => ({
  ...{ schema: 1, seq, event: 'agent.progress', task: '1', session: null },
  ...{ at: '2026-11-21T10:00:00Z', type: 'progress.add', text: 'Went on' },
});

/** Until everything that was begun has come to rest. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A log as the reader sees it: what is put into it comes with the next read, one at a time. */
function logOf() {
  const waiting: AgentEvent[] = [];
  const next = async () => {
    const [first] = waiting.splice(0, 1);
    return { events: first === undefined ? [] : [first], more: first !== undefined };
  };
  return { waiting, feed: { next, isHolding: false } };
}

suite('reading events for another extension', () => {
  test('tells all there is, in order, and again what came while it read', async () => {
    const { waiting, feed } = logOf();
    const told: number[] = [];
    const reader = new EventReader(
      async () => feed,
      ({ seq }) => {
        told.push(seq);
        if (seq !== 2) return;
        waiting.push(event(3));
        reader.look();
      },
      (error) => assert.fail(String(error)),
    );
    waiting.push(event(1), event(2));
    reader.look();
    reader.look();
    await settled();
    assert.deepEqual(told, [1, 2, 3]);
    reader.dispose();
  });

  test('a log that cannot be read is an error a look, not a loop, and is read once it can be', async () => {
    const { waiting, feed } = logOf();
    const told: number[] = [];
    let errors = 0;
    let isReadable = false;
    const reader = new EventReader(
      async () => {
        if (!isReadable) throw new Error('Cannot list .baton/memory');
        return feed;
      },
      ({ seq }) => told.push(seq),
      () => {
        errors++;
        if (errors === 20) reader.dispose();
      },
    );
    reader.look();
    await settled();
    assert.equal(errors, 1);
    isReadable = true;
    waiting.push(event(1));
    reader.look();
    await settled();
    assert.deepEqual(told, [1]);
    reader.dispose();
  });

  test('tells nothing after it was disposed of', async () => {
    const { waiting, feed } = logOf();
    const told: number[] = [];
    const reader = new EventReader(
      async () => feed,
      ({ seq }) => told.push(seq),
      (error) => assert.fail(String(error)),
    );
    waiting.push(event(1));
    reader.look();
    reader.dispose();
    reader.look();
    await settled();
    assert.deepEqual(told, []);
  });
});
