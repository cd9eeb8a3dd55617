#!/usr/bin/env node
/** Starts the part of the command line that a call needs, and no more. */
import { quickCall } from './cli/hook-words';
import { failOpen, hookInput } from './node/fail-open';
import { keepCompiledCode } from './node/keep-compiled-code';

/** With any other, and for help, it is a verb as all the others. */
const mcpOptions = ['--read-only', '--verbose'];

const call = quickCall(process.argv.slice(2), process.env);
const mcpWords = process.argv[2] === 'mcp' ? process.argv.slice(3) : undefined;
if (mcpWords?.every((word) => mcpOptions.includes(word))) void serve(mcpWords);
else if (call === undefined) void start();
else if (call.session === undefined) void failOpen(unheard);
else beat();

async function start(): Promise<void> {
  keepCompiledCode();
  const { runVerb } = await import('./cli-main.js');
  runVerb();
}

/** Agents wait for it at their start, and it needs nothing of the other verbs. */
async function serve(words: readonly string[]): Promise<void> {
  keepCompiledCode();
  const { serveMcp } = await import('./cli-main.js');
  const [readOnly, verbose] = mcpOptions.map((option) => words.includes(option));
  await serveMcp({ readOnly: readOnly === true, verbose: verbose === true, roots: [] });
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
