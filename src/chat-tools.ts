/**
 * Composition root of what a window needs only when a model calls a tool, an agent is connected, memory is searched, or a
 * diagnostics report is shown: a bundle of its own, loaded at the first use.
 */
import { requireOn } from './core/operations/switches';
import { runCli } from './node/run-cli';
import { metricsText } from './vscode/background/metrics-text';
import type { ChatLibrary } from './vscode/chat/chat-library';
import { fittingText } from './vscode/chat/fitting-text';
import { toolWords } from './vscode/chat/tool-words';
import { connect } from './vscode/commands/connect-flow';
import { openDocuments } from './vscode/editing/open-documents';
import { searchMemory } from './vscode/memory/search-memory';
import { isNews } from './vscode/memory/set-aside-news';
import { switchEnvironment, switchedOff } from './vscode/switches';

export const chatLibrary: ChatLibrary = {
  callTool: async ({ resources, log, roots }, name, input) => {
    const { callChatTool } = await import('./cli-main.js');
    const askCommandLine = (root: string, args: readonly string[]) =>
      runCli(resources, root, args, { env: switchEnvironment() });
    const off = switchedOff();
    return callChatTool(
      { resources, log, documents: openDocuments, roots, off, askCommandLine },
      name,
      input,
    );
  },
  toolWords,
  fittingText,
  searchMemory: async ({ folder, root, services, workspace }, { reports, memento }) => {
    // Said before anything is typed.
    requireOn(workspace, 'memory');
    await searchMemory({
      folder: folder.uri,
      ask: (args) => runCli(services.resources, root, args, { env: switchEnvironment() }),
      isNews: (file) => isNews(memento, `${root}/${file}`),
      put: (name, text) => reports.put(name, text),
    });
  },
  metricsText,
  connect,
};
