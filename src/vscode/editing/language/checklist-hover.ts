/** What a field of the checklist is for, under the pointer. */
import * as vscode from 'vscode';
import { checklistJson } from '../../../core/editing/task-text';
import type { ChecklistJson } from './checklist-json';
import type { ChecklistWords } from './checklist-schema';
import { rangeIn, type TaskDocuments } from './task-documents';

export class ChecklistHover implements vscode.HoverProvider {
  readonly #documents: TaskDocuments;
  readonly #checklist: ChecklistJson;

  constructor(documents: TaskDocuments, checklist: ChecklistJson) {
    this.#documents = documents;
    this.#checklist = checklist;
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const open = this.#documents.open(document);
    const found = open && checklistJson(open.text);
    if (found === undefined) return undefined;
    const { json, start } = found;
    const offset = document.offsetAt(position) - start;
    if (offset < 0 || offset > json.length) return undefined;
    const hover = await this.#checklist.hover(json, offset);
    if (hover === undefined) return undefined;
    const range = hover.range && { start: start + hover.range.start, end: start + hover.range.end };
    return new vscode.Hover(new vscode.MarkdownString(hover.words), range && rangeIn(document, range));
  }
}

export function checklistWords(): ChecklistWords {
  const { t } = vscode.l10n;
  return {
    features: t('What the task has to do, one feature each.'),
    overallProgress: t('Made from the features; Baton writes it.'),
    feature: t('New feature'),
    id: t('Names the feature; it never changes.'),
    description: t('What can be seen when the feature works. It is guarded: rewording it is reported.'),
    passes: t('Whether the feature works. Verify it, and Baton sets this with the evidence.'),
    testedAt: t('When it was tested, UTC; null as long as it was not.'),
    category: t('A word to group features by.'),
    steps: t('How to try the feature, step by step.'),
    verify: t('The command that verifies the feature. It runs only when you have confirmed it.'),
    files: t('Files and folders that the evidence rests on, from the workspace folder. Left out: all.'),
    evidence: t('What Baton recorded when the feature was verified.'),
  };
}
