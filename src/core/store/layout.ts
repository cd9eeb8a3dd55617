/** Sets up a workspace folder and reads its settings. Source: product.md section 5. */
import { isBatonError } from '../base/baton-error';
import { parseJson } from '../base/parse-json';
import { decodeUtf8, encodeUtf8 } from '../base/utf8';
import { type Config, configSchema, defaultConfig } from '../model/config';
import { schemaMessages } from '../model/schema-messages';
import type { FileSystem, Ports } from '../ports';
import { createFile } from './atomic-file';
import { folderOf, join, nameOf, paths, relativeTo } from './paths';
import { WorkspaceGuard } from './workspace-guard';

const gitignore = `# Baton's runtime state stays on this machine; settings and texts written by people are versioned.
*
!.gitignore
!config.json
!HEARTBEAT.md
!SOUL.md
!AGENT.md
!IDENTITY.md
!USER.md
!protocol/
!protocol/**
`;

const maxConfigBytes = 1_000_000;

/** Whether the folder has Baton's runtime folder, or state files where they usually are. */
export async function isInitialised(fs: FileSystem, root: string): Promise<boolean> {
  const candidates = [paths.baton(root), join(root, defaultConfig.tasks.folder)];
  const found = await Promise.all(candidates.map((path) => fs.stat(path)));
  return found.some((stat) => stat?.kind === 'directory');
}

/**
 * Creates what is missing of the runtime folder and the task folder; may be called at any time, by several processes
 * at once. Returns what was created, relative to `root`. Throws `untrusted` when a link leads out of `root`.
 *
 * **Invariant:** what is already there is not touched.
 */
export async function initialise(ports: Pick<Ports, 'fs'>, root: string): Promise<readonly string[]> {
  const { config } = await readConfig(ports.fs, root);
  const created = [...(await ensureRuntime(ports.fs, root))];
  const tasks = join(root, config.tasks.folder);
  if (await ensureFolder(ports.fs, new WorkspaceGuard(ports.fs, root), tasks)) created.push(tasks);
  return created.map((path) => relativeTo(root, path));
}

/** The part of `initialise` that every write needs. Returns absolute paths of what was created. */
export async function ensureRuntime(fs: FileSystem, root: string): Promise<readonly string[]> {
  const guard = new WorkspaceGuard(fs, root);
  const created: string[] = [];
  const folders = [
    paths.baton(root),
    paths.memory(root),
    paths.locks(root),
    paths.sessions(root),
    paths.packets(root),
  ];
  for (const folder of folders) {
    if (await ensureFolder(fs, guard, folder)) created.push(folder);
  }
  if (await ensureFile(fs, paths.gitignore(root), gitignore)) created.push(paths.gitignore(root));
  return created;
}

async function ensureFolder(fs: FileSystem, guard: WorkspaceGuard, path: string): Promise<boolean> {
  const target = await guard.forWriting(path);
  if ((await fs.stat(target)) !== undefined) return false;
  await fs.mkdir(target);
  await fs.syncDirectory(folderOf(target));
  return true;
}

async function ensureFile(fs: FileSystem, path: string, text: string): Promise<boolean> {
  // A listing, because a link that leads nowhere is there as well.
  const siblings = (await fs.list(folderOf(path))) ?? [];
  if (siblings.some(({ name }) => name === nameOf(path))) return false;
  try {
    await createFile(fs, path, encodeUtf8(text));
    return true;
  } catch (error) {
    if (isBatonError(error, 'exists')) return false;
    throw error;
  }
}

export interface ReadConfig {
  readonly config: Config;
  /** What is wrong with the file, one sentence each. The defaults are used as long as there is any. */
  readonly problems: readonly string[];
}

/** Never throws for what is in the file, and never changes it. */
export async function readConfig(fs: FileSystem, root: string): Promise<ReadConfig> {
  const path = paths.config(root);
  const stat = await fs.stat(path);
  // A link of the repository may lead to a device without end.
  if (stat !== undefined && stat.kind !== 'file') return unusable('it is no plain file');
  if (stat !== undefined && stat.size > maxConfigBytes)
    return unusable(`it is larger than ${maxConfigBytes} bytes`);
  const bytes = await fs.read(path);
  if (bytes === undefined) return { config: defaultConfig, problems: [] };
  const text = decodeUtf8(bytes);
  if (text === undefined) return unusable('it is not UTF-8 text');
  const value = parseJson(text.replace(/^\uFEFF/, ''));
  if (value === undefined) return unusable('it is not valid JSON');
  const result = configSchema.safeParse(value, { error: schemaMessages });
  if (result.success) return { config: withPlainFolders(result.data), problems: [] };
  const problems = result.error.issues.map(
    (issue) => `.baton/config.json: ${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`,
  );
  return { config: defaultConfig, problems };
}

/** `./docs/tasks/` is `docs/tasks`, as git and the editor name what lies in it. */
function withPlainFolders(config: Config): Config {
  const { folder, alsoIn } = config.tasks;
  return { ...config, tasks: { folder: plainFolder(folder), alsoIn: alsoIn.map(plainFolder) } };
}

function plainFolder(folder: string): string {
  return join('', folder).slice(1) || '.';
}

function unusable(why: string): ReadConfig {
  return { config: defaultConfig, problems: [`.baton/config.json cannot be used: ${why}`] };
}
