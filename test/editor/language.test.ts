// Editing help in the real extension host, by the installed extension: what is offered in task files, and that
// ordinary Markdown is left alone.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { queueOf } from '../../src/core/operations/queue-of';
import { asTaskId } from '../../src/core/operations/task-id';
import { codeOf } from '../../src/vscode/editing/problem-link';
import { type EditorWorkspace, openEditorWorkspace } from './support/editor-workspace';
import { eventually } from './support/eventually';

const upstream = `---
status: completed
depends_on: []
---

# Task #100: Database Schema - State

## 6. Chain Output

### Summary
Users table, made by task #100.
`;

const downstream = `---
status: in_progress
depends_on: ["100"]
---

# Task #101: JWT 🚀 Service - State

## 1. Static Context

**PRD:** ../docs/auth.md
**Agent:** claude

### Task Description
- 🚀\tneeds task #100.

## 2. Chain Inputs

### From Task #100: Database Schema
> Users table.

## 3. Feature Checklist

\`\`\`json
{
  "features": [
    {
      "id": "jwt-1",
      "description": "Issues tokens",
      "passes": false
    }
  ]
}
\`\`\`

## 4. Progress Log

## 6. Chain Output

### Configuration Required
JWT_SECRET=9f8a7b6c5d4e3f2a1b0c
`;

for (const eol of ['\n', '\r\n']) {
  suite(`editing help in task files with ${JSON.stringify(eol)}`, () => {
    let workspace: EditorWorkspace;
    let document: vscode.TextDocument;
    let uri: vscode.Uri;
    /** VS Code keeps a closed document for a while, also from other suites: these ids are this suite's own. */
    const [up, down, to] = eol === '\n' ? ['1060', '1061', 'users'] : ['1067', '1068', 'people'];
    const ours = (text: string) => text.replaceAll('100', up).replaceAll('101', down).replaceAll('\n', eol);

    suiteSetup(async () => {
      await vscode.extensions.getExtension('baton.baton')?.activate();
      workspace = await openEditorWorkspace();
      // Some editors begin files with a mark that no document shows.
      await write(`task-states/task-${up}-state.md`, eol === '\n' ? upstream : `\ufeff${upstream}`);
      await write(`task-states/task-${down}-state.md`, downstream);
      await write('docs/auth.md', '# Auth\n\nSee #100 and task #101.\n');
      uri = workspace.file(down);
      document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      assert.equal(document.getText(), ours(downstream));
      // The installed extension has to see the new files, and loads its help with the first of them.
      await eventually('the first hover', async () => (await hovers('needs task #1')).length > 0);
    });

    suiteTeardown(async () => {
      await workspace.dispose();
      await rm(join(workspace.folder.root, 'docs'), { recursive: true, force: true });
    });

    async function write(name: string, text: string): Promise<void> {
      const path = join(workspace.folder.root, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, ours(text));
    }

    /** VS Code in a browser saves by itself after a second, so that there may be nothing to revert. */
    async function restore(): Promise<void> {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), ours(downstream));
      await vscode.workspace.applyEdit(edit);
      await document.save();
    }

    const after = (words: string, of = document) => {
      const at = of.getText().indexOf(words);
      assert.notEqual(at, -1, words);
      return of.positionAt(at + words.length);
    };

    async function hovers(words: string, of = document): Promise<readonly string[]> {
      const found = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        of.uri,
        after(words, of),
      );
      return found.flatMap(({ contents }) =>
        contents.map((one) => (typeof one === 'string' ? one : one.value)),
      );
    }

    async function completions(words: string, of = document): Promise<readonly vscode.CompletionItem[]> {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        of.uri,
        after(words, of),
      );
      return items;
    }

    const labels = (items: readonly vscode.CompletionItem[]) =>
      items.map(({ label }) => (typeof label === 'string' ? label : label.label));

    test('tells what task an id is, and what a field of the checklist is for', async () => {
      assert.match(
        (await hovers('needs task #1'))[0] ?? '',
        new RegExp(`#${up}&nbsp;Database&nbsp;Schema[\\s\\S]*completed`),
      );
      assert.match((await hovers('"pas')).join(), /Whether the feature works/);
    });

    test('goes from an id to the title of its task', async () => {
      const [found] = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
        'vscode.executeDefinitionProvider',
        uri,
        after('From Task #10'),
      );
      assert.ok(found && 'targetUri' in found);
      assert.equal(found.targetUri.fsPath, workspace.file(up).fsPath);
      assert.deepEqual([found.targetRange.start.line, found.targetRange.start.character], [5, 7]);
    });

    test('finds every place that names a task, in open and closed files', async () => {
      const found = await vscode.commands.executeCommand<vscode.Location[]>(
        'vscode.executeReferenceProvider',
        uri,
        after('needs task #1'),
      );
      const places = found.map(({ uri: of, range }) => {
        const name = of.fsPath.includes(up) ? '100' : '101';
        return `${name} ${range.start.line}:${range.start.character}`;
      });
      assert.deepEqual(places.sort(), ['100 10:27', '100 5:8', '101 13:17', '101 17:15', '101 2:14']);
    });

    test('completes statuses, upstream ids, agents, features, and the JSON of the checklist', async () => {
      assert.ok(labels(await completions('status: ')).includes('needs_input'));
      assert.ok(labels(await completions('needs task #')).includes(`#${up}`));
      assert.ok(labels(await completions('**Agent:** ')).includes('claude'));
      assert.ok(labels(await completions('"description": "Issues tokens",')).length > 0);
      assert.ok(labels(await completions('"passes": ')).includes('true'));
    });

    test('offers no upstream task that would close a circle', async () => {
      const other = await vscode.workspace.openTextDocument(workspace.file(up));
      const offered = labels(await completions('depends_on: [', other));
      assert.equal(offered.includes(down) || offered.includes(up), false, offered.join());
    });

    test('links the paths that exist, shows features in the outline, and folds them', async () => {
      const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        uri,
      );
      assert.deepEqual(
        links.map(({ target, range }) => [target?.fsPath.endsWith('docs/auth.md'), document.getText(range)]),
        [[true, '../docs/auth.md']],
      );
      // Until ours is asked too, VS Code answers with those of its own Markdown support.
      const flat = await eventually('our outline', async () => {
        const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
          'vscode.executeDocumentSymbolProvider',
          uri,
        );
        const names = symbols.flatMap(({ name, children }) => [name, ...children.map((one) => one.name)]);
        return names.includes('○ jwt-1') && names;
      });
      assert.ok(flat.includes('○ jwt-1'), flat.join());
      const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
        'vscode.executeFoldingRangeProvider',
        uri,
      );
      const feature = after('"features": [').line + 1;
      assert.ok(folds.some(({ start }) => start === feature));
    });

    test('finds tasks by their names', async () => {
      const found = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(
        'vscode.executeWorkspaceSymbolProvider',
        'jwt serv',
      );
      // The words stand apart in the title.
      assert.deepEqual(
        found.filter(({ kind }) => kind === vscode.SymbolKind.File).map(({ name }) => name),
        [`#${down} JWT 🚀 Service`],
      );
    });

    test('shows a secret, and what stands in the open document before it is saved', async () => {
      const codes = () =>
        vscode.languages
          .getDiagnostics(uri)
          .filter(({ source }) => source === 'Baton')
          .map((one) => `${codeOf(one)} ${document.getText(one.range)}`);
      await eventually('the secret', async () => codes().includes('secret_value 9f8a7b6c5d4e3f2a1b0c'));
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(after('"passes": '), after('"passes": false')), '"no"');
      edit.replace(uri, new vscode.Range(after('../docs/'), after('../docs/auth')), 'gone');
      await vscode.workspace.applyEdit(edit);
      await eventually('both problems', async () =>
        ['checklist_shape "no"', 'path_missing ../docs/gone.md'].every((one) => codes().includes(one)),
      );
      await restore();
      await eventually('they go', async () =>
        codes().every((one) => !/^(?:checklist_shape|path_missing)/.test(one)),
      );
      assert.ok(codes().includes('secret_value 9f8a7b6c5d4e3f2a1b0c'));
    });

    test('leaves ordinary Markdown alone', async () => {
      const other = await vscode.workspace.openTextDocument(join(workspace.folder.root, 'docs/auth.md'));
      assert.deepEqual(await hovers('task #10', other), []);
      const offered = labels(await completions('task #', other)).filter((label) => label.startsWith('#'));
      assert.deepEqual(offered, []);
      const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
        'vscode.executeDocumentSymbolProvider',
        other.uri,
      );
      assert.deepEqual(
        symbols.map(({ name }) => name),
        ['# Auth'],
      );
      await assert.rejects(async () =>
        vscode.commands.executeCommand('vscode.prepareRename', other.uri, after('task #10', other)),
      );
      assert.deepEqual(vscode.languages.getDiagnostics(other.uri), []);
    });

    test('refuses ids that are taken or none, with the reason', async () => {
      const rename = (to: string) =>
        vscode.commands.executeCommand(
          'vscode.executeDocumentRenameProvider',
          uri,
          after('needs task #1'),
          to,
        );
      await assert.rejects(async () => rename(down), new RegExp(`already a task #${down}`));
      await assert.rejects(async () => rename('a b'), /letters, digits/);
    });

    test('refuses to rename what the resume queue waits for', async () => {
      const queue = queueOf(workspace.folder.workspace);
      const { entry } = await queue.add({
        taskId: asTaskId(up),
        prompt: '',
        reason: 'crash',
        source: 'test',
      });
      const rename = async () =>
        vscode.commands.executeCommand(
          'vscode.executeDocumentRenameProvider',
          uri,
          after('needs task #1'),
          'users',
        );
      await eventually('the refusal', async () =>
        rename().then(
          () => false,
          (error: unknown) => /resume queue/.test(String(error)),
        ),
      );
      await queue.remove(entry.id);
      await eventually('the rename', async () => rename().then(() => true));
    });

    test('renames a task in all files and their names in one edit, with unsaved text, and undo works', async () => {
      const typed = ours('needs task #100, and unsaved task #100.\n');
      const unsaved = new vscode.WorkspaceEdit();
      unsaved.insert(uri, document.lineAt(14).range.start, typed);
      await vscode.workspace.applyEdit(unsaved);
      const before = document.getText();
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        uri,
        after('From Task #10'),
        to,
      );
      assert.equal(await vscode.workspace.applyEdit(edit, { isRefactoring: true }), true);
      const now = document.getText();
      assert.equal(now, before.replaceAll(`#${up}`, `#${to}`).replace(`["${up}"]`, `["${to}"]`));
      assert.equal(existsSync(workspace.file(to).fsPath), true);
      assert.equal(existsSync(workspace.file(up).fsPath), false);
      const moved = await vscode.workspace.openTextDocument(workspace.file(to));
      assert.equal(moved.getText(), ours(upstream).replaceAll(`#${up}`, `#${to}`));
      await eventually('the new id', async () =>
        workspace.folder.refresh().then(() => workspace.state.tasks.some(({ task }) => task.id === to)),
      );

      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      await eventually('the old text', async () => document.getText() === before);
      await eventually('the old file', async () => existsSync(workspace.file(up).fsPath));
      assert.equal(existsSync(workspace.file(to).fsPath), false);
      const back = await vscode.workspace.openTextDocument(workspace.file(up));
      assert.equal(back.getText(), ours(upstream));
      await vscode.workspace.saveAll();
    });
  });
}
