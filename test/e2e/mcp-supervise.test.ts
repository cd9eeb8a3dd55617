/** The MCP server for a program that looks after agents: it sees and pauses them, and no agent at work gets these tools. */
import { strict as assert } from 'node:assert';
import { eras, withServer } from './support/mcp-client';
import { withRepository } from './support/with-repository';

const supervise = { args: ['--supervise'] };

suite('the MCP server that supervises', () => {
  for (const era of eras) {
    test(`offers at most eight tools, of which one ends agents, ${era} protocol`, () =>
      withRepository(async (repository) => {
        await repository.json(['init']);
        await withServer(repository, { ...supervise, era }, async ({ client }) => {
          const { tools } = await client.listTools();
          const names = tools.map(({ name }) => name);
          assert.ok(names.length <= 8);
          for (const one of ['task_show', 'memory', 'agent_status', 'agent_control', 'report_show'])
            assert.ok(names.includes(one), `${one} of ${names.join()}`);
          assert.deepEqual(
            tools.flatMap(({ name, annotations }) => (annotations?.readOnlyHint === true ? [] : [name])),
            ['agent_control'],
          );
          assert.match(client.getInstructions() ?? '', /agent_control/);
        });
      }));
  }

  test('sees an agent, holds its task, and ends it only with consent', () =>
    withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json(['task', 'create', '--title', 'One', '--feature', 'a: it works']);
      const { session } = (await repository.json(['session', 'start', '1'])).data;
      await withServer(repository, supervise, async (connection) => {
        const { agents } = await connection.done('agent_status');
        assert.deepEqual(
          agents.map((one: { id: string; liveness: string }) => [one.id, one.liveness]),
          [[session.id, 'live']],
        );
        const held = await connection.done('agent_control', { action: 'pause', target: '1' });
        assert.deepEqual([held.changed, held.status.background.held], [true, ['1']]);
        assert.deepEqual((await repository.json(['agent', 'status'])).data.background.held, ['1']);
        const cancel = await connection.call('agent_control', { action: 'cancel', target: '1' });
        assert.equal(cancel.ok, false);
        assert.match(cancel.text, /^consent_needed: .*\nNext: Ask the person/);
        const { markdown } = await connection.done('report_show');
        assert.match(markdown, /#1 One, session 1 by/);
      });
    }));

  test('is not for an agent at work: its own server has none of these tools, and these refuse it', () =>
    withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json(['task', 'create', '--title', 'One', '--feature', 'a: it works']);
      const { env } = (await repository.json(['session', 'start', '1'])).data;
      await withServer(repository, { env }, async ({ client }) => {
        const { tools } = await client.listTools();
        assert.deepEqual(
          tools.filter(({ name }) => name.startsWith('agent_')),
          [],
        );
      });
      await withServer(repository, { ...supervise, env }, async (connection) => {
        const refused = await connection.call('agent_control', { action: 'pause' });
        assert.match(refused.text, /^guard_failed: An agent at work does not control agents/);
      });
    }));
});
