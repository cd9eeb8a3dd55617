/** What a launch must know of the machine and of the person's will before it can be planned. */
import { consentFor } from '../agents/consent';
import { loadProfiles } from '../agents/profiles';
import type { AgentProfile } from '../model/agent-profile';
import type { FileSystem } from '../ports';
import type { Machine } from './list-agents';

/** Whether an agent gets Baton's hooks; if not, why not: it has none, no consent, or another file's sake. */
export type HookUse = 'used' | 'none' | 'consent' | 'hidden';

export async function hookUse(
  { ports, resources }: Machine,
  profile: AgentProfile,
  consents: ReadonlySet<string>,
): Promise<HookUse> {
  if (profile.hooks === undefined) return 'none';
  const hidden = profile.hooks.hides[resources.platform];
  if (hidden !== undefined && (await ports.fs.stat(hidden)) !== undefined) return 'hidden';
  const consent = consentFor(profile, resources, ports.hasher);
  return consent === undefined || consents.has(consent.key) ? 'used' : 'consent';
}

/** Variables by which the built-in agents mark what they start. */
export async function knownMarkers(
  fs: Pick<FileSystem, 'read' | 'list'>,
  agentsFolder: string,
): Promise<readonly string[]> {
  return (await loadProfiles(fs, agentsFolder)).flatMap(({ childMarkers }) => childMarkers);
}
