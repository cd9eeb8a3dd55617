/**
 * What is wrong with the text of one task file, open or closed, as the Problems panel shows it: what the core finds in it,
 * the JSON of the checklist, values that look like secrets, paths that lead nowhere.
 */
import * as vscode from 'vscode';
import type { TextRange } from '../../../core/base/text-edit';
import { ChainGraph } from '../../../core/chain/graph';
import { pathMentions } from '../../../core/editing/path-mentions';
import { secretFindings } from '../../../core/editing/secret-findings';
import { checklistJson, type TaskText } from '../../../core/editing/task-text';
import { ChecklistGuard } from '../../../core/health/checklist-guard';
import type { Severity } from '../../../core/model/task';
import { chainNode } from '../../../core/operations/take-snapshot';
import { type ProblemFacts, type TaskProblem, taskProblems } from '../../../core/operations/task-problems';
import { nameOf, taskIdOfFileName } from '../../../core/store/paths';
import type { FolderSession } from '../../folder-session';
import type { BatonState, LocatedTask } from '../../state';
import { diagnosticSource } from '../diagnostics';
import { linkedCode, readLinks } from '../problem-link';
import type { ChecklistJson } from './checklist-json';
import { problemWordsOf } from './problem-words';
import { rangesIn } from './task-documents';
import { existingPath } from './task-structure-provider';

/** Stable, beside those of the core: filters and quick fixes key on them. */
export const checkCodes = {
  checklistSyntax: 'checklist_syntax',
  checklistShape: 'checklist_shape',
  secretValue: 'secret_value',
  pathMissing: 'path_missing',
} as const;

interface Found {
  readonly code: string;
  readonly message: string;
  readonly severity: vscode.DiagnosticSeverity;
  readonly range: TextRange;
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

export class TaskChecker implements vscode.Disposable {
  readonly #checklist: ChecklistJson;
  readonly #subscription: vscode.Disposable;
  /** Of the tasks as they were last read; made anew when somebody asks after a change. */
  readonly #graphs = new Map<FolderSession, ChainGraph>();

  constructor(checklist: ChecklistJson, state: BatonState) {
    this.#checklist = checklist;
    this.#subscription = state.onDidChange(() => this.#graphs.clear());
  }

  async diagnostics(located: LocatedTask, text: TaskText): Promise<readonly vscode.Diagnostic[]> {
    await readLinks();
    const json = await this.#json(text);
    const found = [
      ...(await this.#core(located, text, json)),
      ...json,
      ...secrets(text),
      ...(await missingPaths(located, text)),
    ];
    const ranges = rangesIn(
      text.text,
      found.map(({ range }) => range),
    );
    return found.flatMap(({ code, message, severity }, index) => {
      const range = ranges[index];
      if (range === undefined) return [];
      const made = new vscode.Diagnostic(range, message, severity);
      made.source = diagnosticSource;
      made.code = linkedCode(code);
      return [made];
    });
  }

  problems(text: TaskText, facts: ProblemFacts | undefined): readonly TaskProblem[] {
    return facts === undefined ? [] : taskProblems(text, facts);
  }

  /** Undefined when the task has gone since, or its folder cannot be read now. */
  async facts({ folder, task }: LocatedTask): Promise<ProblemFacts | undefined> {
    if (folder.phase !== 'ready') return undefined;
    const { ports, root, store } = folder.workspace;
    const guarded = await new ChecklistGuard(ports, root).recorded(task.id);
    const record = store.get(task.id);
    if (record === undefined) return undefined;
    return {
      record,
      guarded,
      fileId: taskIdOfFileName(nameOf(task.path)),
      neighbours: {
        find: (id) => {
          const outline = store.get(id)?.outline;
          return outline && { status: outline.status, output: outline.output };
        },
        circle: (upstream) => this.#graph(folder).wouldCycle(task.id, upstream),
      },
      now: new Date(),
    };
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #graph(folder: FolderSession): ChainGraph {
    const known = this.#graphs.get(folder);
    if (known !== undefined) return known;
    const graph = new ChainGraph(folder.workspace.store.tasks().map(chainNode));
    this.#graphs.set(folder, graph);
    return graph;
  }

  async #core(located: LocatedTask, text: TaskText, json: readonly Found[]): Promise<readonly Found[]> {
    const facts = await this.facts(located);
    // The JSON library says the same with the exact place.
    const covered = json.length > 0;
    return this.problems(text, facts)
      .filter(({ code }) => !(covered && code === 'checklist_invalid'))
      .map((problem) => ({
        code: problem.code,
        message: problemWordsOf(problem, vscode.l10n),
        severity: severities[problem.severity],
        range: problem.range,
      }));
  }

  async #json(text: TaskText): Promise<readonly Found[]> {
    const checklist = checklistJson(text);
    if (checklist === undefined) return [];
    const { json, start } = checklist;
    return (await this.#checklist.problems(json)).map(({ range, message, severity, isSyntax }) => ({
      code: isSyntax ? checkCodes.checklistSyntax : checkCodes.checklistShape,
      message,
      severity: severities[severity],
      range: { start: start + range.start, end: start + range.end },
    }));
  }
}

function secrets(text: TaskText): readonly Found[] {
  const message = vscode.l10n.t(
    'This looks like a secret. The file is committed and handed on: name the setting, and keep its value elsewhere.',
  );
  return secretFindings(text).map(({ range }) => ({
    code: checkCodes.secretValue,
    message,
    severity: vscode.DiagnosticSeverity.Warning,
    range,
  }));
}

async function missingPaths(located: LocatedTask, text: TaskText): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const mention of pathMentions(text)) {
    if ((await existingPath(located, mention)) !== undefined) continue;
    found.push({
      code: checkCodes.pathMissing,
      message: vscode.l10n.t('{0} does not exist in this workspace folder.', mention.path),
      // What a task has made may have been moved since; what it starts from has to be there.
      severity:
        mention.from === 'output' ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Warning,
      range: mention.range,
    });
  }
  return found;
}
