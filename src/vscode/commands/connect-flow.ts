/**
 * Connect an Agent, Set Up Verification Tools: an MCP server in an agent's own settings. The change is shown, the person
 * asked, then it is made. Rarely needed, so it is no part of the window's own program (`chat-tools.ts`).
 */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import { tokenVariable, type VerificationTool } from '../../core/model/verification-tool';
import {
  type Connection,
  type ConnectScope,
  makeConnection,
  planConnection,
} from '../../core/operations/connect-agent';
import type { KnownAgent } from '../../core/operations/list-agents';
import { agentChoices } from '../quick-input/agent-choices';
import { askPick } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { chooseFolder } from './choose';
import type { Services } from './services';

export type Connected = 'agent' | 'tool';

/**
 * Baton's own server, or that of a tool by which agents check their work (003-52). Rejects with `Cancelled` when the
 * person gives up, and with what `planConnection` and `makeConnection` reject with.
 */
export async function connect(services: Services, what: Connected): Promise<void> {
  const { t } = vscode.l10n;
  const title = what === 'agent' ? t('Connect an Agent') : t('Set Up Verification Tools');
  if (!vscode.workspace.isTrusted) {
    throw new BatonError('untrusted', t('Agents are not connected in Restricted Mode.'));
  }
  const folder = await chooseFolder(services, title);
  if (folder.phase === 'loading') await folder.refresh();
  // Said before anything is asked, where Baton is not set up.
  const { workspace } = folder;
  const tool = what === 'tool' ? await askTool(title) : undefined;
  const { profile } = await askAgent(await services.agents.list(), title, tool);
  const scope = await askScope(profile, titleOf(profile, tool));
  const options = { scope, remove: false, ...(tool !== undefined && { tool }) };
  const planned = await planConnection(workspace, profile, options);
  const { change, file } = planned;
  if (change === 'none' || change === 'kept') {
    const has = tool === undefined ? t('{0} is already connected.', profile.label) : hasTool(profile, tool);
    const other = t('{0} has another entry of this name. It stays as it is.', profile.label);
    void tellWithFile(change === 'none' ? has : other, file);
    return;
  }
  await showChange(services, planned, titleOf(profile, tool));
  await askToWrite(planned, titleOf(profile, tool), tool);
  if (tool === undefined) await folder.services.prepareCommand();
  const backup = await makeConnection(workspace, planned);
  void tellConnected(planned, backup, tool);
}

/** What is about to happen, as the title of what asks. */
function titleOf({ label }: KnownAgent['profile'], tool: VerificationTool | undefined): string {
  const { t } = vscode.l10n;
  return tool === undefined ? t('Connect {0}', label) : t('Add {0} to {1}', toolName(tool), label);
}

function hasTool({ label }: KnownAgent['profile'], tool: VerificationTool): string {
  return vscode.l10n.t('{0} has {1} already.', label, toolName(tool));
}

function toolName(tool: VerificationTool): string {
  return tool === 'browser' ? vscode.l10n.t('Browser') : 'GitHub';
}

async function askTool(title: string): Promise<VerificationTool> {
  const { t } = vscode.l10n;
  const { value } = await askPick<VerificationTool>({
    title,
    placeholder: t('By what is an agent to check its work?'),
    items: [
      {
        label: toolName('browser'),
        description: 'Playwright',
        detail: t('Sees and clicks through what it built'),
        iconPath: new vscode.ThemeIcon('globe'),
        value: 'browser',
      },
      {
        label: toolName('github'),
        detail: t('Reads issues, pull requests and the results of checks'),
        iconPath: new vscode.ThemeIcon('github'),
        value: 'github',
      },
    ],
  });
  return given(value);
}

async function askAgent(
  agents: readonly KnownAgent[],
  title: string,
  tool: VerificationTool | undefined,
): Promise<KnownAgent> {
  const { t } = vscode.l10n;
  const { value } = await askPick<KnownAgent>({
    title,
    placeholder:
      tool === undefined
        ? t('Sessions that you start yourself get the tools of Baton too')
        : t('Which agent gets it?'),
    items: agentChoices(agents.filter((agent) => takes(agent, tool))),
  });
  return given(value);
}

/** What an agent brings along needs no entry. */
function takes({ profile: { mcp } }: KnownAgent, tool: VerificationTool | undefined): boolean {
  if (mcp?.person === undefined && mcp?.project === undefined) return false;
  return tool === undefined || typeof mcp.tools[tool] === 'object';
}

async function askScope({ mcp }: KnownAgent['profile'], title: string): Promise<ConnectScope> {
  const { t } = vscode.l10n;
  const person = {
    label: t('In your own settings'),
    description: t('for every project'),
    iconPath: new vscode.ThemeIcon('account'),
    value: 'person' as const,
  };
  const project = {
    label: t('In this project'),
    description: t('a file that may be committed'),
    iconPath: new vscode.ThemeIcon('repo'),
    value: 'project' as const,
  };
  const items = [
    ...(mcp?.person === undefined ? [] : [person]),
    ...(mcp?.project === undefined ? [] : [project]),
  ];
  const [only] = items;
  if (only !== undefined && items.length === 1) return only.value;
  const { value } = await askPick<ConnectScope>({
    title,
    placeholder: t('In which settings?'),
    items,
  });
  return given(value);
}

/** The file as it is beside the file as it is to be. */
async function showChange(
  { reports }: Services,
  { file, before, after }: Connection,
  title: string,
): Promise<void> {
  const name = file.slice(file.lastIndexOf('/') + 1);
  await vscode.commands.executeCommand(
    'vscode.diff',
    reports.put(`before/${name}`, before ?? ''),
    reports.put(`after/${name}`, after),
    `${title}: ${name}`,
    { preview: true },
  );
}

/** Rejects with `Cancelled`; the change then stays on the screen to be read. */
async function askToWrite(
  { file, before }: Connection,
  title: string,
  tool: VerificationTool | undefined,
): Promise<void> {
  const { t } = vscode.l10n;
  const write = t('Write');
  const kept = before === undefined ? t('The file is new.') : t('The old file is kept beside it.');
  const answer = await vscode.window.showWarningMessage(
    `${title}?`,
    {
      modal: true,
      detail: [`${t('The change that is shown is written to {0}.', file)} ${kept}`, ...toolNote(tool)].join(
        '\n\n',
      ),
    },
    write,
  );
  if (answer !== write) throw new Cancelled();
}

/** What the person says yes to, besides a few lines in a file. */
function toolNote(tool: VerificationTool | undefined): readonly string[] {
  const { t } = vscode.l10n;
  if (tool === undefined) return [];
  return tool === 'browser'
    ? [
        t(
          'The agent starts it with npx, which downloads the package @playwright/mcp; that drives a browser on this machine.',
        ),
      ]
    : [
        t(
          'It is GitHub’s own server on the network. Your token is read from the environment variable {0} and is not written to any file. The agent may do there whatever the token allows.',
          tokenVariable,
        ),
      ];
}

async function tellConnected(
  { label, file }: Connection,
  backup: string | undefined,
  tool: VerificationTool | undefined,
): Promise<void> {
  const { t } = vscode.l10n;
  const kept = backup === undefined ? '' : ` ${t('The old file is {0}.', backup)}`;
  const seen =
    tool === undefined
      ? t('{0} sees Baton when it starts anew.', label)
      : t('{0} has the tool when it starts anew.', label);
  await tellWithFile(seen + kept, file);
}

/** With a button, also because a notification without one is cut after its first line. */
async function tellWithFile(text: string, file: string): Promise<void> {
  const open = vscode.l10n.t('Open File');
  const answer = await vscode.window.showInformationMessage(text, open);
  if (answer === open) await vscode.window.showTextDocument(vscode.Uri.file(file));
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Cancelled();
  return value;
}
