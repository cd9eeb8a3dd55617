/** Which program called this one: what a hook knows of an agent that a person started by hand. */
import { platform } from 'node:os';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { childProcess, fsPromises } from './slow-modules';

interface Seen {
  readonly name: string;
  readonly parent: number;
}

type Look = (pid: number) => Promise<Seen | undefined>;

const shells = ['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish', 'ash', 'busybox'];
const lookMs = 1_000;

/**
 * The parent's pid, or that of its own parent where the parent is a shell: agents run a hook's line in one, and it is gone
 * right after. One shell only, since an agent may have been started from another. Undefined where the platform does not
 * tell, and for the first process of all. Never throws.
 */
export async function callingProgram(
  parent = process.ppid,
  look: Look | undefined = lookOf(platform()),
): Promise<number | undefined> {
  const seen = await look?.(parent);
  if (seen === undefined) return undefined;
  const pid = shells.includes(seen.name.replace(/^-/, '')) ? seen.parent : parent;
  return pid > 1 ? pid : undefined;
}

function lookOf(system: NodeJS.Platform): Look | undefined {
  if (system === 'linux') return lookInProc;
  return system === 'darwin' ? lookWithPs : undefined;
}

/** The name stands in parentheses and may hold some itself; state and parent follow it. */
async function lookInProc(pid: number): Promise<Seen | undefined> {
  const line = await fsPromises()
    .readFile(`/proc/${pid}/stat`, 'utf8')
    .catch(() => undefined);
  const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(line ?? '') ?? [];
  return name === undefined ? undefined : { name, parent: Number(parent) };
}

async function lookWithPs(pid: number): Promise<Seen | undefined> {
  const asked = promisify(childProcess().execFile)('/bin/ps', ['-o', 'ppid=,comm=', '-p', String(pid)], {
    timeout: lookMs,
  });
  const line = await asked.then(({ stdout }) => stdout).catch(() => undefined);
  const [, parent, path] = /^\s*(\d+)\s+(.*\S)/.exec(line ?? '') ?? [];
  return path === undefined ? undefined : { name: basename(path), parent: Number(parent) };
}
