/** Finds programs as a shell would, without a shell. */
import { constants } from 'node:fs';
import * as path from 'node:path';
import { errnoOf } from './io-failure';
import { portablePath } from './portable-path';
import { fsPromises } from './slow-modules';

export interface SearchPlace {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Absolute path of a program, `/` as separator; undefined when there is none. A relative path is never found, nor is
 * anything through a relative or empty part of PATH: that would run what lies in the workspace folder.
 */
export async function findProgram(program: string, place: SearchPlace): Promise<string | undefined> {
  const { isAbsolute, join } = place.platform === 'win32' ? path.win32 : path.posix;
  const names = withExtensions(program, place);
  if (isAbsolute(program)) return firstProgram(names);
  if (/[/\\]/.test(program) || program === '') return undefined;
  const folders = (variable(place, 'PATH') ?? '')
    .split(place.platform === 'win32' ? ';' : ':')
    .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
    .filter((folder) => isAbsolute(folder));
  return firstProgram(folders.flatMap((folder) => names.map((name) => join(folder, name))));
}

function withExtensions(program: string, place: SearchPlace): readonly string[] {
  if (place.platform !== 'win32') return [program];
  const extensions = (variable(place, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean);
  const hasOne = extensions.some((extension) => program.toLowerCase().endsWith(extension.toLowerCase()));
  return hasOne ? [program] : extensions.map((extension) => program + extension.toLowerCase());
}

/** Windows spells it `Path` and does not care. */
function variable({ platform, env }: SearchPlace, name: string): string | undefined {
  if (platform !== 'win32') return env[name];
  const key = Object.keys(env).find((candidate) => candidate.toUpperCase() === name);
  return key === undefined ? undefined : env[key];
}

async function firstProgram(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    if (await isProgram(candidate)) return portablePath(candidate);
  }
  return undefined;
}

async function isProgram(candidate: string): Promise<boolean> {
  try {
    await fsPromises().access(candidate, constants.X_OK);
    return (await fsPromises().stat(candidate)).isFile();
  } catch (error) {
    if (errnoOf(error) !== undefined) return false;
    throw error;
  }
}
