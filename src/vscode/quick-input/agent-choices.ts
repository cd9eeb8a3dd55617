/** Agents as rows to pick: what can be started first, the others with how to get them. */
import * as vscode from 'vscode';
import type { KnownAgent } from '../../core/operations/list-agents';
import type { ResumeChoice } from '../../core/operations/resume-choices';
import { describeAgent } from './agent-words';
import type { Choice } from './ask';

export function agentChoices(agents: readonly KnownAgent[]): readonly Choice<KnownAgent>[] {
  const installed = agents.filter(({ executable }) => executable !== undefined);
  return [...installed.map(installedChoice), ...missingChoices(agents)];
}

/** What a person picks before a launch; nothing else is needed to start. */
export interface LaunchChoice {
  readonly agent: KnownAgent;
  /** The agent's own session is continued, instead of a fresh one. */
  readonly continueOwn: boolean;
}

/** What is told of an agent beside its name. */
export interface LaunchDetails {
  /** How far Baton reaches into it, and what its person is to know, in one line. */
  readonly detail: (agent: KnownAgent) => string;
  /** Of the session that could be continued, as "session 2, stopped by you". */
  readonly session: (choice: ResumeChoice) => string;
}

export type LaunchRow = Choice<LaunchChoice> | vscode.QuickPickItem;

/** Own sessions first, then fresh starts, then what is not installed; headings only where there is more than one kind. */
export function launchRows(
  choices: readonly ResumeChoice[],
  agents: readonly KnownAgent[],
  details: LaunchDetails,
): readonly LaunchRow[] {
  const own = choices.filter(({ kind }) => kind === 'own').map((choice) => ownChoice(choice, details));
  const fresh = choices
    .filter(({ kind }) => kind === 'fresh')
    .map(({ agent }) => freshChoice(agent, details));
  const missing = missingChoices(agents).map((choice) => ({
    ...choice,
    // The heading says that they are not installed.
    description: choice.value.profile.description,
    value: { agent: choice.value, continueOwn: false },
  }));
  const { t } = vscode.l10n;
  const groups: readonly (readonly [string, readonly LaunchRow[]])[] = [
    [t('continue its own session'), own],
    [own.length > 0 ? t('start fresh from the packet') : t('installed'), fresh],
    [t('not installed'), missing],
  ];
  const filled = groups.filter(([, rows]) => rows.length > 0);
  return filled.flatMap(([heading, rows]) =>
    filled.length > 1 ? [{ label: heading, kind: vscode.QuickPickItemKind.Separator }, ...rows] : rows,
  );
}

function ownChoice(choice: ResumeChoice, details: LaunchDetails): Choice<LaunchChoice> {
  const { agent } = choice;
  return {
    label: agent.profile.label,
    description: details.session(choice),
    detail: details.detail(agent),
    iconPath: new vscode.ThemeIcon('debug-continue'),
    value: { agent, continueOwn: true },
  };
}

function freshChoice(agent: KnownAgent, details: LaunchDetails): Choice<LaunchChoice> {
  return {
    ...installedChoice(agent),
    detail: details.detail(agent),
    value: { agent, continueOwn: false },
  };
}

function installedChoice(agent: KnownAgent): Choice<KnownAgent> {
  return {
    label: agent.profile.label,
    description: describeAgent(agent.profile, agent.version),
    iconPath: new vscode.ThemeIcon('robot'),
    value: agent,
  };
}

function missingChoices(agents: readonly KnownAgent[]): readonly Choice<KnownAgent>[] {
  return agents
    .filter(({ executable }) => executable === undefined)
    .map((agent) => {
      const { label, install } = agent.profile;
      return {
        label,
        description: vscode.l10n.t('not installed'),
        iconPath: new vscode.ThemeIcon('cloud-download', new vscode.ThemeColor('descriptionForeground')),
        value: agent,
        ...(install === '' ? {} : { detail: vscode.l10n.t('Install: {0}', install) }),
      };
    });
}
