/** Which agents there are, built in and the person's own, and which of them are installed. */

import { type Consent, consentFor } from '../agents/consent';
import { economyProfile, mayBeEconomy } from '../agents/economy';
import { findExecutable } from '../agents/find-executable';
import { loadProfiles, resolveProfiles } from '../agents/profiles';
import { isNewer, versionIn } from '../agents/version';
import { BatonError, isBatonError } from '../base/baton-error';
import type { AgentProfile } from '../model/agent-profile';
import type { BackgroundChoice } from '../model/background';
import type { BatonWorkspace } from './workspace';

export interface KnownAgent {
  readonly profile: AgentProfile;
  /** Absolute path, undefined when it is not installed. */
  readonly executable: string | undefined;
  /** What the person has to agree to before its hooks are used; undefined when nothing. */
  readonly consent: Consent | undefined;
  /** Of the installed program; only when asked for, and where the program tells. */
  readonly version?: string;
}

/** What finding programs takes; a folder need not be set up for that. */
export type Machine = Pick<BatonWorkspace, 'ports' | 'resources'>;

/** How long a program may take to tell its version. */
const versionLimitMs = 5000;

/**
 * @param userProfiles from the person's own settings, never from the workspace
 * @param options.economyOnly leaves out built-in agents that cannot be used in the background with this choice
 * @param options.versions asks every installed program, all at once; takes seconds
 */
export async function listAgents(
  machine: Machine,
  userProfiles: unknown,
  options: { readonly versions?: boolean; readonly economyOnly?: Pick<BackgroundChoice, 'agents'> } = {},
): Promise<{ readonly agents: readonly KnownAgent[]; readonly problems: readonly string[] }> {
  const { ports, resources } = machine;
  const { economyOnly } = options;
  const builtIn = await loadProfiles(
    ports.fs,
    resources.agentsFolder,
    economyOnly && ((raw) => mayBeEconomy(raw, economyOnly.agents)),
  );
  const { profiles, problems } = resolveProfiles(builtIn, userProfiles);
  const agents = await Promise.all(
    profiles.map(async (profile) => {
      const executable = await findProgram(machine, profile);
      const version = options.versions ? await versionOf(machine, profile, executable) : undefined;
      const consent = consentFor(profile, resources, ports.hasher);
      return { profile, executable, consent, ...(version !== undefined && { version }) };
    }),
  );
  return { agents, problems: problems.map(({ profile, message }) => `${profile}: ${message}`) };
}

/** Whether the installed program is newer than what Baton was tested with; false where that is not known. */
export function isUntested({ profile, version }: KnownAgent): boolean {
  return version !== undefined && isNewer(version, profile.testedWith);
}

/**
 * The agent by id or label. Throws `not_found`.
 *
 * @param problems what keeps profiles of the person's own from being used; told when the agent is not known
 */
export function agentNamed(
  agents: readonly KnownAgent[],
  wanted: string,
  problems: readonly string[] = [],
): KnownAgent {
  const isWanted = ({ profile }: KnownAgent) =>
    profile.id === wanted.toLowerCase() || profile.label === wanted;
  const found = agents.find(isWanted) ?? cheapOnes(agents).find(isWanted);
  if (found !== undefined) return found;
  const ids = agents.map(({ profile }) => profile.id).join(', ');
  throw new BatonError('not_found', `There is no agent "${wanted}"`, {
    hint: `Agents are: ${ids}.`,
    ...(problems.length > 0 && { details: problems.map((problem) => `Not used: ${problem}`) }),
  });
}

/** Not among the agents to choose from, since nobody needs to see every agent twice; there by their name. */
function cheapOnes(agents: readonly KnownAgent[]): readonly KnownAgent[] {
  return agents.flatMap((agent) => {
    const profile = economyProfile(agent.profile);
    return profile === undefined ? [] : [{ ...agent, profile }];
  });
}

/** The profile by id, or the only installed one when none is asked for. Throws `not_found`, `usage`. */
export async function chooseAgent(
  machine: Machine,
  userProfiles: unknown,
  wanted: string | undefined,
): Promise<AgentProfile> {
  const { agents, problems } = await listAgents(machine, userProfiles);
  if (wanted !== undefined) return agentNamed(agents, wanted, problems).profile;
  const installed = agents.filter(({ executable }) => executable !== undefined);
  const only = installed.length === 1 ? installed[0] : undefined;
  if (only) return only.profile;
  const ids = agents.map(({ profile }) => profile.id).join(', ');
  throw new BatonError('usage', 'Say which agent to launch', { hint: `--agent takes one of: ${ids}.` });
}

async function findProgram(
  { ports, resources }: Machine,
  profile: AgentProfile,
): Promise<string | undefined> {
  try {
    return await findExecutable(profile, ports.processes, resources);
  } catch (error) {
    if (isBatonError(error, 'agent_missing')) return undefined;
    throw error;
  }
}

async function versionOf(
  { ports }: Machine,
  { versionArgs }: AgentProfile,
  executable: string | undefined,
): Promise<string | undefined> {
  if (executable === undefined || versionArgs.length === 0) return undefined;
  const ended = await ports.programs.run(executable, versionArgs, { limitMs: versionLimitMs });
  return ended?.exitCode === 0 ? versionIn(ended.printed) : undefined;
}
