/**
 * Send Nudge to Agent…: a line of text for an agent that runs in a terminal of this window. Only ever because a person
 * asked for it just now, saw the text, and said how; never on a timer, and never into the work of a busy agent.
 */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import type { Session } from '../../core/model/session';
import { type Disposition, dispositionOf, recordSkippedNudge } from '../../core/operations/nudge-agent';
import type { FolderSession } from '../folder-session';
import { askText } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import { taskLabel } from '../task-face';
import type { Handler, Services } from './services';
import { chooseRunning } from './sessions';

const longestText = 500;

export const nudgeAgentCommand: Handler = async (services, argument) => {
  const title = vscode.l10n.t('Send Nudge to Agent');
  const { session, located } = await chooseRunning(services, argument, title);
  services.terminals.requireTerminal(session.id);
  await requireIdle(located.folder, session);
  const text = await askNudge(`${title} · ${taskLabel(located.task)}`);
  const how = await askHow(services, session, text);
  if (how === undefined) {
    await skip(located.folder, session, 'declined');
    throw new Cancelled();
  }
  // The person took their time; the agent may have begun something meanwhile.
  await requireIdle(located.folder, session);
  services.terminals.offer(session.id, text, { execute: how === 'send' });
};

/** Throws `guard_failed` while the agent works, and puts on record that it was left alone. */
async function requireIdle(folder: FolderSession, { id, task }: Session): Promise<Disposition> {
  const session = await folder.workspace.sessions.get(id);
  const now = folder.workspace.ports.clock.now();
  const disposition = session === undefined ? 'gone' : dispositionOf(session, now);
  if (session === undefined || disposition === 'gone') {
    throw new BatonError('session_ended', vscode.l10n.t('The agent on #{0} has ended.', task));
  }
  if (disposition !== 'busy') return disposition;
  await skip(folder, session, 'busy');
  throw new BatonError(
    'guard_failed',
    vscode.l10n.t('The agent on #{0} is in the middle of its work.', task),
    {
      hint: vscode.l10n.t('Nothing was sent, and that is on record. Try again when it waits for you.'),
    },
  );
}

async function skip(folder: FolderSession, session: Session, reason: 'busy' | 'declined'): Promise<void> {
  if (folder.ledger !== undefined) await recordSkippedNudge(folder.ledger, session, reason);
}

async function askNudge(title: string): Promise<string> {
  const { value } = await askText({
    title,
    prompt: vscode.l10n.t('What should the agent read? You decide next whether it is sent.'),
    value: vscode.l10n.t('Please write your progress into the task file, then go on with the next feature.'),
    refuse: (text) => {
      if (text.trim() === '') return vscode.l10n.t('One sentence is enough.');
      return text.length > longestText ? vscode.l10n.t('At most {0} characters.', longestText) : undefined;
    },
  });
  return value.trim();
}

async function askHow(
  { agents }: Services,
  session: Session,
  text: string,
): Promise<'paste' | 'send' | undefined> {
  const paste = vscode.l10n.t('Paste Only');
  const send = vscode.l10n.t('Paste and Send');
  const known = session.hookEvent === 'stop';
  const doubt = known
    ? ''
    : vscode.l10n.t('Baton cannot tell whether it is busy: look at its terminal first.');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Send this to {0} on #{1}?', agents.label(session.agent), session.task),
    { modal: true, detail: [text, doubt].filter((line) => line !== '').join('\n\n') },
    paste,
    send,
  );
  if (answer === paste) return 'paste';
  return answer === send ? 'send' : undefined;
}
