/**
 * Modules of Node that take milliseconds to load, loaded by the first who needs them: a verb that only reads, and a hook
 * that only beats, need none of them.
 */
import { createRequire } from 'node:module';

const load = createRequire(__filename);

export const childProcess = (): typeof import('node:child_process') => load('node:child_process');
export const cryptography = (): typeof import('node:crypto') => load('node:crypto');
export const readlinePromises = (): typeof import('node:readline/promises') => load('node:readline/promises');
export const fsPromises = (): typeof import('node:fs/promises') => load('node:fs/promises');
