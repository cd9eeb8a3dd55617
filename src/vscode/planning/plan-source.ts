/** What is to be planned: a goal that is typed, a Markdown file, or the text that is open. */
import * as vscode from 'vscode';
import { BatonError } from '../../core/base/baton-error';
import { planLimits } from '../../core/model/plan';
import type { PlanSource } from '../../core/operations/propose-plan';
import { askPick, askText, type Choice } from '../quick-input/ask';
import { Cancelled } from '../show-error';
import type { BatonState } from '../state';
import { isPlan } from './plan-loader';

type Kind = 'goal' | 'file' | 'open';

/** @param argument the file the command was called on. Rejects with `Cancelled`. */
export async function askPlanSource(state: BatonState, argument: unknown): Promise<PlanSource> {
  if (argument instanceof vscode.Uri) return readSource(argument);
  const open = openMarkdown(state);
  const kind = await askKind(open);
  if (kind === 'goal') return askGoal();
  return readSource(kind === 'open' && open !== undefined ? open.uri : await askFile());
}

/** Its text as it stands in the editor. Task files and plans are no goals. */
function openMarkdown(state: BatonState): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== 'markdown' || isPlan(document)) return undefined;
  return state.taskOfFile(document.uri) === undefined ? document : undefined;
}

async function askKind(open: vscode.TextDocument | undefined): Promise<Kind> {
  const { t } = vscode.l10n;
  const typed: Choice<Kind> = {
    label: t('Type a goal'),
    description: t('a sentence or a few'),
    iconPath: new vscode.ThemeIcon('edit'),
    value: 'goal',
  };
  const file: Choice<Kind> = {
    label: t('Choose a Markdown file…'),
    description: t('a PRD, or a list'),
    iconPath: new vscode.ThemeIcon('markdown'),
    value: 'file',
  };
  const here: Choice<Kind>[] =
    open === undefined
      ? []
      : [
          {
            label: t('The open file'),
            description: vscode.workspace.asRelativePath(open.uri),
            iconPath: new vscode.ThemeIcon('file'),
            value: 'open',
          },
        ];
  const { value } = await askPick<Kind>({
    title: t('Plan from Goal or PRD'),
    placeholder: t('What is to be planned? Nothing is created before you say so.'),
    items: [typed, ...here, file],
  });
  return given(value);
}

async function askGoal(): Promise<PlanSource> {
  const { t } = vscode.l10n;
  const { value } = await askText({
    title: t('Plan from Goal or PRD'),
    prompt: t('The goal. Semicolons, sentences and “and” make tasks of it.'),
    value: '',
    refuse: (typed) => {
      if (typed.trim() === '') return t('Say what the goal is.');
      return typed.length > planLimits.goal ? t('That is too long: put it into a file.') : undefined;
    },
  });
  return { goal: value };
}

async function askFile(): Promise<vscode.Uri> {
  const { t } = vscode.l10n;
  const chosen = await vscode.window.showOpenDialog({
    title: t('Plan from Goal or PRD'),
    openLabel: t('Plan'),
    filters: { Markdown: ['md', 'markdown', 'txt'] },
  });
  return given(chosen?.[0]);
}

async function readSource(uri: vscode.Uri): Promise<PlanSource> {
  const { size } = uri.scheme === 'file' ? await vscode.workspace.fs.stat(uri) : { size: 0 };
  if (size > 4 * planLimits.document) {
    throw new BatonError('too_large', vscode.l10n.t('The file is too long to plan from.'), {
      hint: vscode.l10n.t('Plan from a part of it.'),
    });
  }
  const text = (await vscode.workspace.openTextDocument(uri)).getText();
  const path = uri.scheme === 'file' ? uri.fsPath.replaceAll('\\', '/') : undefined;
  return { prd: { path, text } };
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Cancelled();
  return value;
}
