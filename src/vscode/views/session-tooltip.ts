/** The hover of a session: how it goes or went, and what it did. Its task stands in the row. */
import * as vscode from 'vscode';
import { launchNotices } from '../../core/agents/launch-notices';
import type { SessionView, TaskView } from '../../core/operations/task-view';
import type { Agents } from '../agents';
import { taskLabel } from '../task-face';
import { localTime } from './local-time';
import { sessionFacts } from './session-facts';
import type { SessionRendering } from './session-words';

export function sessionRendering(agents: Agents): SessionRendering {
  return {
    l10n: vscode.l10n,
    time: localTime,
    agent: (id) => ({ label: agents.label(id), exit: agents.exitMap(id) }),
  };
}

/** @param task undefined when its file is gone */
export function sessionTooltip(
  view: SessionView,
  task: TaskView | undefined,
  agents: Agents,
): vscode.MarkdownString {
  const { session } = view;
  const profile = agents.profile(session.agent);
  const told = session.end === null && session.origin === 'managed' && profile !== undefined;
  const notices = told ? launchNotices(profile, { hooks: session.hooks }) : [];
  const markdown = new vscode.MarkdownString('', true);
  markdown.appendMarkdown('**');
  markdown.appendText(task === undefined ? `#${session.task}` : taskLabel(task));
  markdown.appendMarkdown('**\n\n');
  for (const [name, value] of sessionFacts(view, notices, sessionRendering(agents))) {
    markdown.appendMarkdown(`**${name}:** `);
    markdown.appendText(value);
    markdown.appendMarkdown('  \n');
  }
  return markdown;
}
