/** The queue against a model: claims, runs, deaths, hands and passing time in any order, by several windows. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { defaultConfig } from '../../../../src/core/model/config';
import type { LiveSession } from '../../../../src/core/queue/entry-state';
import { ResumeQueue } from '../../../../src/core/queue/resume-queue';
import { paths } from '../../../../src/core/store/paths';
import { TaskStore } from '../../../../src/core/store/task-store';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';

const root = '/project';
const tasks = ['1', '2', '3'] as const;
const claimMs = 60_000;
const { maxAttempts } = defaultConfig.autoResume;

/** What the test knows of an entry without asking the queue. */
interface Known {
  readonly id: string;
  readonly task: string;
  /** Every claim that was given, in order; the last one is the one that counts until it is over. */
  readonly revs: number[];
  until: number;
  /** The agent that was started under the last claim. */
  agent: LiveSession | undefined;
  failures: number;
  held: boolean;
}

interface World {
  readonly ports: TestPorts;
  readonly queues: readonly ResumeQueue[];
  readonly live: LiveSession[];
  readonly known: Map<string, Known>;
}

function makeWorld(): World {
  const ports = testPorts();
  const live: LiveSession[] = [];
  const queues = [0, 1, 2].map(() => {
    const store = new TaskStore(ports, root, defaultConfig);
    return new ResumeQueue({
      file: store.managedFile('queue'),
      ports,
      limits: defaultConfig.autoResume,
      live: async () => [...live],
      beside: async () => [],
      by: { actor: 'tool' },
    });
  });
  return { ports, queues, live, known: new Map() };
}

type Step = (world: World, queue: ResumeQueue, task: string) => Promise<void>;

const isHeld = ({ ports, live }: World, known: Known) =>
  live.some(({ id }) => id === known.agent?.id) || (known.held && known.until > ports.clock.now().getTime());

const steps: Readonly<Record<string, Step>> = {
  async add({ known }, queue, task) {
    const { entry, added } = await queue.add({
      taskId: taskId(task),
      prompt: task,
      reason: 'crash',
      source: 'test',
    });
    const before = known.get(task);
    assert.equal(added, before === undefined, 'one entry a task');
    if (before === undefined)
      known.set(task, { id: entry.id, task, revs: [], until: 0, agent: undefined, failures: 0, held: false });
    else {
      assert.equal(entry.id, before.id);
      before.failures = 0;
    }
  },
  async claim(world, queue, task) {
    const one = world.known.get(task);
    if (one === undefined) return;
    const mayNot = isHeld(world, one) || one.failures >= maxAttempts;
    try {
      const { rev } = await queue.claim(one.id, { by: 'a window', forMs: claimMs, early: true });
      assert.ok(!mayNot, 'a second claim while the first holds');
      assert.ok(
        one.revs.every((earlier) => earlier < rev),
        'a rev of its own',
      );
      one.revs.push(rev);
      one.until = world.ports.clock.now().getTime() + claimMs;
      one.agent = undefined;
      one.held = true;
    } catch (error) {
      assert.ok(isBatonError(error, isHeld(world, one) ? 'claimed' : 'guard_failed'), String(error));
      assert.ok(mayNot);
    }
  },
  async start(world, queue, task) {
    const one = world.known.get(task);
    const rev = one?.revs.at(-1);
    if (one === undefined || rev === undefined || !one.held || one.agent !== undefined) return;
    const session = { id: `session-${task}-${rev}`, task: taskId(`other-${task}`) };
    await queue.started(one.id, rev, session.id);
    one.agent = session;
    world.live.push(session);
  },
  async extend(world, queue, task) {
    const one = world.known.get(task);
    const rev = one?.revs.at(-1);
    if (one === undefined || rev === undefined || !one.held) return;
    const claim = await queue.extend(one.id, rev, claimMs);
    one.until = Math.max(one.until, Date.parse(claim?.until ?? ''));
  },
  async die(world, _queue, task) {
    const one = world.known.get(task);
    const at = world.live.findIndex(({ id }) => id === one?.agent?.id);
    if (at >= 0) world.live.splice(at, 1);
  },
  async fail(world, queue, task) {
    const one = world.known.get(task);
    const rev = one?.revs.at(-1);
    if (one === undefined || rev === undefined) return;
    const failed = await queue.fail(one.id, rev, 'no luck');
    assert.equal(failed !== undefined, one.held, 'a run counts once');
    if (failed === undefined) return;
    await steps['die']?.(world, queue, task);
    one.held = false;
    one.agent = undefined;
    one.failures++;
  },
  async late(world, queue, task) {
    const one = world.known.get(task);
    const rev = one?.revs.at(-2);
    if (one === undefined || rev === undefined) return;
    assert.equal(await queue.fail(one.id, rev, 'too late'), undefined, 'an earlier claim counts nothing');
    assert.equal(await queue.giveBack(one.id, rev), false);
    await assert.rejects(queue.started(one.id, rev, 'late'), (error) => isBatonError(error, 'claimed'));
  },
  async ack(world, queue, task) {
    const one = world.known.get(task);
    if (one === undefined) return;
    assert.equal(await queue.ack(one.id), true);
    await steps['die']?.(world, queue, task);
    world.known.delete(task);
  },
  async hand({ ports }) {
    const file = paths.queue(root);
    const entries: unknown[] = JSON.parse(ports.fs.text(file) ?? '[]');
    ports.fs.put(file, `${JSON.stringify(entries.reverse())}\n`);
  },
  async wait({ ports }) {
    ports.clock.advance(claimMs / 3);
  },
};

async function check({ queues, known }: World): Promise<void> {
  const { entries, malformed } = await (queues[0] ?? assert.fail()).list();
  assert.equal(malformed, false);
  assert.deepEqual(
    entries.map(({ taskId: id }) => String(id)).sort(),
    [...known.keys()].sort(),
    'an entry comes by being added and goes by being acknowledged',
  );
  for (const entry of entries) {
    const one = known.get(String(entry.taskId)) ?? assert.fail();
    assert.equal(entry.attempts, one.failures);
    assert.equal(entry.metadata.retry_count, one.failures);
    assert.equal(entry.deadAt !== null, one.failures >= maxAttempts);
    assert.ok(entry.attempts <= maxAttempts);
  }
}

suite('Laws of the resume queue', () => {
  test('hold whatever happens, in whatever order, by whichever window', async () => {
    const step = fc.record({
      name: fc.constantFrom(...Object.keys(steps), 'claim', 'fail', 'wait'),
      window: fc.nat({ max: 2 }),
      task: fc.constantFrom(...tasks),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (sequence) => {
        const world = makeWorld();
        for (const { name, window, task } of sequence) {
          await steps[name]?.(world, world.queues[window] ?? assert.fail(), task);
          await check(world);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of windows that claim at once, exactly one is given it', async () => {
    const world = makeWorld();
    const { id } = (
      await (world.queues[0] ?? assert.fail()).add({
        ...{ taskId: taskId('1'), prompt: 'one', reason: 'crash', source: 'test' },
      })
    ).entry;
    for (let round = 1; round <= 20; round++) {
      const answers = await Promise.allSettled(
        [...world.queues, ...world.queues].map((queue) =>
          queue.claim(id, { by: 'a window', forMs: claimMs }),
        ),
      );
      const given = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.rev] : []));
      assert.deepEqual(given, [round]);
      world.ports.clock.advance(claimMs);
    }
  });
});
