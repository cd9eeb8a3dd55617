/** The MCP server: the operations of Baton as few tools, task files and packets as documents, and prompts. */
import { McpServer } from '@modelcontextprotocol/server';
import { ChangedTasks } from './changed-tasks';
import { Folders } from './folders';
import type { McpHost } from './host';
import { addPrompts } from './prompts';
import { addResources } from './resources';
import { addTools, type Serving } from './tool';
import { readingTools, writingTools } from './tools/all-tools';

export interface ServerOptions {
  /** Only what changes nothing is offered. */
  readonly readOnly: boolean;
  /** Which generation of the protocol its one client speaks: before revision 2026-07-28, or from it on. */
  readonly era: 'legacy' | 'modern';
}

/** A server for one connection, not yet connected. */
export function batonServer(host: McpHost, { readOnly, era }: ServerOptions): McpServer {
  const server = new McpServer(
    { name: 'baton', title: 'Baton', version: host.version },
    { instructions: instructions(readOnly), inputRequired: { maxRounds: 2 } },
  );
  const folders = new Folders(host, server, era);
  const serving: Serving = { host, folders };
  addTools(server, readOnly ? readingTools : [...readingTools, ...writingTools], serving);
  addResources(server, serving, new ChangedTasks(host, server, era));
  addPrompts(server, serving, readOnly);
  if (era === 'legacy') {
    server.server.setNotificationHandler('notifications/roots/list_changed', () => folders.forget());
  }
  return server;
}

function instructions(readOnly: boolean): string {
  const reading =
    'Baton keeps one Markdown file per task, so that work passes from one agent session to the next. Read the task with task_show before you start.';
  if (readOnly) return `${reading} This server only reads.`;
  return `${reading} While you work: feature_pass when you have verified a feature, note_add for decisions and corrections, task_status to block or to ask the person. Before your session ends: progress_add with what you did and the next steps; when everything passes, finalize. Change task files by these tools or by hand, never both at once.`;
}
