/** The machine against a model: a task lives through random work, sessions, deaths and triggers. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatonError } from '../../../../src/core/base/baton-error';
import type { LifecycleFacts } from '../../../../src/core/lifecycle/facts';
import { type TransitionOptions, transition } from '../../../../src/core/lifecycle/transitions';
import { type Status, type Trigger, triggers } from '../../../../src/core/model/status';

type Agent = 'none' | 'alive' | 'dead-seen' | 'dead-unseen' | 'lost';

/** What is true of the world; the model knows it by name, the machine sees it through facts. */
interface World {
  status: Status;
  ticked: boolean;
  passing: boolean;
  summary: boolean;
  upstreamDone: boolean;
  agent: Agent;
  /** Since the task was last reopened: it got past the guards of complete by force. */
  forced: boolean;
}

interface Machine {
  status: Status;
}

function factsOf(world: World, status: Status): LifecycleFacts {
  const { agent } = world;
  return {
    status,
    criteria: { done: world.ticked ? 1 : 0, total: 1 },
    features: { passed: world.passing ? 2 : 1, total: 2 },
    outputFilled: world.summary,
    unmetUpstream: world.upstreamDone ? 0 : 1,
    liveSession: agent === 'alive',
    exitObserved: agent === 'dead-seen',
    lease:
      agent === 'none'
        ? undefined
        : {
            leaseExpired: agent === 'lost',
            graceElapsed: agent === 'lost',
            processProvenGone: agent === 'dead-unseen',
          },
  };
}

const allDone = (world: World) => world.ticked && world.passing && world.summary;
const atWork: readonly Status[] = ['pending', 'acknowledged', 'in_progress'];
const mine = (world: World): Status => (world.agent === 'alive' ? 'in_progress' : 'pending');

/** The rules once more, in the words of product.md section 4, as a person would check them. */
function expected(world: World, trigger: Trigger, { force }: TransitionOptions): Status | undefined {
  const { status, agent, upstreamDone } = world;
  const released =
    agent === 'none' || agent === 'dead-unseen' || agent === 'lost' || (agent === 'dead-seen' && force);
  switch (trigger) {
    case 'acknowledge':
      return status === 'pending' && (upstreamDone || force) ? 'acknowledged' : undefined;
    case 'start':
      return atWork.includes(status) && (upstreamDone || force) ? 'in_progress' : undefined;
    case 'block':
      return atWork.includes(status) || status === 'needs_input' ? 'blocked' : undefined;
    case 'needInput':
      return atWork.includes(status) || status === 'blocked' ? 'needs_input' : undefined;
    case 'unblock':
      return status === 'blocked' ? mine(world) : undefined;
    case 'answer':
      return status === 'needs_input' ? mine(world) : undefined;
    case 'complete':
      return atWork.includes(status) && (allDone(world) || force) ? 'completed' : undefined;
    case 'cancel':
      return status === 'completed' || status === 'cancelled' ? undefined : 'cancelled';
    case 'reopen':
      return status === 'completed' || status === 'cancelled' ? mine(world) : undefined;
    case 'releaseOnExit':
      return (status === 'acknowledged' || status === 'in_progress') &&
        (agent === 'dead-seen' || agent === 'dead-unseen')
        ? 'pending'
        : undefined;
    case 'recoverStuckAcknowledged':
      return status === 'acknowledged' && released ? 'pending' : undefined;
    case 'recoverOrphaned':
      return status === 'in_progress' && released ? 'pending' : undefined;
  }
}

class Pull implements fc.Command<World, Machine> {
  readonly #trigger: Trigger;
  readonly #force: boolean;

  constructor(trigger: Trigger, force: boolean) {
    this.#trigger = trigger;
    this.#force = force;
  }

  check(): boolean {
    return true;
  }

  run(world: World, machine: Machine): void {
    const options = { force: this.#force, reason: 'a reason' };
    const target = expected(world, this.#trigger, options);
    const reached = attempt(() => transition(factsOf(world, machine.status), this.#trigger, options));
    assert.equal(reached, target);
    if (target === undefined) return;
    if (target === 'completed') world.forced = this.#force;
    machine.status = target;
    world.status = target;
    assert.ok(
      target !== 'completed' || allDone(world) || world.forced,
      'completed without the guards or force',
    );
  }

  toString(): string {
    return this.#trigger + (this.#force ? ' by force' : '');
  }
}

class Happen implements fc.Command<World, Machine> {
  readonly #what: Partial<World>;

  constructor(what: Partial<World>) {
    this.#what = what;
  }

  check(): boolean {
    return true;
  }

  run(world: World): void {
    Object.assign(world, this.#what);
  }

  toString(): string {
    return JSON.stringify(this.#what);
  }
}

suite('the life of a task', () => {
  const happenings = fc.oneof(
    fc.record({ ticked: fc.boolean() }),
    fc.record({ passing: fc.boolean() }),
    fc.record({ summary: fc.boolean() }),
    fc.record({ upstreamDone: fc.boolean() }),
    fc.record({ agent: fc.constantFrom<Agent>('none', 'alive', 'dead-seen', 'dead-unseen', 'lost') }),
  );
  const commands = fc.commands(
    [
      fc
        .tuple(fc.constantFrom(...triggers), fc.boolean())
        .map(([trigger, force]) => new Pull(trigger, force)),
      happenings.map((what) => new Happen(what)),
    ],
    { maxCommands: 80, size: 'max' },
  );

  test('the machine and its model agree; no sequence of triggers reaches completed without the guards or force', () => {
    fc.assert(
      fc.property(commands, (sequence) => {
        fc.modelRun(
          () => ({
            model: {
              status: 'pending',
              ticked: false,
              passing: false,
              summary: false,
              upstreamDone: true,
              agent: 'none',
              forced: false,
            } satisfies World,
            real: { status: 'pending' } satisfies Machine,
          }),
          sequence,
        );
      }),
      { numRuns: 500 },
    );
  });
});

function attempt(step: () => Status): Status | undefined {
  try {
    return step();
  } catch (error) {
    assert.ok(error instanceof BatonError);
    return undefined;
  }
}
