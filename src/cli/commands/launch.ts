import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import type { AgentProfile } from '../../core/model/agent-profile';
import type { Session } from '../../core/model/session';
import { checkAtEnd } from '../../core/operations/check-around-session';
import { closeSession } from '../../core/operations/close-session';
import {
  abandonLaunch,
  confirmStart,
  type PreparedLaunch,
  prepareLaunch,
} from '../../core/operations/launch-session';
import { chooseAgent } from '../../core/operations/list-agents';
import { showTask } from '../../core/operations/show-task';
import type { TaskView } from '../../core/operations/task-view';
import { beatWatched } from '../../core/operations/watch-session';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { taskShape } from '../../wire/task-shape';
import type { Answer, CliContext } from '../context';
import { argument, flag, text } from '../options';
import type { Register } from '../program';
import { stateWords } from '../text';

export function addLaunchCommand(program: Command, register: Register): void {
  register(
    program,
    'launch <id>',
    'launch an agent on a task in this terminal, or resume the task, and record how it ended',
    (command) =>
      command
        .option('--agent <name>', "agent to run; the task's own, else the only one installed")
        .option('--continue', "go on in the agent's own last session of the task, where it has one")
        .option('--headless', 'run it once without a person; it ends by itself'),
    async (context, args, options) =>
      launch(context, argument(args, 0, 'The task id'), {
        agent: text(options, 'agent'),
        continueOwn: flag(options, 'continue'),
        mode: flag(options, 'headless') ? 'headless' : 'interactive',
      }),
  );
}

export interface Wanted {
  readonly agent: string | undefined;
  readonly continueOwn: boolean;
  readonly mode: 'interactive' | 'headless';
}

export async function launch(context: CliContext, id: string, wanted: Wanted): Promise<Answer> {
  const workspace = await context.workspace();
  const agent = await wantedAgent(context, workspace, id, wanted);
  const launched = await prepareLaunch(workspace, id, {
    agent,
    continueOwn: wanted.continueOwn,
    mode: wanted.mode,
    consents: await context.consents(),
    run: running(context),
  });
  announce(context, agent, launched, wanted);
  const ended = await run(context, workspace, agent, launched);
  const { session } = launched;
  const { exit: exitMap } = agent;
  const closed = await closeSession(workspace, session.id, { ...ended, reason: 'process', exitMap });
  const task = await checked(context, workspace, closed.task);
  const deaf = await heardNoHook(workspace, session);
  if (deaf) context.output.err(`${agent.label} was given Baton’s hooks and called none of them\n`);
  const how = ended.signal ? `signal ${ended.signal}` : `exit code ${ended.exitCode ?? 'unknown'}`;
  return {
    data: {
      session: session.id,
      number: session.number,
      ...ended,
      continued: launched.continued,
      hooksInactive: deaf,
      notices: launched.notices,
      task: taskShape(task),
    },
    text: `Session ${session.number} of #${session.task} ended with ${how}; the task is ${stateWords(task)}`,
    exitCode: ended.exitCode === 0 ? 0 : 1,
  };
}

/** Says what is found where the project has features verified at the end. @returns the task as it is then */
async function checked(context: CliContext, workspace: BatonWorkspace, task: TaskView): Promise<TaskView> {
  const checks = { run: running(context), agreed: await context.consents() };
  const found = await checkAtEnd(workspace, task.id, checks);
  for (const line of found) context.output.err(`${line}\n`);
  return found.length === 0 ? task : showTask(workspace, task.id);
}

/** It may take minutes, so that whoever waits is told for what. */
function running({ output, runCommandLine }: CliContext): CliContext['runCommandLine'] {
  return (line) => {
    output.err(`Running: ${line.command}\n`);
    return runCommandLine(line);
  };
}

/** Whoever relies on facts at the start and after a compaction, or on being asked for an entry, has to know. */
async function heardNoHook(workspace: BatonWorkspace, { id }: Session): Promise<boolean> {
  const record = await workspace.sessions.get(id);
  return record?.hooks === true && record.hookAt === null;
}

/** The agent asked for, the one whose session goes on, or the task's own. */
async function wantedAgent(
  context: CliContext,
  workspace: BatonWorkspace,
  id: string,
  { agent, continueOwn }: Wanted,
): Promise<AgentProfile> {
  const task = await showTask(workspace, id);
  const sessions = continueOwn ? await workspace.sessions.forTask(task.id) : [];
  const last = sessions.findLast(({ nativeId }) => nativeId !== null)?.agent;
  return chooseAgent(workspace, await context.userProfiles(), agent ?? last ?? task.agent);
}

function announce(
  { output }: CliContext,
  agent: AgentProfile,
  { session, resumed, continued, notices, packetTokens }: PreparedLaunch,
  { continueOwn }: Wanted,
): void {
  const doing = continued ? 'Continuing' : resumed ? 'Resuming' : 'Launching';
  output.err(
    `${doing} #${session.task} with ${agent.label}, session ${session.number}; its packet has about ${packetTokens} tokens\n`,
  );
  if (continueOwn && !continued)
    output.err(`${agent.label} has no session of its own to continue: it starts afresh.\n`);
  for (const notice of notices) output.err(`${notice}\n`);
  const agreeable = agent.hooks?.consent !== undefined && !session.hooks;
  if (agreeable) output.err(`To look at them and agree: baton agents trust ${agent.id}\n`);
}

async function run(
  context: CliContext,
  workspace: BatonWorkspace,
  agent: AgentProfile,
  { session, plan }: PreparedLaunch,
): Promise<{ readonly exitCode: number | null; readonly signal: string | null }> {
  try {
    return await context.runAgent({
      ...plan,
      onStart: async (pid) => {
        await confirmStart(workspace, session.id, pid);
        // The agent may run for hours, and whoever looks meanwhile wants to see it.
        await context.settled();
      },
      onBeat: (pid) => beatWatched(workspace, session.id, pid),
    });
  } catch (cause) {
    // Only a program that never ran gets here: one that runs is watched to its end.
    await abandonLaunch(workspace, session.id, 'the program could not be started');
    if (cause instanceof BatonError) throw cause;
    throw new BatonError('agent_missing', `${agent.label} could not be started`, {
      hint: agent.install,
      cause,
    });
  }
}
