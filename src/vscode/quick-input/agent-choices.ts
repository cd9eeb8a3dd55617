/** Agents as rows to pick: installed ones first, the others with how to get them. */
import * as vscode from 'vscode';
import type { KnownAgent } from '../../core/operations/list-agents';
import type { Choice } from './ask';

export function agentChoices(agents: readonly KnownAgent[]): readonly Choice<KnownAgent>[] {
  const installed = agents.filter(({ executable }) => executable !== undefined);
  const missing = agents.filter(({ executable }) => executable === undefined);
  return [...installed, ...missing].map(agentChoice);
}

function agentChoice(agent: KnownAgent): Choice<KnownAgent> {
  const { profile, executable } = agent;
  if (executable !== undefined) {
    return {
      label: profile.label,
      description: profile.description,
      iconPath: new vscode.ThemeIcon('robot'),
      value: agent,
    };
  }
  const install = profile.install === '' ? {} : { detail: vscode.l10n.t('Install: {0}', profile.install) };
  return {
    label: profile.label,
    description: vscode.l10n.t('not installed'),
    iconPath: new vscode.ThemeIcon('cloud-download', new vscode.ThemeColor('descriptionForeground')),
    value: agent,
    ...install,
  };
}
