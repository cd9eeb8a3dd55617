/** Naming Baton's MCP server in the settings of agents: which file, what is kept, and what makes it stop. */
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { AgentProfile } from '../../../../src/core/model/agent-profile';
import { makeConnection, planConnection } from '../../../../src/core/operations/connect-agent';
import { builtIn, builtInProfiles } from '../../../support/agent-profiles';
import { memoryWorkspace, root } from '../../../support/memory-workspace';

const person = { scope: 'person', remove: false } as const;
const project = { scope: 'project', remove: false } as const;

const connectable = (scope: 'person' | 'project') =>
  builtInProfiles.filter(({ mcp }) => mcp?.[scope] !== undefined);

suite('connecting an agent', () => {
  for (const profile of connectable('person')) {
    test(`${profile.id} gets an entry in the person’s own settings, once`, async () => {
      const { workspace, ports } = await memoryWorkspace();
      const planned = await planConnection(workspace, profile, person);
      assert.equal(planned.change, 'added');
      assert.ok(planned.file.startsWith('/home/ada/.'), planned.file);
      assert.match(planned.after, /"\/opt\/baton\/bin\/baton"[\s\S]*"mcp"/);
      assert.equal(ports.fs.text(planned.file), undefined, 'a plan writes nothing');
      assert.equal(await makeConnection(workspace, planned), undefined);
      assert.equal(ports.fs.text(planned.file), planned.after);
      const again = await planConnection(workspace, profile, person);
      assert.equal(again.change, 'none');
      assert.equal(await makeConnection(workspace, again), undefined);
    });
  }

  for (const profile of connectable('project')) {
    test(`${profile.id} gets an entry in the project’s settings that names nothing of this machine`, async () => {
      const { workspace } = await memoryWorkspace();
      const { file, after } = await planConnection(workspace, profile, project);
      assert.ok(file.startsWith(`${root}/`), file);
      assert.doesNotMatch(after, /\/(opt|home|project|usr)\b/);
      assert.match(after, /"baton"[\s\S]*"mcp"/);
    });
  }

  test('keeps the old file beside the new one, as private as it was', async () => {
    const { workspace, ports } = await memoryWorkspace();
    ports.fs.put('/home/ada/.qwen/settings.json', '{"key": "secret"}');
    const planned = await planConnection(workspace, builtIn('qwen'), person);
    const backup = await makeConnection(workspace, planned);
    assert.match(backup ?? '', /^\/home\/ada\/\.qwen\/settings\.json\.before-baton-/);
    assert.ok(backup);
    assert.equal(ports.fs.text(backup), '{"key": "secret"}');
    const second = await makeConnection(
      workspace,
      await planConnection(workspace, builtIn('qwen'), { scope: 'person', remove: true }),
    );
    assert.ok(second !== undefined && second !== backup);
    assert.deepEqual(JSON.parse(ports.fs.text('/home/ada/.qwen/settings.json') ?? ''), {
      key: 'secret',
      mcpServers: {},
    });
  });

  test('shows the entry alone, also where others are on its line', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const other = '"o": {"env": {"TOKEN": "secret"}}';
    const removal = { scope: 'person', remove: true } as const;
    for (const text of [
      `{"mcpServers": {${other}}}`,
      `{\n  "mcpServers": {\n    ${other}\n  }\n}\n`,
      `{"mcpServers": {"baton": {"command": "old"}, ${other}}}`,
    ]) {
      ports.fs.put('/home/ada/.qwen/settings.json', text);
      const { shown, after } = await planConnection(workspace, builtIn('qwen'), person);
      assert.match(shown.after, /^ *"baton": [\s\S]*"mcp"/);
      assert.equal(shown.before.trim(), text.includes('old') ? '"baton": {"command": "old"}' : '');
      ports.fs.put('/home/ada/.qwen/settings.json', after);
      const removed = await planConnection(workspace, builtIn('qwen'), removal);
      assert.deepEqual(removed.shown, { before: shown.after, after: '' });
      assert.doesNotMatch(shown.after, /secret/);
    }
  });

  test('stops when the file is not what was shown', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const planned = await planConnection(workspace, builtIn('qwen'), person);
    ports.fs.put('/home/ada/.qwen/settings.json', '{"new": 1}');
    await assert.rejects(makeConnection(workspace, planned), (error) => isBatonError(error, 'conflict'));
    assert.equal(ports.fs.text('/home/ada/.qwen/settings.json'), '{"new": 1}');
  });

  test('names the file that it cannot edit, and what to do', async () => {
    const { workspace, ports } = await memoryWorkspace();
    ports.fs.put('/home/ada/.qwen/settings.json', '{oops');
    await assert.rejects(planConnection(workspace, builtIn('qwen'), person), (error) => {
      assert.ok(isBatonError(error, 'invalid_config'));
      assert.match(error.message, /^\/home\/ada\/\.qwen\/settings\.json: .*not valid JSON/);
      assert.match(error.hint ?? '', /by hand/);
      return true;
    });
  });

  test('says how else an agent is connected, where it is', async () => {
    const { workspace } = await memoryWorkspace();
    const hintOf = async (profile: AgentProfile, scope: 'person' | 'project') => {
      let hint = '';
      await assert.rejects(planConnection(workspace, profile, { scope, remove: false }), (error) => {
        assert.ok(isBatonError(error, 'not_found'));
        hint = error.hint ?? '';
        return true;
      });
      return hint;
    };
    assert.match(await hintOf(builtIn('codex'), 'project'), /without --project/);
    assert.match(await hintOf(builtIn('aider'), 'person'), /baton mcp.*by hand/);
  });
});
