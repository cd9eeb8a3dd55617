/** The agents Baton can launch, as data: built in, and the user's own. Source: agents.md sections 1, 2 and 14. */
import {
  type AgentProfile,
  type AgentProfileInput,
  agentProfileSchema,
  type LaunchArg,
} from '../model/agent-profile';
import { schemaMessages } from '../model/schema-messages';
import { substitutedBy } from './launch-value';

const builtIn: readonly AgentProfileInput[] = [
  {
    schema: 1,
    id: 'demo',
    label: 'Demonstration agent',
    description:
      'Follows the protocol step by step, so that you can watch it. Needs no account and no network.',
    lane: 'economy',
    executables: [{ ref: 'node' }],
    args: [{ ref: 'demoAgent' }],
    env: { BATON_CLI: { ref: 'batonCli' } },
  },
  {
    schema: 1,
    id: 'claude',
    label: 'Claude Code',
    description: 'Anthropic’s agent for the terminal',
    executables: ['claude'],
    testedWith: '2.1.329',
    args: [
      { join: ['--session-id=', { ref: 'sessionId' }] },
      '--append-system-prompt-file',
      { ref: 'protocolFile' },
      '--',
      { ref: 'prompt' },
    ],
    install: 'npm install --global @anthropic-ai/claude-code@latest',
  },
  {
    schema: 1,
    id: 'codex',
    label: 'Codex',
    description: 'OpenAI’s agent for the terminal',
    executables: ['codex'],
    testedWith: '0.169.0',
    args: ['--', { ref: 'prompt' }],
    install: 'npm install --global @openai/codex@latest',
  },
];

export const builtInProfiles: readonly AgentProfile[] = builtIn.map((profile) =>
  agentProfileSchema.parse(profile),
);

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

function literals(profile: AgentProfile): readonly string[] {
  const pieces: LaunchArg[] = [...profile.executables, ...profile.args, ...Object.values(profile.env)];
  return pieces.flatMap((piece) => {
    if (typeof piece === 'string') return [piece];
    return 'join' in piece ? piece.join.filter((part) => typeof part === 'string') : [];
  });
}
