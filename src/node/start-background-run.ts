/** Starts `baton queue run` as a process of its own, which outlives whoever started it: a closed window kills no agent. */
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { BatonError, isBatonError } from '../core/base/baton-error';
import type { ShimTarget } from './command-shim';
import { errnoOf } from './io-failure';
import { childProcess, fsPromises } from './slow-modules';
import { withoutSession } from './without-session';

export interface BackgroundStart {
  readonly pid: number;
  /** Resolves when that process has ended, as long as ours is there: at once where nothing may be started. */
  readonly ended: Promise<void>;
}

/**
 * @param root absolute path of the workspace folder
 * @param entry id of the queue's entry
 * @param options.env our own environment unless given
 * @param options.scheduled false when a person asks: then it also starts what is not due yet
 * @returns once the process is there; how the run goes is told by the queue. Throws `io_failed`, and `untrusted`
 * where a link of the repository leads out of it.
 */
export async function startBackgroundRun(
  target: ShimTarget,
  root: string,
  entry: string,
  {
    scheduled = true,
    env = process.env,
  }: { readonly scheduled?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<BackgroundStart> {
  const { node, nodeEnv, cli } = target;
  const log = await openLog(root);
  try {
    const child = childProcess().spawn(
      node,
      [cli, 'queue', 'run', entry, ...(scheduled ? ['--scheduled'] : []), '--root', root],
      {
        cwd: root,
        // The run is a session of its own.
        env: { ...withoutSession(env), ...nodeEnv },
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        windowsHide: true,
      },
    );
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return { pid: child.pid ?? 0, ended };
  } catch (cause) {
    throw new BatonError('io_failed', 'The run in the background could not be started', { cause });
  } finally {
    await log.close();
  }
}

/** Of the last run only: what matters of a run is in the queue and in its own log. Never through a repository's link. */
async function openLog(root: string): Promise<FileHandle> {
  const path = lastStartFile(root);
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  try {
    await fsPromises().mkdir(dirname(path), { recursive: true });
    const way = relative(await fsPromises().realpath(root), await fsPromises().realpath(dirname(path)));
    if (way.startsWith('..') || isAbsolute(way)) {
      throw new BatonError('untrusted', `${dirname(path)} is a link that leads out of the workspace folder`, {
        hint: 'Replace the link by a real folder.',
      });
    }
    // Windows has no such flag, and needs a privilege to make a link.
    return await fsPromises().open(path, O_WRONLY | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0), 0o600);
  } catch (cause) {
    if (isBatonError(cause)) throw cause;
    throw new BatonError('io_failed', `Cannot write ${path}`, { cause });
  }
}

/** What the run that was started last has printed of itself; empty when there was none. */
export async function lastBackgroundStart(root: string): Promise<string> {
  try {
    return await fsPromises().readFile(lastStartFile(root), 'utf8');
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return '';
    throw new BatonError('io_failed', 'What the run said cannot be read', { cause });
  }
}

function lastStartFile(root: string): string {
  return join(root, '.baton', 'memory', 'runs', 'last-start.txt');
}
