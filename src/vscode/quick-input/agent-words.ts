/** How far Baton reaches into an agent, for the pick before a launch. Pure. */
import { isNewer } from '../../core/agents/version';
import type { AgentProfile } from '../../core/model/agent-profile';
import type { KnownAgent } from '../../core/operations/list-agents';
import type { HookStanding } from '../hook-consent';
import type { L10n } from '../l10n';

/**
 * For example "Protocol in its system prompt · facts again after a compaction · hooks by a settings file". A quick pick
 * cuts a long line, so what a person may lose comes before how it is done.
 */
export function reachWords(
  { profile, version }: Pick<KnownAgent, 'profile' | 'version'>,
  standing: HookStanding,
  l10n: L10n,
): string {
  const used = standing === 'free' || standing === 'agreed';
  const again = used && profile.hooks?.againAfterCompaction === true;
  const words = [
    channelWords(profile, l10n),
    again ? l10n.t('facts again after a compaction') : l10n.t('facts only once, not after a compaction'),
    hookWords(profile, standing, l10n),
  ];
  if (version !== undefined && isNewer(version, profile.testedWith)) {
    words.push(l10n.t('newer than {0}, which was tested', profile.testedWith));
  }
  return words.join(' · ');
}

function channelWords({ instructions }: AgentProfile, l10n: L10n): string {
  switch (instructions.channel) {
    case 'append':
      return l10n.t('Protocol in its system prompt');
    case 'folder':
    case 'config':
      return l10n.t('Protocol among its instructions');
    case 'hook':
      return l10n.t('Protocol by its start hook');
    case 'prompt':
      return l10n.t('Protocol in the packet');
  }
}

function hookWords({ hooks }: AgentProfile, standing: HookStanding, l10n: L10n): string {
  switch (standing) {
    case 'none':
      return l10n.t('no hooks');
    case 'open':
      return l10n.t('hooks once you agree');
    case 'declined':
      return l10n.t('without hooks, as you chose');
    case 'free':
    case 'agreed':
      return l10n.t('hooks by {0}', hooks?.supply ?? '');
  }
}

/** The name, and its version where that is known. */
export function describeAgent(profile: AgentProfile, version: string | undefined): string {
  return [version, profile.description].filter((part) => part !== undefined && part !== '').join(' · ');
}
