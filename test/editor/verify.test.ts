// Verifying in the real extension host: commands as tasks of VS Code, evidence in the file, and the Problems panel.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { addFeature } from '../../src/core/operations/add-feature';
import { createTask } from '../../src/core/operations/create-task';
import { neededConsents, planVerification } from '../../src/core/operations/verify-plan';
import { paths } from '../../src/core/store/paths';
import { runCommandLine } from '../../src/node/verify-program';
import { codeOf } from '../../src/vscode/editing/problem-link';
import { TaskLensProvider } from '../../src/vscode/editing/task-lens';
import { EvidenceDiagnostics } from '../../src/vscode/verification/evidence-diagnostics';
import { EvidenceFixes } from '../../src/vscode/verification/evidence-fixes';
import { Verification } from '../../src/vscode/verification/verification';
import { type EditorWorkspace, openEditorWorkspace } from './support/editor-workspace';
import { eventually } from './support/eventually';

const long = 'echo pid $$; sleep 600';

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

suite('verifying features in the editor', () => {
  let workspace: EditorWorkspace;
  let verification: Verification;
  let agreed: Set<string>;
  const own: vscode.Disposable[] = [];
  const errors: unknown[] = [];

  setup(async () => {
    workspace = await openEditorWorkspace();
    const { folder } = workspace;
    await createTask(folder.workspace, { title: 'JWT', id: '101', criteria: ['Login works'] });
    for (const [id, verify] of [
      ['good', 'echo first line && echo "it works"'],
      ['bad', 'echo broken && exit 3'],
      ['long', long],
    ] as const) {
      await addFeature(folder.workspace, '101', { id, description: `Feature ${id}`, verify });
    }
    await addFeature(folder.workspace, '101', { id: 'plain', description: 'Without a command' });
    await folder.refresh();
    agreed = new Set();
    verification = new Verification({
      run: runCommandLine,
      consents: { read: async () => agreed, add: async (key) => void agreed.add(key) },
      log: { info: () => {} },
    });
    own.push(verification);
  });

  teardown(async () => {
    for (const item of own.splice(0)) item.dispose();
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await vscode.commands.executeCommand('notifications.clearAll');
    await workspace.dispose();
    assert.deepEqual(errors.splice(0), []);
  });

  /** As a person who has said yes before; the question itself is asked in the browser tests. */
  async function agree(): Promise<void> {
    const plan = await planVerification(workspace.folder.workspace, { task: '101', scope: 'all' });
    for (const { key } of await neededConsents(workspace.folder.workspace, plan, agreed)) agreed.add(key);
  }

  const verify = (feature: string) =>
    verification.verify(workspace.folder, { task: '101', feature, scope: 'open' });

  async function feature(id: string) {
    const { document } = await workspace.folder.workspace.store.read(taskOf());
    const found = document.featureList.find((one) => one.id === id);
    assert.ok(found);
    return found;
  }

  function taskOf() {
    const [located] = workspace.state.tasks;
    assert.ok(located);
    return located.task.id;
  }

  test('runs a command as a task of VS Code, and writes down what came of it', async () => {
    await agree();
    const ended: string[] = [];
    own.push(vscode.tasks.onDidEndTask(({ execution }) => ended.push(execution.task.name)));
    const [result] = await verify('good');
    assert.equal(result?.verdict, 'passed');
    assert.deepEqual(ended, ['Verify Feature']);
    const { passes, evidence, evidenceKind } = await feature('good');
    assert.equal(passes, true);
    assert.equal(evidenceKind, 'command');
    assert.equal(evidence?.outputTail, 'first line\nit works');
    assert.equal(evidence.by, 'person');
    const log = join(workspace.folder.root, result.log);
    assert.equal(await readFile(log, 'utf8'), 'first line\nit works\n');
  });

  test('keeps the exit code of a command that fails, and of one that passed before it is a regression', async () => {
    await agree();
    const [failed] = await verify('bad');
    assert.deepEqual([failed?.verdict, failed?.exitCode], ['failed', 3]);
    assert.equal((await feature('bad')).passes, false);

    await verify('good');
    const uri = workspace.file('101');
    const text = await readFile(uri.fsPath, 'utf8');
    await writeFile(uri.fsPath, text.replace('it works\\"', 'it works\\" && exit 4'));
    await workspace.folder.refresh();
    await agree();
    const [result] = await verify('good');
    assert.deepEqual([result?.verdict, result?.exitCode], ['regressed', 4]);
    assert.equal((await feature('good')).passes, false);
  });

  test('one after the other in one terminal, each command once', async () => {
    await agree();
    const results = await Promise.all([verify('good'), verify('bad')]);
    assert.deepEqual(
      results.flat().map(({ verdict }) => verdict),
      ['passed', 'failed'],
    );
    assert.equal(vscode.window.terminals.filter(({ name }) => name.includes('Verify Feature')).length, 1);
  });

  const endings: readonly (readonly [string, (execution: vscode.TaskExecution) => void])[] = [
    ['a task that is terminated', (execution) => execution.terminate()],
    [
      'a terminal that is closed',
      () => vscode.window.terminals.forEach((terminal) => void terminal.dispose()),
    ],
    ['a window that is left', () => verification.dispose()],
  ];
  for (const [what, end] of endings) {
    test(`${what} ends the command and changes nothing of the feature`, async () => {
      await agree();
      const before = await readFile(workspace.file('101').fsPath, 'utf8');
      const running = verify('long');
      const pid = await pidOf('long');
      const [execution] = vscode.tasks.taskExecutions;
      assert.ok(execution);
      end(execution);
      const [result] = await running;
      assert.equal(result?.verdict, 'unclear');
      await eventually('the command to be gone', async () => !isRunning(pid));
      assert.equal(await readFile(workspace.file('101').fsPath, 'utf8'), before);
      // What comes next is not held up by it; in a window that is left, nothing comes.
      const next = what === 'a window that is left' ? 'unclear' : 'failed';
      assert.equal((await verify('bad'))[0]?.verdict, next);
    });
  }

  /** Of the command, once it runs: it prints it. */
  async function pidOf(id: string): Promise<number> {
    const folder = paths.verifyLogs(workspace.folder.root);
    return eventually(`the process of ${id}`, async () => {
      for (const name of await readdir(folder)) {
        const [, pid] = /^pid (\d+)$/m.exec(await readFile(join(folder, name), 'utf8')) ?? [];
        if (pid !== undefined) return Number(pid);
      }
      return undefined;
    });
  }

  test('a check around a session runs only what was agreed to, and leaves no evidence otherwise', async () => {
    await writeFile(
      join(workspace.folder.root, '.baton/config.json'),
      JSON.stringify({ evidence: { verifyAtEnd: true } }),
    );
    await workspace.folder.reopen();
    const uri = workspace.file('101');
    const text = await readFile(uri.fsPath, 'utf8');
    await writeFile(uri.fsPath, text.replace('"passes": false', '"passes": true'));
    await workspace.folder.refresh();
    await verification.checkAtEnd(workspace.folder, taskOf());
    assert.equal((await feature('good')).evidence, undefined);
    await agree();
    await verification.checkAtEnd(workspace.folder, taskOf());
    assert.equal((await feature('good')).evidenceKind, 'command');
  });

  test('lenses offer to verify each feature that names a command, where it stands', async () => {
    const lenses = new TaskLensProvider(workspace.state);
    own.push(lenses);
    const document = await vscode.workspace.openTextDocument(workspace.file('101'));
    // The file was written a moment ago, and VS Code may still have an earlier text of it.
    const found = await eventually('a lens for each', async () => {
      const all = lenses
        .provideCodeLenses(document)
        .filter(({ command }) => command?.command === 'baton.feature.verify');
      const untried = all.filter(({ command }) => command?.title === '$(beaker) Verify');
      return untried.length === 3 && all;
    });
    assert.deepEqual(
      found.map(({ command }) => [command?.title, command?.tooltip]),
      [
        ['$(beaker) Verify', 'echo first line && echo "it works"'],
        ['$(beaker) Verify', 'echo broken && exit 3'],
        ['$(beaker) Verify', long],
      ],
    );
    for (const { range } of found) assert.match(document.lineAt(range.start.line).text, /\{/);
  });

  test('a feature that only the file says passes is marked, and both quick fixes name it', async () => {
    const diagnostics = new EvidenceDiagnostics(workspace.state, (error) => errors.push(error));
    const fixes = new EvidenceFixes(diagnostics);
    own.push(diagnostics, fixes);
    const uri = workspace.file('101');
    const text = await readFile(uri.fsPath, 'utf8');
    await writeFile(uri.fsPath, text.replace('"passes": false', '"passes": true'));
    await workspace.folder.refresh();
    const [finding] = await eventually('the finding', async () => {
      const found = diagnostics.findingsIn(uri);
      return found.length > 0 && found;
    });
    assert.equal(finding?.code, 'feature_passes_untested');
    const document = await vscode.workspace.openTextDocument(uri);
    await eventually(
      'the mark where it says so',
      async () => document.getText(diagnostics.findingsIn(uri)[0]?.range) === '"passes": true',
    );
    const shown = vscode.languages.getDiagnostics(uri).find((one) => codeOf(one) === finding.code);
    assert.equal(shown?.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(shown.source, 'Baton');

    const actions = fixes.provideCodeActions(document, finding.range, {
      diagnostics: [shown],
      only: undefined,
      triggerKind: vscode.CodeActionTriggerKind.Invoke,
    });
    assert.deepEqual(
      actions.map(({ title, command }) => [title, command?.command, command?.arguments]),
      [
        ['Verify “good” now', 'baton.feature.verify', [argument('good')]],
        ['Record by hand how it was verified…', 'baton.feature.passByHand', [argument('good')]],
      ],
    );
    await agree();
    await verify('good');
    await eventually('the finding to go', async () => diagnostics.findingsIn(uri).length === 0);
  });

  function argument(id: string) {
    return { root: workspace.folder.root, task: taskOf(), target: { kind: 'feature', id } };
  }

  test('ordinary Markdown has neither findings nor lenses', async () => {
    const lenses = new TaskLensProvider(workspace.state);
    const diagnostics = new EvidenceDiagnostics(workspace.state, (error) => errors.push(error));
    own.push(lenses, diagnostics);
    const task = await readFile(workspace.file('101').fsPath, 'utf8');
    const content = task.replaceAll('"passes": false', '"passes": true');
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    assert.deepEqual(lenses.provideCodeLenses(document), []);
    assert.deepEqual(diagnostics.findingsIn(document.uri), []);
  });
});
