/**
 * A folder that holds a `baton` command for agents: their PATH gets it in front. A small script, since the bundled
 * command line runs on whatever runtime started us (Node, or the editor's own with ELECTRON_RUN_AS_NODE).
 */
import { platform } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder';
import { fsPromises } from './slow-modules';

export interface ShimTarget {
  readonly node: string;
  readonly nodeEnv: Readonly<Record<string, string>>;
  readonly cli: string;
}

/** Writes the command for this platform unless it is already what it should be. Throws Node's own errors. */
export async function ensureCommandShim(folder: string, target: ShimTarget): Promise<void> {
  await fsPromises().mkdir(folder, { recursive: true });
  await writeIfDifferent(join(folder, 'baton'), posixScript(target));
  if (platform() === 'win32') await writeIfDifferent(join(folder, 'baton.cmd'), windowsScript(target));
}

/** Where the command line keeps its own shim: the platform's cache folder for this person. */
export function defaultShimFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(cacheFolder(env), 'bin');
}

function posixScript({ node, nodeEnv, cli }: ShimTarget): string {
  const settings = Object.entries(nodeEnv).map(([name, value]) => `${name}=${shellQuoted(value)} `);
  return `#!/bin/sh\n${settings.join('')}exec ${shellQuoted(node)} ${shellQuoted(cli)} "$@"\n`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function windowsScript({ node, nodeEnv, cli }: ShimTarget): string {
  const settings = Object.entries(nodeEnv).map(([name, value]) => `@set "${name}=${value}"\r\n`);
  return `@setlocal\r\n${settings.join('')}@"${node}" "${cli}" %*\r\n`;
}

async function writeIfDifferent(path: string, text: string): Promise<void> {
  const present = await fsPromises()
    .readFile(path, 'utf8')
    .catch(() => undefined);
  if (present === text) return;
  // Renamed into place: an agent may be starting the old one at this moment.
  const temporary = `${path}.${process.pid}.tmp`;
  await fsPromises().writeFile(temporary, text);
  await fsPromises().chmod(temporary, 0o755);
  await fsPromises().rename(temporary, path);
}
