/** The agents Baton can launch, as data: built in, one file each, and the user's own. Source: agents.md section 14. */
import { BatonError } from '../base/baton-error';
import { decodeUtf8 } from '../base/utf8';
import { type AgentProfile, agentProfileSchema, isLaunchForm } from '../model/agent-profile';
import { schemaMessages } from '../model/schema-messages';
import type { FileSystem } from '../ports';
import { substitutedBy } from './launch-value';

/**
 * The built-in profiles, by lane and id.
 *
 * @param folder `media/agents` of the installation; `/` as separator
 * @param only which to load, by what their file says; checking one takes milliseconds
 * @throws `io_failed` when it holds no profile, or one that is broken
 */
export async function loadProfiles(
  fs: Pick<FileSystem, 'read' | 'list'>,
  folder: string,
  only: (raw: object) => boolean = () => true,
): Promise<readonly AgentProfile[]> {
  const names = ((await fs.list(folder)) ?? [])
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw broken('There are none', folder);
  const loaded = await Promise.all(names.map((name) => loadProfile(fs, folder, name, only)));
  const profiles = loaded.filter((profile) => profile !== undefined);
  return profiles.sort((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : 1));
}

/** Agents that cost something first: the others are there for trials. */
function order({ lane }: AgentProfile): number {
  return lane === 'vip' ? 0 : 1;
}

async function loadProfile(
  fs: Pick<FileSystem, 'read'>,
  folder: string,
  name: string,
  only: (raw: object) => boolean,
): Promise<AgentProfile | undefined> {
  const bytes = await fs.read(`${folder}/${name}`);
  const raw = parsedJson(bytes && decodeUtf8(bytes));
  if (typeof raw === 'object' && raw !== null && !only(raw)) return undefined;
  const profile = checkProfile(raw, 0);
  if ('message' in profile) throw broken(profile.message, name);
  if (`${profile.id}.json` !== name) throw broken(`its id is "${profile.id}"`, name);
  return profile;
}

function parsedJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Said as what it is by the schema: nothing that is a profile.
    return undefined;
  }
}

function broken(why: string, name: string): BatonError {
  return new BatonError('io_failed', `The built-in agent profiles cannot be used: ${name}: ${why}`, {
    hint: 'Install Baton again.',
  });
}

export interface ProfileProblem {
  /** Of the profile, or its position in the list when it has no usable id. */
  readonly profile: string;
  readonly message: string;
}

export interface ResolvedProfiles {
  /** Built-in ones in their order, each in the user's version where there is one; then the user's further ones. */
  readonly profiles: readonly AgentProfile[];
  /** Profiles of the user's that are not used, and why. */
  readonly problems: readonly ProfileProblem[];
}

/**
 * Profiles as people write them, an object from id to profile, as the list that `resolveProfiles` checks. The id is
 * also the label unless one is given. What is no object comes back as it is, for the check to refuse.
 */
export function profilesById(written: unknown): unknown {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written;
  return Object.entries(written).map(([id, profile]: [string, unknown]) =>
    typeof profile === 'object' && profile !== null ? { schema: 1, label: id, ...profile, id } : profile,
  );
}

/**
 * Profiles as people write them in two places: an id that both have is the second one's. What is no object is left out,
 * unless both are none.
 */
export function mergedProfiles(shared: unknown, own: unknown): unknown {
  if (typeof shared !== 'object' || shared === null || Array.isArray(shared)) return own;
  return typeof own === 'object' && own !== null && !Array.isArray(own) ? { ...shared, ...own } : shared;
}

/**
 * The profiles to offer. A user's profile replaces the built-in one of the same id whole.
 *
 * @param userProfiles from user settings, unchecked; never from the workspace, since a profile starts programs
 */
export function resolveProfiles(
  builtInOnes: readonly AgentProfile[],
  userProfiles: unknown,
): ResolvedProfiles {
  if (userProfiles === undefined || userProfiles === null) return { profiles: builtInOnes, problems: [] };
  if (!Array.isArray(userProfiles)) {
    return {
      profiles: builtInOnes,
      problems: [{ profile: 'all', message: 'The list of agents must be an array of profiles.' }],
    };
  }
  const own = new Map<string, AgentProfile>();
  const problems: ProfileProblem[] = [];
  userProfiles.forEach((candidate: unknown, index) => {
    const checked = checkProfile(candidate, index);
    if ('message' in checked) problems.push(checked);
    else if (own.has(checked.id))
      problems.push({ profile: checked.id, message: 'An earlier profile has this id.' });
    else own.set(checked.id, checked);
  });
  const known = new Set(builtInOnes.map((profile) => profile.id));
  const further = [...own.values()].filter((profile) => !known.has(profile.id));
  return { profiles: [...builtInOnes.map((one) => own.get(one.id) ?? one), ...further], problems };
}

function checkProfile(candidate: unknown, index: number): AgentProfile | ProfileProblem {
  const parsed = agentProfileSchema.safeParse(candidate, { error: schemaMessages });
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => {
      const path = issue.path.join('.');
      return path ? `${path}: ${issue.message}` : issue.message;
    });
    return { profile: nameOf(candidate, index), message: issues.join('; ') };
  }
  const substituted = literals(parsed.data)
    .map(substitutedBy)
    .find((name) => name !== undefined);
  if (substituted === undefined) return parsed.data;
  return {
    profile: parsed.data.id,
    message: `"${substituted}" would be replaced by the editor. Use a reference such as {"ref": "workspace"} instead.`,
  };
}

function nameOf(candidate: unknown, index: number): string {
  const id =
    typeof candidate === 'object' && candidate !== null && 'id' in candidate ? candidate.id : undefined;
  return typeof id === 'string' && id !== '' ? id : `#${index + 1}`;
}

/** Every text that the profile gives as it is, wherever an argument or a variable may take it from. */
function literals(profile: AgentProfile): readonly string[] {
  const { args, resumeArgs, headless, env, hookEnv, executables } = profile;
  return strings([args, resumeArgs, headless, env, hookEnv, executables]);
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  // Inside JSON and TOML the engine writes it as an escape.
  if (isLaunchForm(value) && ('json' in value || 'toml' in value)) return [];
  return Object.values(value).flatMap(strings);
}
