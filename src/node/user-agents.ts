/**
 * `agents.json`: the person's own agents, for the command line and the editor alike, and the only ones of their own that
 * a run in the background knows. Project files never name programs to start; this file may.
 */
import { dirname } from 'node:path';
import { BatonError } from '../core/base/baton-error';
import { errnoOf } from './io-failure';
import { fsPromises } from './slow-modules';
import { userConfigFile } from './user-config';

type Environment = Readonly<Record<string, string | undefined>>;

/** Agent id to profile, unchecked; undefined when there is no such file. Throws `invalid_config`, `io_failed`. */
export async function readUserAgents(env: Environment): Promise<unknown> {
  const path = userConfigFile(env);
  try {
    const text = await fsPromises().readFile(path, 'utf8');
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    if (cause instanceof SyntaxError)
      throw new BatonError('invalid_config', `${path} is not valid JSON`, { cause });
    throw new BatonError('io_failed', `Cannot read ${path}`, { cause });
  }
}

/** Makes the file unless it is there. @returns its absolute path. Throws `io_failed`. */
export async function ensureUserAgents(env: Environment): Promise<string> {
  const path = userConfigFile(env);
  try {
    await fsPromises().mkdir(dirname(path), { recursive: true });
    await fsPromises().writeFile(path, '{}\n', { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw new BatonError('io_failed', `Cannot write ${path}`, { cause });
  }
  return path;
}
