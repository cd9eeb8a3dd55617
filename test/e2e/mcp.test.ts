/** The MCP server as agents meet it: a process of its own, the SDK's client, both generations of the protocol. */
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Connection, eras, withServer } from './support/mcp-client';
import { type Repository, withRepository } from './support/with-repository';

async function withTasks(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await repository.json([
      ...['task', 'create', '--title', 'Schema', '--criterion', 'It migrates', '--criterion', 'It is fast'],
      ...['--feature', 'a: users table', '--feature', 'b: index'],
    ]);
    await repository.json(['task', 'create', '--title', 'Service', '--depends-on', '1']);
    await body(repository);
  });
}

/** Everything a client can find out by listing, as the protocol's own inspector shows it. */
async function listing({ client }: Connection) {
  const { tools } = await client.listTools();
  const { resourceTemplates } = await client.listResourceTemplates();
  const { prompts } = await client.listPrompts();
  return { instructions: client.getInstructions(), tools, resourceTemplates, prompts };
}

const goldenFile = (name: string) => resolve(import.meta.dirname, `../fixtures/mcp/${name}.json`);

function holds(name: string, found: unknown): void {
  const path = goldenFile(name);
  if (process.env['UPDATE'] === '1') writeFileSync(path, `${JSON.stringify(found, null, 2)}\n`);
  assert.ok(existsSync(path), `${path} is missing: run with UPDATE=1 and look at what it holds`);
  assert.deepEqual(JSON.parse(JSON.stringify(found)), JSON.parse(readFileSync(path, 'utf8')));
}

suite('what the MCP server lists', () => {
  test('is exactly this for a launched agent that may write', () =>
    withTasks((repository) =>
      withServer(repository, { env: { BATON_ROOT: repository.root } }, async (connection) =>
        holds('read-write', await listing(connection)),
      ),
    ));

  test('is exactly this for one that may only read and has to say which folder', () =>
    withTasks((repository) =>
      withServer(repository, { args: ['--read-only'] }, async (connection) =>
        holds('read-only', await listing(connection)),
      ),
    ));

  test('is the same in both generations of the protocol', () =>
    withTasks(async (repository) => {
      const found: unknown[] = [];
      for (const era of eras) {
        await withServer(repository, { era }, async (connection) => {
          found.push(await listing(connection));
        });
      }
      assert.deepEqual(found[0], found[1]);
    }));

  test('is at most eight tools, which cost an agent under 2,100 tokens', () =>
    withTasks((repository) =>
      withServer(repository, {}, async ({ client }) => {
        const { tools } = await client.listTools();
        const told = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
        assert.ok(tools.length <= 8);
        assert.ok(JSON.stringify(told).length < 2_100 * 4, `${JSON.stringify(told).length} characters`);
      }),
    ));

  test('says of every tool whether it changes anything', () =>
    withTasks((repository) =>
      withServer(repository, {}, async ({ client }) => {
        const { tools } = await client.listTools();
        const reading = tools.filter(({ annotations }) => annotations?.readOnlyHint === true);
        assert.deepEqual(
          reading.map(({ name }) => name),
          ['task_show', 'memory'],
        );
        const replacing = tools.filter(({ annotations }) => annotations?.destructiveHint === true);
        assert.deepEqual(
          replacing.map(({ name }) => name),
          ['finalize'],
        );
      }),
    ));
});

for (const era of eras) {
  suite(`the MCP server, ${era} protocol`, () => {
    test('carries a task from its first feature to the tasks downstream', () =>
      withTasks((repository) =>
        withServer(repository, { era }, (connection) => wholeTask(repository, connection)),
      ));

    test('creates a chain, and gives the ids itself', () =>
      withTasks((repository) =>
        withServer(repository, { era }, async (connection) => {
          const first = await connection.done('task_create', {
            title: 'A',
            features: [{ id: 'x', description: 'y' }],
          });
          const second = await connection.done('task_create', {
            title: 'B',
            dependsOn: [Number(first.task.id)],
            criteria: ['c'],
            priority: 2,
          });
          assert.deepEqual(second.task.dependsOn, [first.task.id]);
          const shown = await repository.json(['task', 'show', second.task.id]);
          assert.deepEqual(shown.data.task.criteria, [{ text: 'c', done: false }]);
          const taken = await connection.call('task_create', { title: 'C', id: '1' });
          assert.match(taken.text, /Unrecognized key: "id"/);
        }),
      ));

    test('changes a status, keeps notes, and the change log says that an agent did it', () =>
      withTasks((repository) =>
        withServer(repository, { era }, async (connection) => {
          await connection.done('task_status', { task: '1', trigger: 'start' });
          await connection.done('task_status', {
            task: '1',
            trigger: 'needInput',
            reason: 'Which database?',
          });
          const shown = await connection.done('task_show', { task: '1' });
          assert.equal(shown.task.status, 'needs_input');
          assert.equal(shown.task.question, 'Which database?');
          const { note } = await connection.done('note_add', { kind: 'decision', text: 'SQLite', task: 1 });
          const again = await connection.done('note_add', {
            ...{ kind: 'correction', text: 'Postgres', supersedes: note.id },
          });
          assert.equal(again.note.task, '1');
          const { data } = await repository.json(['note', 'list', '--task', '1']);
          assert.deepEqual(
            data.notes.map(({ text, actor }: { text: string; actor: string }) => [text, actor]),
            [['Postgres', 'agent']],
          );
        }),
      ));

    test('only reads when it is asked to, whatever is called', () =>
      withTasks((repository) =>
        withServer(repository, { era, args: ['--read-only'] }, async (connection) => {
          const before = await repository.read('task-states/task-1-state.md');
          const { tasks, next } = await connection.done('task_show', { list: 'open' });
          assert.deepEqual(
            tasks.map(({ id }: { id: string }) => id),
            ['1', '2'],
          );
          assert.equal(next.task, '1');
          for (const name of [
            'task_create',
            'task_status',
            'progress_add',
            'feature_pass',
            'note_add',
            'finalize',
          ]) {
            await assert.rejects(connection.call(name, { task: '1', title: 'x', text: 'x' }), /not found/);
          }
          assert.equal(await repository.read('task-states/task-1-state.md'), before);
        }),
      ));

    test('refuses with what is missing, what is allowed and what to do next', () =>
      withTasks((repository) =>
        withServer(repository, { era }, async (connection) => {
          const refused = async (name: string, args: Record<string, unknown>) =>
            (await connection.call(name, args)).text;
          assert.match(await refused('task_show', { task: '99' }), /^not_found: .*99.*\nNext: /);
          assert.match(
            await refused('feature_pass', { feature: 'a', evidence: 'e' }),
            /^usage: .*\nNext: Give "task"/,
          );
          assert.match(
            await refused('task_show', { task: '../../etc/passwd' }),
            /^invalid_input: .*\nNext: /,
          );
          assert.match(await refused('feature_pass', { task: '1', feature: 'z', evidence: 'e' }), /a, b/);
          assert.match(
            await refused('finalize', { task: '1', summary: 's' }),
            /^guard_failed: [\s\S]*- .*It migrates[\s\S]*users table[\s\S]*Next: /,
          );
          assert.match(
            await refused('task_status', { task: '1', trigger: 'unblock' }),
            /\nAllowed now: .*start/,
          );
          assert.match(await refused('task_status', { task: '1', trigger: 'cancel' }), /trigger/);
          assert.match(await refused('progress_add', { task: '1', did: [] }), /did/);
        }),
      ));

    test('lists, reads and completes task files and packets', () =>
      withTasks((repository) =>
        withServer(repository, { era }, async ({ client }) => {
          const { resources } = await client.listResources();
          const uris = resources.map(({ uri }) => uri);
          assert.deepEqual(uris.sort(), [
            'baton://project/packet/1',
            'baton://project/packet/2',
            'baton://project/task/1',
            'baton://project/task/2',
          ]);
          const read = async (uri: string) => (await client.readResource({ uri })).contents[0];
          const file = await read('baton://project/task/1');
          assert.ok(file !== undefined && 'text' in file);
          assert.equal(file.text, await repository.read('task-states/task-1-state.md'));
          const packet = await read('baton://project/packet/2');
          assert.ok(packet !== undefined && 'text' in packet);
          assert.match(packet.text, /^# Startup packet: task #2/);
          await assert.rejects(read('baton://project/task/99'), /not_found/);
          await assert.rejects(read('baton://elsewhere/task/1'), /There is no folder "elsewhere"/);
          await assert.rejects(read('file:///etc/passwd'));
          const { completion } = await client.complete({
            ref: { type: 'ref/resource', uri: 'baton://{folder}/task/{id}' },
            argument: { name: 'id', value: '2' },
          });
          assert.deepEqual(completion.values, ['2']);
        }),
      ));

    test('offers a prompt that begins with the packet', () =>
      withTasks((repository) =>
        withServer(repository, { era }, async ({ client }) => {
          const { messages } = await client.getPrompt({ name: 'continue-task', arguments: { task: '#1' } });
          const [packet, words] = messages.map(({ content }) => content);
          assert.ok(packet?.type === 'resource' && 'text' in packet.resource);
          assert.match(packet.resource.text, /^# Startup packet: task #1/);
          assert.ok(words?.type === 'text' && words.text.includes('task #1'));
          const bad = client.getPrompt({ name: 'continue-task', arguments: { task: '99' } });
          await assert.rejects(bad, /not_found/);
        }),
      ));
  });
}

async function wholeTask(repository: Repository, connection: Connection): Promise<void> {
  const first = await connection.done('feature_pass', { task: '1', feature: 'a', evidence: 'ran npm test' });
  assert.equal(first.nextFeature, 'b');
  await connection.done('feature_pass', { task: '1', feature: 'b', evidence: 'looked at the plan' });
  const { session } = await connection.done('progress_add', {
    ...{ task: '1', did: ['made both'], issues: ['none'], state: ['done'], next: ['finalize'] },
  });
  assert.equal(session, 1);
  const { task, fed } = await connection.done('finalize', {
    ...{
      task: '1',
      summary: 'Users table.',
      criteriaMet: [1, 2],
      sections: { 'API Contract': '`users(id)`' },
    },
  });
  assert.equal(task.status, 'completed');
  assert.deepEqual(fed, ['2']);
  const shown = await repository.json(['task', 'show', '2']);
  assert.match(shown.data.task.inputs[0].text, /Users table\.[\s\S]*users\(id\)/);
  const whole = await connection.done('task_show', { task: '1', entries: 0 });
  assert.deepEqual([whole.task.log, whole.entriesOmitted], [[], 1]);
  assert.match(whole.task.features[0].evidence.manual, /ran npm test/);
  const after = await connection.done('task_show', { list: 'open' });
  assert.deepEqual(
    after.tasks.map(({ id }: { id: string }) => id),
    ['2'],
  );
  assert.equal((await connection.done('task_show', { list: 'completed' })).tasks[0].id, '1');
}
