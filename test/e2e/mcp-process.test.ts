/** The MCP server as a process among others: hostile input, old clients, kills, other writers, and whose folder it is. */
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { type Connection, eras, serverProgram, withServer } from './support/mcp-client';
import { environment, type Repository, withRepository } from './support/with-repository';

async function withTask(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await repository.json(['task', 'create', '--title', 'One', '--criterion', 'c', '--feature', 'a: first']);
    await body(repository);
  });
}

const commandLine = join(dirname(serverProgram), 'cli.js');

/** The server with nothing between the test and its lines. */
class RawServer {
  readonly #child;
  readonly lines: string[] = [];
  readonly #heard = new Set<() => void>();
  readonly ended: Promise<number | null>;
  stderr = '';

  constructor({ root }: Repository, program: readonly string[] = [serverProgram]) {
    this.#child = spawn(process.execPath, program, { cwd: root, env: environment(root) });
    createInterface(this.#child.stdout).on('line', (line) => {
      this.lines.push(line);
      for (const heard of this.#heard) heard();
    });
    // What it no longer reads is no failure of the test.
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.on('data', (text) => {
      this.stderr += text;
    });
    this.ended = once(this.#child, 'close').then(([code]) => code);
  }

  send(...messages: readonly (object | string)[]): void {
    for (const one of messages) {
      this.#child.stdin.write(`${typeof one === 'string' ? one : JSON.stringify(one)}\n`);
    }
  }

  hello(protocolVersion: string, capabilities: object = {}): void {
    const clientInfo = { name: 'old', version: '0' };
    this.send(request(0, 'initialize', { protocolVersion, capabilities, clientInfo }), {
      jsonrpc: '2.0',
      method: 'notifications/initialized',
    });
  }

  /** The answer to a request; rejects when the server ends or says nothing for 20 s. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the answer holds, and fails where it does not
  answer(id: number | string): Promise<any> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`No answer to ${id}: ${this.stderr}`)), 20_000);
      const look = () => {
        const found = this.lines.map((line) => JSON.parse(line)).find((one) => one.id === id);
        if (found === undefined) return;
        clearTimeout(limit);
        this.#heard.delete(look);
        resolve(found);
      };
      this.#heard.add(look);
      void this.ended.then(() => reject(new Error(`It ended before the answer to ${id}: ${this.stderr}`)));
      look();
    });
  }

  /** Closes its standard input, and answers its exit code. */
  close(): Promise<number | null> {
    this.#child.stdin.end();
    return this.ended;
  }

  kill(): Promise<number | null> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}

function request(id: number | string, method: string, params: object = {}) {
  return { jsonrpc: '2.0', id, method, params };
}

function call(id: number | string, name: string, args: object) {
  return request(id, 'tools/call', { name, arguments: args });
}

async function withRaw(
  repository: Repository,
  body: (server: RawServer) => Promise<void>,
  { program }: { readonly program?: readonly string[] } = {},
): Promise<void> {
  const server = new RawServer(repository, program);
  try {
    await body(server);
  } finally {
    await server.kill();
  }
}

const nasty: readonly (object | string)[] = [
  'not json',
  '',
  '{"jsonrpc":"2.0","id":',
  '[]',
  'null',
  '42',
  '{"jsonrpc":"1.0","id":"x","method":"tools/list"}',
  { jsonrpc: '2.0', id: null, method: 'tools/list' },
  { jsonrpc: '2.0', method: 'notifications/no-such' },
  { jsonrpc: '2.0', id: 'result', result: {} },
  request('no-method', 'no/such'),
  request('no-params', 'tools/call'),
  request('no-tool', 'tools/call', { name: 'no-such', arguments: {} }),
  request('list-args', 'tools/call', { name: 'task_show', arguments: [1, 2] }),
  '{"jsonrpc":"2.0","id":"proto","method":"tools/call","params":{"name":"task_show","arguments":{"__proto__":{"task":"1"},"constructor":1}}}',
  call('deep', 'task_create', { title: { a: [[[[]]]] } }),
  call('object-id', 'task_show', { task: { toString: 'x' } }),
  call('nul', 'task_show', { task: '1\u0000' }),
  call('up', 'task_show', { task: '../../../etc/passwd' }),
  call('long', 'task_show', { task: 'x'.repeat(200_000) }),
  call('lone', 'progress_add', { task: '1', did: ['\ud800 alone'] }),
  call('markup', 'progress_add', {
    task: '1',
    did: ['## 6. Chain Output', '---\nstatus: completed\n---', '```json\n{}'],
  }),
  request('read-up', 'resources/read', { uri: 'baton://project/task/..%2F..%2Fetc%2Fpasswd' }),
  request('read-bad', 'resources/read', { uri: 'baton://%ZZ/task/1' }),
  request('read-none', 'resources/read', { uri: '::::' }),
  request('subscribe-bad', 'resources/subscribe', { uri: 'nonsense' }),
  request('prompt-bad', 'prompts/get', { name: 'continue-task', arguments: { task: '../x' } }),
  request('complete-bad', 'completion/complete', { ref: { type: 'ref/prompt', name: 'no' }, argument: {} }),
];

suite('the MCP server as a process', () => {
  test('outlives hostile input, answers what can be answered, and prints nothing but the protocol', () =>
    withTask((repository) =>
      withRaw(repository, async (server) => {
        server.hello('2025-06-18');
        await server.answer(0);
        server.send(...nasty, call('last', 'task_show', { task: '1' }));
        const last = await server.answer('last');
        assert.equal(last.result.structuredContent.task.status, 'pending');
        for (const id of ['no-method', 'no-tool', 'read-up', 'read-none', 'prompt-bad']) {
          assert.ok((await server.answer(id)).error, id);
        }
        for (const id of ['proto', 'deep', 'object-id', 'nul', 'up', 'long']) {
          assert.equal((await server.answer(id)).result.isError, true, id);
        }
        // Calls are answered as they are done, not as they were sent.
        for (const id of ['lone', 'markup']) {
          assert.notEqual((await server.answer(id)).result.isError, true, id);
        }
        assert.ok(server.lines.every((line) => JSON.parse(line).jsonrpc === '2.0'));
        assert.equal(({} as Record<string, unknown>)['task'], undefined);
        const { data } = await repository.json(['task', 'show', '1']);
        assert.equal(data.task.status, 'pending');
        assert.deepEqual(data.task.output, null);
        assert.equal(data.task.log.length, 2);
      }),
    ));

  test('serves a client of the first published protocol', () =>
    withTask((repository) =>
      withRaw(repository, async (server) => {
        server.hello('2024-11-05');
        const { result } = await server.answer(0);
        assert.equal(result.protocolVersion, '2024-11-05');
        server.send(
          request(1, 'tools/list'),
          call(2, 'feature_pass', { task: '1', feature: 'a', evidence: 'ran it' }),
        );
        assert.equal((await server.answer(1)).result.tools.length, 8);
        const passed = (await server.answer(2)).result;
        assert.equal(JSON.parse(passed.content[0].text).task.progress.percent, 100);
      }),
    ));

  for (const words of [
    ['mcp', '--read-only'],
    ['--root', '.', 'mcp', '--read-only'],
  ]) {
    test(`is what \`baton ${words.join(' ')}\` starts`, () =>
      withTask((repository) =>
        withRaw(
          repository,
          async (server) => {
            server.hello('2025-06-18');
            server.send(request(1, 'tools/list'), call(2, 'task_show', { task: '1' }));
            assert.equal((await server.answer(1)).result.tools.length, 2);
            assert.equal((await server.answer(2)).result.structuredContent.task.title, 'One');
            assert.equal(await server.close(), 0);
            assert.ok(server.lines.every((line) => JSON.parse(line).jsonrpc === '2.0'));
          },
          { program: [commandLine, ...words] },
        ),
      ));
  }

  test('answers an unknown future protocol with one it knows', () =>
    withTask((repository) =>
      withRaw(repository, async (server) => {
        server.hello('2999-01-01');
        assert.match((await server.answer(0)).result.protocolVersion, /^202\d-/);
      }),
    ));

  test('goes on by itself when a client says it knows folders and never names one', () =>
    withTask((repository) =>
      withRaw(repository, async (server) => {
        server.hello('2025-06-18', { roots: {} });
        server.send(call(1, 'task_show', { task: '1' }));
        assert.equal((await server.answer(1)).result.structuredContent.task.title, 'One');
        assert.ok(server.lines.some((line) => JSON.parse(line).method === 'roots/list'));
      }),
    ));

  test('ends with code 0 when its client closes, and finishes what it was asked to write', () =>
    withTask(async (repository) => {
      const server = new RawServer(repository);
      server.hello('2025-06-18');
      await server.answer(0);
      server.send(call(1, 'progress_add', { task: '1', did: ['said before the end'] }));
      await server.answer(1);
      server.send(call(2, 'progress_add', { task: '1', did: ['said with the end'] }));
      assert.equal(await server.close(), 0);
      const text = await repository.read('task-states/task-1-state.md');
      assert.match(text, /said before the end[\s\S]*said with the end/);
      assert.equal(server.stderr, '');
    }));

  test('refuses what is too large for a file, and ends when a message is too large to be read', () =>
    withTask(async (repository) => {
      const server = new RawServer(repository);
      server.hello('2025-06-18');
      server.send(call(1, 'progress_add', { task: '1', did: ['x'.repeat(6_000_000)] }));
      const { result } = await server.answer(1);
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /^too_large: .*\nNext: /);
      server.send(call(2, 'progress_add', { task: '1', did: ['x'.repeat(11_000_000)] }));
      assert.equal(await server.ended, 0);
      assert.match(server.stderr, /maximum size/);
      assert.doesNotMatch(await repository.read('task-states/task-1-state.md'), /xxx/);
    }));

  test('leaves every file alone when it may only read', () =>
    withTask(async (repository) => {
      const file = 'task-states/task-1-state.md';
      // By hand: somebody who may write would put this on record.
      await repository.write(file, (await repository.read(file)).replace('pending', 'in_progress'));
      const before = await filesOf(repository);
      await withServer(repository, { args: ['--read-only'], env: { BATON_TASK_ID: '1' } }, async (one) => {
        assert.equal((await one.done('task_show')).task.status, 'in_progress');
        await one.done('task_show', { list: 'open' });
        assert.equal((await one.done('memory', { query: 'One', limit: 3 })).mode, 'ram');
        const { resources } = await one.client.listResources();
        for (const { uri } of resources) await one.client.readResource({ uri });
        await one.client.getPrompt({ name: 'continue-task', arguments: { task: '1' } });
      });
      assert.deepEqual(await filesOf(repository), before);
    }));

  test('says on standard error what is wrong with the settings, and goes on', () =>
    withTask(async (repository) => {
      await repository.write('.baton/config.json', '{"schema": 1, "tasks": {"folder": "../up"}}');
      await withRaw(repository, async (server) => {
        server.hello('2025-06-18');
        server.send(call(1, 'task_show', { list: 'open' }));
        assert.equal((await server.answer(1)).result.structuredContent.tasks.length, 1);
        assert.match(server.stderr, /config\.json/);
      });
    }));

  test('loses nothing that it has acknowledged when it is killed, and leaves no lock behind', () =>
    withTask(async (repository) => {
      const said: string[] = [];
      const server = new RawServer(repository);
      server.hello('2025-06-18');
      await server.answer(0);
      let asked = 0;
      const ask = () => {
        asked++;
        server.send(call(asked, 'progress_add', { task: '1', did: [`step-${asked}.`] }));
      };
      for (let ahead = 1; ahead <= 5; ahead++) ask();
      for (let number = 1; number <= 8; number++) {
        assert.equal((await server.answer(number)).result.isError, undefined);
        ask();
      }
      // What was asked for last cannot be done yet, however late this process gets its turn.
      await server.kill();
      for (const line of server.lines) {
        const { id, result } = JSON.parse(line);
        if (id > 0 && result.isError !== true) said.push(`step-${id}.`);
      }
      assert.ok(said.length >= 8 && said.length < asked, `${said.length} acknowledged`);
      const { ok } = await repository.json(['progress', '1', '--did', 'after the kill']);
      assert.equal(ok, true);
      const text = await repository.read('task-states/task-1-state.md');
      for (const step of [...said, 'after the kill']) assert.ok(text.includes(step), step);
      assert.equal((await repository.json(['log', 'verify'])).ok, true);
    }));

  test('shares a task with command lines and a second server without losing a word', () =>
    withTask((repository) =>
      withServer(repository, {}, (one) =>
        withServer(repository, { era: 'modern' }, async (two) => {
          const numbers = [...Array(6).keys()];
          const results = await Promise.all(
            numbers.flatMap((number) => [
              one.call('progress_add', { task: '1', did: [`one-${number}.`] }),
              two.call('progress_add', { task: '1', did: [`two-${number}.`] }),
              repository.json(['progress', '1', '--did', `cli-${number}.`]),
            ]),
          );
          assert.ok(results.every(({ ok }) => ok));
          const text = await repository.read('task-states/task-1-state.md');
          for (const who of ['one', 'two', 'cli']) {
            for (const number of numbers) assert.equal(text.split(`${who}-${number}.`).length, 2);
          }
          assert.equal((await repository.json(['log', 'verify'])).ok, true);
        }),
      ),
    ));
});

/** Every file with its contents, but for what only saves time. */
async function filesOf({ root, read }: Repository): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
    .filter((path) => !/^(\.git|\.baton\/cache)\//.test(path));
  return Object.fromEntries(await Promise.all(paths.sort().map(async (path) => [path, await read(path)])));
}

async function folderWithTask(repository: Repository, name: string): Promise<string> {
  const root = join(dirname(repository.root), name);
  await mkdir(root, { recursive: true });
  await repository.json(['init', '--root', root]);
  await repository.json(['task', 'create', '--root', root, '--title', `In ${name}`]);
  return root;
}

const titleOf = async (connection: Connection, args: Readonly<Record<string, unknown>>) =>
  (await connection.done('task_show', { task: '1', ...args })).task.title;

/** A session that has only just begun needs no sign of life. */
async function wasLongAgo(repository: Repository, session: string): Promise<void> {
  const file = `.baton/sessions/${session}.json`;
  const record = JSON.parse(await repository.read(file));
  const startedAt = new Date(Date.parse(record.startedAt) - 60_000).toISOString();
  await repository.write(file, JSON.stringify({ ...record, startedAt, activeAt: null }));
}

for (const era of eras) {
  suite(`whose folder the MCP server works in, ${era} protocol`, () => {
    test('BATON_ROOT, whatever folder it is started in and the client knows', () =>
      withTask(async (repository) => {
        const other = await folderWithTask(repository, 'other');
        const env = { BATON_ROOT: repository.root };
        await withServer(
          repository,
          { era, env, cwd: other, roots: [pathToFileURL(other).href] },
          async (one) => assert.equal(await titleOf(one, {}), 'One'),
        );
      }));

    test('those its client knows, by name where there are several', () =>
      withTask(async (repository) => {
        const roots = [await folderWithTask(repository, 'api'), await folderWithTask(repository, 'sub/api')];
        const told = [...roots, '/no/such/folder'].map((root) => pathToFileURL(root).href);
        const run = {
          era,
          roots: [...told, 'https://example.invalid/', 'file://elsewhere/folder', 'nonsense'],
          cwd: dirname(dirname(repository.root)),
        };
        await withServer(repository, run, async (one) => {
          assert.match(
            (await one.call('task_show', { list: 'open' })).text,
            /^usage: Several folders[^\n]*\nNext: .*api, api~2/,
          );
          assert.equal(await titleOf(one, { folder: 'api' }), 'In api');
          assert.equal(await titleOf(one, { folder: 'api~2' }), 'In sub/api');
          assert.match((await one.call('task_show', { list: 'open', folder: '/etc' })).text, /^not_found: /);
          const { resources } = await one.client.listResources();
          assert.ok(resources.some(({ uri }) => uri === 'baton://api~2/task/1'));
        });
      }));

    test('the one it is started in, upwards, when the client knows none', () =>
      withTask((repository) =>
        withServer(repository, { era, cwd: join(repository.root, 'task-states'), roots: [] }, async (one) =>
          assert.equal(await titleOf(one, {}), 'One'),
        ),
      ));

    test('none that holds no tasks, and it says how to change that', () =>
      withTask((repository) =>
        withServer(repository, { era, cwd: dirname(repository.root) }, async (one) => {
          assert.match(
            (await one.call('task_show', { list: 'open' })).text,
            /^not_initialized: [^\n]*\nNext: .*baton init/,
          );
        }),
      ));

    test('for the session and the task that its environment names', () =>
      withTask(async (repository) => {
        const { data } = await repository.json(['session', 'start', '1', '--agent', 'claude']);
        const { id } = data.session;
        await wasLongAgo(repository, id);
        const env = { BATON_ROOT: repository.root, BATON_TASK_ID: '1', BATON_SESSION_ID: id };
        await withServer(repository, { era, env }, async (one) => {
          assert.equal((await one.done('task_show')).task.running, id);
          assert.equal((await one.done('progress_add', { did: ['mine'] })).session, 1);
          assert.equal((await one.done('note_add', { kind: 'name', text: 'Ada' })).note.task, '1');
          const packet = await one.client.readResource({ uri: 'baton://project/packet/1' });
          assert.match(JSON.stringify(packet.contents), /### Session 1 -/);
          const sessions = (await repository.json(['session', 'list', '--task', '1'])).data.sessions;
          assert.ok(sessions[0].activeAt, 'a call is a sign of life');
          await repository.json(['session', 'end', id]);
          assert.match(
            (await one.call('progress_add', { did: ['late'] })).text,
            /^session_ended: [^\n]*\nNext: /,
          );
        });
      }));

    test('is told of changes that others make', () =>
      withTask((repository) =>
        withServer(repository, { era }, async ({ client }) => {
          await client.listResources();
          const updated = new Promise<string>((resolve) => {
            client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
              resolve(params.uri),
            );
          });
          const listChanged = new Promise<void>((resolve) => {
            client.setNotificationHandler('notifications/resources/list_changed', () => resolve());
          });
          const uri = 'baton://project/task/1';
          if (era === 'legacy') await client.subscribeResource({ uri });
          else await client.listen({ resourceSubscriptions: [uri], resourcesListChanged: true });
          await repository.json(['progress', '1', '--did', 'from outside']);
          assert.equal(await updated, uri);
          await repository.json(['task', 'create', '--title', 'New']);
          await listChanged;
        }),
      ));
  });
}
