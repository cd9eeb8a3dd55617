/**
 * The real programs of the agents, and Baton's MCP server as they start it: a model reads its task and writes its
 * progress by nothing but the server's tools.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { says } from '../../src/doctor/model-words';
import { mcpSteps } from '../../src/doctor/probe-profile';
import { type TestedAgent, testedAgents, withAgentTask } from './support/agent-task';
import { inOrder } from './support/model-scripts';

for (const agent of testedAgents) {
  const { label, testedWith, probe, mcp } = agent.profile;
  if (probe.mcpTools.length === 0) continue;
  const how = mcp?.supply ?? 'its own settings, by `baton connect`';
  suite(`${label} ${testedWith} and the MCP server`, () => {
    test(`starts it from ${how}; its model reads and writes by its tools`, () => readsAndWrites(agent));
  }).timeout(180_000);
}

const randomWord = (): string => `word-${randomBytes(6).toString('hex')}`;

async function readsAndWrites(agent: TestedAgent): Promise<void> {
  const { id, probe, mcp } = agent.profile;
  const [told, said] = [randomWord(), randomWord()];
  await withAgentTask([agent], { description: `The word is ${told}.` }, async (task) => {
    const { rig } = task;
    if (mcp?.supply === undefined) await rig.json(['connect', id, '--yes']);
    const reading = mcpSteps(probe, 'task_show', {});
    const writing = mcpSteps(probe, 'progress_add', { did: [said], next: ['Go on.'] });
    rig.model.play(inOrder(...[...reading, ...writing].map((step) => () => step)));
    const { stderr } = await task.launch(agent);
    // The packet was never read: nothing but the tool's answer can hold the word.
    const after = rig.model.turns()[reading.length];
    assert.ok(after && says(after, told), `what task_show answers did not reach its model: ${stderr}`);
    const file = await task.file();
    assert.equal(file.split('### Session ').length, 2, 'one entry, and none that Baton had to write');
    assert.match(file, new RegExp(`### Session 1 [\\s\\S]*${said}`));
  });
}
