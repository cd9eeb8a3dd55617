/** The MCP server: the operations of Baton as few tools, task files and packets as documents, and prompts. */
import { McpServer } from '@modelcontextprotocol/server';
import { ChangedTasks } from './changed-tasks';
import { Folders } from './folders';
import type { McpHost } from './host';
import { addPrompts } from './prompts';
import { addResources } from './resources';
import { addTools, type Serving, type Tool } from './tool';
import { agentControlTool, agentStatusTool, reportShow } from './tools/agent-tools';
import { readingTools, writingTools } from './tools/all-tools';

export interface ServerOptions {
  /** Only what changes nothing is offered. */
  readonly readOnly: boolean;
  /** For a program that looks after agents: what they do, and what may start. An agent at work gets none of that. */
  readonly supervise?: boolean;
  /** Which generation of the protocol its one client speaks: before revision 2026-07-28, or from it on. */
  readonly era: 'legacy' | 'modern';
}

/** A server for one connection, not yet connected. */
export function batonServer(host: McpHost, { readOnly, supervise = false, era }: ServerOptions): McpServer {
  const server = new McpServer(
    { name: 'baton', title: 'Baton', version: host.version },
    { instructions: instructions(readOnly, supervise), inputRequired: { maxRounds: 2 } },
  );
  const folders = new Folders(host, server, era);
  const serving: Serving = { host, folders };
  addTools(server, toolsFor(readOnly, supervise), serving);
  addResources(server, serving, new ChangedTasks(host, server, era));
  addPrompts(server, serving, readOnly || supervise);
  if (era === 'legacy') {
    server.server.setNotificationHandler('notifications/roots/list_changed', () => folders.forget());
  }
  return server;
}

const supervisingTools: readonly Tool[] = [agentStatusTool, agentControlTool, reportShow];

function toolsFor(readOnly: boolean, supervise: boolean): readonly Tool[] {
  if (supervise) return [...readingTools, ...supervisingTools];
  return readOnly ? readingTools : [...readingTools, ...writingTools];
}

function instructions(readOnly: boolean, supervise: boolean): string {
  if (supervise) {
    return 'Baton keeps one Markdown file per task and looks after the agents that work on them. agent_status shows who is at work; agent_control pauses what starts by itself, and ends an agent only when the person has agreed; report_show tells what happened.';
  }
  const reading =
    'Baton keeps one Markdown file per task, so that work passes from one agent session to the next. Read the task with task_show before you start.';
  if (readOnly) return `${reading} This server only reads.`;
  return `${reading} While you work: feature_pass when you have verified a feature, note_add for decisions and corrections, task_status to block or to ask the person. Before your session ends: progress_add with what you did and the next steps; when everything passes, finalize. Change task files by these tools or by hand, never both at once.`;
}
