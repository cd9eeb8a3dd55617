// The bounded queue of Baton's own workers, on a clock that is moved by hand. requirements.md 2.3, tests 1, 2 and 7.
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { type WorkerJob, type WorkerKind, workerKinds } from '../../../../src/core/model/worker';
import { Breather } from '../../../../src/core/workers/breather';
import { longWaitMs, type Worker, WorkerQueue } from '../../../../src/core/workers/worker-queue';
import { MemoryClock } from '../../../support/memory-clock';

/** Timers that fire when the clock is moved past them. */
class Timers {
  readonly clock = new MemoryClock();
  readonly #armed = new Map<object, { readonly at: number; readonly fire: () => void }>();

  get count(): number {
    return this.#armed.size;
  }

  readonly arm = (ms: number, fire: () => void) => {
    const key = {};
    this.#armed.set(key, { at: this.clock.monotonicMs() + ms, fire });
    return { dispose: () => void this.#armed.delete(key) };
  };

  advance(ms: number): void {
    this.clock.advance(ms);
    for (const [key, { at, fire }] of this.#armed) {
      if (at > this.clock.monotonicMs()) continue;
      this.#armed.delete(key);
      fire();
    }
  }
}

interface Gate {
  readonly job: WorkerJob;
  readonly open: () => void;
}

function queueWith(limits: { readonly parallel: number; readonly queueLimit: number }, own?: Worker) {
  const timers = new Timers();
  const warnings: string[] = [];
  const started: Gate[] = [];
  const held: Worker = (job) =>
    new Promise((resolve) =>
      started.push({ job, open: () => resolve({ detail: job.job, evidence: [`did ${job.job}`] }) }),
    );
  const worker = own ?? held;
  const queue = new WorkerQueue({
    workers: { research: worker, execution: worker, status: worker },
    limits,
    clock: timers.clock,
    arm: timers.arm,
    warn: (message) => warnings.push(message),
  });
  return { queue, timers, warnings, started };
}

const job = (name: string, worker: WorkerKind = 'research'): WorkerJob => ({ worker, job: name });
const settled = () => new Promise((resolve) => setImmediate(resolve));

suite('the queue of the workers', () => {
  test('runs a hundred jobs, never more than the bound at once, in order, and answers each', async () => {
    const { queue, started } = queueWith({ parallel: 2, queueLimit: 100 });
    const names = Array.from({ length: 100 }, (_, index) => `job ${index}`);
    const results = names.map((name) => queue.submit(job(name)));
    for (let n = 0; n < 100; n++) {
      assert.equal(started.length, Math.min(n + 2, 100));
      started[n]?.open();
      await settled();
    }
    const answered = await Promise.all(results);
    assert.equal(queue.mostInFlight, 2);
    assert.equal(queue.depth, 0);
    assert.deepEqual(
      started.map((one) => one.job.job),
      names,
    );
    assert.deepEqual(
      answered.map(({ job: name, status, evidence }) => [name, status, evidence]),
      names.map((name) => [name, 'done', [`did ${name}`]]),
    );
  });

  test('refuses what is too much, in words, and takes on again when there is room', async () => {
    const { queue, started } = queueWith({ parallel: 1, queueLimit: 2 });
    const taken = ['a', 'b', 'c'].map((name) => queue.submit(job(name)));
    await assert.rejects(queue.submit(job('d')), (error) => {
      assert.ok(isBatonError(error, 'saturated'));
      assert.match(error.message, /"d" was not taken on: 2 jobs wait already/);
      return true;
    });
    assert.equal(queue.depth, 2, 'nothing was taken on');
    started[0]?.open();
    await taken[0];
    taken.push(queue.submit(job('e')));
    for (let n = 1; n < 4; n++) {
      started[n]?.open();
      await settled();
    }
    assert.deepEqual(
      (await Promise.all(taken)).map(({ detail }) => detail),
      ['a', 'b', 'c', 'e'],
    );
  });

  test('warns once of a backlog when a job has waited for 30 s, and not before', async () => {
    const { queue, timers, warnings, started } = queueWith({ parallel: 1, queueLimit: 5 });
    const taken = [queue.submit(job('first')), queue.submit(job('second')), queue.submit(job('third'))];
    timers.advance(longWaitMs - 1);
    assert.deepEqual(warnings, []);
    timers.advance(1);
    assert.deepEqual(warnings, ['Workers are busy: 2 jobs wait, the oldest ("second") for 30 s']);
    timers.advance(longWaitMs * 2);
    assert.equal(warnings.length, 1);
    for (let n = 0; n < 3; n++) {
      started[n]?.open();
      await settled();
    }
    await Promise.all(taken);
    assert.equal(timers.count, 0, 'no timer is left behind');
  });

  test('does not warn where the oldest began to wait later than the backlog', async () => {
    const { queue, timers, warnings, started } = queueWith({ parallel: 1, queueLimit: 5 });
    void queue.submit(job('first'));
    void queue.submit(job('second'));
    timers.advance(20_000);
    void queue.submit(job('third'));
    started[0]?.open();
    await settled();
    timers.advance(10_000);
    assert.deepEqual(warnings, []);
    timers.advance(20_000);
    assert.match(warnings[0] ?? '', /the oldest \("third"\)/);
  });

  test('gives each job to the worker of its kind, wherever it stands in a list', async () => {
    const heard: string[] = [];
    const named =
      (name: WorkerKind): Worker =>
      async ({ worker }) => {
        heard.push(`${name} got ${worker}`);
        return { detail: '', evidence: ['e'] };
      };
    const { clock, arm } = new Timers();
    const workers = { research: named('research'), execution: named('execution'), status: named('status') };
    const queue = new WorkerQueue({
      workers,
      limits: { parallel: 1, queueLimit: 9 },
      clock,
      arm,
      warn: () => {},
    });
    const order: readonly WorkerKind[] = ['status', 'status', 'research', 'execution', 'status', 'research'];
    await Promise.all(order.map((kind) => queue.submit(job('x', kind))));
    assert.deepEqual(
      heard,
      order.map((kind) => `${kind} got ${kind}`),
    );
    assert.deepEqual([...new Set(order)].sort(), [...workerKinds].sort());
  });

  test('calls a result without evidence a failure, and what a worker throws another', async () => {
    const answers: readonly Worker[] = [
      async () => ({ detail: 'All good', evidence: [] }),
      () => Promise.reject(new Error('The disk is full')),
    ];
    const [silent, broken] = await Promise.all(
      answers.map((own) => queueWith({ parallel: 1, queueLimit: 1 }, own).queue.submit(job('x'))),
    );
    assert.deepEqual([silent?.status, silent?.detail], ['failed', 'No evidence was given: All good']);
    assert.deepEqual([broken?.status, broken?.detail], ['failed', 'The disk is full']);
  });

  test('goes on after a failure', async () => {
    let calls = 0;
    const own: Worker = async () => {
      if (calls++ === 0) throw new Error('once');
      return { detail: 'fine', evidence: ['e'] };
    };
    const { queue } = queueWith({ parallel: 1, queueLimit: 5 }, own);
    const results = await Promise.all(['a', 'b', 'c'].map((name) => queue.submit(job(name))));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['failed', 'done', 'done'],
    );
  });
});

suite('a worker that breathes', () => {
  test('lets others run whenever its slice is used up, and only then', async () => {
    const clock = new MemoryClock();
    const breather = new Breather(clock);
    let turns = 0;
    let working = true;
    const others = (async () => {
      while (working) {
        await settled();
        turns++;
      }
    })();
    for (let item = 0; item < 100; item++) {
      clock.advance(2);
      await breather.breathe();
    }
    working = false;
    await others;
    assert.equal(breather.pauses, 25, '100 items of 2 ms, a turn every 8 ms');
    assert.ok(turns >= 25, `others ran ${turns} times`);
  });
});
