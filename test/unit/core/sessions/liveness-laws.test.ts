/**
 * The laws of liveness against a model: windows that beat and sweep by the intervals, agents that die, hang or are never
 * seen, sleeps and clocks that are set, in any order, over the real session store. Promise R10; requirements 004-6 …
 * 004-8, 004-14, 004-20, 004-27.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { Session } from '../../../../src/core/model/session';
import type { TaskId } from '../../../../src/core/model/task';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import { SessionStore } from '../../../../src/core/sessions/session-store';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { session, someEnd, startInput } from './session-example';

const { beatMs, ttlMs, graceMs, sweepMs, silentAfterMs, clockJumpMs } = defaultIntervals;
const tasks = ['101', '102'] as TaskId[];
const hour = 60 * 60_000;

/** What really is, as the test did it. */
interface Agent {
  readonly id: string;
  readonly token: number;
  readonly task: TaskId;
  /** Undefined for an agent whose process nobody knows. */
  readonly pid: number | undefined;
  readonly startedMs: number;
  alive: boolean;
  /** The lease as last written. */
  leaseMs: number;
  ended: boolean;
}

interface World {
  readonly agents: Agent[];
  /** Sweeps since the beginning: every sixth comes with a beat. */
  sweeps: number;
  /** When the clock last jumped ahead by more than the tolerance. */
  jumpedMs: number;
}

interface Real {
  readonly ports: TestPorts;
  readonly store: SessionStore;
  readonly beside: SessionStore;
}

type Step = (world: World, real: Real) => Promise<void>;

class Act implements fc.AsyncCommand<World, Real> {
  readonly #name: string;
  readonly #step: Step;

  constructor(name: string, step: Step) {
    this.#name = name;
    this.#step = step;
  }

  check(): boolean {
    return true;
  }

  async run(world: World, real: Real): Promise<void> {
    await this.#step(world, real);
    await checkLaws(world, real);
  }

  toString(): string {
    return this.#name;
  }
}

function nowOf({ ports }: Real): number {
  return ports.clock.now().getTime();
}

function leaseEnd(world: World, agent: Agent): number {
  return Math.max(agent.leaseMs, world.jumpedMs + ttlMs);
}

async function checkLaws(world: World, real: Real): Promise<void> {
  const now = nowOf(real);
  // Windows look at the clock all the time, so that small jumps do not add up to a large one unseen.
  for (const store of [real.store, real.beside]) await store.liveness(session());
  world.jumpedMs = Math.min(world.jumpedMs, now);
  for (const agent of world.agents) {
    const record = await real.store.get(agent.id);
    assert.ok(record);
    assert.equal(record.end !== null, agent.ended);
    if (!agent.ended) await checkOpen(world, real, agent, record);
  }
}

async function checkOpen(world: World, { ports, store }: Real, agent: Agent, record: Session): Promise<void> {
  const now = ports.clock.now().getTime();
  const liveness = await store.liveness(record);
  if (agent.pid !== undefined && agent.alive) {
    assert.ok(leaseEnd(world, agent) > now, 'a waiting process has its lease end in the future');
    const quietFor = now - Math.max(agent.startedMs, world.jumpedMs);
    assert.equal(liveness, quietFor >= silentAfterMs ? 'silent' : 'live', 'a live agent is never released');
  } else if (agent.pid !== undefined) {
    assert.equal(liveness, 'gone', 'a process that is proven gone is gone at once');
  } else {
    const overdue = now - leaseEnd(world, agent);
    const expected = overdue < 0 ? 'live' : overdue < graceMs ? 'suspect' : 'gone';
    assert.equal(liveness, expected, 'without proof the lease and its grace decide');
  }
}

/** A window's five seconds: it beats for what it watches when that is due, and closes what is gone. */
async function sweep(world: World, real: Real): Promise<void> {
  const { ports, store } = real;
  ports.clock.advance(sweepMs);
  world.sweeps++;
  const now = nowOf(real);
  if ((world.sweeps * sweepMs) % beatMs === 0) {
    for (const agent of world.agents) {
      if (agent.ended || agent.pid === undefined || !agent.alive) continue;
      await store.beat(agent.id, agent.token);
      agent.leaseMs = now + ttlMs;
    }
  }
  for (const session of await store.list()) {
    if ((await store.liveness(session)) !== 'gone') continue;
    const agent = world.agents.find(({ id }) => id === session.id);
    assert.ok(agent && !(agent.pid !== undefined && agent.alive), 'a live agent is never released');
    await store.end(session.id, { ...someEnd, exitCode: null, reason: 'vanished' });
    agent.ended = true;
  }
  for (const agent of world.agents) {
    if (agent.pid !== undefined && !agent.alive)
      assert.ok(agent.ended, 'a dead agent is noticed within one sweep');
    if (agent.pid === undefined && now >= leaseEnd(world, agent) + graceMs) assert.ok(agent.ended);
  }
}

const pass =
  (sweeps: number): Step =>
  async (world, real) => {
    for (let n = 0; n < sweeps; n++) {
      await sweep(world, real);
      await checkLaws(world, real);
    }
  };

/** Five at once, from two windows: one start when nobody holds the task, else none; the others are told who has it. */
const resume =
  (task: TaskId, known: boolean): Step =>
  async (world, real) => {
    const now = nowOf(real);
    const held = world.agents.some((agent) => agent.task === task && holds(world, agent, now));
    const asked = [real.store, real.beside, real.store, real.beside, real.store];
    const settled = await Promise.allSettled(asked.map((store) => store.start({ ...startInput, task })));
    const started = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    for (const one of settled) {
      if (one.status === 'fulfilled') continue;
      assert.ok(isBatonError(one.reason, 'session_live'));
      assert.match(one.reason.message, /works on task #\d+ since /);
    }
    assert.equal(started.length, held ? 0 : 1, 'five resume requests at once give one start');
    for (const { id, token } of started) {
      const pid = known ? 5000 + world.agents.length : undefined;
      if (pid !== undefined) {
        real.ports.processes.running.set(pid, `start-${pid}`);
        await real.store.attachProcess(id, pid);
      }
      const lease = { startedMs: now, leaseMs: now + ttlMs };
      world.agents.push({ id, token, task, pid, alive: true, ended: false, ...lease });
    }
  };

function holds(world: World, agent: Agent, now: number): boolean {
  if (agent.ended) return false;
  return agent.pid === undefined ? now < leaseEnd(world, agent) + graceMs : agent.alive;
}

function chosen({ agents }: World, pick: number): Agent | undefined {
  return agents[pick % Math.max(agents.length, 1)];
}

const die =
  (pick: number): Step =>
  async (world, { ports }) => {
    const agent = chosen(world, pick);
    if (agent?.pid === undefined) return;
    ports.processes.running.delete(agent.pid);
    agent.alive = false;
  };

/** Of the newest of its task, whenever it comes: in the lease, in the grace period, after the end. */
const lateBeat =
  (pick: number): Step =>
  async (world, real) => {
    const agent = chosen(world, pick);
    if (agent === undefined || world.agents.findLast(({ task }) => task === agent.task) !== agent) return;
    const before = await real.store.get(agent.id);
    const after = await real.store.beat(agent.id, agent.token);
    if (agent.ended) {
      assert.deepEqual(after, before, 'a beat after the end changes nothing');
      return;
    }
    agent.leaseMs = nowOf(real) + ttlMs;
    if (agent.pid === undefined)
      assert.equal(await real.store.liveness(after), 'live', 'a late beat cancels');
  };

const stop =
  (pick: number): Step =>
  async (world, { store }) => {
    const agent = chosen(world, pick);
    if (agent === undefined) return;
    await store.end(agent.id, { ...someEnd, reason: 'user' });
    agent.ended = true;
  };

/** The machine slept, or somebody set its clock. */
const jump =
  (ms: number): Step =>
  async (world, real) => {
    real.ports.clock.setWall(new Date(nowOf(real) + ms).toISOString());
    if (ms > clockJumpMs) world.jumpedMs = nowOf(real);
  };

suite('the laws of liveness', () => {
  const pick = fc.nat(5);
  const step: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
    fc
      .tuple(fc.constantFrom(...tasks), fc.boolean())
      .map(
        ([task, known]) =>
          [`resume ${task}${known ? '' : ', process unknown'}`, resume(task, known)] as const,
      ),
    fc.constantFrom(1, 6, 18, 19, 31, 130).map((n) => [`pass ${n} sweeps`, pass(n)] as const),
    pick.map((n) => [`die ${n}`, die(n)] as const),
    pick.map((n) => [`beat ${n}`, lateBeat(n)] as const),
    pick.map((n) => [`stop ${n}`, stop(n)] as const),
    fc.constantFrom(10_000, hour, -hour, -10_000).map((ms) => [`clock ${ms}`, jump(ms)] as const),
  );
  const command = step.map(([name, act]) => new Act(name, act));

  test('a waiting process keeps its lease, a dead one is noticed, a live one never released, one start of five', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands([command], { maxCommands: 20, size: 'max' }), async (sequence) => {
        const ports = testPorts();
        const real = { ports, store: new SessionStore(ports, '/w'), beside: new SessionStore(ports, '/w') };
        const model: World = { agents: [], sweeps: 0, jumpedMs: 0 };
        await fc.asyncModelRun(() => ({ model, real }), sequence);
      }),
      { numRuns: 60 },
    );
  });

  test('an expiry is noticed within TTL plus one sweep', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sweepMs - 1), async (offset) => {
        const ports = testPorts();
        const store = new SessionStore(ports, '/w');
        const { id } = await store.start(startInput);
        let noticed = 0;
        ports.clock.advance(offset);
        for (let ms = offset; noticed === 0; ms += sweepMs, ports.clock.advance(sweepMs)) {
          const record = await store.get(id);
          assert.ok(record);
          if ((await store.liveness(record)) !== 'live') noticed = ms;
        }
        assert.ok(noticed >= ttlMs && noticed <= ttlMs + sweepMs, `${noticed} ms`);
      }),
      { numRuns: 20 },
    );
  });

  test('thirty minutes of silence by a live child never release it, with and without beats', async () => {
    for (const beats of [true, false]) {
      const ports = testPorts();
      const store = new SessionStore(ports, '/w');
      const { id, token } = await store.start(startInput);
      ports.processes.running.set(4242, 'start-4242');
      await store.attachProcess(id, 4242);
      for (let ms = 0; ms < hour / 2; ms += sweepMs) {
        ports.clock.advance(sweepMs);
        if (beats && ms % beatMs === 0) await store.beat(id, token);
        const record = await store.get(id);
        assert.ok(record);
        assert.match(await store.liveness(record), /^(live|silent)$/);
        assert.equal((await store.evidence(record))?.processProvenGone, false);
      }
      const record = await store.get(id);
      assert.ok(record);
      assert.equal(await store.liveness(record), 'silent', 'and it is marked');
      await assert.rejects(store.start(startInput), (error) => isBatonError(error, 'session_live'));
    }
  });
});
