/**
 * Real agents in the real editor: launched with a click into the integrated terminal, spoken to by a scripted model on
 * loopback, heard through their hooks, and watched to their end. Only those that are cached; `npm test` installs the
 * smallest two (see test/README.md). Each step leaves a picture.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Session, sessionSchema } from '../../../src/core/model/session';
import type { ModelServer } from '../../../src/doctor/model-server';
import { packetNamed, says } from '../../../src/doctor/model-words';
import { eventually } from '../support/eventually';
import {
  type AgentWindow,
  cachedAgent,
  type RealAgent,
  withAgentWindow,
  workingModel,
} from '../support/real-agent';
import type { WorkbenchWindow } from '../support/workbench-window';

const chains = 'Task Chains';
const sessions = 'Sessions';
const mark = 'The word is heliotrope-4711.';
const limitMs = 60_000;

const files = {
  '.baton/config.json': '{}\n',
  'README.md': '# Backend\n',
  'task-states/task-7-state.md': [
    '---\nstatus: pending\n---\n\n# Task #7: Password Reset - State\n\n## 1. Static Context\n',
    `### Task Description\n\n${mark}\n\n### Acceptance Criteria\n- [ ] A mail with a link is sent\n\n---\n`,
    '## 3. Feature Checklist\n\n```json\n{ "features": [ { "id": "reset-1", "description": "send the mail",',
    ' "passes": false, "tested_at": null } ], "overall_progress": "0%" }\n```\n\n---\n\n## 4. Progress Log\n',
  ].join('\n'),
};

/** What a person has answered before in the agent's own dialogs of a first start. */
const answered: Readonly<Record<string, (folder: string) => Readonly<Record<string, string>>>> = {
  claude: (folder) => ({
    '.claude.json': JSON.stringify({
      hasCompletedOnboarding: true,
      customApiKeyResponses: { approved: ['dummy'], rejected: [] },
      projects: { [folder]: { hasTrustDialogAccepted: true } },
    }),
    // Its automatic mode asks a model of its own, which the scripted one is not.
    '.claude/settings.json': JSON.stringify({ permissions: { defaultMode: 'default' } }),
  }),
  codex: (folder) => ({ '.codex/config.toml': `[projects."${folder}"]\ntrust_level = "trusted"\n` }),
};

interface Meeting {
  readonly id: string;
  readonly theme: 'Default Dark Modern' | 'Default Light Modern';
  /** Ends it as a person does: by the agent's own command, or with Stop Agent. */
  readonly end: 'quit' | 'stop';
}

const meetings: readonly Meeting[] = [
  { id: 'qwen', theme: 'Default Dark Modern', end: 'quit' },
  { id: 'gemini', theme: 'Default Light Modern', end: 'stop' },
  { id: 'claude', theme: 'Default Light Modern', end: 'quit' },
  { id: 'codex', theme: 'Default Dark Modern', end: 'stop' },
];

suite('real agents in the editor', () => {
  for (const meeting of meetings) {
    const agent = cachedAgent(meeting.id);
    if (agent === undefined) continue;
    test(`${agent.profile.label} is launched in the terminal, heard by its hooks and watched to its end`, async () => {
      const settings = { 'workbench.colorTheme': meeting.theme };
      await withAgentWindow(agent, { files, git: true, settings }, async (window) => {
        await answerBefore(window, meeting.id);
        const entry = ['7', '--did', 'Read the packet', '--next', 'Send the mail'];
        window.model.play(workingModel(agent.probe, entry));
        await launch(window, agent);
        const session = await work(window, agent);
        await watchToItsEnd(window, agent, meeting, session);
        await offersItsOwnSession(window, agent);
      });
    }).timeout(180_000);
  }
});

async function answerBefore({ workbench, home }: AgentWindow, id: string): Promise<void> {
  for (const [name, text] of Object.entries(answered[id]?.(workbench.folder) ?? {})) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), text);
  }
}

async function launch({ workbench }: AgentWindow, { profile }: RealAgent): Promise<void> {
  const { quickInput } = workbench;
  await workbench.openView('Baton');
  await workbench.unfoldView(sessions);
  await workbench.treeRow(/^#7/, chains);
  await workbench.rowMenu(/^#7/, 'Launch Agent With…', chains);
  await quickInput.title(/#7 · packet of about [\d.,]+ tokens/);
  await eventually('its version in the pick', async () => {
    const row = (await quickInput.items()).find(({ label }) => label === profile.label);
    return row?.description.startsWith(`${profile.testedWith} · `);
  });
  await workbench.screenshot(`agent-${profile.id}-1-pick`);
  await quickInput.pick(profile.label);
  if (profile.hooks?.consent === undefined) return;
  const question = await workbench.dialog();
  assert.ok(question.detail.includes(profile.hooks.consent.question));
  assert.ok(!question.detail.includes(`${homedir()}/`), 'the home of whoever runs the tests is not touched');
  await workbench.screenshot(`agent-${profile.id}-2-consent`);
  await workbench.answerDialog('Use Hooks');
}

/** The packet reaches the model, hooks are heard, and the entry that the stop hook asked for is in the file. */
async function work({ workbench, model }: AgentWindow, { profile }: RealAgent): Promise<Session> {
  await promptSent(workbench, model);
  await answering(workbench, 'the packet at its model', () => model.turns().some((turn) => says(turn, mark)));
  const session = await eventually(
    'a hook to be heard',
    async () => (await onRecord(workbench)).find(({ hookAt }) => hookAt !== null),
    limitMs,
  );
  assert.equal(session.agent, profile.id);
  await answering(workbench, 'the entry of its session', async () =>
    /### Session 1[\s\S]*Read the packet/.test(await readFile(taskFile(workbench), 'utf8')),
  );
  const row = await workbench.treeRow(/^#7/, sessions);
  assert.match(row.description, /^running since /);
  assert.doesNotMatch(row.description, /hooks not active|silent/);
  await workbench.screenshot(`agent-${profile.id}-3-working`);
  return session;
}

/** What agents ask their person, and the key that answers: no companion for the editor, and yes to the one command. */
const questions: readonly (readonly [RegExp, string])[] = [
  [/3\. No, don.t ask again/, '3'],
  [/Enter to continue/, 'Enter'],
  [/[›❯●] 1\. (Yes|Allow|Trust)/, 'Enter'],
];

/** Waits as a person in front of the terminal, who answers what the agent asks meanwhile. */
async function answering(
  workbench: WorkbenchWindow,
  what: string,
  holds: () => Promise<boolean> | boolean,
): Promise<void> {
  const look = async () => {
    if (await holds()) return true;
    const shown = await workbench.terminalText();
    const [question, key] = questions.find(([asked]) => asked.test(shown)) ?? [];
    if (question !== undefined && key !== undefined) {
      await workbench.page.locator('.terminal-wrapper.active .xterm').click();
      await workbench.page.keyboard.press(key);
      // Once only: the same key at the agent's prompt would be typed into it.
      await eventually('the question gone', async () => !question.test(await workbench.terminalText()));
    }
    return false;
  };
  await eventually(what, look, limitMs);
}

function promptSent(workbench: WorkbenchWindow, model: ModelServer): Promise<void> {
  return answering(workbench, 'the prompt at its model', () =>
    model.turns().some((turn) => packetNamed(turn) !== undefined),
  );
}

async function watchToItsEnd(
  { workbench }: AgentWindow,
  { profile }: RealAgent,
  { end }: Meeting,
  { id }: Session,
): Promise<void> {
  if (end === 'stop') {
    await workbench.hoverInlineAction(/^#7/, 'Stop Agent', sessions);
    await workbench.dialog();
    await workbench.screenshot(`agent-${profile.id}-4-stop`);
    await workbench.answerDialog('Stop Agent');
  } else await typeQuit(workbench);
  const ended = await eventually(
    'the end on record',
    async () => (await onRecord(workbench)).find((one) => one.id === id)?.end ?? undefined,
    limitMs,
  );
  assert.equal(ended.reason, end === 'stop' ? 'user' : 'process');
  assert.ok(ended.intended);
  assert.equal(ended.automaticEntry, false);
  const words = end === 'stop' ? /^stopped by you/ : /^exited with 0 /;
  await eventually('its end in the view', async () =>
    words.test((await workbench.treeRow(/^#7/, sessions)).description),
  );
  await workbench.screenshot(`agent-${profile.id}-5-ended`);
}

/** As a person at the agent's own prompt. */
async function typeQuit(workbench: WorkbenchWindow): Promise<void> {
  await workbench.page.locator('.terminal-wrapper.active .xterm').click();
  await workbench.page.keyboard.type('/quit', { delay: 30 });
  await workbench.page.keyboard.press('Enter');
}

async function offersItsOwnSession({ workbench, model }: AgentWindow, agent: RealAgent): Promise<void> {
  const { profile } = agent;
  const { quickInput } = workbench;
  model.play(() => ({ say: 'I go on.' }));
  await workbench.hoverInlineAction(/^#7/, 'Resume', chains);
  await quickInput.title(/^Resume #7 · packet of about /);
  const [own, fresh] = (await quickInput.items()).filter(({ label }) => label === profile.label);
  assert.match(own?.description ?? '', /^session 1, /);
  assert.doesNotMatch(fresh?.description ?? '', /session/);
  await workbench.screenshot(`agent-${profile.id}-6-resume`);
  await quickInput.accept();
  await promptSent(workbench, model);
  const turn = await model.turnThat((one) => packetNamed(one) !== undefined, limitMs);
  const second = await eventually('the second session', async () =>
    (await onRecord(workbench)).find(({ number, pid }) => number === 2 && pid !== null),
  );
  assert.ok((packetNamed(turn) ?? '').includes(second.id), 'its own session goes on with the new packet');
  assert.ok(says(turn, 'Done for now.'), 'its own session remembers what it said');
  await workbench.screenshot(`agent-${profile.id}-7-resumed`);
  await workbench.hoverInlineAction(/^#7/, 'Stop Agent', sessions);
  await workbench.answerDialog('Stop Agent');
  await eventually('the end of the second session', async () =>
    (await onRecord(workbench)).every(({ end }) => end !== null),
  );
}

function taskFile(workbench: WorkbenchWindow): string {
  return join(workbench.folder, 'task-states/task-7-state.md');
}

async function onRecord(workbench: WorkbenchWindow): Promise<readonly Session[]> {
  const folder = join(workbench.folder, '.baton/sessions');
  const names = await readdir(folder);
  return Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => sessionSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
  );
}
