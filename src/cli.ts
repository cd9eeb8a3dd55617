#!/usr/bin/env node
/** Starts the command line with the code as the last run compiled it, which halves the time until it does something. */
import * as nodeModule from 'node:module';
import { quickCall } from './cli/hook-words';
import { compileCacheFolder } from './node/cache-folder';
import { failOpen, hookInput } from './node/fail-open';

/** With any other, and for help, it is a verb as all the others. */
const mcpOptions = ['--read-only', '--verbose'];

const isEditor = process.versions['electron'] !== undefined;
const call = quickCall(process.argv.slice(2), process.env);
const mcpWords = process.argv[2] === 'mcp' ? process.argv.slice(3) : undefined;
if (mcpWords?.every((word) => mcpOptions.includes(word))) void serveMcp(mcpWords);
else if (call === undefined) void start();
else if (call.session === undefined) void failOpen(unheard);
else beat();

async function start(): Promise<void> {
  keepCompiledCode();
  await import('./cli-main.js');
}

/** Agents wait for it at their start, and it needs nothing of the other verbs. */
async function serveMcp(words: readonly string[]): Promise<void> {
  keepCompiledCode();
  const { serve } = await import('./mcp.js');
  const [readOnly, verbose] = mcpOptions.map((option) => words.includes(option));
  await serve({ readOnly: readOnly === true, verbose: verbose === true, roots: [] });
}

function beat(): void {
  keepCompiledCode();
  // Not even a broken installation may stop an agent.
  import('./hook-beat.js').catch(() => process.exit(0));
}

/** An agent that has nothing to do with Baton, whose own settings name our hook: every tool of it waits for this. */
async function unheard(): Promise<string> {
  // One that cannot write what it wants to say takes that for a failure.
  await hookInput();
  return '';
}

/**
 * The editor's own runtime is left alone: it may not share compiled code with Node. Where it cannot be kept (no home
 * folder, nothing writable, a runtime without it) the start is merely slower.
 */
function keepCompiledCode(): void {
  if (isEditor) return;
  try {
    nodeModule.enableCompileCache?.(compileCacheFolder(process.env));
  } catch (error) {
    if (process.argv.includes('--verbose')) process.stderr.write(`No compile cache: ${String(error)}\n`);
  }
}
