/**
 * Proves what can be proven about one installed agent on this machine: the real program, started by the real
 * `baton launch`, against a model server on loopback. Source: agents.md section 15.
 */
import { randomBytes } from 'node:crypto';
import type { AgentProof, ProofClaim, ProofResult } from '../core/model/agent-proof';
import type { ModelRequest } from './model-server';
import { field, type ModelStep } from './model-step';
import { packetNamed, says } from './model-words';
import { mcpSteps, provenTool, readStep } from './probe-profile';
import { type InstalledAgent, openRig, type Rig, type RigTools } from './rig';

const usualLimitMs = 60_000;

interface Proof {
  readonly rig: Rig;
  readonly agent: InstalledAgent;
  readonly task: string;
  /** Words that stand nowhere else. */
  readonly marks: { readonly description: string; readonly said: string };
}

/** @param limitMs all proofs of the agent together end after this, their preparation included */
export async function proveAgent(
  agent: InstalledAgent,
  tools: RigTools,
  limitMs = usualLimitMs,
  open = openRig,
): Promise<AgentProof> {
  const begun = performance.now();
  const results = await allResults(agent, tools, () => limitMs - (performance.now() - begun), open);
  const { id, label } = agent.profile;
  return { id, label, results, milliseconds: Math.round(performance.now() - begun) };
}

async function allResults(
  agent: InstalledAgent,
  tools: RigTools,
  left: () => number,
  open: typeof openRig,
): Promise<readonly ProofResult[]> {
  const { probe, headless } = agent.profile;
  if (!probe) return nothing('its profile does not say how to run it without its own service');
  if (!headless) return nothing('it cannot run without a person');
  let rig: Rig;
  try {
    rig = await open([agent], tools, { limit: left });
  } catch (error) {
    return nothing(wordsOf(error), 'failed');
  }
  return closed(rig, await resultsIn(rig, agent));
}

async function resultsIn(rig: Rig, agent: InstalledAgent): Promise<readonly ProofResult[]> {
  try {
    const proof = await prepared(rig, agent);
    const first = await firstSession(proof);
    if (typeof first === 'string') return nothing(first, 'failed');
    return [...first, ...(await secondSession(proof))];
  } catch (error) {
    return nothing(wordsOf(error), 'failed');
  }
}

/** What was proven stands, also where something of the proof could not be cleared away, which is said. */
async function closed(rig: Rig, results: readonly ProofResult[]): Promise<readonly ProofResult[]> {
  try {
    await rig.close();
    return results;
  } catch (error) {
    const [first, ...rest] = results;
    const left = `Something of the proof was left behind: ${wordsOf(error)}`;
    return first === undefined ? results : [{ ...first, detail: `${first.detail} ${left}` }, ...rest];
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function nothing(why: string, kind: ProofResult['result'] = 'unproven'): readonly ProofResult[] {
  const sentence = `${why.charAt(0).toUpperCase()}${why.slice(1)}${/[.!?]$/.test(why) ? '' : '.'}`;
  const rest = (['packet', 'hooks', 'resume', 'mcp'] as const).map((claim) =>
    result(claim, 'unproven', kind === 'failed' ? 'Not tried: it did not start.' : sentence),
  );
  return [result('starts', kind, sentence), ...rest];
}

function result(claim: ProofClaim, kind: ProofResult['result'], detail: string): ProofResult {
  return { claim, result: kind, detail };
}

async function prepared(rig: Rig, agent: InstalledAgent): Promise<Proof> {
  const mark = () => `mark-${randomBytes(6).toString('hex')}`;
  const marks = { description: mark(), said: mark() };
  const created = await rig.json([
    ...['task', 'create', '--title', 'Prove an agent', '--criterion', 'It is proven'],
    ...['--description', `The word is ${marks.description}.`],
  ]);
  const task = field(field(created, 'task'), 'id');
  if (typeof task !== 'string') throw new Error('baton task create did not answer with an id');
  return { rig, agent, task, marks };
}

/**
 * The model reads the packet that the prompt names, says a word and is content.
 *
 * @returns why it did not start, in words, or what was seen
 */
async function firstSession(proof: Proof): Promise<readonly ProofResult[] | string> {
  const { rig, marks } = proof;
  rig.model.play((turn, number) => readFirst(proof, turn, number) ?? { say: `Done: ${marks.said}` });
  const { code, late, stderr } = await rig.baton(launch(proof));
  const turns = rig.model.turns();
  const [first] = turns;
  if (!first || packetNamed(first) === undefined) {
    const why = late ? 'it took too long and was ended' : `exit code ${code}`;
    const seen = first ? 'The prompt did not reach its model' : 'It asked its model nothing';
    return `${seen} (${why}): ${stderr.trim().slice(-300)}`;
  }
  return [
    result('starts', 'proven', `The prompt reached its model; the launch ended with exit code ${code}.`),
    packetResult(proof, turns),
    await hooksResult(proof, first),
  ];
}

function launch({ agent, task }: Proof): readonly string[] {
  return ['launch', task, '--agent', agent.profile.id, '--headless'];
}

function readFirst({ agent }: Proof, turn: ModelRequest, number: number): ModelStep | undefined {
  const path = packetNamed(turn);
  return number === 0 && path !== undefined && agent.profile.probe
    ? readStep(agent.profile.probe, path)
    : undefined;
}

function packetResult({ agent, marks }: Proof, turns: readonly ModelRequest[]): ProofResult {
  const tool = agent.profile.probe?.readTool?.name;
  if (tool === undefined)
    return result('packet', 'unproven', 'Its profile does not say by which tool it reads.');
  return turns.some((turn) => says(turn, marks.description))
    ? result('packet', 'proven', `Its tool ${tool} read the packet, and the text reached its model.`)
    : result('packet', 'failed', `What its tool ${tool} read was not the packet.`);
}

async function hooksResult({ rig, agent, task }: Proof, first: ModelRequest): Promise<ProofResult> {
  const { hooks } = agent.profile;
  if (!hooks) return result('hooks', 'unproven', 'It has no hooks that Baton can hand over for one launch.');
  if (says(first, `You work on task #${task} under Baton`)) {
    return result('hooks', 'proven', 'Its start hook ran, and the facts reached its model.');
  }
  const heard = await hookHeard(rig, task);
  return heard === undefined
    ? result('hooks', 'failed', 'None of its hooks was heard.')
    : result('hooks', 'proven', `Its hooks ran (last: ${heard}); they add nothing to the first request.`);
}

async function hookHeard(rig: Rig, task: string): Promise<string | undefined> {
  const answer = await rig.json(['session', 'list']);
  const sessions =
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'sessions') : undefined;
  const own: unknown[] = Array.isArray(sessions) ? sessions : [];
  const events = own
    .filter((one) => typeof one === 'object' && one !== null && Reflect.get(one, 'task') === task)
    .map((one) => (typeof one === 'object' && one !== null ? Reflect.get(one, 'hookEvent') : undefined));
  return events.find((event) => typeof event === 'string');
}

/**
 * A second session, in which the agent goes on in its own, where it can, and its model calls a tool of Baton's MCP
 * server, where its profile says how.
 */
async function secondSession(proof: Proof): Promise<readonly ProofResult[]> {
  const { rig, agent } = proof;
  const { id, headless, probe, mcp } = agent.profile;
  const steps = probe === undefined ? [] : mcpSteps(probe, provenTool, {});
  const continues = headless?.resumeArgs !== undefined;
  if (!continues && steps.length === 0) return [resumeResult(proof, undefined), mcpResult(proof, undefined)];
  // The home is private: what is written to the agent's settings there is no matter of the person's.
  if (steps.length > 0 && mcp?.supply === undefined) await rig.json(['connect', id, '--yes']);
  rig.model.play((_turn, number) => steps[number] ?? { say: 'Done again.' });
  const { code, stderr } = await rig.baton([...launch(proof), ...(continues ? ['--continue'] : [])]);
  const ended = `exit code ${code}: ${stderr.trim().slice(-300)}`;
  return [
    resumeResult(proof, continues ? ended : undefined),
    mcpResult(proof, steps.length > 0 ? ended : undefined),
  ];
}

/**
 * What was said before must be in the first request.
 *
 * @param ended how the session ended that went on; undefined when there was none
 */
function resumeResult({ rig, marks }: Proof, ended: string | undefined): ProofResult {
  if (ended === undefined) {
    return result('resume', 'unproven', 'It cannot go on in a session of its own without a person.');
  }
  const [first] = rig.model.turns();
  if (!first) return result('resume', 'failed', `It did not start (${ended})`);
  if (!says(first, marks.said)) {
    return result('resume', 'failed', 'It started, and what was said in its first session was gone.');
  }
  return packetNamed(first) === undefined
    ? result('resume', 'failed', 'It went on, and the new prompt did not reach its model.')
    : result('resume', 'proven', 'It went on in its own session, and the new prompt reached its model.');
}

/** Stands in every answer of the tool, and nowhere else. */
const onlyInAnswer = 'entriesOmitted';

/** @param ended how the session ended in which the tool was called; undefined when there was none */
function mcpResult({ rig, agent }: Proof, ended: string | undefined): ProofResult {
  const { mcp } = agent.profile;
  if (ended === undefined) {
    const why =
      mcp === undefined
        ? 'It takes no MCP servers that Baton knows of.'
        : 'Its profile does not say how its model calls a tool of an MCP server.';
    return result('mcp', 'unproven', why);
  }
  const how = mcp?.supply ?? 'its own settings, as `baton connect` writes them';
  return rig.model.turns().some((turn) => says(turn, onlyInAnswer))
    ? result(
        'mcp',
        'proven',
        `It started Baton’s MCP server from ${how}; what ${provenTool} answered reached its model.`,
      )
    : result(
        'mcp',
        'failed',
        `What ${provenTool} of Baton’s MCP server answers did not reach its model (${ended})`,
      );
}
