/** Connect an Agent: Baton's MCP server in an agent's own settings. The change is shown, the person asked, then it is made. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { Connection, ConnectScope } from '../../core/operations/connect-agent';
import type { KnownAgent } from '../../core/operations/list-agents';
import { agentChoices } from '../quick-input/agent-choices';
import { askPick } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { chooseFolder } from './choose';
import type { Handler, Services } from './services';

export const connectAgentCommand: Handler = async (services) => {
  const { t } = vscode.l10n;
  if (!vscode.workspace.isTrusted) {
    throw new BatonError('untrusted', t('Agents are not connected in Restricted Mode.'));
  }
  const folder = await chooseFolder(services, t('Connect an Agent'));
  if (folder.phase === 'loading') await folder.refresh();
  // Said before anything is asked, where Baton is not set up.
  const { workspace } = folder;
  const { profile } = await askAgent(await services.agents.list());
  const scope = await askScope(profile);
  const library = await services.loadChatLibrary();
  const planned = await library.planConnection(workspace, profile, { scope, remove: false });
  if (planned.change === 'none') {
    void vscode.window.showInformationMessage(
      t('{0} is already connected, in {1}.', profile.label, planned.file),
    );
    return;
  }
  await showChange(services, planned);
  await askToWrite(planned);
  await folder.services.prepareCommand();
  const backup = await library.makeConnection(workspace, planned);
  void tellConnected(planned, backup);
};

async function askAgent(agents: readonly KnownAgent[]): Promise<KnownAgent> {
  const { t } = vscode.l10n;
  const able = agents.filter(({ profile }) => profile.mcp !== undefined);
  const { value } = await askPick<KnownAgent>({
    title: t('Connect an Agent'),
    placeholder: t('Sessions that you start yourself get the tools of Baton too'),
    items: agentChoices(able),
  });
  return given(value);
}

async function askScope({ label, mcp }: KnownAgent['profile']): Promise<ConnectScope> {
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
    title: t('Connect {0}', label),
    placeholder: t('Where does it learn of Baton?'),
    items,
  });
  return given(value);
}

/** The file as it is beside the file as it is to be. */
async function showChange({ reports }: Services, { file, label, before, after }: Connection): Promise<void> {
  const name = file.slice(file.lastIndexOf('/') + 1);
  await vscode.commands.executeCommand(
    'vscode.diff',
    reports.put(`before/${name}`, before ?? ''),
    reports.put(`after/${name}`, after),
    vscode.l10n.t('Connect {0}: {1}', label, name),
    { preview: true },
  );
}

/** Rejects with `Cancelled`; the change then stays on the screen to be read. */
async function askToWrite({ label, file, before }: Connection): Promise<void> {
  const { t } = vscode.l10n;
  const write = t('Write');
  const kept = before === undefined ? t('The file is new.') : t('The old file is kept beside it.');
  const answer = await vscode.window.showWarningMessage(
    t('Connect {0}?', label),
    { modal: true, detail: [t('The change that is shown is written to {0}.', file), kept].join(' ') },
    write,
  );
  if (answer !== write) throw new Cancelled();
}

async function tellConnected({ label, file }: Connection, backup: string | undefined): Promise<void> {
  const { t } = vscode.l10n;
  const kept = backup === undefined ? '' : ` ${t('The old file is {0}.', backup)}`;
  const open = t('Open File');
  const text = t('{0} sees Baton when it starts anew.', label) + kept;
  const answer = await vscode.window.showInformationMessage(text, open);
  if (answer === open) await vscode.window.showTextDocument(vscode.Uri.file(file));
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Cancelled();
  return value;
}
