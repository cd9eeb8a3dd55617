/** Starting with the code as the last run compiled it, which halves the time until a process does something. */
import * as nodeModule from 'node:module';
import { compileCacheFolder } from './cache-folder';

const isEditor = process.versions['electron'] !== undefined;

/**
 * The editor's own runtime is left alone: it may not share compiled code with Node. Where it cannot be kept (no home
 * folder, nothing writable, a runtime without it) the start is merely slower.
 */
export function keepCompiledCode(): void {
  if (isEditor) return;
  try {
    nodeModule.enableCompileCache?.(compileCacheFolder(process.env));
  } catch (error) {
    if (process.argv.includes('--verbose')) process.stderr.write(`No compile cache: ${String(error)}\n`);
  }
}
