/** The built-in agent profiles as they ship, for tests that need one without a workspace. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AgentProfile, agentProfileSchema } from '../../src/core/model/agent-profile';

export const agentsFolder = resolve(import.meta.dirname, '../../media/agents');

export const builtInProfiles: readonly AgentProfile[] = readdirSync(agentsFolder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => agentProfileSchema.parse(JSON.parse(readFileSync(resolve(agentsFolder, name), 'utf8'))));

export function builtIn(id: string): AgentProfile {
  const profile = builtInProfiles.find((one) => one.id === id);
  if (!profile) throw new Error(`No built-in profile ${id}`);
  return profile;
}
