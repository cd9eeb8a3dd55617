/**
 * Which file adds which command. A command's code is loaded when its word is called, since agents call single verbs again
 * and again; for help and for words that name no command all of them are loaded.
 */
import type { Command } from 'commander';
import type { Register } from './program';

export type AddCommands = (program: Command, register: Register) => void;

interface CommandFamily {
  /** The first words of its commands; `test/unit/cli/command-table.test.ts` compares them with what it adds. */
  readonly words: readonly string[];
  readonly load: () => Promise<AddCommands>;
}

/** In the order of the help. */
export const commandTable: readonly CommandFamily[] = [
  { words: ['init'], load: async () => (await import('./commands/init')).addInitCommand },
  { words: ['task'], load: async () => (await import('./commands/task')).addTaskCommands },
  { words: ['plan'], load: async () => (await import('./commands/plan')).addPlanCommands },
  { words: ['progress'], load: async () => (await import('./commands/progress')).addProgressCommand },
  {
    words: ['feature', 'criterion'],
    load: async () => (await import('./commands/feature')).addFeatureCommands,
  },
  { words: ['finalize'], load: async () => (await import('./commands/finalize')).addFinalizeCommand },
  { words: ['inputs'], load: async () => (await import('./commands/inputs')).addInputsCommands },
  { words: ['packet'], load: async () => (await import('./commands/packet')).addPacketCommand },
  { words: ['identity'], load: async () => (await import('./commands/identity')).addIdentityCommand },
  { words: ['launch'], load: async () => (await import('./commands/launch')).addLaunchCommand },
  { words: ['session'], load: async () => (await import('./commands/session')).addSessionCommands },
  { words: ['status'], load: async () => (await import('./commands/status')).addStatusCommand },
  { words: ['note'], load: async () => (await import('./commands/note')).addNoteCommands },
  { words: ['time', 'percent'], load: async () => (await import('./commands/time')).addTimeCommands },
  {
    words: ['block', 'unblock', 'ask', 'answer'],
    load: async () => (await import('./commands/block')).addBlockCommands,
  },
  { words: ['recur'], load: async () => (await import('./commands/recur')).addRecurCommand },
  { words: ['memory'], load: async () => (await import('./commands/memory')).addMemoryCommands },
  { words: ['flush'], load: async () => (await import('./commands/flush')).addFlushCommand },
  { words: ['queue'], load: queueCommands },
  { words: ['heartbeat'], load: async () => (await import('./commands/heartbeat')).addHeartbeatCommand },
  { words: ['report'], load: async () => (await import('./commands/report')).addReportCommands },
  { words: ['work'], load: async () => (await import('./commands/work')).addWorkCommand },
  { words: ['watch'], load: async () => (await import('./commands/watch')).addWatchCommand },
  { words: ['agent'], load: async () => (await import('./commands/agent')).addAgentCommands },
  { words: ['hello'], load: async () => (await import('./commands/hello')).addHelloCommand },
  { words: ['health'], load: async () => (await import('./commands/health')).addHealthCommand },
  { words: ['log'], load: async () => (await import('./commands/log')).addLogCommands },
  { words: ['agents'], load: agentsCommands },
  { words: ['hook'], load: async () => (await import('./commands/hook')).addHookCommand },
  { words: ['mcp'], load: async () => (await import('./commands/mcp')).addMcpCommand },
  { words: ['evolve'], load: async () => (await import('./commands/evolve')).addEvolveCommands },
  { words: ['skill'], load: async () => (await import('./commands/skill')).addSkillCommand },
  { words: ['connect'], load: async () => (await import('./commands/connect')).addConnectCommand },
];

/** @param argv the words after `baton` */
export async function commandsFor(argv: readonly string[]): Promise<readonly AddCommands[]> {
  const word = firstWord(argv);
  const called = commandTable.filter(({ words }) => word !== undefined && words.includes(word));
  return Promise.all((called.length > 0 ? called : commandTable).map(({ load }) => load()));
}

/** What stands before it can only be options of every command, of which `--root` takes a value. */
function firstWord(argv: readonly string[]): string | undefined {
  return argv.find((word, at) => !word.startsWith('-') && argv[at - 1] !== '--root');
}

async function queueCommands(): Promise<AddCommands> {
  const [{ addQueueCommand }, { addQueueRunCommand }] = await Promise.all([
    import('./commands/queue'),
    import('./commands/queue-run'),
  ]);
  return (program, register) => addQueueRunCommand(addQueueCommand(program, register), register);
}

async function agentsCommands(): Promise<AddCommands> {
  const [{ addAgentsCommand }, { addDoctorCommand }] = await Promise.all([
    import('./commands/agents'),
    import('./commands/doctor'),
  ]);
  return (program, register) => addDoctorCommand(addAgentsCommand(program, register), register);
}
