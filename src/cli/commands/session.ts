import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { beginExternal, endExternal } from '../../core/operations/external-session';
import { findSession } from '../../core/operations/find-session';
import { stopSession } from '../../core/operations/stop-session';
import { beatSession, sweepSessions } from '../../core/operations/sweep-sessions';
import { takeSnapshot } from '../../core/operations/take-snapshot';
import { asTaskId } from '../../core/operations/task-id';
import type { SessionView } from '../../core/operations/task-view';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { protocolShape } from '../../wire/protocol-shape';
import { sessionShape, taskShape } from '../../wire/task-shape';
import type { Answer, CliContext } from '../context';
import { argument, integer, text } from '../options';
import type { Register } from '../program';
import { plain, stateWords } from '../text';

type Action = (
  context: CliContext,
  args: readonly string[],
  options: Record<string, unknown>,
) => Promise<Answer>;

const maxPid = 999_999_999;

export function addSessionCommands(program: Command, register: Register): void {
  const session = program.command('session').description('sessions: who works, or worked, on what');
  const add = (words: string, description: string, action: Action, configure = (one: Command) => one) =>
    register(session, words, description, configure, action);
  add('list', 'list sessions, live ones first', listSessions, (command) =>
    command.option('--task <id>', 'only of this task'),
  );
  add(
    'start <task>',
    'take a task for an agent you start by hand: prints the variables it needs, for `eval "$(…)"`',
    startSession,
    (command) =>
      command
        .option('--agent <name>', "who works; the task's own agent otherwise")
        .option(
          '--pid <number>',
          'process whose life is the session\'s, as "$$"; without it only beats count',
        ),
  );
  add('beat [session]', 'say that the agent is at work (default: BATON_SESSION_ID)', beat);
  add(
    'end [session]',
    'end a session that was started by hand, and release its task (default: BATON_SESSION_ID)',
    endSession,
    (command) => command.option('--code <number>', "exit code of the agent's program"),
  );
  add(
    'stop <session>',
    'stop an agent that Baton launched, by session or #task: politely, then firmly',
    stop,
  );
  add('sweep', 'close sessions whose program is proven gone, and release their tasks', sweep);
}

const listSessions: Action = async (context, _args, options) => {
  const given = text(options, 'task');
  const of = given === undefined ? undefined : asTaskId(given);
  const snapshot = await takeSnapshot(await context.workspace());
  const views = snapshot.sessions.filter(({ session: one }) => of === undefined || one.task === of);
  return {
    data: { sessions: views.map((view) => sessionShape(view.session, view.liveness, view)) },
    text: views.length === 0 ? 'No sessions.' : views.map(sessionLine).join('\n'),
  };
};

function sessionLine({ session, liveness, hooksInactive, longRunning }: SessionView): string {
  const { task, number, agent, startedAt, origin } = session;
  const byHand = origin === 'external' ? '  started by hand' : '';
  const hooks = hooksInactive ? '  hooks not active' : '';
  const long = longRunning ? '  long-running' : '';
  return plain(`#${task} session ${number}  ${agent}  ${liveness}  ${startedAt}${byHand}${hooks}${long}`);
}

const startSession: Action = async (context, args, options) => {
  const workspace = await context.workspace();
  const agent = text(options, 'agent');
  const pid = integer(options, 'pid', { min: 1, max: maxPid });
  const session = await beginExternal(workspace, argument(args, 0, 'The task id'), { agent, pid });
  const { path } = await workspace.store.find(session.task);
  const variables = {
    BATON_ROOT: workspace.root,
    BATON_TASK_ID: session.task,
    BATON_TASK_FILE: path,
    BATON_SESSION_ID: session.id,
    ...(session.packet === null ? {} : { BATON_PACKET: session.packet }),
  };
  return {
    data: { session: sessionShape(session, 'live'), env: variables, ...protocolShape() },
    text: exportLines(variables, workspace.resources.platform === 'win32'),
  };
};

/** For the shell that asked: POSIX, or PowerShell on Windows. */
function exportLines(variables: Readonly<Record<string, string>>, powerShell: boolean): string {
  return Object.entries(variables)
    .map(([name, value]) =>
      powerShell
        ? `$env:${name} = '${value.replaceAll("'", "''")}'`
        : `export ${name}='${value.replaceAll("'", "'\\''")}'`,
    )
    .join('\n');
}

const beat: Action = async (context, args) => {
  const workspace = await context.workspace();
  const id = named(workspace, args);
  await workspace.sessions.requireCurrent(id);
  await beatSession(workspace, id);
  const session = await findSession(workspace, id);
  return {
    data: { session: sessionShape(session, await workspace.sessions.liveness(session)) },
    text: `Session ${session.number} of #${session.task} holds its task until ${session.expiresAt}`,
  };
};

const endSession: Action = async (context, args, options) => {
  const workspace = await context.workspace();
  const exitCode = integer(options, 'code', { min: 0, max: 255 });
  const session = await findSession(workspace, named(workspace, args));
  const closed = await endExternal(workspace, session.id, { exitCode });
  return {
    data: { session: session.id, number: session.number, task: taskShape(closed.task) },
    text: `Session ${session.number} of #${session.task} ended; the task is ${stateWords(closed.task)}`,
  };
};

const stop: Action = async (context, args) => {
  const workspace = await context.workspace();
  const found = await findSession(workspace, argument(args, 0, 'The session'));
  const { session, how } = await stopSession(workspace, found.id, { by: 'person' });
  const words = { politely: 'ended', firmly: 'was ended by force', gone: 'had ended already' }[how];
  return {
    data: { session: sessionShape(session, 'ended'), how },
    text: `Session ${session.number} of #${session.task} ${words}`,
  };
};

const sweep: Action = async (context) => {
  const closed = await sweepSessions(await context.workspace());
  return {
    data: { closed: closed.map((one) => sessionShape(one, 'ended')) },
    text:
      closed.length === 0
        ? 'No session had vanished.'
        : closed.map((one) => `Closed session ${one.number} of #${one.task}`).join('\n'),
  };
};

function named({ acting }: BatonWorkspace, [id]: readonly string[]): string {
  const session = id ?? acting.session;
  if (session !== undefined && session !== '') return session;
  throw new BatonError('usage', 'The session is missing', {
    hint: 'Name it, or run this where BATON_SESSION_ID is set.',
  });
}
