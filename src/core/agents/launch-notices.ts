/** What a launch cannot do, told to the person before it and to the agent in its packet; plain sentences. */
import type { AgentProfile } from '../model/agent-profile';
import { isNewer } from './version';

export interface LaunchKind {
  /** Default: `interactive`. */
  readonly mode?: 'interactive' | 'headless';
  /** Hooks are handed to the agent in this launch. */
  readonly hooks: boolean;
  /** Why they are not, where its profile has some. */
  readonly without?: 'consent' | 'hidden';
  /** Of the agent's program, where it was asked for. */
  readonly version?: string | undefined;
  /** The agent goes on in a session of its own. */
  readonly continued?: boolean;
}

export function launchNotices(profile: AgentProfile, kind: LaunchKind): readonly string[] {
  return [
    ...promptTyped(profile, kind),
    ...hooksLeftOut(profile, kind),
    ...afterCompaction(profile, kind),
    ...untested(profile, kind),
  ];
}

function promptTyped({ label, typed }: AgentProfile, { mode }: LaunchKind): readonly string[] {
  if (!typed || mode === 'headless') return [];
  return [`${label} takes no prompt when it starts: tell it to read the file named by BATON_PACKET first.`];
}

function hooksLeftOut({ label, hooks }: AgentProfile, kind: LaunchKind): readonly string[] {
  if (hooks === undefined || kind.hooks) return [];
  if (kind.without === 'hidden') {
    return [`${label} runs without Baton’s hooks: they would hide settings of your administrator.`];
  }
  return [`${label} runs without Baton’s hooks: you have not agreed to them.`];
}

/** Facts are what changes from launch to launch: the next feature, where to go on. */
function afterCompaction({ label, hooks, instructions }: AgentProfile, kind: LaunchKind): readonly string[] {
  if (kind.hooks && hooks?.againAfterCompaction === true) return [];
  const keeps =
    instructions.survivesCompaction && (kind.continued !== true || instructions.freshOnResume)
      ? 'its instructions stay, and tell it to read the packet again'
      : 'tell it to read the packet again if it loses the thread';
  return [`After ${label} has compacted its context, the facts of this task do not arrive again: ${keeps}.`];
}

function untested({ label, testedWith }: AgentProfile, { version }: LaunchKind): readonly string[] {
  if (version === undefined || !isNewer(version, testedWith)) return [];
  return [`${label} ${version} is newer than ${testedWith}, the version Baton was tested with.`];
}
