/**
 * `baton hook`: what agents call at their lifecycle events. An agent takes a failing hook for an order (some block on exit
 * code 2) and every word on standard output for an answer, so this one verb never fails and says nothing in trouble.
 */
import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { defaultContextLimit, hookDialects, hookEvents } from '../../core/model/hook';
import { hookAnswer } from '../../core/operations/hook-answer';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { type Environment, type HookWords, named, readWords } from '../hook-words';
import { text } from '../options';
import type { Register } from '../program';

export interface HookSurroundings {
  readonly env: Environment;
  /** What the agent wrote to standard input. */
  readonly stdin: () => Promise<string>;
  readonly workspace: () => Promise<BatonWorkspace>;
  /** The process that calls the hook, past a shell that was started only for that. */
  readonly findProcess: () => Promise<number | undefined>;
}

export function addHookCommand(program: Command, register: Register): void {
  register(
    program,
    'hook <event>',
    `for agents: what their hooks call at a lifecycle event (${hookEvents.join(', ')})`,
    (command) =>
      command
        .requiredOption('--dialect <dialect>', `what the agent speaks (${hookDialects.join(', ')})`)
        .option(
          '--limit <characters>',
          `context that reaches the model whole (default: ${defaultContextLimit})`,
        ),
    // Only reached with other words in front, as when a person tries it: then what is wrong is told.
    async ({ env, readText, workspace }, [event = ''], options) => {
      const limit = text(options, 'limit');
      const words = readWords([
        event,
        '--dialect',
        text(options, 'dialect') ?? '',
        ...(limit === undefined ? [] : ['--limit', limit]),
      ]);
      if (words === undefined) throw new BatonError('usage', 'There is no such event, dialect or limit');
      const surroundings = {
        env,
        stdin: () => readText('-'),
        workspace: () => workspace({ asFound: true }),
        findProcess: async () => undefined,
      };
      const answer = await runHook(words, surroundings);
      return { data: { answer }, text: answer };
    },
  );
}

/** @returns what goes to standard output. Throws what the store throws. */
export async function runHook(
  { event, dialect, contextLimit }: HookWords,
  { env, stdin, workspace, findProcess }: HookSurroundings,
): Promise<string> {
  const session = named(env, 'BATON_SESSION_ID');
  const task = named(env, 'BATON_TASK_ID');
  // Read in any case: an agent that cannot write what it wants to say takes that for a failure.
  const input = await stdin();
  // An agent that has nothing to do with Baton, whose own settings name our hook.
  if (session === undefined && task === undefined) return '';
  const caller = { session, task, agent: named(env, 'BATON_AGENT') ?? dialect, findProcess };
  const packet = named(env, 'BATON_PACKET');
  return hookAnswer(await workspace(), caller, { event, dialect, stdin: input, contextLimit, packet });
}
