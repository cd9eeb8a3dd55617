/**
 * The research worker: makes the Markdown documents of the workspace folder searchable, as memory items that are derived from
 * them and go with them. Only what changed is read. Requirement 001-51.
 */
import { decodeUtf8 } from '../base/utf8';
import { oneLine } from '../markdown/one-line';
import type { LongTermStore } from '../memory/long-term-store';
import { memoryId } from '../memory/memory-id';
import { withoutRecalled } from '../memory/recalled-text';
import type { MemoryInput, Provenance } from '../model/memory';
import type { FileStat } from '../ports';
import { join } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import type { Breather } from '../workers/breather';
import { type DocumentPart, documentParts } from '../workers/document-parts';
import {
  documentEndings,
  type FoundDocument,
  findDocuments,
  type SkipReason,
} from '../workers/find-documents';
import type { BatonWorkspace } from './workspace';

/** Tells documents from the other sources of the store. */
export const documentSource = 'document:';

export interface Research {
  /** Paths of documents that were read and taken in, since they are new or have changed. */
  readonly indexed: readonly string[];
  readonly unchanged: number;
  /** Paths of documents that are there no more, or are no text any more. */
  readonly forgotten: readonly string[];
  /** Parts that were added or given a new version. */
  readonly parts: number;
  readonly skipped: ReadonlyMap<SkipReason, number>;
}

/** The text of a document, or why it has none. */
type Read =
  | { readonly text: string; readonly skipped?: never }
  | { readonly text?: never; readonly skipped: SkipReason };

const longestTitle = 120;
/** A NUL within so many bytes makes a file binary, as git judges it. */
const binaryProbe = 8_000;

/** Throws what the store throws. */
export async function researchDocuments(
  workspace: BatonWorkspace,
  store: LongTermStore,
  breather: Breather,
): Promise<Research> {
  const { ports, root, config } = workspace;
  const taskFolders = [config.tasks.folder, ...config.tasks.alsoIn];
  const places = { fs: ports.fs, guard: new WorkspaceGuard(ports.fs, root), root, taskFolders };
  const found = await findDocuments({ ...places, folders: config.memory.documents }, breather);
  const tracked = new Set(await ports.git.trackedFiles(root, documentEndings));
  const known = await store.stamps();
  const run = new ResearchRun(workspace, store, found.skipped);
  for (const document of found.documents) {
    await run.take(document, tracked.has(document.path) ? 'person' : 'untrusted', known);
    await breather.breathe();
  }
  // Where a folder could not be read, its documents may well be there.
  if (!found.skipped.has('unreadable')) await run.forget(found.documents, known);
  return run.report();
}

class ResearchRun {
  readonly #workspace: BatonWorkspace;
  readonly #store: LongTermStore;
  readonly #indexed: string[] = [];
  #unchanged = 0;
  #parts = 0;
  readonly #forgotten: string[] = [];
  readonly #skipped: Map<SkipReason, number>;

  constructor(workspace: BatonWorkspace, store: LongTermStore, skipped: ReadonlyMap<SkipReason, number>) {
    this.#workspace = workspace;
    this.#store = store;
    this.#skipped = new Map(skipped);
  }

  async take(
    { path, stat }: FoundDocument,
    provenance: Provenance,
    known: ReadonlyMap<string, string>,
  ): Promise<void> {
    const source = `${documentSource}${path}`;
    const stamp = stampOf(stat, provenance);
    if (known.get(source) === stamp) {
      this.#unchanged++;
      return;
    }
    const { text, skipped } = await this.#read(path);
    if (text === undefined) {
      this.#skipped.set(skipped, (this.#skipped.get(skipped) ?? 0) + 1);
      // What cannot be read now may still say what it said.
      if (skipped === 'binary' && known.has(source)) await this.#forget([source]);
      return;
    }
    const at = new Date(stat.mtimeMs).toISOString();
    const items = documentParts(withoutRecalled(text.replaceAll('\r\n', '\n'))).map((part) =>
      this.#itemOf(path, part, { provenance, at }),
    );
    const { added, changed } = await this.#store.takeIn({ path: source, stamp }, items);
    this.#parts += added.length + changed.length;
    this.#indexed.push(path);
  }

  async forget(present: readonly FoundDocument[], known: ReadonlyMap<string, string>): Promise<void> {
    const there = new Set(present.map(({ path }) => `${documentSource}${path}`));
    const gone = [...known.keys()].filter((path) => path.startsWith(documentSource) && !there.has(path));
    if (gone.length > 0) await this.#forget(gone);
  }

  report(): Research {
    return {
      indexed: this.#indexed,
      unchanged: this.#unchanged,
      forgotten: this.#forgotten,
      parts: this.#parts,
      skipped: this.#skipped,
    };
  }

  async #forget(sources: readonly string[]): Promise<void> {
    await this.#store.forgetSources(sources);
    this.#forgotten.push(...sources.map((source) => source.slice(documentSource.length)));
  }

  async #read(path: string): Promise<Read> {
    const { ports, root } = this.#workspace;
    const bytes = await ports.fs.read(join(root, path)).catch(() => undefined);
    if (bytes === undefined) return { skipped: 'unreadable' };
    const text = bytes.subarray(0, binaryProbe).includes(0) ? undefined : decodeUtf8(bytes);
    return text === undefined ? { skipped: 'binary' } : { text };
  }

  #itemOf(
    path: string,
    { headings, occurrence, text }: DocumentPart,
    { provenance, at }: { readonly provenance: Provenance; readonly at: string },
  ): MemoryInput {
    return {
      id: memoryId(this.#workspace.ports.hasher, 'document', path, ...headings, occurrence),
      kind: 'document',
      detail: null,
      task: null,
      session: null,
      provenance,
      at,
      title: titleOf(path, headings),
      text,
      source: { path, anchor: headings.at(-1) ?? null },
      pinned: false,
      supersededBy: null,
    };
  }
}

/** Whether git knows a document is part of what is remembered of it. */
function stampOf({ size, mtimeMs, ctimeMs }: FileStat, provenance: Provenance): string {
  return `${size}:${mtimeMs}:${ctimeMs ?? 0}:${provenance}`;
}

function titleOf(path: string, headings: readonly string[]): string {
  const title = oneLine([path, ...headings].join(' › '));
  return title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1).trimEnd()}…`;
}
