/** The session store against a model: windows, agents, deaths, sleeps and pauses in any order, on one disk. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { Session } from '../../../../src/core/model/session';
import { defaultIntervals } from '../../../../src/core/sessions/intervals';
import { SessionStore } from '../../../../src/core/sessions/session-store';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { someEnd, startInput, task } from './session-example';

const { ttlMs, graceMs } = defaultIntervals;

/** What the test knows of a session without asking the store. */
interface Known {
  readonly id: string;
  readonly token: number;
  pid: number | undefined;
  processAlive: boolean;
  ended: boolean;
  leaseEndMs: number;
}

interface World {
  readonly sessions: Known[];
}

interface Windows {
  readonly ports: TestPorts;
  readonly stores: readonly SessionStore[];
}

/** By the rules of resolution C5, from what really happened. */
function holds(known: Known, nowMs: number): boolean {
  if (known.ended) return false;
  if (known.pid !== undefined) return known.processAlive;
  return nowMs < known.leaseEndMs + graceMs;
}

type Step = (world: World, windows: Windows, store: SessionStore) => Promise<void>;

class Act implements fc.AsyncCommand<World, Windows> {
  readonly #name: string;
  readonly #window: number;
  readonly #step: Step;

  constructor(name: string, window: number, step: Step) {
    this.#name = name;
    this.#window = window;
    this.#step = step;
  }

  check(): boolean {
    return true;
  }

  async run(world: World, windows: Windows): Promise<void> {
    const store = windows.stores[this.#window];
    assert.ok(store);
    await this.#step(world, windows, store);
    await checkAll(world, windows, store);
  }

  toString(): string {
    return `${this.#name} (window ${this.#window})`;
  }
}

async function checkAll(world: World, { ports }: Windows, store: SessionStore): Promise<void> {
  const now = ports.clock.now().getTime();
  const holders = world.sessions.filter((known) => holds(known, now));
  assert.ok(holders.length <= 1, 'a task has at most one holder');
  const records = await store.forTask(task);
  assert.deepEqual(
    records.map(({ number, token }) => [number, token]),
    records.map((_, index) => [index + 1, index + 1]),
    'numbers and tokens grow by one',
  );
  for (const known of world.sessions) {
    const record = records.find(({ id }) => id === known.id);
    assert.ok(record, 'no record is lost');
    const liveness = await store.liveness(record);
    assert.equal(liveness === 'ended', known.ended);
    assert.equal(['live', 'silent', 'suspect'].includes(liveness), holds(known, now));
  }
}

const start: Step = async (world, { ports }, store) => {
  const now = ports.clock.now().getTime();
  const held = world.sessions.some((known) => holds(known, now));
  const session = await orRefused(store.start(startInput), 'session_live');
  assert.equal(session === undefined, held, 'a start is refused exactly while somebody holds the task');
  if (session === undefined) return;
  const { id, token } = session;
  world.sessions.push({
    id,
    token,
    pid: undefined,
    processAlive: false,
    ended: false,
    leaseEndMs: now + ttlMs,
  });
};

const launch: Step = async (world, windows, store) => {
  await start(world, windows, store);
  const known = world.sessions.at(-1);
  if (known === undefined || known.ended || known.pid !== undefined) return;
  const pid = 5000 + world.sessions.length;
  windows.ports.processes.running.set(pid, `start-${pid}`);
  await store.attachProcess(known.id, pid);
  known.pid = pid;
  known.processAlive = true;
};

const beat =
  (pick: number): Step =>
  async (world, { ports }, store) => {
    const known = chosen(world, pick);
    if (known === undefined) return;
    const stale = known !== world.sessions.at(-1);
    const before = await store.get(known.id);
    const session = await orRefused(store.beat(known.id, known.token), 'session_ended');
    if (known.ended) {
      assert.deepEqual(session, before, 'a beat after the end changes nothing');
    } else if (stale) {
      assert.equal(session, undefined, 'a stale holder cannot write');
      assert.deepEqual(await store.get(known.id), before);
    } else {
      known.leaseEndMs = ports.clock.now().getTime() + ttlMs;
      assert.equal(Date.parse(session?.expiresAt ?? ''), known.leaseEndMs);
    }
  };

const end =
  (pick: number): Step =>
  async (world, _, store) => {
    const known = chosen(world, pick);
    if (known === undefined) return;
    const before = await store.get(known.id);
    const session = await store.end(known.id, { ...someEnd, exitCode: pick });
    if (known.ended) assert.deepEqual(session, before, 'the first end wins');
    known.ended = true;
  };

const kill =
  (pick: number): Step =>
  async (world, { ports }) => {
    const known = chosen(world, pick);
    if (known?.pid === undefined) return;
    ports.processes.running.delete(known.pid);
    known.processAlive = false;
  };

const pass =
  (ms: number): Step =>
  async (_, { ports }) =>
    ports.clock.advance(ms);

suite('the life of a lease', () => {
  const pick = fc.nat(5);
  const step: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
    fc.constant<readonly [string, Step]>(['start', start]),
    fc.constant<readonly [string, Step]>(['launch', launch]),
    pick.map((n) => [`beat ${n}`, beat(n)] as const),
    pick.map((n) => [`end ${n}`, end(n)] as const),
    pick.map((n) => [`kill ${n}`, kill(n)] as const),
    fc.constantFrom(1, 30_000, ttlMs, graceMs, 30 * 60_000).map((ms) => [`pass ${ms}`, pass(ms)] as const),
  );
  const command = fc.tuple(step, fc.nat(1)).map(([[name, act], window]) => new Act(name, window, act));

  test('at most one session holds a task, a live process is never taken from, a stale holder cannot write', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands([command], { maxCommands: 40, size: 'max' }), async (sequence) => {
        const ports = testPorts();
        const stores = [new SessionStore(ports, '/w'), new SessionStore(ports, '/w')];
        const world: World = { sessions: [] };
        await fc.asyncModelRun(() => ({ model: world, real: { ports, stores } }), sequence);
      }),
      { numRuns: 150 },
    );
  });
});

function chosen(world: World, pick: number): Known | undefined {
  return world.sessions[pick % Math.max(world.sessions.length, 1)];
}

async function orRefused(
  work: Promise<Session>,
  code: 'session_live' | 'session_ended',
): Promise<Session | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isBatonError(error, code)) return undefined;
    throw error;
  }
}
