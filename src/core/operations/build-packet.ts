/** `baton packet`: gathers what a launched agent must know and builds the startup packet. Writes no task. */
import { lastSessionNumber, type TaskId } from '../model/task';
import { buildPacket } from '../protocol/packet';
import { packetIdentity } from '../protocol/packet-identity';
import type {
  Packet,
  PacketChainInput,
  PacketInput,
  PacketNote,
  UpstreamStatus,
} from '../protocol/packet-input';
import { protocolFileText } from '../protocol/protocol-file';
import { loadTexts } from '../protocol/texts';
import { paths } from '../store/paths';
import type { TaskText } from '../store/task-record';
import { listNotes } from './add-note';
import { inputFrom } from './chain-input';
import { type EffectiveIdentity, effectiveIdentity } from './effective-identity';
import { evidenceWarnings } from './evidence-warnings';
import { gitLockWords, leftGitLock } from './left-git-lock';
import { findIfAny, graphAround } from './show-task';
import { isOn } from './switches';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export interface PacketOptions {
  /** Label of the agent. */
  readonly agent?: string | undefined;
  readonly budget?: number | undefined;
  /** What is asked of the session in particular; quoted in the packet. */
  readonly request?: string | undefined;
  /** What the launch cannot do; told among the warnings. */
  readonly notices?: readonly string[];
  /** False where only the size matters: what is remembered takes time to ask for, and has a room of its own. */
  readonly withMemory?: boolean;
}

/** The packet the next session of the task would get. */
export async function previewPacket(
  workspace: BatonWorkspace,
  id: string,
  options: PacketOptions = {},
): Promise<Packet> {
  const current = await workspace.store.read(asTaskId(id));
  const sessions = await workspace.sessions.forTask(current.record.id);
  const numbers = sessions.map(({ number }) => number);
  const last = lastSessionNumber([current.document.sessions.lastNumber, ...numbers]);
  return (await packetFor(workspace, current, last + 1, options)).packet;
}

/** What a launch writes; the identity is written by `writeEffectiveIdentity`. */
export interface PacketFiles {
  readonly packet: Packet;
  /** The constant protocol. */
  readonly protocol: string;
  readonly identity: EffectiveIdentity;
}

export async function packetFor(
  workspace: BatonWorkspace,
  current: TaskText,
  session: number,
  options: PacketOptions,
): Promise<PacketFiles> {
  const { record, document } = current;
  const identity = await effectiveIdentity(workspace, record.path);
  const { fs, git } = workspace.ports;
  const texts = await loadTexts(fs, workspace.resources.protocolFolder, paths.protocol(workspace.root));
  const gitState = await git.state(workspace.root);
  const history = gitState?.head ? await git.commitsSince(workspace.root, null) : [];
  const input: PacketInput = {
    task: { id: record.id, file: record.path, document },
    resume: session > 1 || document.log.length > 0,
    session,
    agent: options.agent ?? document.agent ?? 'any agent',
    root: workspace.root,
    cwd: workspace.root,
    texts,
    omit: workspace.config.protocol.omit,
    identity: packetIdentity(identity, paths.effectiveIdentity(workspace.root)),
    inputs: await packetInputs(workspace, current),
    upstream: await upstreamStatuses(workspace, current),
    request: options.request?.trim() ? options.request : undefined,
    blockers: blockersOf(document),
    notes: await notesInForce(workspace, current),
    memory: options.withMemory === false ? undefined : await remembered(workspace, record.id),
    warnings: [...(await warnings(workspace, current, session)), ...(options.notices ?? [])],
    git: gitState,
    lastCommit: history.at(-1),
    budget: options.budget ?? workspace.config.protocol.budgetTokens,
    baton: 'baton',
  };
  return { packet: buildPacket(input), protocol: protocolFileText(texts, 'baton'), identity };
}

/** A packet without it is still a packet: whatever goes wrong here is logged, and nothing more. */
async function remembered(workspace: BatonWorkspace, task: TaskId): Promise<PacketInput['memory']> {
  const tokens = workspace.config.memory.packetTokens;
  if (workspace.relevant === undefined || tokens === 0 || !isOn(workspace, 'memory')) return undefined;
  try {
    return { items: await workspace.relevant(workspace, task), tokens };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    workspace.ports.log.warn(`The packet of #${task} is without what earlier work remembers: ${why}`);
    return undefined;
  }
}

function blockersOf({ tracking }: TaskText['document']): readonly string[] {
  return [
    ...(tracking?.blockedReason === undefined ? [] : [`Blocked: ${tracking.blockedReason}`]),
    ...(tracking?.question === undefined ? [] : [`Waiting for an answer: ${tracking.question}`]),
  ];
}

/** Decisions and corrections that hold, of the task and of the whole workspace folder. */
async function notesInForce(workspace: BatonWorkspace, { record }: TaskText): Promise<readonly PacketNote[]> {
  const notes: PacketNote[] = [];
  for (const { kind, text } of await listNotes(workspace, { task: record.id })) {
    if (kind === 'decision' || kind === 'correction') notes.push({ kind, text });
  }
  return notes;
}

async function packetInputs(
  workspace: BatonWorkspace,
  { record, document }: TaskText,
): Promise<PacketChainInput[]> {
  const graph = await graphAround(workspace, record);
  const stale = new Map(graph.staleInputs(record.id).map(({ from, reason }) => [from, reason]));
  const held = document.inputList.map((input) => ({
    from: input.from,
    title: input.title,
    text: input.text,
    note: input.note,
    stale: stale.get(input.from) === 'changed',
  }));
  // An output that is there but was never written into the file still reaches the agent.
  const missing: PacketChainInput[] = [];
  for (const [from, reason] of stale) {
    if (reason !== 'missing' || held.some((input) => input.from === from)) continue;
    const input = inputFrom(from, (await workspace.store.read(from)).document);
    if (input) missing.push({ from, title: input.title, text: input.text, note: '', stale: false });
  }
  return [...held, ...missing];
}

async function upstreamStatuses(workspace: BatonWorkspace, { record }: TaskText): Promise<UpstreamStatus[]> {
  return Promise.all(
    record.outline.dependsOn.map(async (id) => ({
      id,
      status: (await findIfAny(workspace, id))?.outline.status,
    })),
  );
}

async function warnings(
  workspace: BatonWorkspace,
  { record, document }: TaskText,
  session: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  const earlier = (await workspace.sessions.forTask(record.id)).filter(({ number }) => number < session);
  const silent = earlier.filter(({ number }) => !document.log.some((entry) => entry.session === number));
  if (silent.length > 0) {
    found.push(
      `Session ${silent.map(({ number }) => number).join(', ')} ended without a progress entry: look at git log and git status for what it did.`,
    );
  }
  const last = document.log.at(-1);
  if (last?.automatic) {
    found.push(
      `The last entry was written by Baton from facts, since session ${last.session} left none: check how far it really came.`,
    );
  }
  found.push(...(await evidenceWarnings(workspace, record.id, document)));
  const lock = await leftGitLock(workspace);
  if (lock !== undefined) found.push(`${gitLockWords(lock)}.`);
  if (document.size > 50 * 1024) found.push('The task file is larger than 50 KB.');
  return found;
}
