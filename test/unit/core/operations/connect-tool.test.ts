/** Verification tools in the settings of agents: the same servers everywhere, no token, and nobody else's entry touched. */
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import type { AgentProfile } from '../../../../src/core/model/agent-profile';
import {
  serverNames,
  tokenVariable,
  type VerificationTool,
  verificationTools,
} from '../../../../src/core/model/verification-tool';
import { makeConnection, planConnection } from '../../../../src/core/operations/connect-agent';
import { builtIn, builtInProfiles } from '../../../support/agent-profiles';
import { memoryWorkspace, root } from '../../../support/memory-workspace';

const scopes = ['person', 'project'] as const;

/** What must stand in every entry, however the agent writes it. */
const signs: Readonly<Record<VerificationTool, readonly RegExp[]>> = {
  browser: [/\bnpx\b/, /@playwright\/mcp@latest/],
  github: [/https:\/\/api\.githubcopilot\.com\/mcp\//, new RegExp(`\\b${tokenVariable}\\b`)],
};

function options(tool: VerificationTool, scope: 'person' | 'project' = 'person', remove = false) {
  return { scope, remove, tool };
}

function takes({ mcp }: AgentProfile, tool: VerificationTool): boolean {
  return typeof mcp?.tools[tool] === 'object';
}

suite('verification tools', () => {
  test('are known for every agent whose settings name servers', () => {
    const able = builtInProfiles.filter(({ mcp }) => mcp?.person !== undefined);
    assert.ok(able.length >= 9);
    for (const { id, mcp } of able) {
      for (const tool of verificationTools) assert.notEqual(mcp?.tools[tool], undefined, `${id}: ${tool}`);
    }
  });

  for (const tool of verificationTools) {
    for (const profile of builtInProfiles.filter((one) => takes(one, tool))) {
      for (const scope of scopes.filter((one) => profile.mcp?.[one] !== undefined)) {
        test(`${tool}: ${profile.id} gets the entry (${scope}), once, and loses it again`, async () => {
          const { workspace, ports } = await memoryWorkspace();
          const planned = await planConnection(workspace, profile, options(tool, scope));
          assert.equal(planned.change, 'added');
          assert.equal(planned.at.at(-1), serverNames[tool]);
          for (const sign of signs[tool]) assert.match(planned.after, sign);
          assert.doesNotMatch(planned.after, /\/(opt|home|project|usr)\b/, 'nothing of this machine');
          assert.equal(ports.fs.text(planned.file), undefined, 'a plan writes nothing');

          await makeConnection(workspace, planned);
          assert.equal(ports.fs.text(planned.file), planned.after);
          assert.equal((await planConnection(workspace, profile, options(tool, scope))).change, 'none');

          const removal = await planConnection(workspace, profile, options(tool, scope, true));
          assert.equal(removal.change, 'removed');
          assert.ok(!removal.after.includes(serverNames[tool]), removal.after);
        });
      }
    }
  }

  test('stand beside Baton’s own entry, in the same file', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const own = await planConnection(workspace, builtIn('claude'), { scope: 'project', remove: false });
    await makeConnection(workspace, own);
    const tool = await planConnection(workspace, builtIn('claude'), options('browser', 'project'));
    assert.equal(tool.file, own.file);
    await makeConnection(workspace, tool);
    const { mcpServers } = JSON.parse(ports.fs.text(`${root}/.mcp.json`) ?? '');
    assert.deepEqual(Object.keys(mcpServers), ['baton', 'playwright']);
  });

  for (const remove of [false, true]) {
    test(`leave somebody’s own entry of that name as it is (${remove ? 'removing' : 'adding'})`, async () => {
      const { workspace, ports } = await memoryWorkspace();
      const text = '{"mcpServers": {"github": {"command": "mine", "env": {"TOKEN": "secret"}}}}';
      ports.fs.put('/home/ada/.gemini/settings.json', text);
      const planned = await planConnection(workspace, builtIn('gemini'), options('github', 'person', remove));
      assert.deepEqual([planned.change, planned.after], ['kept', text]);
      assert.equal(await makeConnection(workspace, planned), undefined);
      assert.equal(ports.fs.text('/home/ada/.gemini/settings.json'), text);
    });
  }

  test('are refused with a reason where there is nothing to write', async () => {
    const { workspace } = await memoryWorkspace();
    const refusal = async (profile: AgentProfile, tool: VerificationTool) => {
      let message = '';
      await assert.rejects(planConnection(workspace, profile, options(tool)), (error) => {
        assert.ok(isBatonError(error, 'not_found'));
        assert.ok(error.hint);
        message = error.message;
        return true;
      });
      return message;
    };
    assert.match(await refusal(builtIn('copilot'), 'github'), /brings the tool along/);
    const { mcp, ...rest } = builtIn('qwen');
    assert.ok(mcp);
    assert.match(await refusal({ ...rest, mcp: { ...mcp, tools: {} } }, 'browser'), /does not know how/);
  });
});
