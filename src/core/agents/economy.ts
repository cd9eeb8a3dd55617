/**
 * The economy lane: what Baton may start by itself. A profile is of it as a whole, or says by which arguments it becomes
 * cheap; then a second profile is made of it. Source: requirements 002-3, 002-13; resolution C7.
 */
import { BatonError } from '../base/baton-error';
import { type AgentProfile, agentProfileSchema, type LaunchPlan } from '../model/agent-profile';

const suffix = '-economy';

/**
 * Whether a profile could be one of the economy lane that is used, by what its file says; saves checking all the others.
 *
 * @param chosen ids of the profiles that the person chose; empty for all that are not for trials only
 */
export function mayBeEconomy(raw: object, chosen: readonly string[]): boolean {
  if (!('economy' in raw || ('lane' in raw && raw.lane === 'economy'))) return false;
  if (chosen.length === 0) return !('trial' in raw && raw.trial === true);
  return 'id' in raw && chosen.some((id) => id === raw.id || id === `${raw.id}${suffix}`);
}

/** The profile itself where it is of the economy lane, the cheap one made of it, or undefined. */
export function economyProfile(profile: AgentProfile): AgentProfile | undefined {
  if (profile.lane === 'economy') return profile;
  const { economy, headless } = profile;
  const id = agentProfileSchema.shape.id.safeParse(`${profile.id}${suffix}`);
  if (economy === undefined || !id.success) return undefined;
  return {
    ...profile,
    id: id.data,
    label: economy.label,
    lane: 'economy',
    args: [...economy.args, ...profile.args],
    ...(profile.resumeArgs && { resumeArgs: [...economy.args, ...profile.resumeArgs] }),
    ...(headless && {
      headless: {
        ...headless,
        args: [...economy.args, ...headless.args],
        ...(headless.resumeArgs && { resumeArgs: [...economy.args, ...headless.resumeArgs] }),
      },
    }),
  };
}

/** Id of the agent that a cheap profile was made of; of any other profile its own. */
export function economySource(id: string): string {
  return id.endsWith(suffix) ? id.slice(0, -suffix.length) : id;
}

/**
 * The last look before a program is started in the background: by what is about to be started, not by what was meant.
 * Throws `launch_refused`.
 *
 * **Invariant:** nothing but a profile of the economy lane, without a person and with its cheap arguments in front, is
 * started in the background.
 */
export function requireEconomy(
  profile: AgentProfile,
  plan: Pick<LaunchPlan, 'agent' | 'args' | 'mode'>,
): void {
  const wanted = profile.economy?.args ?? [];
  const cheap = wanted.every((arg, index) => plan.args[index] === arg);
  if (profile.lane === 'economy' && plan.agent === profile.id && plan.mode === 'headless' && cheap) return;
  throw new BatonError('launch_refused', `${profile.label} is no agent of the economy lane`, {
    hint: 'In the background Baton starts only agents whose profile says that they are cheap.',
  });
}
