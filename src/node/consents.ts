/**
 * What a person has agreed to on this machine (`Consent.key`), kept beside their other settings so that the editor and
 * the command line ask only once.
 */
import { dirname, join } from 'node:path';
import { BatonError } from '../core/base/baton-error';
import { errnoOf } from './io-failure';
import { fsPromises } from './slow-modules';
import { userConfigFolder } from './user-config';

type Environment = Readonly<Record<string, string | undefined>>;

/** Empty when nothing was agreed to, or the file makes no sense: asking again is always right. */
export async function readConsents(env: Environment): Promise<ReadonlySet<string>> {
  return new Set(keysIn(await textOf(consentsFile(env))));
}

/** Throws `io_failed` when it cannot be kept. */
export async function addConsent(env: Environment, key: string): Promise<void> {
  await write(env, new Set([...(await readConsents(env)), key]));
}

/** The next launch asks again. Throws `io_failed`. */
export async function removeConsent(env: Environment, key: string): Promise<void> {
  const keys = new Set(await readConsents(env));
  if (keys.delete(key)) await write(env, keys);
}

function consentsFile(env: Environment): string {
  return join(userConfigFolder(env), 'consents.json');
}

async function textOf(path: string): Promise<string> {
  try {
    return await fsPromises().readFile(path, 'utf8');
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return '';
    throw new BatonError('io_failed', `Cannot read ${path}`, { cause });
  }
}

function keysIn(text: string): readonly string[] {
  try {
    const held: unknown = text === '' ? {} : JSON.parse(text);
    const keys = typeof held === 'object' && held !== null && 'agreed' in held ? held.agreed : [];
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

async function write(env: Environment, keys: ReadonlySet<string>): Promise<void> {
  const path = consentsFile(env);
  try {
    await fsPromises().mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    await fsPromises().writeFile(temporary, `${JSON.stringify({ agreed: [...keys].sort() }, null, 2)}\n`, {
      mode: 0o600,
    });
    await fsPromises().rename(temporary, path);
  } catch (cause) {
    throw new BatonError('io_failed', `Cannot write ${path}`, { cause });
  }
}
