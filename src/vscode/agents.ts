/** The agents this person can launch: built in and from user settings, never from a workspace. */
import * as vscode from 'vscode';
import { builtInProfiles, profilesById, resolveProfiles } from '../core/agents/profiles';
import { settingIds } from './contributions';

/** The setting maps an id to a profile, so that the settings editor can show it; the core takes a list. */
export function userProfiles(): unknown {
  const setting = vscode.workspace.getConfiguration().inspect(settingIds.agents);
  // Only what a person wrote themselves may name a program to start, whatever scope a later editor lets through.
  return profilesById(setting?.globalValue);
}

/** The name to show for an agent; its id when no profile has it (any more). */
export function agentLabel(agent: string): string {
  const { profiles } = resolveProfiles(builtInProfiles, userProfiles());
  return profiles.find(({ id }) => id === agent)?.label ?? agent;
}
