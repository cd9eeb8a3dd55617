import assert from 'node:assert/strict';
import { metrics } from '../../../../src/core/operations/metrics';
import { runEntry } from '../../../../src/core/operations/run-entry';
import { metricsShape } from '../../../../src/wire/metrics-shape';
import { completeForTest } from './background-deeds';
import { agentsThat, background } from './background-support';

suite('metrics', () => {
  test('count how runs ended by agent, how long they took, and what waits', async () => {
    const own = await background(['1', '2', '3']);
    const { host } = agentsThat(
      own,
      {
        meanwhile: async ({ sessionId }) => {
          own.ports.clock.advance(60_000);
          const session = await own.workspace.sessions.get(sessionId);
          await completeForTest(own.workspace, session?.task ?? '');
        },
      },
      { exitCode: 3, meanwhile: async () => own.ports.clock.advance(30_000) },
    );
    await runEntry(own.workspace, undefined, host);
    await runEntry(own.workspace, undefined, host);
    own.ports.clock.advance(1000);
    const found = metricsShape(await metrics(own.workspace, 30));
    const counts = {
      sessions: 2,
      ended: 2,
      succeeded: 1,
      failed: 1,
      successRate: 0.5,
      errorRate: 0.5,
      meanSeconds: 45,
      background: 2,
      features: 1,
    };
    assert.deepEqual(found.total, counts);
    assert.deepEqual(found.workers, [{ agent: 'claude-economy', ...counts }]);
    assert.deepEqual(found.queue, {
      depth: 2,
      due: 1,
      waiting: 1,
      claimed: 0,
      running: 0,
      needsAttention: 0,
      retries: 1,
      oldestSeconds: 91,
    });
  });

  test('leave out what began before the window, and say nothing of rates where nothing has ended', async () => {
    const own = await background(['1']);
    const { host } = agentsThat(own);
    await runEntry(own.workspace, undefined, host);
    own.ports.clock.advance(2 * 86_400_000);
    const { total, workers } = await metrics(own.workspace, 1);
    assert.deepEqual([total.sessions, total.successRate, total.meanSeconds, workers], [0, null, null, []]);
  });
});
