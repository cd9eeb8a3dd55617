// Nothing is ever typed into a terminal but at a person's own command (requirements 000-38, 000-44).
import assert from 'node:assert/strict';
import { readSources } from '../../support/source-files';

suite('typing into a terminal', () => {
  const sources = readSources();

  function filesWith(pattern: RegExp): readonly string[] {
    return sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  }

  test('happens in one place, which one command alone calls', () => {
    assert.deepEqual(filesWith(/\.sendText\(/), ['vscode/terminal/agent-terminals.ts']);
    assert.deepEqual(filesWith(/\bterminals\.offer\(/), ['vscode/commands/nudge-agent.ts']);
    assert.deepEqual(filesWith(/sendSequence/), []);
  });

  test('is never near a timer', () => {
    const [command] = sources.filter(({ path }) => path === 'vscode/commands/nudge-agent.ts');
    assert.ok(command);
    assert.doesNotMatch(command.text, /setTimeout|setInterval|Heartbeat|onDid/);
  });
});
