/** The identity layers of one task, found, read and merged. Source: requirements 001-40 … 001-44. */
import { isBatonError } from '../base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { headingSections } from '../markdown/heading-sections';
import {
  chooseIdentityFiles,
  type IdentityCandidate,
  type IdentityFile,
  type IdentityLayer,
  type IdentityPlace,
  identityDocument,
  identityFileLimit,
  identityFileNames,
  identityLayers,
  identityText,
  type MergedIdentity,
  mergeIdentity,
} from '../protocol/identity';
import { replaceFile } from '../store/atomic-file';
import { folderOf, join, paths, relativeTo } from '../store/paths';
import { WorkspaceGuard } from '../store/workspace-guard';
import { asTaskId } from './task-id';
import type { BatonWorkspace } from './workspace';

export interface EffectiveIdentity extends MergedIdentity {
  /** The merged text as its file holds it; undefined when no layer says anything. */
  readonly text: string | undefined;
  /** Every layer with the file that stands for it; without one the layer says nothing. */
  readonly layers: readonly { readonly layer: IdentityLayer; readonly file: string | undefined }[];
  /** Plain sentences: files that are cut, not used or not readable. */
  readonly notices: readonly string[];
}

/** Past this a file is taken for a mistake and not read; what is over the limit in characters would be cut anyway. */
const maxFileBytes = 256 * 1024;

type IdentityWorkspace = Pick<BatonWorkspace, 'root' | 'ports' | 'resources'>;

/** @param taskFile absolute path of the task's state file; its folder is searched first */
export async function effectiveIdentity(
  workspace: IdentityWorkspace,
  taskFile: string,
): Promise<EffectiveIdentity> {
  const found = await candidates(workspace, taskFile);
  const { chosen, notices } = chooseIdentityFiles(found);
  const read = await Promise.all(chosen.map((one) => readIdentityFile(workspace, one)));
  const composed = composeIdentity(
    read.flatMap(({ text, candidate }) => (text === undefined ? [] : [{ ...candidate, text }])),
  );
  return { ...composed, notices: [...notices, ...read.flatMap((one) => one.notices), ...composed.notices] };
}

/** As a launch on that task would have it; without a task, on one in the usual folder. Throws `not_found`. */
export async function readIdentity(workspace: BatonWorkspace, task?: string): Promise<EffectiveIdentity> {
  const { root, config, store } = workspace;
  if (task !== undefined) return effectiveIdentity(workspace, (await store.find(asTaskId(task))).path);
  return effectiveIdentity(workspace, join(root, config.tasks.folder, 'any'));
}

/** The pure part, from the files' texts. `\r\n` and a byte order mark make no difference. */
export function composeIdentity(
  files: readonly (IdentityCandidate & { readonly text: string })[],
): EffectiveIdentity {
  const notices: string[] = [];
  const { chosen } = chooseIdentityFiles(files);
  const cut = chosen.map((file): IdentityFile => {
    const { text, cut: lost } = identityText(file.text);
    if (lost > 0)
      notices.push(
        `${file.file} is longer than ${identityFileLimit} characters: the last ${lost} are left out.`,
      );
    const { layer, place, name, file: shown, path } = file;
    return { layer, place, name, file: shown, path, sections: headingSections(text) };
  });
  const merged = mergeIdentity(cut);
  return {
    ...merged,
    text: identityDocument(merged),
    layers: identityLayers.map((layer) => ({ layer, file: cut.find((one) => one.layer === layer)?.file })),
    notices: [...notices, ...merged.notices],
  };
}

/** Folders that are searched, in this order; a folder that is two of them is searched as the first. */
export function identityFolders(
  { root, resources }: Pick<BatonWorkspace, 'root' | 'resources'>,
  taskFile: string,
): ReadonlyMap<string, IdentityPlace> {
  const places: (readonly [string | undefined, IdentityPlace])[] = [
    // In the workspace folder itself a file is what it is for everybody.
    [folderOf(taskFile) === root ? undefined : folderOf(taskFile), 'task'],
    [paths.baton(root), 'state'],
    [root, 'workspace'],
    [resources.configFolder, 'person'],
  ];
  const folders = new Map<string, IdentityPlace>();
  for (const [folder, place] of places) {
    if (folder !== undefined && !folders.has(folder)) folders.set(folder, place);
  }
  return folders;
}

async function candidates(
  workspace: IdentityWorkspace,
  taskFile: string,
): Promise<readonly IdentityCandidate[]> {
  const { root, ports } = workspace;
  const all = [...identityFolders(workspace, taskFile)].flatMap(([folder, place]) =>
    identityLayers.flatMap((layer) =>
      identityFileNames[layer].map((name): IdentityCandidate => {
        const path = join(folder, name);
        return { layer, place, name, path, file: relativeTo(root, path) };
      }),
    ),
  );
  const there = await Promise.all(all.map(({ path }) => isThere(ports.fs, path)));
  return all.filter((_, index) => there[index]);
}

/** A link counts as there: where it leads is looked at when it is read. */
async function isThere(fs: IdentityWorkspace['ports']['fs'], path: string): Promise<boolean> {
  try {
    return (await fs.stat(path))?.kind === 'file';
  } catch (error) {
    if (isBatonError(error, 'io_failed')) return false;
    throw error;
  }
}

interface ReadFile {
  readonly candidate: IdentityCandidate;
  /** Undefined when it cannot be used; the notice says why. */
  readonly text: string | undefined;
  readonly notices: readonly string[];
}

async function readIdentityFile(
  workspace: IdentityWorkspace,
  candidate: IdentityCandidate,
): Promise<ReadFile> {
  const answer = await textOf(workspace, candidate);
  if (typeof answer !== 'string') return { candidate, text: answer.text, notices: [] };
  return { candidate, text: undefined, notices: [`${candidate.file} is not used: ${answer}.`] };
}

/** A sentence's end when the file cannot be used. */
async function textOf(
  { root, ports }: IdentityWorkspace,
  { path, place }: IdentityCandidate,
): Promise<{ readonly text: string } | string> {
  const { fs, documents } = ports;
  try {
    // A repository must not bring what stands elsewhere on this machine into a packet.
    if (place !== 'person' && (await new WorkspaceGuard(fs, root).resolve(path)) === 'outside')
      return 'it is a link that leads out of the workspace folder';
    const unsaved = documents?.dirtyText(path);
    if (unsaved !== undefined) return { text: unsaved };
    if (((await fs.stat(path))?.size ?? 0) > maxFileBytes)
      return `it is larger than ${maxFileBytes / 1024} KB`;
    const bytes = await fs.read(path);
    const text = bytes && decodeUtf8(bytes);
    if (text === undefined) return bytes === undefined ? 'it is gone' : 'it is not UTF-8 text';
    return text.includes('\0') ? 'it holds NUL characters' : { text };
  } catch (error) {
    if (isBatonError(error, 'io_failed')) return `it cannot be read (${error.message})`;
    throw error;
  }
}

/**
 * Puts the merged text where packets point at, or takes an older one away when no layer says anything any more.
 *
 * @returns the file's path, undefined when there is nothing to say. Throws what the file system throws.
 */
export async function writeEffectiveIdentity(
  { root, ports }: Pick<BatonWorkspace, 'root' | 'ports'>,
  { text }: Pick<EffectiveIdentity, 'text'>,
): Promise<string | undefined> {
  const path = paths.effectiveIdentity(root);
  if (text === undefined) {
    await ports.fs.remove(path);
    return undefined;
  }
  const target = await new WorkspaceGuard(ports.fs, root).forWriting(path);
  await replaceFile(ports.fs, target, encodeUtf8(text), { durable: false });
  return path;
}
