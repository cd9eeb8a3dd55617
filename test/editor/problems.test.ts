// What is wrong in task files, in the real extension host by the installed extension: of open and closed files, with the
// place that explains it, until it is gone; quick fixes that one undo takes back; and everything at once.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { createTask } from '../../src/core/operations/create-task';
import { HealthProblems, healthProblemCodes } from '../../src/vscode/editing/language/health-problems';
import { TaskDocuments } from '../../src/vscode/editing/language/task-documents';
import { codeOf } from '../../src/vscode/editing/problem-link';
import { TaskDecorations } from '../../src/vscode/editing/task-decorations';
import { type EditorWorkspace, openEditorWorkspace } from './support/editor-workspace';
import { eventually } from './support/eventually';

const upstream = `---
status: completed
depends_on: []
---

# Task #2100: Database Schema - State

## 6. Chain Output

### Summary
Users table, with 🚀.
`;

const downstream = `---
status: in_progress
depends_on: ["2100", "2199"]
---

# Task #2101: JWT 🚀 Service - State

## 2. Chain Inputs

### From Task #2100: Database Schema
<!-- baton:input from=2100 hash=old -->
> Nothing yet.

## 3. Feature Checklist

\`\`\`json
{
  "features": [
    { "id": "jwt-1", "description": "Issues 🚀 tokens", "passes": false }
  ],
  "overall_progress": "90%"
}
\`\`\`

## 6. Chain Output

### Configuration Required
JWT_SECRET=9f8a7b6c5d4e3f2a1b0c
`;

suite('problems of task files', () => {
  let workspace: EditorWorkspace;

  setup(async () => {
    await vscode.extensions.getExtension('baton.baton')?.activate();
    workspace = await openEditorWorkspace();
  });

  teardown(async () => workspace.dispose());

  async function write(id: string, text: string): Promise<vscode.Uri> {
    const uri = workspace.file(id);
    await mkdir(dirname(uri.fsPath), { recursive: true });
    await writeFile(uri.fsPath, text);
    return uri;
  }

  /** The health check of the installed extension has a test of its own, and comes when it comes. */
  const own = (uri: vscode.Uri) => baton(uri).filter((one) => !healthProblemCodes.includes(codeOf(one)));
  const baton = (uri: vscode.Uri) =>
    vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Baton');
  const codes = (uri: vscode.Uri) => own(uri).map(codeOf).sort();
  const shows = (uri: vscode.Uri, wanted: readonly string[]) =>
    eventually(
      `${wanted.join()} in ${uri.path}, not ${codes(uri).join()}`,
      async () => codes(uri).join() === [...wanted].sort().join(),
    );

  async function actions(uri: vscode.Uri, code: string): Promise<readonly vscode.CodeAction[]> {
    const diagnostic = own(uri).find((one) => codeOf(one) === code);
    assert.ok(diagnostic, code);
    return vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      diagnostic.range,
    );
  }

  async function fix(uri: vscode.Uri, code: string, title: string): Promise<void> {
    const found = await eventually(`“${title}”`, async () =>
      (await actions(uri, code)).find((one) => one.title === title),
    );
    assert.ok(found.edit);
    assert.equal(await vscode.workspace.applyEdit(found.edit), true);
  }

  const all = ['dangling_dependency', 'overall_progress_wrong', 'secret_value', 'stale_input'];

  test('are shown of a file that nobody has opened, each with the place that explains it, and go with it', async () => {
    await write('2100', upstream);
    const uri = await write('2101', downstream);
    await shows(uri, all);
    assert.equal(
      vscode.workspace.textDocuments.some((document) => document.uri.fsPath === uri.fsPath),
      false,
    );
    const places = await Promise.all(
      own(uri).map(async ({ code, range }) => {
        assert.ok(typeof code === 'object');
        const document = await readFile(code.target.fsPath, 'utf8');
        const line = Number(/^L(\d+)$/.exec(code.target.fragment)?.[1]);
        return [
          String(code.value),
          document.split('\n')[line - 1],
          downstream.split('\n')[range.start.line]?.slice(range.start.character, range.end.character),
        ];
      }),
    );
    assert.deepEqual(places.sort(), [
      ['dangling_dependency', '### `dangling_dependency`', '2199'],
      ['overall_progress_wrong', '### `overall_progress_wrong`', '"90%"'],
      ['secret_value', '### `secret_value`', '9f8a7b6c5d4e3f2a1b0c'],
      ['stale_input', '### `stale_input`', '#2100'],
    ]);
    await write('2101', downstream.replace(', "2199"', ''));
    await shows(uri, all.slice(1));
    await rm(uri.fsPath);
    await shows(uri, []);
  });

  test('of a closed file follow what it builds on', async () => {
    const uri = await write('2105', downstream.replaceAll('2101', '2105').replaceAll('2100', '2104'));
    await eventually(
      'the unknown task',
      async () => own(uri).filter((one) => codeOf(one) === 'dangling_dependency').length === 2,
    );
    await write('2104', upstream.replaceAll('2100', '2104'));
    await shows(uri, all);
  });

  test('have quick fixes that one undo takes back, of the text as it stands', async () => {
    await write('2110', upstream.replaceAll('2100', '2110'));
    const text = downstream.replaceAll('2101', '2111').replaceAll('2100', '2110').replaceAll('\n', '\r\n');
    const uri = await write('2111', text);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    await shows(uri, all);
    // Unsaved, so that every place has moved.
    await editor.edit((edit) => edit.insert(new vscode.Position(5, 0), '\r\nTyped 🚀\ttext\r\n'));
    const typed = document.getText();
    await shows(uri, all);
    for (const [code, title, becomes] of [
      ['overall_progress_wrong', 'Write what the features say', '"overall_progress": "0%"'],
      ['dangling_dependency', 'Remove #2199 from “depends_on”', 'depends_on: ["2110"]'],
      ['stale_input', 'Take the present output of #2110', '> Users table, with 🚀.'],
      ['secret_value', 'Replace the value with a placeholder', 'JWT_SECRET=<secret>'],
    ] as const) {
      await fix(uri, code, title);
      assert.ok(document.getText().includes(becomes), becomes);
      assert.doesNotMatch(document.getText(), /(?<!\r)\n/);
      await shows(
        uri,
        all.filter((one) => one !== code),
      );
      await vscode.commands.executeCommand('undo');
      await eventually('the text before', async () => document.getText() === typed);
      await shows(uri, all);
    }
  });

  test('are shown beside a path that no disk takes, and of the files behind it', async () => {
    const long = `${'x'.repeat(280)}.md`;
    const text = `# Task #2170: Long - State\n\n## 1. Static Context\n\n**PRD:** ${long}\n`;
    const uri = await write('2170', text);
    const behind = await write('2171', text.replace('2170', '2171').replace(long, 'none.md'));
    await shows(uri, ['path_missing']);
    await shows(behind, ['path_missing']);
  });

  test('a secret is masked where it stands now, or not at all', async () => {
    await write('2100', upstream);
    const uri = await write('2181', downstream.replaceAll('2101', '2181'));
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    await shows(uri, all);
    const before = own(uri).find((one) => codeOf(one) === 'secret_value');
    assert.ok(before);
    await editor.edit((edit) => edit.insert(before.range.start.translate(0, -4), 'LONG_NAME'));
    // At once: what was found is of the text before.
    for (const { title, edit } of await actions(uri, 'secret_value')) {
      if (title !== 'Replace the value with a placeholder') continue;
      assert.ok(edit);
      const [change] = edit.get(uri);
      assert.ok(change);
      assert.equal(document.getText(change.range), '9f8a7b6c5d4e3f2a1b0c');
    }
  });

  test('offers to create the task that is missing', async () => {
    await write('2100', upstream);
    const uri = await write('2121', downstream.replaceAll('2101', '2121').replaceAll('2199', '2129'));
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    await eventually('the problem', async () => codes(uri).includes('dangling_dependency'));
    await eventually('the action', async () =>
      (await actions(uri, 'dangling_dependency')).some(({ title }) => title === 'Create task #2129'),
    );
    const at = document.positionAt(document.getText().indexOf('2129'));
    editor.selection = new vscode.Selection(at, at);
    // As the menu does it: an edit that makes a file cannot be handed through an extension.
    await vscode.commands.executeCommand('editor.action.codeAction', {
      kind: 'quickfix.baton.create',
      apply: 'first',
    });
    await shows(
      uri,
      all.filter((one) => one !== 'dangling_dependency'),
    );
    assert.match(await readFile(workspace.file('2129').fsPath, 'utf8'), /^# Task #2129: 2129 - State$/m);
  });

  test('tell what was reworded in a checklist, and put it back', async () => {
    const features = [{ id: 'jwt-1', description: 'Issues 🚀 tokens' }];
    await createTask(workspace.folder.workspace, { title: 'JWT', id: '2161', features });
    const uri = workspace.file('2161');
    const text = await readFile(uri.fsPath, 'utf8');
    await writeFile(uri.fsPath, text.replace('Issues 🚀 tokens', 'Issues something'));
    await shows(uri, ['checklist_guard']);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await fix(uri, 'checklist_guard', 'Put the features back as they were');
    assert.equal(document.getText(), text);
    await shows(uri, []);
  });

  test('that are safe to fix are fixed at once, and nothing else is', async () => {
    await write('2100', upstream);
    const uri = await write('2131', downstream.replaceAll('2101', '2131'));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await shows(uri, all);
    const kind = vscode.CodeActionKind.SourceFixAll.append('baton');
    const [found, ...more] = await eventually('the action', async () => {
      const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        new vscode.Range(0, 0, document.lineCount, 0),
        kind.value,
      );
      return offered.length > 0 && offered;
    });
    assert.deepEqual(more, []);
    assert.ok(found?.edit);
    const before = document.getText();
    await vscode.workspace.applyEdit(found.edit);
    await shows(uri, ['dangling_dependency', 'secret_value']);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
  });

  test('leave ordinary Markdown alone, also with front matter like ours', async () => {
    const path = join(workspace.folder.root, 'notes.md');
    await writeFile(path, downstream.replace('# Task #2101: JWT 🚀 Service - State', '# Notes'));
    try {
      const document = await vscode.workspace.openTextDocument(path);
      await vscode.window.showTextDocument(document);
      const uri = await write('2141', downstream.replaceAll('2101', '2141'));
      // When ours has been looked at, the other would have been.
      await eventually('ours', async () => codes(uri).includes('secret_value'));
      assert.deepEqual(own(document.uri), []);
      const whole = new vscode.Range(0, 0, document.lineCount, 0);
      const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        whole,
      );
      assert.deepEqual(
        offered.filter(({ title }) => /depends_on|Fix all that is safe/.test(title)),
        [],
      );
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        10,
      );
      assert.deepEqual(
        lenses.filter(({ command }) => command?.command.startsWith('baton.')),
        [],
      );
    } finally {
      await rm(path, { force: true });
    }
  });

  test('that only the health check knows come from it, and go with their folder', async () => {
    const uri = await write('2151', downstream.replaceAll('2101', '2151'));
    await workspace.folder.refresh();
    const errors: unknown[] = [];
    const finding = {
      ...({ rule: 'claimed_without_session', severity: 'info', task: null, line: 2 } as const),
      ...{ file: 'task-states/task-2151-state.md', message: 'M', fixable: false, fix: null },
    };
    const other = { ...finding, rule: 'log_gap', file: '.baton/log' } as const;
    const health = {
      check: async () => ({
        findings: [finding, other],
        counts: { error: 0, warning: 0, info: 2, fixable: 0 },
      }),
    };
    const documents = new TaskDocuments(workspace.state);
    // Only once: what is gone goes without another check.
    const pace = { quietMs: 1, gapMs: 600_000, share: 0 };
    const problems = new HealthProblems(
      documents,
      workspace.state,
      health,
      (error) => errors.push(error),
      pace,
    );
    const found = await eventually('the finding', async () =>
      baton(uri).find((one) => codeOf(one) === 'claimed_without_session'),
    );
    assert.equal(found.range.start.line, 1);
    assert.equal(found.range.end.character, 'status: in_progress'.length);
    await rm(uri.fsPath);
    await workspace.folder.refresh();
    await eventually('none', async () => baton(uri).length === 0);
    problems.dispose();
    documents.dispose();
    assert.deepEqual(errors, []);
  });

  test('that the health check found in a text that has changed meanwhile are not shown, and the next check waits', async () => {
    const uri = await write('2155', downstream.replaceAll('2101', '2155'));
    await workspace.folder.refresh();
    const finding = {
      ...({ rule: 'completed_unverified', severity: 'info', task: null, line: 2 } as const),
      ...{ file: 'task-states/task-2155-state.md', message: 'Of the text before', fixable: false, fix: null },
    };
    let checks = 0;
    const health = {
      check: async () => {
        checks++;
        await write('2155', downstream.replaceAll('2101', '2155').replace('in_progress', 'pending'));
        await workspace.folder.refresh();
        // The timer of that change goes off while the check still runs.
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { findings: [finding], counts: { error: 0, warning: 0, info: 1, fixable: 0 } };
      },
    };
    const documents = new TaskDocuments(workspace.state);
    const errors: unknown[] = [];
    const pace = { quietMs: 1, gapMs: 600_000, share: 0 };
    const onError = (error: unknown) => errors.push(error);
    const shown: string[] = [];
    const listening = vscode.languages.onDidChangeDiagnostics(() => {
      for (const { message } of baton(uri)) if (message.includes('Of the text before')) shown.push(message);
    });
    const problems = new HealthProblems(documents, workspace.state, health, onError, pace);
    try {
      await eventually('the check', async () => checks > 0);
      await shows(uri, [
        'dangling_dependency',
        'dangling_dependency',
        'overall_progress_wrong',
        'secret_value',
      ]);
      assert.deepEqual([checks, shown, errors], [1, [], []]);
    } finally {
      listening.dispose();
      problems.dispose();
      documents.dispose();
    }
  });

  test('the badge of a task file tells what is so now', async () => {
    const uri = await write(
      '2191',
      downstream.replaceAll('2101', '2191').replace('in_progress', 'completed'),
    );
    await workspace.folder.refresh();
    const decorations = new TaskDecorations(workspace.state);
    const told: string[] = [];
    const listening = decorations.onDidChangeFileDecorations((uris) =>
      told.push(...uris.map(({ path }) => path)),
    );
    try {
      const tooltip = () => decorations.provideFileDecoration(uri)?.tooltip;
      const before = tooltip();
      await write(
        '2191',
        downstream.replaceAll('2101', '2191').replace('in_progress', 'completed').replace('JWT', 'Another'),
      );
      await workspace.folder.refresh();
      assert.notEqual(tooltip(), before);
      assert.ok(told.includes(uri.path));
    } finally {
      listening.dispose();
      decorations.dispose();
    }
  });
});
