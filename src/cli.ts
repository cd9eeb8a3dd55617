#!/usr/bin/env node
/** Starts the command line with the code as the last run compiled it, which halves the time until it does something. */
import * as nodeModule from 'node:module';
import { compileCacheFolder } from './node/cache-folder';

// The editor's own runtime is left alone: it may not share compiled code with Node.
if (process.versions['electron'] === undefined) keepCompiledCode();

void import('./cli-main.js');

/** Where it cannot be kept (no home folder, nothing writable, a runtime without it) the start is merely slower. */
function keepCompiledCode(): void {
  try {
    nodeModule.enableCompileCache?.(compileCacheFolder(process.env));
  } catch (error) {
    if (process.argv.includes('--verbose')) process.stderr.write(`No compile cache: ${String(error)}\n`);
  }
}
