/** What a repair did, as `.baton/quarantine/<n>/manifest.json` keeps it. Read as untrusted: undo acts on it. */
import { parseJson } from '../base/parse-json';
import { isTaskId, type TaskId } from '../model/task';

export interface ManifestFile {
  /** Relative to the workspace folder, `/` as separator. */
  readonly path: string;
  /** SHA-256 before the repair; null when the file was not there. */
  readonly before: string | null;
  /** Name of the file beside the manifest that holds the bytes; null when there were none. */
  readonly copy: string | null;
  /** SHA-256 as the repair left it; null when it took the file away. Means nothing while the repair is open. */
  readonly after: string | null;
}

export interface Manifest {
  readonly v: 1;
  readonly number: number;
  /** UTC. */
  readonly at: string;
  readonly rule: string;
  readonly message: string;
  readonly task: TaskId | null;
  /** `open`: begun and not finished, by a crash or right now. `abandoned`: it failed before it changed anything. */
  readonly state: 'open' | 'done' | 'undone' | 'abandoned';
  readonly files: readonly ManifestFile[];
}

/** Undefined for anything that is not a manifest we could have written under that number. */
export function parseManifest(text: string, number: number): Manifest | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { v, at, rule, message, task, state, files, ...rest }: Partial<Record<keyof Manifest, unknown>> =
    value;
  if (v !== 1 || rest.number !== number || !Array.isArray(files)) return undefined;
  if (typeof at !== 'string' || typeof rule !== 'string' || typeof message !== 'string') return undefined;
  if (task !== null && !isTaskId(task)) return undefined;
  if (state !== 'open' && state !== 'done' && state !== 'undone' && state !== 'abandoned') return undefined;
  if (!files.every(isManifestFile)) return undefined;
  return { v, number, at, rule, message, task, state, files };
}

function isManifestFile(value: unknown): value is ManifestFile {
  if (typeof value !== 'object' || value === null) return false;
  const { path, before, copy, after }: Partial<Record<keyof ManifestFile, unknown>> = value;
  return (
    typeof path === 'string' &&
    isRepairable(path) &&
    isHash(before) &&
    isHash(after) &&
    (copy === null || (typeof copy === 'string' && /^before-\d{1,3}$/.test(copy)))
  );
}

function isHash(value: unknown): boolean {
  return value === null || (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
}

/** Repairs touch Markdown, our own runtime files and temporary files, and nothing else of the workspace. */
function isRepairable(path: string): boolean {
  if (path.startsWith('/') || path.split('/').includes('..') || path.startsWith('.baton/quarantine/'))
    return false;
  return path.startsWith('.baton/') || /\.(md|baton-tmp)$/i.test(path);
}
