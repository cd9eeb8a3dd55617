// The files for chats reach the chat of the editor. Not on the floor: 1.105 takes them, and cannot be asked which.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

test('the chat of the editor knows the skill, the instructions and the prompts of Baton', async () => {
  // Of VS Code itself; nothing public tells which files a chat takes.
  const listed = await vscode.commands.executeCommand<unknown>('_listExtensionPromptFiles');
  const text = JSON.stringify(listed);
  for (const name of [
    'SKILL.md',
    'baton.instructions.md',
    'continue-task.prompt.md',
    'plan-chain.prompt.md',
  ]) {
    assert.ok(text.includes(name), `${name} in ${text}`);
  }
});
