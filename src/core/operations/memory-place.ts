/** Where what is remembered can be read whole: a file and a line. */
import { decodeUtf8Lossy } from '../base/utf8';
import type { MemoryItem } from '../model/memory';
import { join } from '../store/paths';
import type { BatonWorkspace } from './workspace';

export interface MemoryPlace {
  /** From the workspace folder, `/` as separator. */
  readonly path: string;
  readonly anchor: string | null;
  /** One-based; null where the place is not found in the file any more. */
  readonly line: number | null;
}

/** Looks things up in files, each of which is read once. */
export class MemoryPlaces {
  readonly #workspace: BatonWorkspace;
  readonly #texts = new Map<string, Promise<readonly string[]>>();

  constructor(workspace: BatonWorkspace) {
    this.#workspace = workspace;
  }

  async of({ kind, source }: Pick<MemoryItem, 'kind' | 'source'>): Promise<MemoryPlace> {
    const { path, anchor } = source;
    if (anchor === null) return { path, anchor, line: null };
    const lines = await this.#lines(path);
    return { path, anchor, line: lineOf(lines, kind, anchor) };
  }

  #lines(path: string): Promise<readonly string[]> {
    const known = this.#texts.get(path) ?? this.#read(path);
    this.#texts.set(path, known);
    return known;
  }

  async #read(path: string): Promise<readonly string[]> {
    const { root, ports } = this.#workspace;
    try {
      const bytes = await ports.fs.read(join(root, path));
      return bytes === undefined ? [] : decodeUtf8Lossy(bytes).split(/\r\n|\n|\r/);
    } catch (error) {
      ports.log.warn(`${path} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }
}

/** The heading with the anchor's words, the JSON that names it, else the first line that holds it. */
function lineOf(lines: readonly string[], kind: MemoryItem['kind'], anchor: string): number | null {
  const isIt = testFor(kind, anchor);
  const at = lines.findIndex(isIt);
  const found = at >= 0 ? at : lines.findIndex((line) => line.includes(anchor));
  return found < 0 ? null : found + 1;
}

function testFor(kind: MemoryItem['kind'], anchor: string): (line: string) => boolean {
  if (kind === 'checklist') return (line) => line.includes(`"id": ${JSON.stringify(anchor)}`);
  // A line of the journal begins with its version and its number.
  if (kind === 'note' && /^\d+$/.test(anchor)) return (line) => line.startsWith(`{"v":1,"id":${anchor},`);
  return (line) => headingWords(line) === anchor;
}

/** In steps: one pattern for all of the end tries a line of many spaces over and over. */
function headingWords(line: string): string {
  const words = line.replace(/^#{1,6}[ \t]+/, '').trimEnd();
  return words.replace(/[ \t]#+$/, '').trimEnd();
}
