/**
 * The one who runs an entry, or its agent, is killed at every stage: the entry is there exactly once, nothing runs twice at
 * once, and the entry can be run again. Regression test 3.3.2; `BATON_FAULT_RUNS` makes it longer.
 */
import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import { faultRuns } from '../support/fault-runs';
import { type BackgroundRepository, withBackground } from './support/with-background';
import type { Started } from './support/with-repository';

interface Stage {
  readonly name: string;
  readonly reached: (own: BackgroundRepository) => boolean | Promise<boolean>;
  readonly kill: 'runner' | 'agent';
  /** How long the agent would work. Milliseconds. */
  readonly works: number;
}

const claim = (own: BackgroundRepository) => own.entries()[0]?.claim ?? null;

const stages: readonly Stage[] = [
  { name: 'it has claimed the entry', reached: (own) => claim(own) !== null, kill: 'runner', works: 20_000 },
  {
    name: 'it has taken the task',
    reached: async (own) => (await own.sessions()).length > 0,
    kill: 'runner',
    works: 20_000,
  },
  {
    name: 'its agent is on record',
    reached: (own) => (claim(own)?.session ?? null) !== null,
    kill: 'runner',
    works: 20_000,
  },
  { name: 'its agent works', reached: (own) => own.runs().length > 0, kill: 'runner', works: 20_000 },
  { name: 'its agent works', reached: (own) => own.runs().length > 0, kill: 'agent', works: 20_000 },
  {
    name: 'its agent has ended and the queue is not told',
    reached: async (own) => (await own.sessions()).some(({ end }) => end !== null),
    kill: 'runner',
    works: 150,
  },
];

async function heartbeat(own: BackgroundRepository): Promise<void> {
  const answer = await own.json(['heartbeat', '--dry']);
  assert.ok(answer.ok, JSON.stringify(answer.error));
}

async function ended({ child, ended: over }: Started): Promise<void> {
  child.kill('SIGKILL');
  await over;
}

/** The agent that was left alone is found alive, and left alone; then it is killed, too. */
async function endAgent(own: BackgroundRepository): Promise<void> {
  const [run] = own.runs();
  // Held still, so that it does not end by itself while we look.
  if (run === undefined || !signalled(run.pid, 'SIGSTOP')) return;
  await heartbeat(own);
  const second = await own.json(['queue', 'run']);
  assert.equal(second.ok && second.data.ran, false, 'a second agent was started beside the first');
  assert.equal(own.entries().length, 1);
  signalled(run.pid, 'SIGKILL');
  await own.until('the agent is gone', () => !signalled(run.pid, 0));
}

/** False when there is no such process any more. */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** What has to hold after whatever kill: one entry, free, and the next run of it goes through. */
async function recovers(own: BackgroundRepository): Promise<void> {
  await endAgent(own);
  await own.until('the entry is free', async () => {
    await heartbeat(own);
    return claim(own) === null;
  });
  assert.equal(own.entries().length, 1);
  assert.equal(own.entries()[0]?.deadAt, null);
  const before = own.runs().length;
  const again = await own.json(['queue', 'run', own.entries()[0]?.id ?? '']);
  assert.ok(again.ok && again.data.ran, JSON.stringify(again));
  assert.equal(own.runs().length, before + 1);
  assert.deepEqual(
    own.runs().filter(({ twice }) => twice !== undefined),
    [],
  );
  assert.equal(own.entries().length, 1);
  assert.ok((await own.sessions()).every(({ end }) => end !== null));
}

suite('when a run in the background is killed', () => {
  for (const { name, reached, kill, works } of stages) {
    test(`(its ${kill}) after ${name}, its entry is there once and runs again`, async () => {
      await withBackground({}, async (own) => {
        const [entry] = own.entries();
        assert.ok(entry);
        const runner = own.start(['queue', 'run', entry.id], { LONE_MS: String(works) });
        await own.until(name, () => reached(own));
        if (kill === 'runner') await ended(runner);
        else process.kill(own.runs()[0]?.pid ?? 0, 'SIGKILL');
        if (kill === 'agent') await runner.ended;
        await recovers(own);
      });
    }).timeout(40_000);
  }

  test('at any moment, its entry is there once and runs again', async () => {
    for (let run = 0; run < Math.max(3, Math.ceil(faultRuns / 20)); run++) {
      await withBackground({}, async (own) => {
        const [entry] = own.entries();
        assert.ok(entry);
        const runner = own.start(['queue', 'run', entry.id], { LONE_MS: '300' });
        // Not a wait for something: the very moment is what is tried.
        const moment = Math.floor(Math.random() * 900);
        await delay(moment);
        await ended(runner);
        try {
          await recovers(own);
        } catch (cause) {
          throw new Error(`Killed after ${moment} ms`, { cause });
        }
      });
    }
  }).timeout(300_000);
});
