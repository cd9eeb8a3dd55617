/** The one modal question about hooks: what is agreed to is shown as it is. */
import * as vscode from 'vscode';
import type { Consent } from '../../core/agents/consent';
import type { HookAnswer } from '../hook-consent';
import { Cancelled } from '../show-error';

/** Rejects with `Cancelled` when the person gives the launch up. */
export async function askConsent(agentLabel: string, { question, shows }: Consent): Promise<HookAnswer> {
  const use = vscode.l10n.t('Use Hooks');
  const without = vscode.l10n.t('Launch Without');
  const detail = [
    question,
    shows,
    vscode.l10n.t(
      'Asked once; again only when this changes. Without hooks Baton sees the agent end, and nothing in between. “Forget Consent” takes your answer back.',
    ),
  ].join('\n\n');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Use hooks with {0}?', agentLabel),
    { modal: true, detail },
    use,
    without,
  );
  if (answer === undefined) throw new Cancelled();
  return answer === use ? 'use' : 'without';
}
