/** Completion in task files: ids, statuses, agents, features, dates, keys, and the JSON of the checklist. */
import * as vscode from 'vscode';
import { type CompletionPlace, completionPlace } from '../../../core/editing/completion-place';
import { checklistJson } from '../../../core/editing/task-text';
import { testedAtValue } from '../../../core/editing/tested-at-value';
import { readFileChecklist } from '../../../core/markdown/extract-outline';
import { statuses } from '../../../core/model/status';
import { recurrences, type TaskId } from '../../../core/model/task';
import { inTaskIdOrder } from '../../../core/model/task-id-order';
import type { Agents } from '../../agents';
import { taskFace } from '../../task-face';
import type { ChecklistJson, JsonCompletion } from './checklist-json';
import { type OpenTask, rangeIn, type TaskDocuments } from './task-documents';

/** Quick suggestions are off in Markdown: without one of these, items come on request only. */
export const completionTriggers = ['#', '"', ':', '[', ',', ' '];

/** Where there are more, the editor asks again with what is typed next: ten thousand items would be felt. */
const mostItems = 500;

export interface CompletionServices {
  readonly documents: TaskDocuments;
  readonly checklist: ChecklistJson;
  readonly agents: Pick<Agents, 'list'>;
  readonly now: () => Date;
}

export class TaskCompletion implements vscode.CompletionItemProvider {
  readonly #services: CompletionServices;

  constructor(services: CompletionServices) {
    this.#services = services;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
    { triggerKind, triggerCharacter }: vscode.CompletionContext,
  ): Promise<vscode.CompletionList | undefined> {
    const open = this.#services.documents.open(document);
    const place = open && completionPlace(open.text, document.offsetAt(position));
    if (open === undefined || place === undefined) return undefined;
    const typed = triggerKind === vscode.CompletionTriggerKind.TriggerCharacter;
    if (typed && !isAwaited(place, triggerCharacter)) return undefined;
    const items = await (place.kind === 'checklist'
      ? this.#json(open, place.offset)
      : this.#items(open, place));
    if (token.isCancellationRequested) return undefined;
    return new vscode.CompletionList(items.slice(0, mostItems), items.length > mostItems);
  }

  async #items(
    open: OpenTask,
    place: Exclude<CompletionPlace, { kind: 'checklist' }>,
  ): Promise<vscode.CompletionItem[]> {
    const range = rangeIn(open.document, place.range);
    const now = timestamp(this.#services.now());
    switch (place.kind) {
      case 'key':
        return keyItems(place.taken, range);
      case 'status':
        return values(open, place.range.start, statuses, range);
      case 'recurs':
        return values(open, place.range.start, recurrences, range);
      case 'time':
        return values(open, place.range.start, [now], range);
      case 'day':
        return values(open, place.range.start, [now.slice(0, 10)], range);
      case 'upstream':
        return this.#upstream(open, place.quotes, range);
      case 'mention':
        return this.#tasks(open, '#', range);
      case 'context':
        return this.#context(open, place.name, range);
      case 'word':
        return featureItems(open, range);
      case 'session':
        return [sessionItem(open, now, range)];
    }
  }

  #tasks(open: OpenTask, mark: string, range: vscode.Range, leftOut: ReadonlySet<TaskId> = new Set()) {
    const tasks = this.#services.documents.neighbours(open).map(({ task }) => task);
    const typed =
      tasks.length > mostItems ? open.document.getText(range).slice(mark.length).toLowerCase() : '';
    const wanted = tasks.filter(
      ({ id, title }) => !leftOut.has(id) && `${id} ${title}`.toLowerCase().includes(typed),
    );
    // One more than is shown tells that there are more.
    const first = inTaskIdOrder(wanted).slice(0, mostItems + 1);
    return first.map((task, index) => {
      const item = new vscode.CompletionItem(
        { label: `${mark}${task.id}`, description: task.title },
        vscode.CompletionItemKind.Reference,
      );
      item.detail = taskFace(task, vscode.l10n).description;
      item.range = range;
      // The title is for finding the task too.
      item.filterText = `${mark}${task.id} ${task.title}`;
      item.insertText = `${mark}${task.id}`;
      item.sortText = String(index).padStart(6, '0');
      return item;
    });
  }

  /** Without the task itself, those that are named already, and those that would close a circle. */
  #upstream(open: OpenTask, quotes: boolean, range: vscode.Range): vscode.CompletionItem[] {
    const leftOut = new Set<TaskId>([open.task.id, ...open.text.outline.dependsOn, ...this.#below(open)]);
    const prefix = gapAfterColon(open, open.document.offsetAt(range.start));
    const line = open.document.lineAt(range.start.line).text.slice(0, range.start.character);
    const inList = line.includes('[') || /^[ \t]*-[ \t]/.test(line);
    return this.#tasks(open, '', range, leftOut).map((item) => {
      const id = String(item.insertText);
      item.insertText = quotes ? `${prefix}${inList ? JSON.stringify(id) : `[${JSON.stringify(id)}]`}` : id;
      return item;
    });
  }

  #below(open: OpenTask): ReadonlySet<TaskId> {
    const byId = new Map(this.#services.documents.neighbours(open).map(({ task }) => [task.id, task]));
    const below = new Set<TaskId>();
    const next = [...open.task.downstream];
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      if (below.has(id)) continue;
      below.add(id);
      next.push(...(byId.get(id)?.downstream ?? []));
    }
    return below;
  }

  async #context(open: OpenTask, name: string, range: vscode.Range): Promise<vscode.CompletionItem[]> {
    const start = open.document.offsetAt(range.start);
    if (name === 'Agent') {
      const agents = await this.#services.agents.list();
      return agents.map(({ profile, executable }) => {
        const item = value(open, start, profile.id, range);
        item.detail =
          executable === undefined ? vscode.l10n.t('{0}, not installed', profile.label) : profile.label;
        item.sortText = `${executable === undefined ? 1 : 0}${profile.id}`;
        return item;
      });
    }
    if (name !== 'Epic') return [];
    const epics = this.#services.documents.neighbours(open).flatMap(({ task }) => task.epic ?? []);
    return values(open, start, [...new Set(epics)].sort(), range);
  }

  async #json(open: OpenTask, offset: number): Promise<vscode.CompletionItem[]> {
    const checklist = checklistJson(open.text);
    if (checklist === undefined) return [];
    const { json, start } = checklist;
    const found = await this.#services.checklist.completions(json, offset);
    const items = found.map((one) => jsonItem(open, start, one));
    const tested = testedAtValue(json, offset);
    if (tested === undefined) return items;
    const text = JSON.stringify(timestamp(this.#services.now()));
    const item = new vscode.CompletionItem(text, vscode.CompletionItemKind.Value);
    item.range = rangeIn(open.document, { start: start + tested.start, end: start + tested.end });
    item.detail = vscode.l10n.t('now');
    return [item, ...items];
  }
}

/** A blank or a comma in a sentence asks for nothing. */
function isAwaited(place: CompletionPlace, character: string | undefined): boolean {
  switch (place.kind) {
    case 'word':
    case 'session':
    case 'key':
      return false;
    case 'mention':
      return character === '#';
    case 'checklist':
      return character !== '#' && character !== ',';
    default:
      return character !== '#';
  }
}

function value(open: OpenTask, start: number, text: string, range: vscode.Range): vscode.CompletionItem {
  const item = new vscode.CompletionItem(text, vscode.CompletionItemKind.Value);
  item.range = range;
  item.insertText = `${gapAfterColon(open, start)}${text}`;
  return item;
}

function values(
  open: OpenTask,
  start: number,
  texts: readonly string[],
  range: vscode.Range,
): vscode.CompletionItem[] {
  return texts.map((text, index) => {
    const item = value(open, start, text, range);
    item.sortText = String(index).padStart(6, '0');
    return item;
  });
}

/** `status:pending` is no YAML. */
function gapAfterColon({ text: { text } }: OpenTask, start: number): string {
  return /[:*_]/.test(text[start - 1] ?? '') ? ' ' : '';
}

/** What people write there; the rest is Baton's own. */
const keys = [
  'status',
  'depends_on',
  'priority',
  'estimate_minutes',
  'created',
  'recurs',
  'next_due',
  'progress',
];
const keysWithChoices = new Set(['status', 'depends_on', 'created', 'recurs', 'next_due']);

function keyItems(taken: readonly string[], range: vscode.Range): vscode.CompletionItem[] {
  return keys
    .filter((key) => !taken.includes(key))
    .map((key) => {
      const item = new vscode.CompletionItem(key, vscode.CompletionItemKind.Property);
      item.range = range;
      item.insertText = `${key}: `;
      if (keysWithChoices.has(key)) {
        item.command = { command: 'editor.action.triggerSuggest', title: '' };
      }
      return item;
    });
}

function featureItems({ text }: OpenTask, range: vscode.Range): vscode.CompletionItem[] {
  const features = readFileChecklist(text.file.structure)?.features ?? [];
  return features
    .filter(({ idMissing }) => !idMissing)
    .map(({ id, description, passes }) => {
      const item = new vscode.CompletionItem(
        { label: id, description },
        vscode.CompletionItemKind.EnumMember,
      );
      item.range = range;
      item.detail = passes ? vscode.l10n.t('passes') : vscode.l10n.t('does not pass yet');
      return item;
    });
}

/** The entry as the protocol asks for it. These headings are read by programs, so they are not translated. */
function sessionItem({ task, text }: OpenTask, now: string, range: vscode.Range): vscode.CompletionItem {
  const last = Math.max(text.outline.sessions.lastNumber, task.sessions);
  const number = task.running?.session.number ?? last + 1;
  const heading = `### Session ${number} - ${now.slice(0, 10)} ${now.slice(11, 16)}`;
  const parts = ['What I did', 'Issues encountered', 'Current state', 'Next steps'];
  const body = parts.map((part, index) => `**${part}:**\n- $${index + 1}`).join('\n');
  const item = new vscode.CompletionItem(heading, vscode.CompletionItemKind.Snippet);
  item.range = range;
  item.filterText = `### ${heading}`;
  item.insertText = new vscode.SnippetString(`${heading}\n${body}\n`);
  return item;
}

function jsonItem(open: OpenTask, start: number, one: JsonCompletion): vscode.CompletionItem {
  // Kinds of the protocol begin with 1, those of the editor with 0.
  const kind = one.kind === undefined ? vscode.CompletionItemKind.Value : one.kind - 1;
  const item = new vscode.CompletionItem(one.label, kind);
  item.insertText = one.isSnippet ? new vscode.SnippetString(one.text) : one.text;
  item.range = rangeIn(open.document, { start: start + one.range.start, end: start + one.range.end });
  if (one.documentation !== undefined) item.documentation = one.documentation;
  if (one.filterText !== undefined) item.filterText = one.filterText;
  if (one.sortText !== undefined) item.sortText = one.sortText;
  return item;
}

/** UTC, whole seconds. */
function timestamp(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, 'Z');
}
