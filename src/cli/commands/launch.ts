import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { closeSession } from '../../core/operations/close-session';
import { abandonLaunch, confirmStart, prepareLaunch } from '../../core/operations/launch-session';
import { chooseAgent } from '../../core/operations/list-agents';
import { showTask } from '../../core/operations/show-task';
import { beatSession } from '../../core/operations/sweep-sessions';
import { taskShape } from '../../wire/task-shape';
import type { Answer, CliContext } from '../context';
import { argument, text } from '../options';
import type { Register } from '../program';
import { stateWords } from '../text';

export function addLaunchCommand(program: Command, register: Register): void {
  register(
    program,
    'launch <id>',
    'launch an agent on a task in this terminal, or resume the task, and record how it ended',
    (command) =>
      command.option('--agent <name>', "agent to run; the task's own, else the only one installed"),
    async (context, args, options) =>
      launch(context, argument(args, 0, 'The task id'), text(options, 'agent')),
  );
}

async function launch(context: CliContext, id: string, agent: string | undefined): Promise<Answer> {
  const workspace = await context.workspace();
  const task = await showTask(workspace, id);
  const profile = await chooseAgent(workspace, await context.userProfiles(), agent ?? task.agent);
  const { session, plan, resumed } = await prepareLaunch(workspace, id, { agent: profile });
  context.output.err(
    `${resumed ? 'Resuming' : 'Launching'} #${id} with ${profile.label}, session ${session.number}\n`,
  );
  let ended: { exitCode: number | null; signal: string | null };
  try {
    ended = await context.runAgent({
      ...plan,
      onStart: async (pid) => {
        await confirmStart(workspace, session.id, pid);
        // The agent may run for hours, and whoever looks meanwhile wants to see it.
        await context.settled();
      },
      onBeat: () => beatSession(workspace, session.id),
    });
  } catch (cause) {
    await abandonLaunch(workspace, session.id, 'the program could not be started');
    throw new BatonError('agent_missing', `${profile.label} could not be started`, {
      hint: profile.install,
      cause,
    });
  }
  const closed = await closeSession(workspace, session.id, { ...ended, reason: 'process' });
  const how = ended.signal ? `signal ${ended.signal}` : `exit code ${ended.exitCode ?? 'unknown'}`;
  return {
    data: { session: session.id, number: session.number, ...ended, task: taskShape(closed.task) },
    text: `Session ${session.number} of #${id} ended with ${how}; the task is ${stateWords(closed.task)}`,
    exitCode: ended.exitCode === 0 ? 0 : 1,
  };
}
