/** A tool called by a model of the editor's chat, as a part of the command line's bundle, which holds all that it takes. */
import type { Switch } from './core/operations/switches';
import { openWorkspace, type Resources } from './core/operations/workspace';
import type { Logger, OpenDocuments } from './core/ports';
import { callTool, type ToolAnswer } from './mcp/call-tool';
import { nodePorts } from './node/node-ports';

export interface ChatCall {
  readonly resources: Resources;
  readonly log: Logger;
  /** Of the editor. */
  readonly documents: OpenDocuments;
  /** Folders of the window that hold tasks; absolute, `/` as separator. */
  readonly roots: readonly string[];
  /** What the person has switched off. */
  readonly off: readonly Switch[];
  /** The `data` that the command line answers for a folder. Rejects with what it was refused with. */
  readonly askCommandLine: (root: string, args: readonly string[]) => Promise<unknown>;
}

/** Never rejects. @param input unchecked */
export function answerChat(
  { resources, log, documents, roots, off, askCommandLine }: ChatCall,
  name: string,
  input: unknown,
): Promise<ToolAnswer> {
  // Ports of this bundle, not the window's: errors are told apart by classes, and each bundle has its own.
  const ports = { ...nodePorts(log), documents };
  return callTool(
    {
      roots,
      // The window never waits for a database: another process does.
      askCommandLine,
      open: (root) => openWorkspace(ports, root, resources, { actor: 'agent', surface: 'editor', off }),
      report: (error) => log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    },
    name,
    input,
  );
}
