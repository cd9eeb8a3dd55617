/** Which agent works on a task: the one that is decided already, else the one the person picks, with what it means. */
import * as vscode from 'vscode';
import type { AgentProfile } from '../../core/model/agent-profile';
import { previewPacket } from '../../core/operations/build-packet';
import type { KnownAgent } from '../../core/operations/list-agents';
import { type ResumeChoice, resumeChoices } from '../../core/operations/resume-choices';
import { lastAgentKey, settingIds } from '../contributions';
import { type LaunchChoice, type LaunchRow, launchRows } from '../quick-input/agent-choices';
import { reachWords } from '../quick-input/agent-words';
import { askPick, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import type { LocatedTask } from '../state';
import { exitWords } from '../views/session-words';
import type { Services } from './services';

export interface LaunchQuestion {
  readonly title: string;
  /** Ask also where the agent is decided already. */
  readonly always: boolean;
}

/** The choice, and what the person has seen of it before. */
export interface ChosenLaunch extends LaunchChoice {
  /** Of the startup packet, as estimated. */
  readonly tokens: number;
  /** The pick has shown what this launch lacks. */
  readonly asked: boolean;
}

/**
 * The agent the task names, else the one the settings name, where it is installed and there is nothing to decide; else
 * the person picks.
 */
export async function chooseLaunch(
  services: Services,
  located: LocatedTask,
  question: LaunchQuestion,
): Promise<ChosenLaunch> {
  const { folder, task } = located;
  const agents = await services.agents.list();
  const choices = await resumeChoices(folder.workspace, task.id, agents);
  // Only the size is told here, and what is remembered has a room of its own.
  const { tokens } = await previewPacket(folder.workspace, task.id, { withMemory: false });
  const named = namedAgent(agents, located);
  const undecided = question.always || choices.some(({ kind }) => kind === 'own');
  if (named !== undefined && !undecided) return { agent: named, continueOwn: false, tokens, asked: false };
  const chosen = await pick(services, located, question, { agents, choices, tokens, named });
  if (chosen.agent.executable === undefined) await refuseMissing(chosen.agent);
  await services.memento.update(lastAgentKey, chosen.agent.profile.id);
  return { ...chosen, tokens, asked: true };
}

interface Offered {
  readonly agents: readonly KnownAgent[];
  readonly choices: readonly ResumeChoice[];
  readonly tokens: number;
  readonly named: KnownAgent | undefined;
}

async function pick(
  services: Services,
  { task }: LocatedTask,
  question: LaunchQuestion,
  { agents, choices, tokens, named }: Offered,
): Promise<LaunchChoice> {
  const rows = await rowsOf(services, choices, agents);
  const likely = named?.profile.id ?? services.memento.get<string>(lastAgentKey);
  const { value } = await askPick<LaunchChoice>({
    title: `${question.title} #${task.id} · ${packetWords(tokens)}`,
    placeholder: vscode.l10n.t('Which agent?'),
    items: rows,
    active: likelyRow(rows, likely),
    later: withVersions(services, choices),
  });
  if (value === undefined) throw new Cancelled();
  return value;
}

/** What an agent could continue comes first and is the natural answer; else the one that is named, or was used last. */
function likelyRow(rows: readonly LaunchRow[], likely: string | undefined): Choice<LaunchChoice> | undefined {
  const all = rows.flatMap((row) => ('value' in row ? [row] : []));
  return (
    all.find(({ value }) => value.continueOwn) ?? all.find(({ value }) => value.agent.profile.id === likely)
  );
}

/** Asking programs for their version takes a second or more, and nobody has to wait for that. */
async function withVersions(
  services: Services,
  choices: readonly ResumeChoice[],
): Promise<readonly LaunchRow[]> {
  const agents = await services.agents.list({ versions: true });
  const known = (one: KnownAgent) => agents.find(({ profile }) => profile.id === one.profile.id) ?? one;
  return rowsOf(
    services,
    choices.map((choice) => ({ ...choice, agent: known(choice.agent) })),
    agents,
  );
}

async function rowsOf(
  services: Services,
  choices: readonly ResumeChoice[],
  agents: readonly KnownAgent[],
): Promise<readonly LaunchRow[]> {
  const agreed = await services.consent.agreed();
  return launchRows(choices, agents, {
    detail: (agent) => reachWords(agent, services.consent.standing(agent, agreed), vscode.l10n),
    session: sessionWords,
  });
}

function sessionWords({ session, agent }: ResumeChoice): string {
  if (session === undefined) return '';
  const number = vscode.l10n.t('session {0}', session.number);
  if (session.end === null) return number;
  return `${number}, ${exitWords(session.end, agent.profile.exit, vscode.l10n)}`;
}

export function packetWords(tokens: number): string {
  return vscode.l10n.t('packet of about {0} tokens', tokens.toLocaleString(vscode.env.language));
}

function namedAgent(agents: readonly KnownAgent[], { folder, task }: LocatedTask): KnownAgent | undefined {
  const always = vscode.workspace
    .getConfiguration(undefined, folder.folder)
    .get<string>(settingIds.defaultAgent);
  const installed = (wanted: string | undefined) =>
    agents.find(
      ({ profile, executable }) =>
        executable !== undefined && wanted !== undefined && isNamed(profile, wanted),
    );
  return installed(task.agent) ?? installed(always);
}

function isNamed({ id, label }: AgentProfile, wanted: string): boolean {
  return id === wanted.toLowerCase() || label === wanted;
}

async function refuseMissing({ profile }: KnownAgent): Promise<never> {
  const copy = vscode.l10n.t('Copy Install Command');
  const settings = vscode.l10n.t('Open Settings');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is not installed.', profile.label),
    ...(profile.install === '' ? [] : [copy]),
    settings,
  );
  if (answer === copy) await vscode.env.clipboard.writeText(profile.install);
  if (answer === settings)
    await vscode.commands.executeCommand('workbench.action.openSettings', settingIds.agents);
  throw new Cancelled();
}
