/** Which agents there are, built in and the person's own, and which of them are installed. */
import { findExecutable } from '../agents/launch-plan';
import { builtInProfiles, resolveProfiles } from '../agents/profiles';
import { BatonError, isBatonError } from '../base/baton-error';
import type { AgentProfile } from '../model/agent-profile';
import type { BatonWorkspace } from './workspace';

export interface KnownAgent {
  readonly profile: AgentProfile;
  /** Absolute path, undefined when it is not installed. */
  readonly executable: string | undefined;
}

/** What finding programs takes; a folder need not be set up for that. */
type Machine = Pick<BatonWorkspace, 'ports' | 'resources'>;

/** @param userProfiles from the person's own settings, never from the workspace. */
export async function listAgents(
  workspace: Machine,
  userProfiles: unknown,
): Promise<{ readonly agents: readonly KnownAgent[]; readonly problems: readonly string[] }> {
  const { profiles, problems } = resolveProfiles(builtInProfiles, userProfiles);
  const agents = await Promise.all(
    profiles.map(async (profile) => ({ profile, executable: await findProgram(workspace, profile) })),
  );
  return { agents, problems: problems.map(({ profile, message }) => `${profile}: ${message}`) };
}

/** The profile by id, or the only installed one when none is asked for. Throws `not_found`, `agent_missing`, `usage`. */
export async function chooseAgent(
  workspace: BatonWorkspace,
  userProfiles: unknown,
  wanted: string | undefined,
): Promise<AgentProfile> {
  const { agents } = await listAgents(workspace, userProfiles);
  const ids = agents.map(({ profile }) => profile.id).join(', ');
  if (wanted !== undefined) {
    const agent = agents.find(
      ({ profile }) => profile.id === wanted.toLowerCase() || profile.label === wanted,
    );
    if (!agent)
      throw new BatonError('not_found', `There is no agent "${wanted}"`, { hint: `Agents are: ${ids}.` });
    return agent.profile;
  }
  const installed = agents.filter(({ executable }) => executable !== undefined);
  const only = installed.length === 1 ? installed[0] : undefined;
  if (only) return only.profile;
  throw new BatonError('usage', 'Say which agent to launch', { hint: `--agent takes one of: ${ids}.` });
}

async function findProgram(workspace: Machine, profile: AgentProfile): Promise<string | undefined> {
  try {
    return await findExecutable(profile, workspace.ports.processes, workspace.resources);
  } catch (error) {
    if (isBatonError(error, 'agent_missing')) return undefined;
    throw error;
  }
}
