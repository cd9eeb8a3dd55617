/**
 * The memory of a checklist, kept where agents do not write it: features are never removed or reworded, and what was
 * is put back from here. Source: requirement 003-63; product.md section 3.
 */
import { contentHash } from '../base/content-hash';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { type Feature, isTaskId, type TaskId } from '../model/task';
import type { Ports } from '../ports';
import { replaceFile } from '../store/atomic-file';
import { Locks } from '../store/lock';
import { folderOf, join, paths } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';

/** A feature as it was first seen. */
export interface GuardedFeature {
  readonly id: string;
  readonly description: string;
  readonly steps: readonly string[];
  /** Of id, description and steps. */
  readonly fingerprint: string;
}

type Wording = Pick<Feature, 'id' | 'description' | 'steps'>;

export interface GuardBreach {
  readonly removed: readonly GuardedFeature[];
  /** As they were; the file says something else under their ids. */
  readonly reworded: readonly GuardedFeature[];
}

export function fingerprint({ id, description, steps }: Wording): string {
  return contentHash(JSON.stringify([id, description, steps]));
}

/** Adding is allowed, so features that were never seen breach nothing. */
export function guardBreach(guarded: readonly GuardedFeature[], present: readonly Wording[]): GuardBreach {
  // Of two features with one id the first counts.
  const byId = new Map([...present].reverse().map((feature) => [feature.id, feature]));
  const removed = guarded.filter(({ id }) => !byId.has(id));
  const reworded = guarded.filter((feature) => {
    const now = byId.get(feature.id);
    return now !== undefined && fingerprint(now) !== feature.fingerprint;
  });
  return { removed, reworded };
}

type GuardPorts = Pick<Ports, 'fs' | 'clock' | 'ids' | 'processes' | 'log'>;

/** One JSON file a task below `.baton/memory/checklists`. */
export class ChecklistGuard {
  readonly #ports: GuardPorts;
  readonly #root: string;
  readonly #locks: Locks;

  /** Does no I/O. */
  constructor(ports: GuardPorts, root: string) {
    this.#ports = ports;
    this.#root = root;
    this.#locks = new Locks(ports, paths.locks(root));
  }

  /** Empty when nothing was recorded, or what was is not readable any more. */
  async recorded(task: TaskId): Promise<readonly GuardedFeature[]> {
    const bytes = await this.#ports.fs.read(this.#path(task));
    return bytes === undefined ? [] : parseRecord(bytes, task);
  }

  /**
   * Remembers features that were never seen before.
   *
   * **Invariant:** what is recorded of a feature never changes.
   */
  async record(task: TaskId, features: readonly Wording[]): Promise<readonly GuardedFeature[]> {
    const known = await this.recorded(task);
    if (unseen(known, features).length === 0) return known;
    await this.#ports.fs.mkdir(paths.locks(this.#root));
    return this.#locks.with(`checklist-${task.toLowerCase()}`, async () => {
      const before = await this.recorded(task);
      const after = [...before, ...unseen(before, features)];
      const path = await new WorkspaceGuard(this.#ports.fs, this.#root).forWriting(this.#path(task));
      await this.#ports.fs.mkdir(folderOf(path));
      const json = JSON.stringify({ v: 1, task, features: after }, null, 2);
      await replaceFile(this.#ports.fs, path, encodeUtf8(`${json}\n`));
      return after;
    });
  }

  #path(task: TaskId): string {
    return join(paths.checklists(this.#root), `${task}.json`);
  }
}

/** Of two features with one id the first counts, as everywhere. */
function unseen(known: readonly GuardedFeature[], features: readonly Wording[]): readonly GuardedFeature[] {
  const seen = new Set(known.map(({ id }) => id));
  const added: GuardedFeature[] = [];
  for (const { id, description, steps } of features) {
    if (seen.has(id)) continue;
    seen.add(id);
    added.push({ id, description, steps, fingerprint: fingerprint({ id, description, steps }) });
  }
  return added;
}

function parseRecord(bytes: Uint8Array, task: TaskId): readonly GuardedFeature[] {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(bytes) ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  if (typeof value !== 'object' || value === null) return [];
  const record: Partial<Record<'v' | 'task' | 'features', unknown>> = value;
  if (record.v !== 1 || !isTaskId(record.task) || record.task !== task) return [];
  return Array.isArray(record.features) ? record.features.flatMap(readFeature) : [];
}

/** What does not match its own fingerprint was changed by somebody else and guards nothing. */
function readFeature(value: unknown): readonly GuardedFeature[] {
  if (typeof value !== 'object' || value === null) return [];
  const {
    id,
    description,
    steps,
    fingerprint: written,
  }: Partial<Record<keyof GuardedFeature, unknown>> = value;
  if (typeof id !== 'string' || typeof description !== 'string' || !Array.isArray(steps)) return [];
  if (!steps.every((step) => typeof step === 'string')) return [];
  const feature = { id, description, steps };
  return fingerprint(feature) === written ? [{ ...feature, fingerprint: written }] : [];
}
