// What happens over minutes and hours, on a fake clock: the scheduler ticks, and runs are what it starts.
import assert from 'node:assert/strict';
import { availableAgents } from '../../../../src/core/operations/economy-agents';
import { listAgents } from '../../../../src/core/operations/list-agents';
import { queueOf } from '../../../../src/core/operations/queue-of';
import { type RunReport, runEntry } from '../../../../src/core/operations/run-entry';
import { stopSession } from '../../../../src/core/operations/stop-session';
import { tick } from '../../../../src/core/operations/tick';
import { completeForTest } from './background-deeds';
import { agentsThat, type Background, background, tickOptions } from './background-support';

const second = 1000;

/** Ticks as asked for, for so long; a run that is started is waited for before the next tick. */
async function live(own: Background, host: ReturnType<typeof agentsThat>['host'], ms: number) {
  const { clock } = own.ports;
  const end = clock.now().getTime() + ms;
  const reports: RunReport[] = [];
  const startRun = async (entry: string) => reports.push(await runEntry(own.workspace, entry, host));
  while (clock.now().getTime() <= end) {
    const { nextAt } = await tick(own.workspace, tickOptions(own, { startRun }));
    const next = nextAt === undefined ? end + 1 : Date.parse(nextAt);
    clock.advance(Math.max(second, Math.min(next, end + 1) - clock.now().getTime()));
  }
  return reports;
}

const crash = { exitCode: 3, signal: null, tail: 'Segmentation fault' };

suite('a crash loop', () => {
  const config = { autoResume: { maxAttempts: 10, backoffSeconds: 1 } };

  test('is stopped after three crashes, whichever tasks they are of, and tried once when it has cooled down', async () => {
    const own = await background(['1', '2', '3', '4'], config);
    const { host, runs } = agentsThat(own, crash);
    const began = own.ports.clock.now().getTime();
    const at: number[] = [];
    const timed = {
      ...host,
      run: (run: Parameters<typeof host.run>[0]) => {
        at.push(own.ports.clock.now().getTime() - began);
        return host.run(run);
      },
    };
    await live(own, timed, 70 * second);
    assert.equal(runs.length, 3);
    const { check } = await tick(own.workspace, tickOptions(own));
    assert.ok(check.status === 'DEFERRED' && check.reason === 'breaker_open', JSON.stringify(check));
    await live(own, timed, 60 * second);
    assert.equal(runs.length, 4, `one trial after a minute: ${at}`);
    assert.ok((at[3] ?? 0) >= (at[2] ?? 0) + 60 * second);
    const again = await tick(own.workspace, tickOptions(own));
    assert.ok(again.check.status === 'DEFERRED' && again.check.reason === 'breaker_open');
  });

  test('that heals closes the breaker with its trial', async () => {
    const own = await background(['1', '2', '3', '4'], config);
    const { host, runs } = agentsThat(own, crash, crash, crash, {
      meanwhile: async ({ sessionId }) => {
        const session = await own.workspace.sessions.get(sessionId);
        await completeForTest(own.workspace, session?.task ?? '');
      },
    });
    await live(own, host, 15 * 60 * second);
    assert.deepEqual((await queueOf(own.workspace).list()).entries, []);
    assert.equal(runs.length, 3 + 4);
  });

  test('is not what a person makes who stops agents', async () => {
    const own = await background(['1', '2', '3', '4', '5'], config);
    const { host, runs } = agentsThat(own, {
      exitCode: null,
      signal: 'SIGTERM',
      meanwhile: async ({ sessionId }) => {
        void stopSession(own.workspace, sessionId, { by: 'person' });
        while ((await own.workspace.sessions.get(sessionId))?.stopRequestedAt === null)
          await new Promise((resolve) => setImmediate(resolve));
      },
    });
    await live(own, host, 300 * second);
    assert.equal(runs.length, 5, 'each once, one after the other, and none again');
    assert.equal((await tick(own.workspace, tickOptions(own))).check.status, 'NO_TASKS');
  });
});

suite('sessions that wait for their provider', () => {
  test('all come back when it lets them, one after the other, and nothing is tried before', async () => {
    const own = await background(['1', '2', '3']);
    const began = own.ports.clock.now().getTime();
    const until = Math.round(began / second) + 2 * 3600;
    const limited = { exitCode: 1, signal: null, tail: `Claude AI usage limit reached|${until}` };
    let now = 0;
    let most = 0;
    const { host, runs } = agentsThat(own, limited, limited, limited, {
      meanwhile: async ({ sessionId }) => {
        most = Math.max(most, ++now);
        assert.ok(own.ports.clock.now().getTime() >= until * second, 'it was tried before');
        const session = await own.workspace.sessions.get(sessionId);
        await completeForTest(own.workspace, session?.task ?? '');
        now--;
      },
    });
    await live(own, host, 3600 * second);
    assert.equal(runs.length, 3);
    const waiting = (await queueOf(own.workspace).list()).entries;
    assert.deepEqual(
      waiting.map(({ reason, attempts, notBefore }) => [reason, attempts, Date.parse(notBefore ?? '')]),
      [1, 2, 3].map(() => ['usage_limit', 0, until * second]),
    );
    await live(own, host, 2 * 3600 * second);
    assert.equal(runs.length, 6);
    assert.equal(most, 1);
    assert.deepEqual((await queueOf(own.workspace).list()).entries, []);
  });

  test('leave the others to the next agent in the order, which a person may have chosen', async () => {
    const own = await background(['1', '2']);
    const { workspace, ports } = own;
    ports.processes.programs.set('gemini', '/usr/bin/gemini');
    const { agents } = await listAgents(workspace, undefined);
    const available = async (order: readonly string[] = []) =>
      (await availableAgents(workspace, agents, { agents: [...order] })).map(({ profile }) => profile.id);
    assert.deepEqual(await available(), ['claude-economy', 'gemini-economy']);
    const until = Math.round(ports.clock.now().getTime() / second) + 3600;
    const { host } = agentsThat(own, { exitCode: 1, tail: `Claude AI usage limit reached|${until}` });
    await runEntry(workspace, undefined, host);
    assert.deepEqual(await available(), ['gemini-economy']);
    assert.deepEqual(
      await available(['claude-economy']),
      ['claude-economy'],
      'no other than the person chose',
    );
    ports.clock.advance(3601 * second);
    assert.deepEqual(await available(), ['claude-economy', 'gemini-economy']);
  });

  test('leave the others to the next agent also when the provider does not say until when', async () => {
    const own = await background(['1', '2']);
    const { workspace, ports } = own;
    ports.processes.programs.set('gemini', '/usr/bin/gemini');
    const { agents } = await listAgents(workspace, undefined);
    const available = async () =>
      (await availableAgents(workspace, agents, { agents: [] })).map(({ profile }) => profile.id);
    const { host } = agentsThat(own, { exitCode: 1, tail: 'Claude usage limit reached.' });
    await runEntry(workspace, undefined, host);
    assert.deepEqual(await available(), ['gemini-economy']);
    ports.clock.advance(1801 * second);
    assert.deepEqual(await available(), ['claude-economy', 'gemini-economy']);
  });
});
