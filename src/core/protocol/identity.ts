/**
 * The identity layers SOUL > AGENT > IDENTITY > USER, merged by heading: of sections with the same heading the
 * highest layer's counts, the others are shadowed. Source: requirements 001-40 … 001-44.
 *
 * A layer that has no file says nothing: what holds then is the protocol, which every packet has.
 */

/** Highest first. */
export const identityLayers = ['soul', 'agent', 'identity', 'user'] as const;
export type IdentityLayer = (typeof identityLayers)[number];

/** File names by layer. The last two of `agent` count only where there is no AGENT.md at all. */
export const identityFileNames = {
  soul: ['SOUL.md'],
  agent: ['AGENT.md', 'AGENTS.md', 'CLAUDE.md'],
  identity: ['IDENTITY.md'],
  user: ['USER.md'],
} as const satisfies Record<IdentityLayer, readonly string[]>;

/** In search order: next to the task file, the Baton folder, the workspace folder, the person's own configuration. */
export const identityPlaces = ['task', 'state', 'workspace', 'person'] as const;
export type IdentityPlace = (typeof identityPlaces)[number];

/** UTF-16 units of one file, and of all together. Source: requirement 001-42. */
export const identityFileLimit = 20_000;
export const identityLimit = 60_000;

/** A file that may be a layer: where it is, and what it is called. */
export interface IdentityCandidate {
  readonly layer: IdentityLayer;
  readonly place: IdentityPlace;
  /** Without folder; one of `identityFileNames`. */
  readonly name: string;
  /** As people are told: relative to the workspace folder, or absolute. */
  readonly file: string;
  /** Absolute, `/` as separator. */
  readonly path: string;
}

export interface IdentitySection {
  /** Undefined above the first heading. */
  readonly heading: string | undefined;
  readonly text: string;
  /** There is nothing but the heading, so nothing is lost when it is shadowed. */
  readonly isEmpty: boolean;
  /** One-based. */
  readonly line: number;
  readonly lineLength: number;
}

export interface IdentityFile extends IdentityCandidate {
  readonly sections: readonly IdentitySection[];
}

/** What one layer adds; never empty. */
export interface IdentityPart {
  readonly layer: IdentityLayer;
  readonly file: string;
  readonly text: string;
  /** Agents read this file by themselves. */
  readonly isNative: boolean;
}

/** A section that does not count, because a higher layer has one with the same heading. */
export interface IdentityConflict {
  readonly heading: string;
  readonly layer: IdentityLayer;
  readonly file: string;
  readonly path: string;
  /** One-based, of the shadowed heading; its length in UTF-16 units. */
  readonly line: number;
  readonly lineLength: number;
  readonly by: {
    readonly layer: IdentityLayer;
    readonly file: string;
    readonly path: string;
    readonly line: number;
  };
}

export interface MergedIdentity {
  /** Highest layer first. */
  readonly parts: readonly IdentityPart[];
  readonly conflicts: readonly IdentityConflict[];
  readonly notices: readonly string[];
}

export interface ChosenFiles<File extends IdentityCandidate> {
  /** At most one a layer, highest layer first. */
  readonly chosen: readonly File[];
  /** Sentences about files of a layer that another file stands for. */
  readonly notices: readonly string[];
}

/** Of a layer's files the one that is found first counts, whatever the order they are given in. */
export function chooseIdentityFiles<File extends IdentityCandidate>(
  found: readonly File[],
): ChosenFiles<File> {
  const chosen: File[] = [];
  const notices: string[] = [];
  for (const layer of identityLayers) {
    const [first, ...others] = found.filter((one) => one.layer === layer).sort(bySearchOrder);
    if (first === undefined) continue;
    chosen.push(first);
    notices.push(...others.map(({ file }) => `${file} is not used: ${first.file} comes first.`));
  }
  return { chosen, notices };
}

function bySearchOrder(a: IdentityCandidate, b: IdentityCandidate): number {
  // AGENT.md was written for this; AGENTS.md and CLAUDE.md only stand in for it, and agents read them anyway.
  const stands = ({ name }: IdentityCandidate) => Number(isStandIn(name));
  const place = ({ place: at }: IdentityCandidate) => identityPlaces.indexOf(at);
  return stands(a) - stands(b) || place(a) - place(b) || (a.name < b.name ? -1 : Number(a.name > b.name));
}

function isStandIn(name: string): boolean {
  return name === 'AGENTS.md' || name === 'CLAUDE.md';
}

/** `\n` line ends, no byte order mark, at most `identityFileLimit` long: cut at a line, and how much was cut. */
export function identityText(written: string): { readonly text: string; readonly cut: number } {
  const text = written.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const kept = headOf(text, identityFileLimit, (part) => part.length);
  return { text: kept, cut: text.length - kept.length };
}

/**
 * Merges one file a layer.
 *
 * **Invariant:** equal inputs give the same bytes, whatever order the files are given in.
 */
export function mergeIdentity(files: readonly IdentityFile[]): MergedIdentity {
  const taken = new Map<string, IdentityConflict['by']>();
  const conflicts: IdentityConflict[] = [];
  const parts: IdentityPart[] = [];
  const { chosen } = chooseIdentityFiles(files);
  for (const file of chosen) {
    const { layer, path } = file;
    const kept: string[] = [];
    const own = new Map<string, IdentityConflict['by']>();
    for (const section of file.sections) {
      const key = headingKey(section.heading);
      const by = key === undefined ? undefined : taken.get(key);
      if (by === undefined) kept.push(section.text);
      else if (!section.isEmpty) conflicts.push(conflictOf(file, section, by));
      // Two sections of one file with one heading are that file's own affair: both stay.
      if (key !== undefined && !own.has(key))
        own.set(key, { layer, file: file.file, path, line: section.line });
    }
    for (const [key, by] of own) if (!taken.has(key)) taken.set(key, by);
    if (kept.length > 0) {
      parts.push({ layer, file: file.file, text: kept.join('\n\n'), isNative: isNative(file) });
    }
  }
  const { parts: fitting, left } = fitParts(parts, identityLimit, (text) => text.length);
  const notices =
    left === 0
      ? []
      : [
          `The identity layers are longer than ${identityLimit} characters together: the last ${left} are left out.`,
        ];
  return { parts: fitting, conflicts, notices };
}

/** Command-line agents read these from the folder they start in, which is the workspace folder. */
function isNative({ name, place }: IdentityCandidate): boolean {
  return isStandIn(name) && place === 'workspace';
}

/** Undefined for what has no words to compare. */
function headingKey(heading: string | undefined): string | undefined {
  return heading?.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim() || undefined;
}

function conflictOf(
  { layer, file, path }: IdentityFile,
  { heading, line, lineLength }: IdentitySection,
  by: IdentityConflict['by'],
): IdentityConflict {
  return { heading: heading ?? '', layer, file, path, line, lineLength, by };
}

/** The whole merged text as `.baton/effective-identity.md` holds it; undefined when no layer says anything. */
export function identityDocument({ parts }: MergedIdentity): string | undefined {
  if (parts.length === 0) return undefined;
  const opening =
    '<!-- Made by Baton from the files named below, the highest layer first. Edit those: this file is written anew at every launch. -->';
  const layers = parts.map(
    ({ layer, file, text }) => `<!-- ${layer.toUpperCase()}: ${file.replaceAll('--', '- -')} -->\n\n${text}`,
  );
  return `${[opening, ...layers].join('\n\n')}\n`;
}

/** As much as fits, the highest layers first; what is left out is counted in the units of `measure`. */
export function fitParts(
  parts: readonly IdentityPart[],
  limit: number,
  measure: (text: string) => number,
): { readonly parts: readonly IdentityPart[]; readonly left: number } {
  const fitting: IdentityPart[] = [];
  let room = limit;
  let left = 0;
  for (const part of parts) {
    const size = measure(part.text);
    const text = left > 0 ? '' : headOf(part.text, room, measure).trimEnd();
    if (text !== '') fitting.push({ ...part, text });
    left += size - measure(text);
    room -= measure(text);
  }
  return { parts: fitting, left };
}

/** Whole lines up to the limit; where a long line would cost more than half of it, whole characters. */
function headOf(text: string, limit: number, measure: (text: string) => number): string {
  if (measure(text) <= limit) return text;
  let kept = '';
  let size = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const next = size + measure(line);
    if (next > limit) return size > limit / 2 ? kept : kept + charactersOf(line, limit - size, measure);
    kept += line;
    size = next;
  }
  return kept;
}

function charactersOf(line: string, limit: number, measure: (text: string) => number): string {
  let kept = '';
  let size = 0;
  for (const character of line) {
    size += measure(character);
    if (size > limit) break;
    kept += character;
  }
  return kept;
}
