import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { tokenVariable, type VerificationTool, verificationTools } from '../../core/model/verification-tool';
import { type Connection, makeConnection, planConnection } from '../../core/operations/connect-agent';
import { agentNamed, listAgents } from '../../core/operations/list-agents';
import { changedLines } from '../changed-lines';
import type { Answer, CliContext } from '../context';
import { argument, flag, text } from '../options';
import type { Register } from '../program';
import { plain } from '../text';

export function addConnectCommand(program: Command, register: Register): void {
  register(
    program,
    'connect <agent>',
    'show how an agent is told of `baton mcp` in its own settings, and do it with --yes',
    (command) =>
      command
        .option(
          '--tool <name>',
          `a tool to check work with, instead of Baton: ${verificationTools.join(' or ')}`,
        )
        .option('--project', 'in settings of this project instead of your own')
        .option('--remove', 'take it out again')
        .option('--print', 'only show it (this is what happens without --yes)')
        .option('--yes', 'write it; the old file is kept beside it'),
    async (context, args, options) => connect(context, argument(args, 0, 'The agent'), options),
  );
}

async function connect(context: CliContext, name: string, options: Record<string, unknown>): Promise<Answer> {
  if (flag(options, 'yes') && flag(options, 'print'))
    throw new BatonError('usage', 'Either --yes or --print');
  const workspace = await context.workspace();
  const { agents, problems } = await listAgents(workspace, await context.userProfiles());
  const { profile } = agentNamed(agents, name, problems);
  const tool = toolNamed(text(options, 'tool'));
  const planned = await planConnection(workspace, profile, {
    scope: flag(options, 'project') ? 'project' : 'person',
    remove: flag(options, 'remove'),
    ...(tool !== undefined && { tool }),
  });
  const write = flag(options, 'yes');
  if (write && !flag(options, 'remove') && tool === undefined) await context.prepareCommand();
  const backup = write ? await makeConnection(workspace, planned) : undefined;
  const lines = changedLines(planned.shown.before, planned.shown.after);
  const { agent, scope, file, change } = planned;
  const written = write && change !== 'none' && change !== 'kept';
  return {
    data: { agent, tool: tool ?? null, scope, file, change, lines, written, backup: backup ?? null },
    text: words(planned, lines, {
      write,
      backup,
      again: commandFor(planned, tool, options),
      note: tool === undefined || flag(options, 'remove') ? '' : notes[tool],
    }),
  };
}

/** What the person says yes to, besides a few lines in a file. */
const notes: Readonly<Record<VerificationTool, string>> = {
  browser:
    'The agent starts it with npx, which downloads the package @playwright/mcp; that drives a browser on this machine.',
  github: `It is GitHub's own server on the network. The entry names the environment variable ${tokenVariable} for your token, and no token is written; what the agent may do there is what the token may.`,
};

function toolNamed(name: string | undefined): VerificationTool | undefined {
  const tool = verificationTools.find((one) => one === name);
  if (name === undefined || tool !== undefined) return tool;
  throw new BatonError('usage', `--tool takes ${verificationTools.join(' or ')}, not "${plain(name)}"`);
}

function commandFor(
  { agent, scope }: Connection,
  tool: VerificationTool | undefined,
  options: Record<string, unknown>,
): string {
  const flags = [
    ...(tool === undefined ? [] : ['--tool', tool]),
    ...(scope === 'project' ? ['--project'] : []),
    ...(flag(options, 'remove') ? ['--remove'] : []),
  ];
  return ['baton', 'connect', agent, ...flags, '--yes'].join(' ');
}

function words(
  { label, file, at, change, before }: Connection,
  lines: readonly string[],
  done: {
    readonly write: boolean;
    readonly backup: string | undefined;
    readonly again: string;
    readonly note: string;
  },
): string {
  if (change === 'kept') {
    return `${file} has another entry at ${at.join('.')}, which stays as it is. To have Baton's, remove that one by hand.`;
  }
  if (change === 'none') return `${file} is already as it should be; ${label} needs no change.`;
  const made = before === undefined ? 'is new' : 'changes';
  const shown = [`${file} ${made}, at ${at.join('.')}:`, '', ...lines.map((line) => plain(line)), ''];
  if (done.note !== '') shown.push(done.note, '');
  if (!done.write) return [...shown, `Nothing is written yet. To write it: ${done.again}`].join('\n');
  const kept = done.backup === undefined ? '' : ` The old file is ${done.backup}.`;
  return [...shown, `Written.${kept} ${label} sees it when it starts anew.`].join('\n');
}
