/** Promise R8 on the command line: an agent whose session is over cannot write about its task by any verb. */
import assert from 'node:assert/strict';
import { SessionStore } from '../../src/core/sessions/session-store';
import { nodePorts } from '../../src/node/node-ports';
import { MemoryLogger } from '../support/memory-logger';
import { someEnd, startInput } from '../unit/core/sessions/session-example';
import { withRepository } from './support/with-repository';

const file = 'task-states/task-101-state.md';
const writes: readonly (readonly string[])[] = [
  ['progress', '101', '--did', 'too late'],
  ['feature', 'pass', '101', 'f-1'],
  ['feature', 'fail', '101', 'f-2'],
  ['feature', 'add', '101', 'f-3', 'too late'],
  ['criterion', 'tick', '101', '1'],
  ['task', 'status', '101', 'block', '--reason', 'too late'],
  ['finalize', '101', '--summary', 'too late', '--force', '--reason', 'too late'],
];

suite('an agent whose session is over', () => {
  test('is refused by every verb that writes its task, and nothing is written; other tasks are open to it', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json([
        ...['task', 'create', '--id', '101', '--title', 'Held', '--criterion', 'works'],
        ...['--feature', 'f-1: one', '--feature', 'f-2: two'],
      ]);
      await repository.json(['feature', 'pass', '101', 'f-2']);
      await repository.json(['task', 'create', '--id', '102', '--title', 'Another']);
      const sessions = new SessionStore(nodePorts(new MemoryLogger()), repository.root);
      const { id } = await sessions.start(startInput);
      const agent = { BATON_SESSION_ID: id };
      const allowed = await repository.json(['progress', '101', '--did', 'in time'], agent);
      assert.ok(allowed.ok, JSON.stringify(allowed.error));
      await sessions.end(id, someEnd);
      const before = await repository.read(file);
      for (const args of writes) {
        const answer = await repository.json(args, agent);
        assert.equal(answer.error?.code, 'session_ended', args.join(' '));
      }
      assert.equal(await repository.read(file), before);
      const other = await repository.json(['progress', '102', '--did', 'a word to the next'], agent);
      assert.ok(other.ok, JSON.stringify(other.error));
    });
  });
});
