/** Agents pass over hooks they cannot make sense of, and do not say so. Source: agents.md, finding 9. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { defaultIntervals } from '../../src/core/sessions/intervals';
import { says } from '../../src/doctor/model-words';
import { userConfigFile } from '../../src/node/user-config';
import { type AgentTask, type TestedAgent, testedAgents, withAgentTask } from './support/agent-task';
import { hold, inOrder } from './support/model-scripts';

/** One shows it: those that are handed their hooks in a file of the launch. */
const [agent] = testedAgents.filter(
  ({ profile }) => profile.hooks && profile.files['hooks']?.json !== undefined,
);

suite('a malformed file of hooks', () => {
  if (agent === undefined) return;

  test(`is noticed by what is not heard from ${agent.profile.label}`, async () => {
    await withAgentTask([agent], {}, async (task) => {
      await breakHooks(task, agent);
      task.rig.model.play(inOrder(hold));
      const running = task.start(agent);
      const first = await task.rig.model.turnThat(() => true, 30_000);
      assert.ok(!says(first, 'You work on task #'), 'its hooks did run');
      await untilNoticed(task);
      running.kill();
      await running.ended;
    });
  }).timeout(120_000);
});

/** By the person's own profile of the agent. */
async function breakHooks({ rig }: AgentTask, { profile }: TestedAgent): Promise<void> {
  const file = userConfigFile({ HOME: rig.home, XDG_CONFIG_HOME: `${rig.home}/.config` });
  const profiles = JSON.parse(await readFile(file, 'utf8'));
  const { path } = profiles[profile.id].files.hooks;
  profiles[profile.id].files.hooks = { path, text: ['{ "hooks": "none" }'] };
  await writeFile(file, JSON.stringify(profiles));
}

/** Not before the time in which a hook has to be heard, and soon after it. */
async function untilNoticed(task: AgentTask): Promise<void> {
  const list = async () => (await task.rig.baton(['session', 'list'])).stdout;
  assert.doesNotMatch(await list(), /hooks not active/);
  const due = Date.parse((await task.session(1)).startedAt) + defaultIntervals.hookDueMs;
  await wait(due - Date.now());
  assert.match(await list(), /hooks not active/);
}
