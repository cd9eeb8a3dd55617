/** What can be switched off whole, by the project's settings or by a person's own. Requirement 001-79. */
import { BatonError } from '../base/baton-error';
import type { BatonWorkspace } from './workspace';

export const switches = ['agentRuntime', 'memory', 'workers'] as const;
export type Switch = (typeof switches)[number];

/** The environment variable by which a window tells the processes it starts what its person's settings switch off. */
export const offVariable = 'BATON_OFF';

/** For a process that is started on behalf of somebody who has switched these off. */
export function offEnvironment(off: readonly Switch[] = []): Readonly<Record<string, string>> {
  return off.length === 0 ? {} : { [offVariable]: off.join(',') };
}

/** @param text as `memory,workers`; words that are none of ours are passed over */
export function switchesIn(text: string | undefined): readonly Switch[] {
  const words = (text ?? '').split(',').map((word) => word.trim());
  return switches.filter((one) => words.includes(one));
}

/** Without the agent runtime neither memory nor workers are on. */
export function isOn({ config, acting }: Pick<BatonWorkspace, 'config' | 'acting'>, which: Switch): boolean {
  const needed: readonly Switch[] = which === 'agentRuntime' ? [which] : ['agentRuntime', which];
  return needed.every((one) => config[one].enabled && acting.off?.includes(one) !== true);
}

/** Throws `switched_off`. */
export function requireOn(workspace: Pick<BatonWorkspace, 'config' | 'acting'>, which: Switch): void {
  if (isOn(workspace, which)) return;
  const runtime = !isOn(workspace, 'agentRuntime');
  const setting = runtime ? 'agentRuntime' : which;
  throw new BatonError('switched_off', `${words[which]} switched off by a setting`, {
    hint: workspace.config[setting].enabled
      ? `Turn on the setting baton.${setting} in the editor.`
      : `Set "${setting}": { "enabled": true } in .baton/config.json.`,
  });
}

const words: Record<Switch, string> = {
  agentRuntime: 'Planning, memory and workers are',
  memory: 'Memory is',
  workers: 'Workers are',
};
