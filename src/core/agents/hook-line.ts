/** The shell lines by which agents call Baton's hooks. They hold one path, quoted once, and no word of any task. */
import { BatonError } from '../base/baton-error';
import type { AgentProfile } from '../model/agent-profile';
import { defaultContextLimit, type HookEvent } from '../model/hook';
import { batonCommand, type LaunchTools } from './launch-tools';

type Place = Pick<LaunchTools, 'binFolder' | 'platform'>;

/** What a hook has to know of the agent that calls it. */
type Speech = Pick<NonNullable<AgentProfile['hooks']>, 'dialect' | 'contextLimit'>;

export interface HookLines {
  /** Of this launch. */
  readonly hookLine: (event: HookEvent) => string;
  /** For a file that outlives it. */
  readonly lastingHookLine: (event: HookEvent) => string;
}

/** The lines in an agent's dialect; they throw `invalid_config` for a profile that describes no hooks. */
export function hookLinesOf({ id, hooks }: AgentProfile, place: Place): HookLines {
  const speech = (): Speech => {
    if (hooks !== undefined) return hooks;
    throw new BatonError('invalid_config', `The profile ${id} calls hooks and describes none`);
  };
  return {
    hookLine: (event) => hookLine(event, speech(), place),
    lastingHookLine: (event) => lastingHookLine(event, speech(), place),
  };
}

/** @throws `launch_refused` when the path of `baton` cannot be quoted on this platform */
export function hookLine(event: HookEvent, speech: Speech, place: Place): string {
  return `${quotedOnce(batonCommand(place), place.platform)} ${hookWords(event, speech)}`;
}

/**
 * For a file that outlives the launch: does nothing, at once, in an agent that works on no task of Baton's. One that a
 * person started by hand may know the task alone; `baton` is then looked for on PATH, and a miss is no failure.
 */
export function lastingHookLine(
  event: HookEvent,
  speech: Speech,
  { platform }: Pick<LaunchTools, 'platform'>,
): string {
  const words = hookWords(event, speech);
  return platform === 'win32'
    ? `if ($env:BATON_TASK_ID) { & ($env:BATON_COMMAND, 'baton' -ne $null)[0] ${words} }`
    : `[ -z "$BATON_TASK_ID" ] || "\${BATON_COMMAND:-baton}" ${words} || true`;
}

/** The arguments of `baton` alone, for agents that start a hook without a shell. */
function hookWords(event: HookEvent, { dialect, contextLimit }: Speech): string {
  const limit = contextLimit === defaultContextLimit ? '' : ` --limit ${contextLimit}`;
  return `hook ${event} --dialect ${dialect}${limit}`;
}

function quotedOnce(path: string, platform: string): string {
  if (platform !== 'win32') return `'${path.replaceAll("'", "'\\''")}'`;
  if (!/["%`$]/.test(path)) return `"${path}"`;
  throw new BatonError('launch_refused', `The folder of the baton command cannot be quoted: ${path}`, {
    hint: 'Move the profile folder to a path without quotes, percent or dollar signs.',
  });
}
