/** Composition root of the editor: ports, state, views, commands, in reading order. Nothing heavy happens here. */
import { delimiter } from 'node:path';
import * as vscode from 'vscode';
import type { BackgroundChoice } from './core/model/background';
import type { HealthReport } from './core/operations/check-health';
import type { FixReport } from './core/operations/fix-health';
import { setUpHooks } from './core/operations/set-up-hooks';
import type { Resources } from './core/operations/workspace';
import type { Ports } from './core/ports';
import { Locks } from './core/store/lock';
import { agentResources } from './node/agent-resources';
import {
  changeBackgroundChoice,
  choicesFile,
  choicesLockFolder,
  readBackgroundChoice,
} from './node/background-choices';
import { ensureCommandShim } from './node/command-shim';
import { addConsent, readConsents, removeConsent } from './node/consents';
import { nodePorts } from './node/node-ports';
import { runCli } from './node/run-cli';
import { lastBackgroundStart, startBackgroundRun } from './node/start-background-run';
import { ensureUserAgents, readUserAgents } from './node/user-agents';
import { Agents } from './vscode/agents';
import { apiSurface } from './vscode/api';
import type { BatonApi } from './vscode/api-types';
import type { ApiWork } from './vscode/api-work';
import { BackgroundOutput } from './vscode/background/background-output';
import type { TickAnswer } from './vscode/background/folder-heartbeat';
import { Heartbeats } from './vscode/background/heartbeats';
import { NudgeNotifications } from './vscode/background/nudge-notifications';
import { watchChoices } from './vscode/background/watch-choices';
import { registerLanguageModelTools } from './vscode/chat/language-model-tools';
import { type McpProgram, registerMcpOffer } from './vscode/chat/mcp-offer';
import { askConsent } from './vscode/commands/ask-consent';
import { checkAfterUncleanStop, type HealthService } from './vscode/commands/health';
import { registerCommands } from './vscode/commands/register-commands';
import type { BackgroundWork } from './vscode/commands/services';
import { ContextKeys } from './vscode/context-keys';
import { LanguageLoader } from './vscode/editing/language-loader';
import { openDocuments } from './vscode/editing/open-documents';
import { PacketDocuments } from './vscode/editing/packet-documents';
import { ReportDocuments } from './vscode/editing/report-documents';
import { TaskDecorations } from './vscode/editing/task-decorations';
import type { FolderSession } from './vscode/folder-session';
import { HookConsent } from './vscode/hook-consent';
import { PlanLoader } from './vscode/planning/plan-loader';
import { relevantFrom } from './vscode/relevant-memory';
import { showError } from './vscode/show-error';
import { BatonState } from './vscode/state';
import { StatusBar } from './vscode/status-bar';
import { switchEnvironment } from './vscode/switches';
import { AgentTerminals } from './vscode/terminal/agent-terminals';
import { VerificationLoader } from './vscode/verification/verification-loader';
import { BatonViews } from './vscode/views/views';

/** What there is to do when the window closes, as long as Baton is active. */
let leave: (() => Promise<void>) | undefined;

/**
 * A tick does the jobs that are due, which may take minutes in a large folder, and one that is cut off is not made up for; yet
 * one that hangs keeps the scheduler's lease as long as it lives. Milliseconds.
 */
const longestTickMs = 30 * 60_000;

/** VS Code waits for it only for a moment. */
export async function deactivate(): Promise<void> {
  await leave?.();
}

/** @returns what other extensions may use, as `media/api/baton-api.d.ts` declares it */
export function activate(context: vscode.ExtensionContext): BatonApi {
  const began = performance.now();
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = own(vscode.window.createOutputChannel('Baton', { log: true }));
  const onError = (error: unknown) => void showError(log, error);
  const logError = (error: unknown) => log.error(String(error));
  const ports: Ports = { ...nodePorts(log), documents: openDocuments };
  const resources = resourcesOf(context);
  const prepareCommand = () => ensureCommandShim(resources.binFolder, resources);

  // What the command line answers has these shapes: both are this version of Baton.
  const cli = (root: string, args: readonly string[]) =>
    runCli(resources, root, args, { env: switchEnvironment() });
  const health: HealthService = {
    check: async (root) => (await cli(root, ['health'])) as HealthReport,
    repair: async (root) => (await cli(root, ['health', '--fix'])) as FixReport,
  };
  const uncleanStop = (folder: FolderSession) => void checkAfterUncleanStop(health, folder, log);
  const watched = () => terminals.watched;
  const choicesLock = new Locks(ports, choicesLockFolder(process.env));
  const choices = {
    read: (root: string) => readBackgroundChoice(process.env, root),
    change: (root: string, change: Partial<BackgroundChoice>) =>
      changeBackgroundChoice(process.env, root, change, choicesLock),
  };
  const relevant = relevantFrom((root, args) =>
    runCli(resources, root, args, { limitMs: 2000, env: switchEnvironment() }),
  );
  const state = own(
    new BatonState({ ports, resources, prepareCommand, watched, uncleanStop, choices, relevant }),
  );
  own(watchChoices(choicesFile(process.env), () => void state.refresh()));
  const agents = own(new Agents({ ports, resources }, () => readUserAgents(process.env)));
  const consents = {
    read: () => readConsents(process.env),
    add: (key: string) => addConsent(process.env, key),
  };
  const loadVerification = async () =>
    (await import('./verification.js')).startVerification({ state, consents, log, onError: logError });
  const verification = own(new VerificationLoader(state, loadVerification, logError));
  const loadPlanning = async () => (await import('./planning.js')).startPlanning({ state, log });
  const planning = own(new PlanLoader(loadPlanning, logError));
  const consent = new HookConsent(
    {
      ...consents,
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
      checkAtEnd: async (folder, task) => {
        if (!folder.workspace.config.evidence.verifyAtEnd) return;
        await (await verification.get()).checkAtEnd(folder, task);
      },
      onError,
    }),
  );
  leave = () => terminals.leave();
  const background = startBackground(own, state, agents, resources, log);
  const loadChatLibrary = async () => (await import('./chat-tools.js')).chatLibrary;
  own(registerLanguageModelTools({ state, resources, log, load: loadChatLibrary }));
  own(registerMcpOffer(state, mcpProgram(context, resources)));
  const views = own(new BatonViews(state, agents, onError));
  const packets = own(new PacketDocuments(state));
  const reports = own(new ReportDocuments());
  own(new StatusBar(state, agents));
  own(new ContextKeys(state));
  own(new TaskDecorations(state));
  own(
    new LanguageLoader(state, log, async (onError) =>
      (await import('./editing.js')).startLanguageHelp({ state, agents, health, onError }),
    ),
  );
  own(
    registerCommands({
      state,
      agents,
      consent,
      terminals,
      verification: verification.get,
      planning: planning.get,
      views,
      packets,
      reports,
      health,
      report: async (root) => ((await cli(root, ['report'])) as { readonly markdown: string }).markdown,
      background,
      loadChatLibrary,
      changeDependencies: async (argument) =>
        (await import('./editing.js')).changeDependencies({ state }, argument),
      log,
      memento: context.workspaceState,
    }),
  );
  let apiWork: Promise<ApiWork> | undefined;
  const loadApi = async () =>
    (await import('./extension-api.js')).startApi({ state, ask: cli, onError: logError });
  const work = () => (apiWork ??= loadApi());
  log.info(`Activated in ${(performance.now() - began).toFixed(1)} ms`);
  return apiSurface(own, work, logError);
}

/** What goes on beside the person: ticks, runs without a terminal, and what they are told of it. */
function startBackground(
  own: <T extends vscode.Disposable>(item: T) => T,
  state: BatonState,
  agents: Agents,
  resources: Resources,
  log: vscode.LogOutputChannel,
): BackgroundWork {
  const onError = (error: unknown) =>
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const output = own(new BackgroundOutput(state, agents.label, onError));
  own(
    new Heartbeats(state, {
      tick: async (root) =>
        (await runCli(resources, root, ['heartbeat'], {
          limitMs: longestTickMs,
          env: switchEnvironment(),
        })) as TickAnswer,
      trusted: () => vscode.workspace.isTrusted,
      onTick: (folder, answer) => output.tick(folder, answer),
      onError,
    }),
  );
  own(new NudgeNotifications(state, onError));
  return {
    output,
    startRun: (root, entry) => {
      const env = { ...process.env, ...switchEnvironment() };
      return startBackgroundRun(resources, root, entry, { scheduled: false, env });
    },
    ensureAgentsFile: () => ensureUserAgents(process.env),
    lastStart: lastBackgroundStart,
  };
}

/** The bundled MCP server, on the runtime that runs the extension. */
function mcpProgram(context: vscode.ExtensionContext, { node, nodeEnv }: Resources): McpProgram {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'mcp.js').fsPath;
  return { node, nodeEnv, script, version: String(context.extension.packageJSON['version']) };
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
