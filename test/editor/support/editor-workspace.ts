// A Baton state of its own over the test's workspace folder, with the real ports, in the real extension host.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { noBackgroundChoice } from '../../../src/core/model/background';
import type { Resources } from '../../../src/core/operations/workspace';
import { nodePorts } from '../../../src/node/node-ports';
import { Agents } from '../../../src/vscode/agents';
import type { BackgroundChoices } from '../../../src/vscode/background/background-reader';
import { openDocuments } from '../../../src/vscode/editing/open-documents';
import type { FolderSession } from '../../../src/vscode/folder-session';
import { BatonState } from '../../../src/vscode/state';

export interface EditorWorkspace {
  readonly state: BatonState;
  readonly folder: FolderSession;
  readonly agents: Agents;
  /** The file of a task that exists. */
  readonly file: (id: string) => vscode.Uri;
  readonly dispose: () => Promise<void>;
}

/** Sets up the window's folder and reads it; `dispose` removes what Baton made in it. */
export async function openEditorWorkspace(
  choices: BackgroundChoices = {
    read: async () => noBackgroundChoice,
    change: async () => noBackgroundChoice,
  },
): Promise<EditorWorkspace> {
  const [root] = vscode.workspace.workspaceFolders ?? [];
  if (root === undefined) throw new Error('The test window has no folder.');
  const scratch = await mkdtemp(join(tmpdir(), 'baton-bin-'));
  const log = vscode.window.createOutputChannel('Baton Test', { log: true });
  const machine = { ports: { ...nodePorts(log), documents: openDocuments }, resources: resources(scratch) };
  const agents = new Agents(machine);
  const state = new BatonState({
    ...machine,
    prepareCommand: async () => undefined,
    watched: () => new Set(),
    uncleanStop: () => {},
    choices,
    relevant: async () => [],
  });
  const [folder] = state.folders;
  if (folder === undefined) throw new Error('The state has no folder.');
  await folder.initialise();
  return {
    state,
    folder,
    agents,
    file: (id) => vscode.Uri.joinPath(root.uri, 'task-states', `task-${id}-state.md`),
    dispose: async () => {
      state.dispose();
      agents.dispose();
      log.dispose();
      await forgetUnsaved();
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await rm(scratch, { recursive: true, force: true });
      for (const name of ['task-states', '.baton']) {
        await rm(join(root.uri.fsPath, name), { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}

/** Changes of a document that has unsaved text go into that document, also those of the next test. */
async function forgetUnsaved(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
}

function resources(binFolder: string): Resources {
  const extension = vscode.extensions.getExtension('baton.baton');
  if (extension === undefined) throw new Error('baton.baton is not installed');
  const path = (...parts: string[]) => vscode.Uri.joinPath(extension.extensionUri, ...parts).fsPath;
  return {
    protocolFolder: path('media', 'protocol'),
    demoAgent: path('dist', 'demo-agent.js'),
    cli: path('dist', 'cli.js'),
    binFolder,
    node: process.execPath,
    nodeEnv: {},
    path: process.env['PATH'] ?? '',
    pathDelimiter: ':',
    agentsFolder: path('media', 'agents'),
    hookLibrary: path('media', 'hooks'),
    runsFolder: `${binFolder}/runs`,
    setUpsFolder: `${binFolder}/set-ups`,
    home: binFolder,
    platform: process.platform,
  };
}

/** Resolves when the state shows what is wanted, looking again at each change; rejects after the limit. */
export function whenState(
  state: BatonState,
  what: string,
  holds: () => boolean,
  limitMs: number,
): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      subscription.dispose();
      reject(new Error(`${what}: not within ${limitMs} ms`));
    }, limitMs);
    const look = () => {
      if (!holds()) return;
      clearTimeout(limit);
      subscription.dispose();
      resolve(performance.now() - began);
    };
    const subscription = state.onDidChange(look);
    look();
  });
}
