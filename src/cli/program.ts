/** The command line's grammar: global options, and how a command's words become an answer. */
import { Command } from 'commander';
import { commandsFor } from './command-table';
import type { Answer, CliContext } from './context';
import type { GlobalOptions } from './run';

export interface ProgramHost {
  contextFor(options: GlobalOptions): CliContext;
  answered(answer: Answer): void;
  print(text: string): void;
}

/** Adds a command whose action computes an answer; hides commander's argument juggling from command files. */
export type Register = (
  parent: Command,
  words: string,
  description: string,
  configure: (command: Command) => Command,
  action: (context: CliContext, args: readonly string[], options: Record<string, unknown>) => Promise<Answer>,
  /** `isDefault`: runs when the parent is called without the word of a sub-command. */
  kind?: { readonly isDefault: true },
) => void;

/** @param argv the words after `baton`; without them, or when they name no command, every command is there. */
export async function buildProgram(host: ProgramHost, argv: readonly string[] = []): Promise<Command> {
  const program = new Command('baton')
    .description('Hand work over between coding agents: from session to session, and from task to task.')
    .option('--root <folder>', 'workspace folder (default: BATON_ROOT, else found from here upwards)')
    .option('--json', 'answer with exactly one JSON document on standard output')
    .option('--verbose', 'log what happens to standard error')
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true });
  const register: Register = (parent, words, description, configure, action, kind) => {
    const command = configure(parent.command(words, kind).description(description));
    command.action(async (...received: unknown[]) => {
      const args = received.slice(0, -2).flatMap((value) => (Array.isArray(value) ? value : [value]));
      const options = command.opts<Record<string, unknown>>();
      const globals = command.optsWithGlobals<Record<string, unknown>>();
      const context = host.contextFor({
        json: globals['json'] === true,
        root: typeof globals['root'] === 'string' ? globals['root'] : undefined,
        verbose: globals['verbose'] === true,
      });
      host.answered(
        await action(
          context,
          args.filter((arg) => typeof arg === 'string'),
          options,
        ),
      );
    });
  };
  for (const add of await commandsFor(argv)) add(program, register);
  quiet(program, host);
  return program;
}

/** Commander must neither print nor exit: every outcome goes through `run`. */
function quiet(command: Command, host: ProgramHost): void {
  command.exitOverride();
  command.configureOutput({ writeOut: (text) => host.print(text), writeErr: () => {} });
  for (const child of command.commands) quiet(child, host);
}
