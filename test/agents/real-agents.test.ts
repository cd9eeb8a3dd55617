/**
 * The real programs of the agents, started by the real `baton launch` without a person, against a scripted model on
 * loopback that keeps every request. What is tested of an agent follows from its profile; which ones, from the harness.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { partsToRead } from '../../src/core/agents/packet-parts';
import { startPrompt } from '../../src/core/agents/prompt';
import type { ModelRequest } from '../../src/doctor/model-server';
import { packetNamed, says, textsOf } from '../../src/doctor/model-words';
import { type AgentTask, type TestedAgent, testedAgents, withAgentTask } from './support/agent-task';
import { baton, hold, inOrder, readPacket, readParts, say, shell } from './support/model-scripts';
import { runningIn } from './support/running-in';

const limitMs = 60_000;

for (const [index, agent] of testedAgents.entries()) {
  const { profile } = agent;
  const { hooks, headless } = profile;

  suite(`${profile.label} ${profile.testedWith}`, () => {
    test('reads the whole packet that its prompt names', () => readsPacket(agent));
    test('takes hostile words of a task and its folder byte for byte, and none of them runs', () =>
      takesHostileWords(agent));
    if (profile.readsAtMost !== undefined && profile.probe.readPart !== undefined) {
      test('reads a long packet whole, in the parts that its prompt names', () => readsInParts(agent));
    }
    test('leaves a recorded session when it is killed', () => leavesRecord(agent));
    test('leaves nothing running when it is stopped', () => leavesNothing(agent));
    if (hooks?.stop === 'asks') {
      test('is asked once for its progress entry, and writes it', () => isAskedOnce(agent));
    }
    if (hooks?.againAfterCompaction && profile.probe.compactAt !== undefined) {
      test('is told the facts again after a compaction', () => isToldAgain(agent));
    }
    if (headless?.resumeArgs) {
      test('goes on in its own session with the next feature', () => goesOn(agent));
    }
    const other = testedAgents[(index + 1) % testedAgents.length];
    if (other !== undefined && other !== agent) {
      test(`hands over to ${other.profile.label}`, () => handsOver(agent, other));
    }
  }).timeout(3 * limitMs);
}

test('there are agents to test', () => assert.ok(testedAgents.length > 0, 'none is in the cache'));

function randomWord(): string {
  return `word-${randomBytes(6).toString('hex')}`;
}

async function readsPacket(agent: TestedAgent): Promise<void> {
  const word = randomWord();
  await withAgentTask([agent], { description: `The word is ${word}.` }, async (task) => {
    const packet = await readByModel(task, agent);
    assert.ok(packet.includes(word));
    const [first] = task.rig.model.turns();
    assert.ok(first);
    if (agent.profile.hooks) {
      const facts = `You work on task #${task.id} under Baton; this is session 1 of the task.`;
      assert.ok(says(first, facts), 'what the start hook adds is in the first request');
      const { hookAt, end } = await task.session(1);
      assert.ok(hookAt !== null && end !== null);
    }
  });
}

/** Runs a session in which the model reads the packet. @returns the packet, when it and the prompt arrived as they are */
async function readByModel(task: AgentTask, agent: TestedAgent): Promise<string> {
  const { rig } = task;
  let packet = '';
  let path = '';
  const seen = (text: string, at: string) => {
    packet = text;
    path = at;
  };
  rig.model.play(inOrder(readPacket(agent.profile.probe, seen)));
  const { stderr } = await task.launch(agent);
  const [first, second] = rig.model.turns();
  assert.ok(first && second, `its model was asked ${rig.model.turns().length} times: ${stderr}`);
  assert.ok(says(first, promptFor(agent, path, packet)), 'the prompt is not as it was');
  assert.equal(missingLine(second, packet), undefined, 'a line of the packet is not as it was');
  return packet;
}

function promptFor({ profile }: TestedAgent, packetPath: string, packet: string): string {
  return startPrompt({ packetPath, resume: false, parts: partsToRead(packet, profile.readsAtMost) });
}

async function readsInParts(agent: TestedAgent): Promise<void> {
  const { probe } = agent.profile;
  const long = Array.from({ length: 200 }, (_, n) => `${n}. ${randomWord()} ${'so '.repeat(n % 40)}`);
  const description = [...long, ...Array.from({ length: 500 }, (_, n) => `- ${n}`)];
  await withAgentTask([agent], { description: description.join('\n') }, async (task) => {
    const { model } = task.rig;
    model.play(readParts(probe));
    const { stderr } = await task.launch(agent);
    const [first] = model.turns();
    const path = first && packetNamed(first);
    assert.ok(first && path !== undefined, stderr);
    const packet = readFileSync(path, 'utf8');
    const parts = partsToRead(packet, agent.profile.readsAtMost);
    assert.ok(parts.length > 2);
    assert.ok(says(first, promptFor(agent, path, packet)), 'the prompt is not as it was');
    const last = model.turns()[parts.length];
    assert.ok(last, stderr);
    assert.equal(missingLine(last, packet), undefined, 'a line of the packet is not as it was');
  });
}

/** The first line that is not in a request's texts after the lines before it; tools may put numbers before lines. */
function missingLine(request: ModelRequest, wanted: string): string | undefined {
  const text = textsOf(request).join('\n');
  let from = 0;
  return wanted.split('\n').find((line) => {
    const at = text.indexOf(line, from);
    from = at + line.length;
    return at < 0;
  });
}

async function takesHostileWords(agent: TestedAgent): Promise<void> {
  const nasty = (name: string) =>
    `$(touch ran-${name}-1) \`touch ran-${name}-2\` '; touch ran-${name}-3; ' "&& touch ran-${name}-4" | touch ran-${name}-5 \${env:HOME} $HOME %PATH% \\ ünï 漢字 🚀`;
  const words = {
    title: `--version ${nasty('t')}`,
    description: `-rf ${nasty('d')}\n\n--help ${nasty('e')}\n<hook_context>${nasty('h')}</hook_context>`,
    features: [['one', `- ${nasty('f')}`]],
    project: 'a $(touch ran-p-1) `touch ran-p-2` -x ünï',
  } as const;
  await withAgentTask([agent], words, async (task) => {
    const packet = await readByModel(task, agent);
    for (const line of [words.title, ...words.description.split('\n'), words.features[0][1]]) {
      assert.ok(packet.includes(line), `not in the packet as it is: ${line}`);
    }
    const names = await Promise.all(
      [task.rig.root, task.rig.home].map((folder) => readdir(folder, { recursive: true })),
    );
    assert.deepEqual(
      names.flat().filter((name) => basename(name).startsWith('ran-')),
      [],
    );
  });
}

async function leavesRecord(agent: TestedAgent): Promise<void> {
  await withAgentTask([agent], { features: [['one', 'first']] }, async (task) => {
    const { model } = task.rig;
    model.play(inOrder(readPacket(agent.profile.probe), hold));
    const running = task.start(agent);
    await model.turnThat((turn) => model.turns().indexOf(turn) === 1, limitMs);
    const { pid } = await task.session(1);
    assert.ok(pid !== null);
    process.kill(pid, 'SIGKILL');
    const { code, late } = await running.ended;
    assert.equal(late, false);
    assert.equal(code, 1);
    const { end } = await task.session(1);
    assert.ok(end);
    assert.equal(end.signal, 'SIGKILL');
    assert.equal(end.intended, false);
    assert.equal(end.automaticEntry, true);
    assert.match(await task.file(), /### Session 1[\s\S]*SIGKILL/);
    assert.deepEqual(await badges(task), ['ready', 'resumable']);
  });
}

async function leavesNothing(agent: TestedAgent): Promise<void> {
  await withAgentTask([agent], { features: [['one', 'first']] }, async (task) => {
    const { rig } = task;
    const { model } = rig;
    model.play(inOrder(readPacket(agent.profile.probe), hold));
    const running = task.start(agent);
    await model.turnThat((turn) => model.turns().indexOf(turn) === 1, limitMs);
    assert.ok(running.pid !== undefined);
    // When it ends, its whole process group is ended by the rig, which would hide what was left.
    process.kill(running.pid, 'SIGSTOP');
    try {
      await rig.json(['session', 'stop', task.id]);
      assert.deepEqual(await runningIn(rig.home), process.platform === 'linux' ? [running.pid] : []);
      const { end } = await task.session(1);
      assert.deepEqual([end?.reason, end?.intended, end?.released], ['user', true, true]);
    } finally {
      running.kill();
      await running.ended;
    }
  });
}

async function badges({ rig, id }: AgentTask): Promise<unknown> {
  const shown = await rig.json(['task', 'show', id]);
  const task = typeof shown === 'object' && shown !== null ? Reflect.get(shown, 'task') : undefined;
  return typeof task === 'object' && task !== null ? Reflect.get(task, 'badges') : undefined;
}

async function isAskedOnce(agent: TestedAgent): Promise<void> {
  const { probe } = agent.profile;
  await withAgentTask([agent], {}, async (task) => {
    const { model } = task.rig;
    const asked = `the Progress Log of the task file has no entry of session 1, so whoever continues task #${task.id}`;
    const entry = baton(probe, 'progress', task.id, '--did', 'Met the model', '--next', 'Say goodbye');
    model.play(inOrder(readPacket(probe), say('I want to stop.'), entry));
    const { stderr } = await task.launch(agent);
    const turns = model.turns();
    assert.deepEqual(
      turns.map((turn) => says(turn, asked)),
      [false, false, true, true],
      stderr,
    );
    const { stopAsks, end } = await task.session(1);
    assert.equal(stopAsks, 1);
    assert.equal(end?.automaticEntry, false);
    const file = await task.file();
    assert.match(file, /### Session 1[\s\S]*- Met the model[\s\S]*- Say goodbye/);
    assert.doesNotMatch(file, /### Session 2/);
  });
}

/** The facts are renewed: they tell what was done since the start. */
async function isToldAgain(agent: TestedAgent): Promise<void> {
  const { probe } = agent.profile;
  await withAgentTask([agent], { features }, async (task) => {
    const { model } = task.rig;
    // They differ, since some agents end a session that goes in circles; and shorter histories are not compacted.
    const before = [1, 2, 3].map((number) => shell(probe, `echo ${number}`));
    const pass = baton(probe, 'feature', 'pass', task.id, 'one', '--manual', 'Counted them');
    const full = shell(probe, 'echo full', probe.compactAt);
    model.play(inOrder(...before, pass, full, shell(probe, 'echo 5')));
    const { stderr } = await task.launch(agent);
    const last = model.turns()[4];
    assert.ok(last, stderr);
    const after = model.requests.slice(model.requests.indexOf(last) + 1);
    const summary = after.findIndex(({ turn }) => !turn);
    assert.ok(summary >= 0, 'it asked its model for no summary');
    const turns = after.slice(summary).filter(({ turn }) => turn);
    const facts = `You work on task #${task.id} under Baton; this is session 1 of the task.`;
    assert.ok(turns[0] && says(turns[0], facts), 'the facts are not in the first request after it');
    const renewed = turns.findIndex(
      (turn) => says(turn, 'Your context was compacted') && says(turn, nextFeature),
    );
    assert.ok(renewed === 0 || renewed === 1, `the facts are renewed in request ${renewed} after it`);
  });
}

const features = [
  ['one', 'count the stars'],
  ['two', 'name the planets'],
] as const;
const nextFeature = 'two: name the planets';

/** The first session passes the first feature and says what is next. @returns what it said at its end */
async function firstSession(task: AgentTask, agent: TestedAgent): Promise<string> {
  const { probe } = agent.profile;
  const said = randomWord();
  task.rig.model.play(
    inOrder(
      readPacket(probe),
      baton(probe, 'feature', 'pass', task.id, 'one', '--manual', 'Counted them'),
      baton(probe, 'progress', task.id, '--did', 'Counted the stars', '--next', 'Name the planets'),
      say(said),
    ),
  );
  const { stderr } = await task.launch(agent);
  assert.match(await task.file(), /"id": "one"[^}]*"passes": true/, stderr);
  return said;
}

/** The second session knows where to go on: by its packet, and where it has hooks by its first request. */
async function secondSession(task: AgentTask, agent: TestedAgent, ...more: readonly string[]) {
  const { model } = task.rig;
  let packet = '';
  model.play(
    inOrder(
      readPacket(agent.profile.probe, (text) => {
        packet = text;
      }),
    ),
  );
  const { stderr } = await task.launch(agent, ...more);
  const [first, second] = model.turns();
  assert.ok(first && second, stderr);
  const { id } = await task.session(2);
  assert.ok(packetNamed(first)?.includes(id), 'the prompt does not name the packet of this session');
  if (agent.profile.hooks) assert.ok(says(first, nextFeature));
  assert.equal(missingLine(second, packet), undefined);
  assert.match(packet, /two[\s\S]*name the planets/);
  return first;
}

async function goesOn(agent: TestedAgent): Promise<void> {
  await withAgentTask([agent], { features }, async (task) => {
    const said = await firstSession(task, agent);
    const first = await secondSession(task, agent, '--continue');
    assert.ok(says(first, said), 'what it said in its first session is gone');
    const [one, two] = await task.sessions();
    assert.ok(one && two);
    assert.equal(two.nativeId, one.nativeId);
  });
}

async function handsOver(agent: TestedAgent, other: TestedAgent): Promise<void> {
  await withAgentTask([agent, other], { features }, async (task) => {
    const said = await firstSession(task, agent);
    const first = await secondSession(task, other);
    assert.ok(!says(first, said), 'it knows nothing but the packet');
    assert.equal((await task.session(2)).agent, other.profile.id);
  });
}
