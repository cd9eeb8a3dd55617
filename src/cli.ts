#!/usr/bin/env node
/** Starts the command line with the code as the last run compiled it, which halves the time until it does something. */
import * as nodeModule from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { compileCacheFolder } from './node/cache-folder';

// The editor's own runtime is left alone: it may not share compiled code with Node.
if (process.versions['electron'] === undefined) {
  keepCompiledCode();
  // Memory for new objects grows in fewer, larger steps: a run over ten thousand tasks keeps most of what it makes, and
  // would move all of it eight times otherwise. Only where the flag is known: others would complain.
  if (/^2[2-4]\./.test(process.versions.node)) setFlagsFromString('--semi-space-growth-factor=16');
}

void import('./cli-main.js');

/** Where it cannot be kept (no home folder, nothing writable, a runtime without it) the start is merely slower. */
function keepCompiledCode(): void {
  try {
    nodeModule.enableCompileCache?.(compileCacheFolder(process.env));
  } catch (error) {
    if (process.argv.includes('--verbose')) process.stderr.write(`No compile cache: ${String(error)}\n`);
  }
}
