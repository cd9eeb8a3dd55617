/** Composition root of the editor: ports, state, views, commands, in reading order. Nothing heavy happens here. */
import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import type { HealthReport } from './core/operations/check-health';
import type { FixReport } from './core/operations/fix-health';
import { setUpHooks } from './core/operations/set-up-hooks';
import type { Resources } from './core/operations/workspace';
import type { Ports } from './core/ports';
import { agentResources } from './node/agent-resources';
import { ensureCommandShim } from './node/command-shim';
import { addConsent, readConsents, removeConsent } from './node/consents';
import { nodePorts } from './node/node-ports';
import { runCli } from './node/run-cli';
import { Agents } from './vscode/agents';
import { askConsent } from './vscode/commands/ask-consent';
import { checkAfterUncleanStop, type HealthService } from './vscode/commands/health';
import { registerCommands } from './vscode/commands/register-commands';
import { ContextKeys } from './vscode/context-keys';
import { BatonDiagnostics } from './vscode/editing/diagnostics';
import { openDocuments } from './vscode/editing/open-documents';
import { PacketDocuments } from './vscode/editing/packet-documents';
import { ReportDocuments } from './vscode/editing/report-documents';
import { StatusFixes } from './vscode/editing/status-fixes';
import { TaskDecorations } from './vscode/editing/task-decorations';
import { TaskLensProvider } from './vscode/editing/task-lens';
import type { FolderSession } from './vscode/folder-session';
import { HookConsent } from './vscode/hook-consent';
import { showError } from './vscode/show-error';
import { BatonState } from './vscode/state';
import { StatusBar } from './vscode/status-bar';
import { AgentTerminals } from './vscode/terminal/agent-terminals';
import { BatonViews } from './vscode/views/views';

/** What there is to do when the window closes, as long as Baton is active. */
let leave: (() => Promise<void>) | undefined;

/** VS Code waits for it only for a moment. */
export async function deactivate(): Promise<void> {
  await leave?.();
}

export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel('Baton', { log: true }));
  const onError = (error: unknown) => void showError(log, error);
  const ports: Ports = { ...nodePorts(log), documents: openDocuments };
  const resources = resourcesOf(context);
  const prepareCommand = () => ensureCommandShim(resources.binFolder, resources);

  // What the command line answers has these shapes: both are this version of Baton.
  const health: HealthService = {
    check: async (root) => (await runCli(resources, root, ['health'])) as HealthReport,
    repair: async (root) => (await runCli(resources, root, ['health', '--fix'])) as FixReport,
  };
  const uncleanStop = (folder: FolderSession) => void checkAfterUncleanStop(health, folder, log);
  const watched = () => terminals.watched;
  const state = own(new BatonState({ ports, resources, prepareCommand, watched, uncleanStop }));
  const agents = own(new Agents({ ports, resources }));
  const consent = new HookConsent(
    {
      read: () => readConsents(process.env),
      add: (key) => addConsent(process.env, key),
      remove: (key) => removeConsent(process.env, key),
      setUp: (agent) => setUpHooks({ ports, resources }, agent),
    },
    context.globalState,
    askConsent,
  );
  const terminals: AgentTerminals = own(
    new AgentTerminals(state, {
      memento: context.workspaceState,
      processes: ports.processes,
      exitMap: agents.exitMap,
      onError,
    }),
  );
  leave = () => terminals.leave();
  const views = own(new BatonViews(state, agents, onError));
  const packets = own(new PacketDocuments(state));
  const reports = own(new ReportDocuments());
  own(new StatusBar(state, agents));
  own(new ContextKeys(state));
  own(new TaskLensProvider(state));
  own(new TaskDecorations(state));
  own(new StatusFixes(own(new BatonDiagnostics(state, (error) => log.error(String(error))))));
  own(
    registerCommands({
      state,
      agents,
      consent,
      terminals,
      views,
      packets,
      reports,
      health,
      log,
      memento: context.workspaceState,
    }),
  );
  log.info(`Activated in ${(performance.now() - began).toFixed(1)} ms`);
}

/** What ships with the extension, and the runtime that runs it: the editor's own, as Node. */
function resourcesOf(context: vscode.ExtensionContext): Resources {
  const file = (base: vscode.Uri, ...parts: string[]) => vscode.Uri.joinPath(base, ...parts).fsPath;
  return {
    protocolFolder: file(context.extensionUri, 'media', 'protocol').replaceAll('\\', '/'),
    demoAgent: file(context.extensionUri, 'dist', 'demo-agent.js'),
    cli: file(context.extensionUri, 'dist', 'cli.js'),
    binFolder: file(context.globalStorageUri, 'bin'),
    node: process.execPath,
    nodeEnv: process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
    path: process.env['PATH'] ?? '',
    pathDelimiter: delimiter === ';' ? ';' : ':',
    ...agentResources(process.env, file(context.extensionUri, 'media').replaceAll('\\', '/')),
  };
}
