/**
 * The protocol texts of the startup packet: built in, or replaced one by one by the user's own.
 * Source: requirements 003-26 … 003-36, 003-47 … 003-62; their tone is resolution C4.
 */
import { BatonError, isBatonError } from '../base/baton-error';
import { decodeUtf8 } from '../base/utf8';
import type { FileSystem } from '../ports';

/** All that loading texts needs of a file system. */
export type TextFolder = Pick<FileSystem, 'read' | 'list'>;

/** In the order the packet shows them; of the two startup forms it shows one. */
export const protocolTextNames = [
  'startup-first-session',
  'startup-resume',
  'agent-instructions',
  'why',
  'before-code',
  'code-quality',
  'testing',
  'verification',
] as const;
export type ProtocolTextName = (typeof protocolTextNames)[number];

export interface ProtocolText {
  readonly name: ProtocolTextName;
  /** Of the text's wording; a user's text carries the version of the built-in one it started from. */
  readonly version: number;
  /** The text's first heading, without its marks. */
  readonly title: string;
  /** Markdown with `{{baton}}`, `{{id}}`, `{{file}}` and `{{cwd}}` to fill in; `\n` line ends, none at the end. */
  readonly body: string;
  readonly source: 'built-in' | 'override';
}

export interface ProtocolTexts {
  /** One for every name, in the order of `protocolTextNames`. */
  readonly list: readonly ProtocolText[];
  /** What was wrong with the user's own texts, in plain sentences; empty when all is well. */
  readonly notices: readonly string[];
}

/** Past this an override is taken for a mistake: the whole packet should stay below it. */
const maxOverrideBytes = 16_384;

/**
 * Reads the built-in texts and the user's own, which replace them by name.
 *
 * **Invariant:** a broken override never costs a text: the built-in one stands in for it, with a notice.
 *
 * @param builtInFolder `media/protocol` of the installation
 * @param overrideFolder `.baton/protocol` of the workspace folder; may be missing
 * @throws `io_failed` when a built-in text is missing or broken
 */
export async function loadTexts(
  fs: TextFolder,
  builtInFolder: string,
  overrideFolder: string,
): Promise<ProtocolTexts> {
  const loaded = await Promise.all(
    protocolTextNames.map(async (name) => {
      const builtIn = await readBuiltIn(fs, builtInFolder, name);
      const override = await readOverride(fs, overrideFolder, builtIn);
      return { name, text: override.text, notices: override.notices };
    }),
  );
  const strangers = await unknownNames(fs, overrideFolder);
  return {
    list: loaded.map((one) => one.text),
    notices: [...loaded.flatMap((one) => one.notices), ...strangers],
  };
}

export function textNamed(texts: ProtocolTexts, name: ProtocolTextName): ProtocolText {
  const text = texts.list.find((one) => one.name === name);
  if (!text) throw new Error(`No protocol text ${name}`);
  return text;
}

/** The text by its marker line, heading and body; a sentence about what is wrong instead. */
export function parseText(
  name: ProtocolTextName,
  content: string,
  source: ProtocolText['source'],
): ProtocolText | string {
  const [first = '', ...rest] = content.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const marker = /^<!-- baton:protocol name=([a-z-]+) version=([1-9]\d{0,5}) -->\s*$/.exec(first);
  if (!marker) return `its first line must be <!-- baton:protocol name=${name} version=1 -->`;
  if (marker[1] !== name) return `its first line names "${marker[1]}"`;
  const body = rest.join('\n').trim();
  if (body.includes('\0')) return 'it holds NUL characters';
  const title = /^#{1,6}[ \t]+(.*\S)/.exec(body)?.[1];
  if (title === undefined) return 'its text must begin with a heading';
  return { name, version: Number(marker[2]), title, body, source };
}

async function readBuiltIn(fs: TextFolder, folder: string, name: ProtocolTextName): Promise<ProtocolText> {
  const bytes = await fs.read(`${folder}/${name}.md`);
  const content = bytes && decodeUtf8(bytes);
  const text = content === undefined ? 'it is missing' : parseText(name, content, 'built-in');
  if (typeof text !== 'string') return text;
  throw new BatonError('io_failed', `The built-in protocol text ${name} cannot be used: ${text}`, {
    hint: 'Install Baton again.',
  });
}

interface OverrideResult {
  readonly text: ProtocolText;
  readonly notices: readonly string[];
}

async function readOverride(fs: TextFolder, folder: string, builtIn: ProtocolText): Promise<OverrideResult> {
  const own = await readOwnText(fs, `${folder}/${builtIn.name}.md`, builtIn.name);
  if (own === undefined) return { text: builtIn, notices: [] };
  const where = `Your protocol text ${builtIn.name}.md`;
  if (typeof own === 'string') {
    return { text: builtIn, notices: [`${where} is not used: ${own}. The built-in text is used.`] };
  }
  if (own.version >= builtIn.version) return { text: own, notices: [] };
  const newer = `${where} started from version ${own.version}; the built-in text is now version ${builtIn.version}.`;
  return { text: own, notices: [newer] };
}

/** Undefined when there is none; a sentence when there is one that cannot be used. */
async function readOwnText(
  fs: TextFolder,
  path: string,
  name: ProtocolTextName,
): Promise<ProtocolText | string | undefined> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await fs.read(path);
  } catch (error) {
    if (isBatonError(error, 'io_failed')) return `it cannot be read (${error.message})`;
    throw error;
  }
  if (bytes === undefined) return undefined;
  if (bytes.length > maxOverrideBytes) return `it is larger than ${maxOverrideBytes / 1024} KB`;
  const content = decodeUtf8(bytes);
  return content === undefined ? 'it is not UTF-8' : parseText(name, content, 'override');
}

/** A misspelled file name would otherwise be ignored without a word. */
async function unknownNames(fs: TextFolder, folder: string): Promise<readonly string[]> {
  const entries = (await fs.list(folder)) ?? [];
  const known = new Set<string>(['README.md', ...protocolTextNames.map((name) => `${name}.md`)]);
  return entries
    .map((entry) => entry.name)
    .filter((name) => name.endsWith('.md') && !known.has(name))
    .sort()
    .map((name) => `${name} is not the name of a protocol text. Names: ${protocolTextNames.join(', ')}.`);
}
