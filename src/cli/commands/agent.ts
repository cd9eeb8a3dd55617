import type { Command } from 'commander';
import { BatonError, isBatonError } from '../../core/base/baton-error';
import {
  type ChoiceKeeper,
  type ControlAction,
  controlActions,
  controlAgents,
} from '../../core/operations/agent-control';
import { type AgentStatus, agentStatus } from '../../core/operations/agent-status';
import type { BatonWorkspace } from '../../core/operations/workspace';
import { agentStatusShape, controlShape } from '../../wire/protocol-shape';
import type { Answer, CliContext } from '../context';
import { argument, flag } from '../options';
import type { Register } from '../program';
import { plain } from '../text';

export function addAgentCommands(program: Command, register: Register): void {
  const agent = program.command('agent').description('agents at work: how they stand, and what may start');
  register(
    agent,
    'status',
    'who is at work, whether work may start by itself, and what is switched on',
    (command) => command,
    async (context) => {
      const workspace = await context.workspace();
      const status = await agentStatus(workspace, await context.backgroundChoice(workspace.root));
      return { data: agentStatusShape(status), text: () => words(status) };
    },
  );
  register(
    agent,
    'control <action> [target]',
    'pause or resume work that starts by itself, in the folder or on a task; cancel an agent; state',
    (command) =>
      command.option('--yes', 'the person agrees: to end the agent (cancel), or their own pause (resume)'),
    async (context, args, options) =>
      control(context, actionOf(argument(args, 0, 'The action')), args[1], flag(options, 'yes')),
  );
}

function actionOf(word: string): ControlAction {
  const action = controlActions.find((one) => one === word);
  if (action !== undefined) return action;
  throw new BatonError('usage', `"${word}" is no action`, { allowed: controlActions });
}

async function control(
  context: CliContext,
  action: ControlAction,
  target: string | undefined,
  agreed: boolean,
): Promise<Answer> {
  const workspace = await context.workspace();
  const choices = keeperOf(context);
  const attempt = (confirmed: boolean) => controlAgents(workspace, { action, target, confirmed }, choices);
  const done = await withConsent(context, agreed, attempt);
  return { data: controlShape(done), text: () => `${done.text}\n${words(done.status)}` };
}

/** Asks whoever sits at the terminal; a program gets the refusal. */
async function withConsent<T>(
  { ask }: CliContext,
  agreed: boolean,
  attempt: (confirmed: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(agreed);
  } catch (error) {
    if (!isBatonError(error, 'consent_needed') || ask === undefined) throw error;
    if (!(await ask(`${error.message}. End it?`))) throw error;
    return attempt(true);
  }
}

function keeperOf(context: CliContext): ChoiceKeeper {
  return {
    read: (root: BatonWorkspace['root']) => context.backgroundChoice(root),
    change: (root, change) => context.keepBackgroundChoice(root, change),
  };
}

function words({ agents, autoResume, pausedAt, held, queue, switches }: AgentStatus): string {
  const off = Object.entries(switches).flatMap(([name, on]) => (on ? [] : [name]));
  const start = autoResume ? (pausedAt === null ? 'on' : `paused since ${pausedAt}`) : 'off';
  return [
    ...(agents.length === 0 ? ['No agent is at work.'] : agents.map(agentLine)),
    `Auto-resume: ${start}; ${queue.due} due, ${queue.waiting} waiting, ${queue.dead} for you`,
    ...(held.length === 0 ? [] : [`Held: ${held.map((id) => `#${id}`).join(', ')}`]),
    ...(off.length === 0 ? [] : [`Switched off: ${off.join(', ')}`]),
  ].join('\n');
}

function agentLine({ view: { session, liveness }, title }: AgentStatus['agents'][number]): string {
  const { task, number, agent, startedAt, stopRequestedAt } = session;
  const stopping = stopRequestedAt === null ? '' : ', asked to stop';
  return plain(
    `#${task} ${title ?? ''}  session ${number}  ${agent}  ${liveness}${stopping}  since ${startedAt}`,
  );
}
