import type { Command } from 'commander';
import { BatonError } from '../../core/base/baton-error';
import { agentNamed, isUntested, type KnownAgent, listAgents } from '../../core/operations/list-agents';
import { setUpHooks } from '../../core/operations/set-up-hooks';
import type { Answer, CliContext } from '../context';
import { argument, flag } from '../options';
import type { Register } from '../program';
import { type Style, style } from '../text';

/** @returns the command that holds them, for those that stand elsewhere */
export function addAgentsCommand(program: Command, register: Register): Command {
  const agents = program
    .command('agents')
    .description('agents Baton knows, which are installed, and their hooks');
  register(
    agents,
    'list',
    'agents Baton knows, which are installed, and their versions',
    (command) => command,
    showAgents,
    { isDefault: true },
  );
  register(
    agents,
    'trust <agent>',
    'show what an agent’s hooks run, and agree to it',
    (command) =>
      command
        .option('--yes', 'agree: Baton hands these hooks to the agent from now on')
        .option('--withdraw', 'take it back: the agent is launched without them'),
    async (context, args, options) =>
      trust(context, argument(args, 0, 'The agent'), {
        agree: flag(options, 'yes'),
        withdraw: flag(options, 'withdraw'),
      }),
  );
  return agents;
}

async function showAgents(context: CliContext): Promise<Answer> {
  const machine = context.machine();
  const { agents, problems } = await listAgents(machine, await context.userProfiles(), { versions: true });
  for (const problem of problems) context.output.err(`baton: ${problem}\n`);
  for (const agent of agents) {
    if (isUntested(agent)) context.output.err(`${newerWords(agent)}\n`);
  }
  const agreed = await context.consents();
  const styled = style(context.output.colour);
  return {
    data: { agents: agents.map((agent) => agentShape(agent, agreed)), problems },
    text: agents.map((agent) => agentLine(agent, agreed, styled)).join('\n'),
  };
}

function agentShape(agent: KnownAgent, agreed: ReadonlySet<string>) {
  const { profile, executable, version } = agent;
  return {
    id: profile.id,
    label: profile.label,
    lane: profile.lane,
    installed: executable !== undefined,
    executable: executable ?? null,
    version: version ?? null,
    testedWith: profile.testedWith === '' ? null : profile.testedWith,
    untested: isUntested(agent),
    hooks: hooksWord(agent, agreed),
    resumes: profile.resumeArgs !== undefined,
    headless: profile.headless !== undefined,
  };
}

/** `none`: the agent has none. `ready`: used in every launch. `consent`: used after `agents trust`. */
function hooksWord({ profile, consent }: KnownAgent, agreed: ReadonlySet<string>): string {
  if (profile.hooks === undefined) return 'none';
  return consent === undefined || agreed.has(consent.key) ? 'ready' : 'consent';
}

function agentLine(agent: KnownAgent, agreed: ReadonlySet<string>, styled: Style): string {
  const { profile, executable, version } = agent;
  if (executable === undefined) return styled.dim(`${profile.id}  not installed. ${profile.install}`);
  const facts = [
    ...(hooksWord(agent, agreed) === 'consent' ? [`hooks need: baton agents trust ${profile.id}`] : []),
    executable,
  ];
  return `${styled.bold(profile.id)}  ${[profile.label, version].filter(Boolean).join(' ')}  ${styled.dim(facts.join('  '))}`;
}

function newerWords({ profile, version }: KnownAgent): string {
  return `baton: ${profile.label} ${version} is newer than ${profile.testedWith}, the version Baton was tested with`;
}

async function trust(
  context: CliContext,
  name: string,
  { agree, withdraw }: { readonly agree: boolean; readonly withdraw: boolean },
): Promise<Answer> {
  const machine = context.machine();
  const { agents, problems } = await listAgents(machine, await context.userProfiles());
  const agent = agentNamed(agents, name, problems);
  const { consent, profile } = agent;
  if (consent === undefined) {
    const why =
      profile.hooks === undefined ? 'has no hooks that Baton uses' : 'takes its hooks without a question';
    return {
      data: { agent: profile.id, agreed: null },
      text: `${profile.label} ${why}: nothing to agree to`,
    };
  }
  if (agree && withdraw) throw new BatonError('usage', 'Either --yes or --withdraw');
  if (agree) await setUpHooks(machine, agent);
  if (agree || withdraw) await context.keepConsent(consent.key, agree);
  const agreed = (await context.consents()).has(consent.key);
  const { question, shows } = consent;
  const standing = agreed
    ? 'You have agreed. To take it back: '
    : 'You have not agreed; the agent is launched without them. To agree: ';
  return {
    data: { agent: profile.id, agreed, question, shows },
    text: `${question}\n\n  ${shows}\n\n${standing}baton agents trust ${profile.id} ${agreed ? '--withdraw' : '--yes'}`,
  };
}
