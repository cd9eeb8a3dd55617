/**
 * `baton connect`: names an MCP server in an agent's own settings: Baton's, for the sessions that Baton does not launch,
 * or one by which agents check their work (003-52). First planned and shown, then made; the old file is kept beside the
 * new one. Issue 6.
 */

import { launchText, launchValue, type TextScope } from '../agents/launch-text';
import { batonCommand } from '../agents/launch-tools';
import { type ChangedSettings, setSettingsEntry, shownOf } from '../agents/settings-entry';
import { BatonError, isBatonError } from '../base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import type { AgentProfile, McpEntry } from '../model/agent-profile';
import { serverNames, type VerificationTool } from '../model/verification-tool';
import { replaceFile } from '../store/atomic-file';
import { folderOf } from '../store/paths';
import { timestamp } from './timestamp';
import type { BatonWorkspace } from './workspace';

/** In which settings: those of the person, for every project, or those of this project, which may be committed. */
export type ConnectScope = 'person' | 'project';

export interface ConnectOptions {
  readonly scope: ConnectScope;
  /** Takes the entry out again. */
  readonly remove: boolean;
  /** The server of this tool instead of Baton's own. */
  readonly tool?: VerificationTool;
}

export interface Connection {
  readonly agent: string;
  readonly label: string;
  readonly scope: ConnectScope;
  /** Absolute, links resolved. */
  readonly file: string;
  /** Keys down to the entry. */
  readonly at: readonly string[];
  /** `kept`: somebody else's entry has the tool's name, and stays as it is. */
  readonly change: ChangedSettings['change'] | 'kept';
  /** The file as it is, undefined when there is none; and as it is to be. */
  readonly before: string | undefined;
  readonly after: string;
  /** What of both may be shown: other entries hold secrets. */
  readonly shown: { readonly before: string; readonly after: string };
}

/**
 * Writes nothing.
 *
 * Throws `not_found` when the agent takes no such entry, `invalid_config` when its file cannot be edited safely.
 */
export async function planConnection(
  workspace: BatonWorkspace,
  profile: AgentProfile,
  { scope, remove, tool }: ConnectOptions,
): Promise<Connection> {
  const own = entryOf(profile, scope);
  const entry = tool === undefined ? own : toolEntry(profile, own, tool);
  const texts = textScope(workspace, profile);
  const named = launchText(entry.file, texts);
  const file = (await workspace.ports.fs.realPath(named)) ?? named;
  const before = await textOf(workspace, file);
  const wanted = { ...entry, value: filledIn(entry, texts) };
  const { id: agent, label } = profile;
  const planOf = (change: Connection['change'], after: string): Connection => {
    const shown = { before: shownOf(before ?? '', wanted), after: shownOf(after, wanted) };
    return { agent, label, scope, file, at: entry.at, change, before, after, shown };
  };
  // Unlike Baton's entry, one of a tool's name may be the person's own, with settings that are not ours to change.
  if (tool !== undefined && edited(before ?? '', wanted, file).change === 'replaced') {
    return planOf('kept', before ?? '');
  }
  const { change, text } = edited(before ?? '', remove ? { ...wanted, value: undefined } : wanted, file);
  return planOf(change, text);
}

/**
 * Makes what was planned. Throws `conflict` when the file is no longer what it was then, and what the file system
 * throws; then the old file stands.
 *
 * @returns where the old file is kept; undefined when there was none or nothing had to change
 */
export async function makeConnection(
  workspace: BatonWorkspace,
  { file, change, before, after, label }: Connection,
): Promise<string | undefined> {
  if (change === 'none' || change === 'kept') return undefined;
  const { fs } = workspace.ports;
  await fs.mkdir(folderOf(file));
  const backup = before === undefined ? undefined : await keepOld(workspace, file, before);
  const requireSame = async () => {
    if ((await textOf(workspace, file)) === before) return;
    throw new BatonError('conflict', `${file} was changed meanwhile`, {
      hint: `${label} may be running. Try again.`,
    });
  };
  await replaceFile(fs, file, encodeUtf8(after), { beforeRename: requireSame });
  return backup;
}

function entryOf({ label, mcp }: AgentProfile, scope: ConnectScope): McpEntry {
  const entry = mcp?.[scope];
  if (entry !== undefined) return entry;
  const other = scope === 'person' ? mcp?.project : mcp?.person;
  throw new BatonError('not_found', `Baton does not know how ${label} is told of MCP servers there`, {
    hint:
      other === undefined
        ? 'Add a server with the command `baton mcp` to its settings by hand.'
        : `It can be connected ${scope === 'person' ? 'with' : 'without'} --project.`,
  });
}

/** Beside Baton's own entry. */
function toolEntry({ label, mcp }: AgentProfile, own: McpEntry, tool: VerificationTool): McpEntry {
  const entry = mcp?.tools[tool];
  if (entry === 'builtIn') {
    throw new BatonError('not_found', `${label} brings the tool along`, {
      hint: 'Nothing has to be set up for it.',
    });
  }
  if (entry === undefined) {
    throw new BatonError('not_found', `Baton does not know how ${label} is told of this tool`, {
      hint: 'Name it in the profile of the agent, in mcp.tools, or in its settings by hand.',
    });
  }
  return { ...own, at: [...own.at.slice(0, -1), serverNames[tool]], entry };
}

function textScope({ resources, root, ports }: BatonWorkspace, { id }: AgentProfile): TextScope {
  const noHook = () => {
    throw new BatonError('invalid_config', `The profile ${id} names a hook where only MCP servers stand`);
  };
  return {
    profile: id,
    refs: { home: resources.home, workspace: root, baton: batonCommand(resources) },
    files: {},
    hookLine: noHook,
    lastingHookLine: noHook,
    sha256: (text) => ports.hasher.sha256(encodeUtf8(text)),
  };
}

function filledIn({ entry }: McpEntry, texts: TextScope) {
  return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, launchValue(value, texts)]));
}

/** Says which file it is. */
function edited(text: string, entry: Parameters<typeof setSettingsEntry>[1], file: string): ChangedSettings {
  try {
    return setSettingsEntry(text, entry);
  } catch (error) {
    if (!isBatonError(error, 'invalid_config')) throw error;
    throw new BatonError('invalid_config', `${file}: ${error.message}`, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}

async function textOf({ ports }: BatonWorkspace, file: string): Promise<string | undefined> {
  const bytes = await ports.fs.read(file);
  if (bytes === undefined) return undefined;
  const text = decodeUtf8(bytes);
  // What is not UTF-8 would not come back as it was.
  if (text === undefined) throw new BatonError('invalid_config', `${file} is not UTF-8`);
  return text;
}

/** Settings may hold secrets: the copy is as private as the file, and private where that is not known. */
async function keepOld(workspace: BatonWorkspace, file: string, text: string): Promise<string> {
  const { fs } = workspace.ports;
  const at = timestamp(workspace).replaceAll(/[-:]/g, '');
  const mode = (await fs.stat(file))?.mode ?? 0o600;
  for (let n = 1; ; n++) {
    const path = `${file}.before-baton-${at}${n === 1 ? '' : `-${n}`}`;
    try {
      await fs.createExclusive(path, encodeUtf8(text), { sync: true, mode });
      return path;
    } catch (error) {
      if (!isBatonError(error, 'exists') || n > 100) throw error;
    }
  }
}
