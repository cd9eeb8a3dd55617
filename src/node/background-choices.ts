/**
 * What a person allows Baton to do by itself, by workspace folder, kept beside their other settings and never in the
 * repository. The editor and the command line share it.
 */
import { dirname, join } from 'node:path';
import { BatonError } from '../core/base/baton-error';
import {
  type BackgroundChange,
  type BackgroundChoice,
  backgroundChoiceSchema,
  noBackgroundChoice,
} from '../core/model/background';
import { errnoOf } from './io-failure';
import { portablePath } from './portable-path';
import { fsPromises } from './slow-modules';
import { userConfigFolder } from './user-config';

type Environment = Readonly<Record<string, string | undefined>>;
type Choices = Readonly<Record<string, unknown>>;

/** The locks of the folder that the choices are kept in: two windows that change at once must not undo each other. */
export interface ChoicesLock {
  /** Throws `locked`, `io_failed`. */
  with<T>(name: string, body: () => Promise<T>): Promise<T>;
}

/** Nothing is allowed where the person has not chosen, and where the file makes no sense. Throws `io_failed`. */
export async function readBackgroundChoice(env: Environment, root: string): Promise<BackgroundChoice> {
  const choices = choicesIn(await textOf(choicesFile(env)));
  return choiceOf(choices ?? {}, await keyOf(root));
}

/**
 * Changes what is named and keeps the rest, also what other windows have chosen for other folders meanwhile. Throws
 * `invalid_config` when the file makes no sense, since it may hold choices for other folders; `locked`, `io_failed`.
 */
export async function changeBackgroundChoice(
  env: Environment,
  root: string,
  change: BackgroundChange,
  lock: ChoicesLock,
): Promise<BackgroundChoice> {
  const path = choicesFile(env);
  const key = await keyOf(root);
  await makeFolder(dirname(path));
  return lock.with('background', async () => {
    const choices = choicesIn(await textOf(path));
    if (choices === undefined) {
      throw new BatonError('invalid_config', `${path} makes no sense`, { hint: 'Correct it, or delete it.' });
    }
    const now = choiceOf(choices, key);
    const made = typeof change === 'function' ? change(now) : change;
    const changed = backgroundChoiceSchema.parse({ ...now, ...made });
    await write(path, { ...choices, [key]: changed });
    return changed;
  });
}

/** Where the choices are kept; the file may not exist yet. */
export function choicesFile(env: Environment): string {
  return join(userConfigFolder(env), 'background.json');
}

/** Where its lock belongs; `/` as separator. It may not exist yet. */
export function choicesLockFolder(env: Environment): string {
  return portablePath(userConfigFolder(env));
}

/** Links resolved, so that a folder has one choice by whatever way one came to it. */
async function keyOf(root: string): Promise<string> {
  try {
    return portablePath(await fsPromises().realpath(root));
  } catch (cause) {
    throw new BatonError('io_failed', `Cannot look at ${root}`, { cause });
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await fsPromises().readFile(path, 'utf8');
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return '';
    throw new BatonError('io_failed', `Cannot read ${path}`, { cause });
  }
}

/** Undefined when the text is no JSON object. */
function choicesIn(text: string): Choices | undefined {
  try {
    const held: unknown = text.trim() === '' ? {} : JSON.parse(text);
    return typeof held === 'object' && held !== null && !Array.isArray(held) ? { ...held } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function choiceOf(choices: Choices, key: string): BackgroundChoice {
  const chosen = backgroundChoiceSchema.safeParse(Object.hasOwn(choices, key) ? choices[key] : {});
  return chosen.success ? chosen.data : noBackgroundChoice;
}

async function makeFolder(path: string): Promise<void> {
  try {
    await fsPromises().mkdir(path, { recursive: true });
  } catch (cause) {
    throw new BatonError('io_failed', `Cannot write ${path}`, { cause });
  }
}

async function write(path: string, choices: Choices): Promise<void> {
  try {
    const temporary = `${path}.${process.pid}.tmp`;
    await fsPromises().writeFile(temporary, `${JSON.stringify(choices, null, 2)}\n`, { mode: 0o600 });
    await fsPromises().rename(temporary, path);
  } catch (cause) {
    throw new BatonError('io_failed', `Cannot write ${path}`, { cause });
  }
}
