/** The same tools without a server, as the editor's chat calls them. */
import assert from 'node:assert/strict';
import { paths } from '../../../src/core/store/paths';
import { callTool, type ToolHost } from '../../../src/mcp/call-tool';
import { memoryWorkspace, openMemory, root } from '../../support/memory-workspace';

async function host(over: Partial<ToolHost> = {}): Promise<ToolHost & { readonly reported: unknown[] }> {
  const { ports } = await memoryWorkspace();
  const reported: unknown[] = [];
  return {
    roots: [root],
    open: () => openMemory(ports, { actor: 'agent', surface: 'editor' }),
    report: (error) => reported.push(error),
    reported,
    ...over,
  };
}

suite('a tool called by the editor', () => {
  test('does what the server does, and answers the same JSON', async () => {
    const own = await host();
    const made = await callTool(own, 'task_create', {
      title: 'Rate limits',
      criteria: ['A flood is refused'],
    });
    assert.equal(made.refused, false);
    assert.match(made.text, /^\{"task":\{"id":"1","title":"Rate limits"/);
    const shown = await callTool(own, 'task_show', { task: 1 });
    assert.match(shown.text, /A flood is refused/);
    assert.deepEqual(own.reported, []);
  });

  test('refuses input that does not fit the schema, with each place and what to do', async () => {
    const own = await host();
    const { text, refused } = await callTool(own, 'task_create', { titel: 'x', priority: 12 });
    assert.equal(refused, true);
    assert.match(text, /^invalid_input: /);
    assert.match(text, /title/);
    assert.match(text, /titel/);
    assert.match(text, /priority/);
    assert.match(text, /Next: Correct it/);
    const { text: list } = await callTool(own, 'task_show', {});
    assert.match(list, /"tasks":\[\]/);
    assert.deepEqual(own.reported, []);
  });

  test('refuses what is no object at all, and a tool that is not there', async () => {
    const own = await host();
    for (const odd of [undefined, null, 'x', 7, []]) {
      assert.match((await callTool(own, 'task_show', odd)).text, /^invalid_input: /);
    }
    assert.match((await callTool(own, 'task_delete', {})).text, /^not_found: /);
  });

  test('says what to do where no folder holds tasks', async () => {
    const { text, refused } = await callTool(await host({ roots: [] }), 'task_show', {});
    assert.equal(refused, true);
    assert.match(text, /^not_initialized: .*\nNext: .*Set Up Workspace/);
  });

  test('wants to know the folder where there are several, and takes its name or path', async () => {
    const own = await host({ roots: [root, '/other/project'] });
    assert.match(
      (await callTool(own, 'task_show', {})).text,
      /Next: Say which with "folder": project, project~2\./,
    );
    for (const folder of ['project', root, 'project~2']) {
      assert.equal((await callTool(own, 'task_show', { folder })).refused, false, folder);
    }
    assert.match((await callTool(own, 'task_show', { folder: 'shop' })).text, /^not_found: /);
  });

  test('renders what was changed before the rest was refused', async () => {
    const { ports } = await memoryWorkspace();
    const own = await host({ open: () => openMemory(ports, { actor: 'agent', surface: 'editor' }) });
    await callTool(own, 'task_create', { title: 'Rate limits', criteria: ['It is fast', 'It is small'] });
    const given = { task: '1', summary: 'Half of it', criteriaMet: [1] };
    assert.match((await callTool(own, 'finalize', given)).text, /^guard_failed: /);
    assert.match((await callTool(own, 'task_show', { task: 1 })).text, /"It is fast","done":true/);
    assert.match(ports.fs.text(paths.workingBuffer(root)) ?? '', /Criterion 1 met: It is fast/);
  });

  test('needs the task, since a chat has no session of its own', async () => {
    const given = { feature: 'x', evidence: 'y' };
    assert.match((await callTool(await host(), 'feature_pass', given)).text, /^usage: .*\nNext: Give "task"/);
  });

  test('asks the command line for what is remembered, since a window opens no database', async () => {
    const asked: (readonly string[])[] = [];
    const askCommandLine = async (at: string, args: readonly string[]) => {
      asked.push([at, ...args]);
      return { mode: 'sqlite', notice: null, results: [] };
    };
    const own = await host({ askCommandLine });
    const found = await callTool(own, 'memory', { query: '--full tokens', task: '#7' });
    assert.equal(found.text, '{"mode":"sqlite","notice":null,"results":[]}');
    await callTool(own, 'memory', { id: 'm-aaaaaaaaaaaaaaaa', full: true });
    assert.deepEqual(asked, [
      [root, 'memory', 'query', '--limit', '5', '--task', '7', '--', '--full tokens'],
      [root, 'memory', 'recall', '--full', '--', 'm-aaaaaaaaaaaaaaaa'],
    ]);
    assert.match((await callTool(own, 'memory', {})).text, /^usage: Give either/);
    assert.deepEqual(own.reported, []);
  });
});
