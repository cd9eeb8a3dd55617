/** One task in a private world (see src/doctor/rig.ts), for real agents to work on, and what is on record about it. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { AgentProbe, AgentProfile } from '../../../src/core/model/agent-profile';
import { type Session, sessionSchema } from '../../../src/core/model/session';
import type { Finished } from '../../../src/doctor/bounded-process';
import { type InstalledAgent, openRig, type Rig, type RigTools } from '../../../src/doctor/rig';
import { agentsUnderTest } from '../../harness/agents';
import { realHome } from './real-home';
import { runningIn } from './running-in';

export interface TestedAgent extends InstalledAgent {
  readonly profile: AgentProfile & { readonly probe: AgentProbe };
}

export const testedAgents: readonly TestedAgent[] = agentsUnderTest().flatMap(({ profile, executable }) =>
  profile.probe === undefined ? [] : [{ profile: { ...profile, probe: profile.probe }, executable }],
);

const tools: RigTools = {
  node: process.execPath,
  nodeEnv: {},
  cli: resolve(import.meta.dirname, '../../../dist/cli.js'),
  path: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
};

/** An agent has this long for a session; milliseconds. */
const sessionLimitMs = 60_000;

export interface TaskWords {
  readonly title?: string;
  readonly description?: string;
  /** Name of the folder it is in. */
  readonly project?: string;
  /** Id and description. */
  readonly features?: readonly (readonly [string, string])[];
}

export class AgentTask {
  readonly rig: Rig;
  readonly id: string;

  constructor(rig: Rig, id: string) {
    this.rig = rig;
    this.id = id;
  }

  /** Runs the agent's next session without a person, to its end. */
  async launch({ profile }: TestedAgent, ...more: readonly string[]): Promise<Finished> {
    const finished = await this.rig.baton(this.#launchOf(profile, more), sessionLimitMs);
    assert.equal(finished.late, false, `not ended within ${sessionLimitMs} ms: ${finished.stderr}`);
    return finished;
  }

  /** The same without waiting. */
  start({ profile }: TestedAgent): ReturnType<Rig['start']> {
    return this.rig.start(this.#launchOf(profile, []), sessionLimitMs);
  }

  #launchOf({ id }: AgentProfile, more: readonly string[]): readonly string[] {
    return ['launch', this.id, '--agent', id, '--headless', ...more];
  }

  /** The sessions on record, in their order. */
  async sessions(): Promise<readonly Session[]> {
    const folder = join(this.rig.root, '.baton', 'sessions');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const all = await Promise.all(
      names.map(async (name) => sessionSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
    );
    return all.filter(({ task }) => task === this.id).sort((a, b) => a.number - b.number);
  }

  async session(number: number): Promise<Session> {
    const session = (await this.sessions())[number - 1];
    assert.ok(session, `session ${number} is not on record`);
    return session;
  }

  file(): Promise<string> {
    return readFile(join(this.rig.root, 'task-states', `task-${this.id}-state.md`), 'utf8');
  }
}

/** Makes the world and the task, and looks afterwards that nothing is left of it, and that nothing got out of it. */
export async function withAgentTask(
  agents: readonly TestedAgent[],
  words: TaskWords,
  body: (task: AgentTask) => Promise<void>,
): Promise<void> {
  const outside = await realHome();
  const { project } = words;
  const rig = await openRig(agents, tools, project === undefined ? {} : { project });
  try {
    await body(new AgentTask(rig, await created(rig, words)));
    assert.deepEqual(await outside.tracesOf(rig.home), [], 'something was written to the real home');
  } finally {
    await rig.close();
  }
  assert.deepEqual(await runningIn(rig.home), [], 'something was left running');
}

async function created(rig: Rig, { title, description, features = [] }: TaskWords): Promise<string> {
  const data = await rig.json([
    ...['task', 'create', `--title=${title ?? 'Meet an agent'}`, '--criterion', 'It is met'],
    ...(description === undefined ? [] : [`--description=${description}`]),
    ...features.map(([id, text]) => `--feature=${id}: ${text}`),
  ]);
  const task = typeof data === 'object' && data !== null ? Reflect.get(data, 'task') : undefined;
  const id = typeof task === 'object' && task !== null ? Reflect.get(task, 'id') : undefined;
  assert.ok(typeof id === 'string', 'baton task create did not answer with an id');
  return id;
}
