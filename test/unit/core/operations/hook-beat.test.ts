/** The short way of a hook that only wants to be heard: it must not differ from the long one. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hookDialects } from '../../../../src/core/model/hook';
import { hookAnswer } from '../../../../src/core/operations/hook-answer';
import { hookBeat } from '../../../../src/core/operations/hook-beat';
import { task } from '../sessions/session-example';
import { atWork, recordOf } from './session-support';

suite('a beat of a hook', () => {
  test('has the record and the answer that the whole verb has, whatever the agent says', async () => {
    const said = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ session_id: fc.stringMatching(/^[A-Za-z0-9-]{1,40}$/), sessionId: fc.uuid() })
        .map((one) => JSON.stringify(one)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('prompt', 'tool'),
        fc.constantFrom(...hookDialects),
        said,
        async (event, dialect, stdin) => {
          const [short, long] = [await atWork(), await atWork()];
          const ports = { clock: short.ports.clock };
          const quick = await hookBeat({ sessions: short.workspace.sessions, ports }, short.session.id, {
            event,
            dialect,
            stdin,
          });
          const caller = {
            session: long.session.id,
            task,
            agent: dialect,
            findProcess: async () => undefined,
          };
          const input = { event, dialect, stdin, contextLimit: 9000, packet: undefined };
          assert.equal(quick, await hookAnswer(long.workspace, caller, input));
          const { id: _, ...own } = await recordOf(short.workspace, short.session.id);
          const { id: __, ...other } = await recordOf(long.workspace, long.session.id);
          assert.deepEqual(own, other);
          assert.equal(own.hookEvent, event);
        },
      ),
      { numRuns: 60 },
    );
  });
});
