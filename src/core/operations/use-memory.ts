/** Long-term memory for one question: opened, brought up to date, asked, closed. Requirement 001-76. */
import { JsonStore } from '../memory/json-store';
import type { MemoryMode } from '../model/memory';
import { type MemoryTrouble, type OpenMemory, openMemory, setAsideFiles } from './open-memory';
import { isOn, requireOn } from './switches';
import { type SyncReport, syncMemory } from './sync-memory';
import type { BatonWorkspace } from './workspace';

/** What every answer of the memory says about the memory itself. */
export interface MemoryStanding {
  readonly mode: MemoryMode;
  /** The memory is degraded or not up to date: why, and what to do. */
  readonly notice: string | undefined;
  /** What is wrong, one by one; files that were set aside for as long as they lie there. None where it was not asked for. */
  readonly troubles?: readonly MemoryTrouble[];
}

export interface UseOptions {
  /** How long bringing it up to date may take; what is left out is told. */
  readonly syncLimitMs?: number;
}

/** So long somebody who asks waits for what is new at most. */
const usualSyncLimitMs = 30_000;

/** Throws `switched_off`. What cannot be taken in now never keeps anybody from what is there. */
export async function useMemory<T>(
  workspace: BatonWorkspace,
  ask: (memory: OpenMemory) => Promise<T>,
  { syncLimitMs = usualSyncLimitMs }: UseOptions = {},
): Promise<T & MemoryStanding> {
  const memory = await memoryFor(workspace);
  let late: MemoryTrouble | undefined;
  let answer: T;
  try {
    late = await broughtUpToDate(workspace, memory, syncLimitMs);
    answer = await ask(memory);
  } catch (error) {
    await closed(workspace, memory);
    throw error;
  }
  const unwritten = await closed(workspace, memory);
  late ??= unwritten;
  const notice = [memory.notice, late?.reason].filter((one) => one !== undefined).join(' ');
  const troubles = [...(await troublesOf(workspace, memory)), ...(late === undefined ? [] : [late])];
  return { ...answer, mode: memory.store.mode, notice: notice === '' ? undefined : notice, troubles };
}

/** Who writes nothing gets one that is read from the files and forgotten. */
async function memoryFor(workspace: BatonWorkspace): Promise<OpenMemory> {
  if (workspace.readOnly !== true) return openMemory(workspace);
  requireOn(workspace, 'memory');
  return { store: await JsonStore.inRam(workspace.ports), notice: undefined };
}

async function troublesOf(workspace: BatonWorkspace, memory: OpenMemory): Promise<readonly MemoryTrouble[]> {
  return [...(await setAsideFiles(workspace)), ...(memory.troubles ?? [])];
}

/** @returns what is missing */
async function broughtUpToDate(
  workspace: BatonWorkspace,
  memory: OpenMemory,
  limitMs: number,
): Promise<MemoryTrouble | undefined> {
  try {
    const { left } = await syncMemory(workspace, memory, { limitMs });
    const reason = `${left} changed files are not taken in yet: run \`baton memory sync\`.`;
    return left === 0 ? undefined : { kind: 'behind', reason };
  } catch (error) {
    return behind(workspace, error);
  }
}

/** What the store could not write at its end is made again from the files. @returns that it could not */
async function closed(workspace: BatonWorkspace, { store }: OpenMemory): Promise<MemoryTrouble | undefined> {
  try {
    await store.close();
    return undefined;
  } catch (error) {
    return behind(workspace, error);
  }
}

function behind({ ports }: BatonWorkspace, error: unknown): MemoryTrouble {
  const why = error instanceof Error ? error.message : String(error);
  ports.log.warn(`The memory was not brought up to date: ${why}`);
  return { kind: 'behind', reason: `The memory is not up to date (${why}): run \`baton memory sync\`.` };
}

/** `baton memory sync`. Throws `switched_off`, and what the store throws. */
export async function bringMemoryUpToDate(
  workspace: BatonWorkspace,
): Promise<SyncReport & MemoryStanding & { readonly count: MemoryCount }> {
  const memory = await openMemory(workspace);
  try {
    const report = await syncMemory(workspace, memory);
    return { ...report, ...(await standingOf(workspace, memory)) };
  } finally {
    await memory.store.close();
  }
}

export interface MemoryCount {
  readonly items: number;
  readonly current: number;
  readonly versions: number;
}

async function standingOf(
  workspace: BatonWorkspace,
  memory: OpenMemory,
): Promise<MemoryStanding & { readonly count: MemoryCount }> {
  const { store, notice } = memory;
  const troubles = await troublesOf(workspace, memory);
  return { mode: store.mode, notice, troubles, count: await store.count() };
}

/** `baton memory status`: how it is kept and how much of it there is, as it stands, with nothing taken in. Never throws for a switch. */
export async function memoryStatus(
  workspace: BatonWorkspace,
): Promise<MemoryStanding & { readonly count: MemoryCount }> {
  if (!isOn(workspace, 'memory')) {
    return {
      mode: 'off',
      notice: 'Memory is switched off by a setting.',
      count: { items: 0, current: 0, versions: 0 },
    };
  }
  const memory = await openMemory(workspace);
  try {
    return await standingOf(workspace, memory);
  } finally {
    await memory.store.close();
  }
}
