// The least that must be true in a real extension host before any other suite makes sense.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Contributions {
  readonly publisher: string;
  readonly name: string;
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

suite('the extension in a real extension host', () => {
  const extension = vscode.extensions.getExtension<unknown>('baton.baton');

  test('is found and activates', async () => {
    assert.ok(extension, 'baton.baton is not installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test('registers every command that its manifest contributes', async () => {
    assert.ok(extension, 'baton.baton is not installed');
    await extension.activate();
    const { contributes } = extension.packageJSON as Contributions;
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.map(({ command }) => command).filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
    assert.notEqual(contributes.commands.length, 0);
  });
});
