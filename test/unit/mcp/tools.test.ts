/** Tools over a workspace in memory: the real server and the SDK's client, joined without a process. */
import assert from 'node:assert/strict';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import * as z from 'zod';
import { changeStatus } from '../../../src/core/operations/change-status';
import { createTask } from '../../../src/core/operations/create-task';
import type { BatonWorkspace } from '../../../src/core/operations/workspace';
import type { McpHost } from '../../../src/mcp/host';
import { batonServer } from '../../../src/mcp/server';
import { FaultyFileSystem } from '../../support/memory-faults';
import { memoryWorkspace, openMemory, root } from '../../support/memory-workspace';
import { taskId } from '../../support/state-text';
import { allStateFiles } from '../core/markdown/fixture-files';

interface Joined {
  readonly client: Client;
  readonly workspace: BatonWorkspace;
  readonly reported: unknown[];
}

async function withClient(
  over: Partial<McpHost>,
  body: (joined: Joined) => Promise<void>,
  readOnly = false,
): Promise<void> {
  const acting = { actor: 'agent', surface: 'mcp' } as const;
  const { ports, workspace } = await memoryWorkspace({ acting });
  const reported: unknown[] = [];
  const host: McpHost = {
    version: '1',
    roots: [root],
    task: undefined,
    currentRoot: async () => root,
    rootAt: async () => root,
    open: () => openMemory(ports, acting),
    watch: async () => {},
    report: (error) => reported.push(error),
    ...over,
  };
  const server = batonServer(host, { readOnly, era: 'legacy' });
  const client = new Client({ name: 'test', version: '1' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  try {
    await body({ client, workspace, reported });
  } finally {
    await client.close();
  }
}

async function called(client: Client, name: string, args: Record<string, unknown> = {}) {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  const [first] = content;
  return { text: first?.type === 'text' ? first.text : '', data: structuredContent, isError };
}

/** What `task_show` answers where it lists, as far as it is looked at here. */
function taskListOf(data: unknown): readonly { readonly id: string }[] {
  return z.object({ tasks: z.array(z.object({ id: z.string() })) }).parse(data).tasks;
}

/** What `memory` found, as far as it is looked at here. */
function foundIn(data: unknown): readonly { readonly id: string }[] {
  return z.object({ results: z.array(z.object({ id: z.string() })) }).parse(data).results;
}

suite('the tools', () => {
  test('list at most as many tasks as asked for, and say how many are left out', async () => {
    await withClient({}, async ({ client, workspace }) => {
      for (let number = 1; number <= 60; number++) await createTask(workspace, { title: `Task ${number}` });
      const usual = await called(client, 'task_show');
      assert.equal(Reflect.get(usual.data ?? {}, 'omitted'), 30);
      const few = await called(client, 'task_show', { limit: 3 });
      assert.equal(Reflect.get(few.data ?? {}, 'omitted'), 57);
      assert.ok(few.text.length < 2_000, `three tasks take ${few.text.length} characters`);
      const none = await called(client, 'task_show', { list: 'completed' });
      assert.deepEqual(Reflect.get(none.data ?? {}, 'tasks'), []);
    });
  });

  test('take the task of the session where none is given, and the one that is given else', async () => {
    await withClient({ task: '2' }, async ({ client, workspace }) => {
      await createTask(workspace, { title: 'One' });
      await createTask(workspace, { title: 'Two' });
      assert.match((await called(client, 'task_show')).text, /"title":"Two"/);
      assert.match((await called(client, 'task_show', { task: ' #1 ' })).text, /"title":"One"/);
      assert.match((await called(client, 'note_add', { kind: 'note', text: 'x' })).text, /"task":"2"/);
    });
  });

  test('take a number for an id, and refuse what is none', async () => {
    await withClient({ task: '1' }, async ({ client, workspace }) => {
      await createTask(workspace, { title: 'One' });
      assert.match((await called(client, 'task_show', { task: 1 })).text, /"title":"One"/);
      for (const task of [null, true, ['1'], {}]) {
        const { isError, text } = await called(client, 'task_show', { task });
        assert.equal(isError, true);
        assert.match(text, /expected string/);
      }
    });
  });

  test('refuse what they do not know instead of doing something else with it', async () => {
    await withClient({ task: '1' }, async ({ client, workspace }) => {
      await createTask(workspace, { title: 'One' });
      const { isError, text } = await called(client, 'progress_add', { taskId: '2', did: ['x'] });
      assert.equal(isError, true);
      assert.match(text, /Unrecognized key: "taskId"/);
      assert.equal((await called(client, 'progress_add', { task: '1', did: ['  '] })).isError, true);
    });
  });

  test('show every kind of state file in the shape they declare', async () => {
    const { ports } = await memoryWorkspace();
    const files = allStateFiles();
    for (const [index, text] of files.entries()) {
      ports.fs.put(`${root}/task-states/task-${900 + index}-state.md`, text);
    }
    await withClient({ open: () => openMemory(ports) }, async ({ client, reported }) => {
      const { data } = await called(client, 'task_show', { list: 'all', limit: 200 });
      const ids = taskListOf(data).map(({ id }) => id);
      assert.ok(ids.length > files.length / 2);
      for (const id of ids) {
        const { text, isError } = await called(client, 'task_show', { task: id, entries: 100 });
        assert.ok(isError === undefined || text.startsWith('duplicate_id: '), `#${id}: ${text}`);
      }
      assert.deepEqual(reported, []);
    });
  });

  test('search what is remembered, and read more of what was found by its id', async () => {
    await withClient({ task: '1' }, async ({ client, workspace, reported }) => {
      await createTask(workspace, { title: 'One' });
      await called(client, 'note_add', { kind: 'decision', text: 'Sign tokens with HS256' });
      await called(client, 'note_add', { kind: 'correction', text: 'Sign tokens with RS256', supersedes: 1 });
      const { text, data } = await called(client, 'memory', { query: 'HS256' });
      assert.match(text, /"superseded":true.*"holdsNow":\{"id":"m-[a-z2-7]{16}".*RS256/);
      const [found] = foundIn(data);
      const whole = await called(client, 'memory', { id: found?.id, full: true });
      assert.match(whole.text, /"text":"Sign tokens with HS256".*"whole":true/);
      for (const odd of [{}, { query: 'x', id: 'm-aaaaaaaaaaaaaaaa' }, { id: 'm-aaaaaaaaaaaaaaaa' }]) {
        assert.equal((await called(client, 'memory', odd)).isError, true, JSON.stringify(odd));
      }
      assert.deepEqual(reported, []);
    });
  });

  test('list where no task is known, and on request', async () => {
    await withClient({ task: '1' }, async ({ client, workspace }) => {
      await createTask(workspace, { title: 'One' });
      await createTask(workspace, { title: 'Two' });
      assert.match((await called(client, 'task_show')).text, /"title":"One","/);
      assert.equal(taskListOf((await called(client, 'task_show', { list: 'open' })).data).length, 2);
    });
  });

  test('report a bug as one, and the server goes on', async () => {
    const bug = new TypeError('broken inside');
    let fails = true;
    const { ports } = await memoryWorkspace();
    const open = async () => {
      if (fails) throw bug;
      return openMemory(ports);
    };
    await withClient({ open }, async ({ client, reported }) => {
      const { isError, text } = await called(client, 'task_show');
      assert.equal(isError, true);
      assert.match(text, /broken inside/);
      assert.deepEqual(reported, [bug]);
      fails = false;
      assert.equal((await called(client, 'task_show')).isError, undefined);
    });
  });

  test('wait for each other where many change one task at once, however slow the disk is', async () => {
    const { ports, workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'One' });
    const fs = new FaultyFileSystem(ports.fs);
    fs.onOperation = () => ports.clock.advance(150);
    const open = () => openMemory({ ...ports, fs }, { actor: 'agent', surface: 'mcp' });
    await withClient({ task: '1', open }, async ({ client }) => {
      const numbers = Array.from({ length: 12 }, (_, at) => at + 1);
      const answers = await Promise.all(
        numbers.map((number) => called(client, 'progress_add', { did: [`Point ${number}`] })),
      );
      const refusals = answers.filter(({ isError }) => isError === true).map(({ text }) => text);
      assert.deepEqual(refusals, []);
      const { log } = (await workspace.store.read(taskId('1'))).document;
      const sessions = log.map(({ session }) => session);
      assert.deepEqual(sessions, numbers);
      const points = log.flatMap(({ did }) => did);
      assert.deepEqual(new Set(points), new Set(numbers.map((number) => `Point ${number}`)));
    });
  });

  test('stand where they always stood: what reads comes first', async () => {
    await withClient(
      {},
      async ({ client }) => {
        const { tools } = await client.listTools();
        assert.deepEqual(
          tools.map(({ name }) => name),
          ['task_show', 'memory'],
        );
      },
      true,
    );
  });
});

suite('the list of documents', () => {
  test('is told as changed when a listed task is finished or deleted, and not when it is worked on', async () => {
    let changed: (task: string | undefined) => void = () => assert.fail('nothing is watched');
    const watch: McpHost['watch'] = async (_root, told) => {
      changed = told;
    };
    await withClient({ watch }, async ({ client, workspace, reported }) => {
      const ids = ['1', '2', '3'];
      for (const id of ids) await createTask(workspace, { title: `Task ${id}` });
      const uris = (await client.listResources()).resources.map(({ uri }) => uri);
      const uri = uris.find((one) => one.endsWith('/task/1'));
      assert.ok(uri);
      await client.subscribeResource({ uri });
      const told: string[] = [];
      let wake = (): void => undefined;
      const tell = (what: string) => () => {
        told.push(what);
        wake();
      };
      client.setNotificationHandler('notifications/resources/updated', tell('document'));
      client.setNotificationHandler('notifications/resources/list_changed', tell('list'));
      const nextAfter = async (task: string) => {
        const next = new Promise<void>((resolve) => {
          wake = resolve;
        });
        changed(task);
        await next;
      };
      await nextAfter('1');
      assert.deepEqual(told, ['document']);
      await changeStatus(workspace, '2', 'cancel');
      await nextAfter('2');
      assert.deepEqual(told, ['document', 'list']);
      await workspace.ports.fs.remove(`${root}/task-states/task-3-state.md`);
      await nextAfter('3');
      assert.deepEqual([told, reported], [['document', 'list', 'list'], []]);
    });
  });
});

suite('the folders that a client tells', () => {
  /** A client of several folders; `answer` is asked for them. */
  async function withFolders(
    over: Partial<McpHost>,
    answer: () => Promise<readonly string[]>,
    body: (client: Client) => Promise<void>,
  ): Promise<void> {
    const { ports } = await memoryWorkspace();
    const host: McpHost = {
      version: '1',
      roots: undefined,
      task: undefined,
      currentRoot: async () => '/elsewhere',
      rootAt: async (address) => address.replace('file://', ''),
      open: () => openMemory(ports, { actor: 'agent', surface: 'mcp' }),
      watch: async () => {},
      report: () => {},
      ...over,
    };
    const server = batonServer(host, { readOnly: false, era: 'legacy' });
    const client = new Client(
      { name: 'test', version: '1' },
      { capabilities: { roots: { listChanged: true } } },
    );
    client.setRequestHandler('roots/list', async () => ({
      roots: (await answer()).map((path) => ({ uri: `file://${path}` })),
    }));
    const [near, far] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(far), client.connect(near)]);
    try {
      await body(client);
    } finally {
      await client.close();
    }
  }

  test('are asked for once by calls that come together', async () => {
    let asked = 0;
    const answer = async () => {
      asked++;
      return ['/one'];
    };
    await withFolders({}, answer, async (client) => {
      await Promise.all([1, 2, 3, 4].map(() => called(client, 'task_show')));
      assert.equal(asked, 1);
    });
  });

  test('are asked for again where they change while they are looked at', async () => {
    let folders = ['/one'];
    let looked = async () => {};
    const rootAt = async (address: string) => {
      await looked();
      return address.replace('file://', '');
    };
    await withFolders(
      { rootAt },
      async () => folders,
      async (client) => {
        looked = async () => {
          folders = ['/two'];
          await client.sendRootsListChanged();
        };
        assert.equal((await called(client, 'task_show', { folder: 'one' })).isError, undefined);
        looked = async () => {};
        assert.equal((await called(client, 'task_show', { folder: 'two' })).isError, undefined);
        assert.match((await called(client, 'task_show', { folder: 'one' })).text, /^not_found: /);
      },
    );
  });

  test('stay those that were told where the client does not tell them anew', async () => {
    const opened: string[] = [];
    let fails = false;
    let asked = 0;
    const answer = async () => {
      asked++;
      if (fails) throw new Error('not now');
      return ['/one'];
    };
    const { ports } = await memoryWorkspace();
    const open = (root: string) => {
      opened.push(root);
      return openMemory(ports, { actor: 'agent', surface: 'mcp' });
    };
    await withFolders({ open }, answer, async (client) => {
      await called(client, 'task_show');
      fails = true;
      await client.sendRootsListChanged();
      await called(client, 'task_show');
      await called(client, 'task_show');
      assert.deepEqual([opened, asked], [['/one', '/one', '/one'], 2]);
    });
  });
});
