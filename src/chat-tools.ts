/**
 * Composition root of what a window needs only when a model calls a tool, an agent is connected, or memory is searched: a bundle of its own,
 * loaded at the first use.
 */
import { requireOn } from './core/operations/switches';
import { openWorkspace } from './core/operations/workspace';
import { callTool } from './mcp/call-tool';
import { nodePorts } from './node/node-ports';
import { runCli } from './node/run-cli';
import type { ChatLibrary } from './vscode/chat/chat-library';
import { fittingText } from './vscode/chat/fitting-text';
import { toolWords } from './vscode/chat/tool-words';
import { connect } from './vscode/commands/connect-flow';
import { openDocuments } from './vscode/editing/open-documents';
import { searchMemory } from './vscode/memory/search-memory';
import { isNews } from './vscode/memory/set-aside-news';
import { switchEnvironment, switchedOff } from './vscode/switches';

export const chatLibrary: ChatLibrary = {
  callTool: ({ resources, log, roots }, name, input) => {
    // Ports of this bundle, not the window's: errors are told apart by classes, and each bundle has its own.
    const ports = { ...nodePorts(log), documents: openDocuments };
    return callTool(
      {
        roots,
        // The window never waits for a database: another process does.
        askCommandLine: (root, args) => runCli(resources, root, args, { env: switchEnvironment() }),
        open: (root) =>
          openWorkspace(ports, root, resources, { actor: 'agent', surface: 'editor', off: switchedOff() }),
        report: (error) => log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      },
      name,
      input,
    );
  },
  toolWords,
  fittingText,
  searchMemory: async ({ folder, root, services, workspace }, { reports, memento }) => {
    // Said before anything is typed.
    requireOn({ ...workspace, acting: { ...workspace.acting, off: switchedOff() } }, 'memory');
    await searchMemory({
      folder: folder.uri,
      ask: (args) => runCli(services.resources, root, args, { env: switchEnvironment() }),
      isNews: (file) => isNews(memento, `${root}/${file}`),
      put: (name, text) => reports.put(name, text),
    });
  },
  connect,
};
