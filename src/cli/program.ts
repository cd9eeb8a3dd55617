/** The command line's words: one table of commands, each in its own file. */
import { Command } from 'commander';
import { addAgentsCommand } from './commands/agents';
import { addBlockCommands } from './commands/block';
import { addDoctorCommand } from './commands/doctor';
import { addFeatureCommands } from './commands/feature';
import { addFinalizeCommand } from './commands/finalize';
import { addFlushCommand } from './commands/flush';
import { addHealthCommand } from './commands/health';
import { addHookCommand } from './commands/hook';
import { addIdentityCommand } from './commands/identity';
import { addInitCommand } from './commands/init';
import { addInputsCommands } from './commands/inputs';
import { addLaunchCommand } from './commands/launch';
import { addLogCommands } from './commands/log';
import { addNoteCommands } from './commands/note';
import { addPacketCommand } from './commands/packet';
import { addProgressCommand } from './commands/progress';
import { addRecurCommand } from './commands/recur';
import { addSessionCommands } from './commands/session';
import { addStatusCommand } from './commands/status';
import { addTaskCommands } from './commands/task';
import { addTimeCommands } from './commands/time';
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

export function buildProgram(host: ProgramHost): Command {
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
  addInitCommand(program, register);
  addTaskCommands(program, register);
  addProgressCommand(program, register);
  addFeatureCommands(program, register);
  addFinalizeCommand(program, register);
  addInputsCommands(program, register);
  addPacketCommand(program, register);
  addIdentityCommand(program, register);
  addLaunchCommand(program, register);
  addSessionCommands(program, register);
  addStatusCommand(program, register);
  addNoteCommands(program, register);
  addTimeCommands(program, register);
  addBlockCommands(program, register);
  addRecurCommand(program, register);
  addFlushCommand(program, register);
  addHealthCommand(program, register);
  addLogCommands(program, register);
  addDoctorCommand(addAgentsCommand(program, register), register);
  addHookCommand(program, register);
  quiet(program, host);
  return program;
}

/** Commander must neither print nor exit: every outcome goes through `run`. */
function quiet(command: Command, host: ProgramHost): void {
  command.exitOverride();
  command.configureOutput({ writeOut: (text) => host.print(text), writeErr: () => {} });
  for (const child of command.commands) quiet(child, host);
}
