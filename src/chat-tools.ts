/**
 * Composition root of what a window needs only when a model calls a tool, or an agent is connected: a bundle of its own,
 * loaded at the first use.
 */
import { makeConnection, planConnection } from './core/operations/connect-agent';
import { openWorkspace } from './core/operations/workspace';
import { callTool } from './mcp/call-tool';
import { nodePorts } from './node/node-ports';
import type { ChatLibrary } from './vscode/chat/chat-library';
import { fittingText } from './vscode/chat/fitting-text';
import { toolWords } from './vscode/chat/tool-words';
import { openDocuments } from './vscode/editing/open-documents';

export const chatLibrary: ChatLibrary = {
  callTool: ({ resources, log, roots }, name, input) => {
    // Ports of this bundle, not the window's: errors are told apart by classes, and each bundle has its own.
    const ports = { ...nodePorts(log), documents: openDocuments };
    return callTool(
      {
        roots,
        open: (root) => openWorkspace(ports, root, resources, { actor: 'agent', surface: 'editor' }),
        report: (error) => log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      },
      name,
      input,
    );
  },
  toolWords,
  fittingText,
  planConnection,
  makeConnection,
};
