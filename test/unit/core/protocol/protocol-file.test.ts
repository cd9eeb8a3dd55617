import assert from 'node:assert/strict';
import {
  protocolFileLimit,
  protocolFileText,
  protocolLine,
} from '../../../../src/core/protocol/protocol-file';
import { shippedTexts } from './memory-folder';

suite('protocol file', () => {
  test('names the packet and the task file by their variables, and stays under the agents’ limit', async () => {
    const text = protocolFileText(await shippedTexts(), 'baton');
    assert.match(text, /environment variable BATON_PACKET/);
    assert.match(text, /named by BATON_TASK_FILE/);
    assert.match(text, /`baton task status \$BATON_TASK_ID block --reason/);
    assert.match(text, /## Why this matters/);
    assert.match(text, /## Verification/);
    assert.doesNotMatch(text, /\{\{/);
    assert.ok(text.length < protocolFileLimit);
  });

  test('a text that would take it over the limit is left to the packet, whole', async () => {
    const texts = await shippedTexts();
    const list = texts.list.map((text) =>
      text.name === 'why' ? { ...text, body: `## Why\n${'x'.repeat(9000)}` } : text,
    );
    const text = protocolFileText({ ...texts, list }, 'baton');
    assert.doesNotMatch(text, /xxx/);
    assert.match(text, /## How to work/);
    assert.match(text, /## Verification/);
    assert.ok(text.length < protocolFileLimit);
  });
});

suite('the protocol in one line', () => {
  test('may stand in an argument, and names the packet and the entry to leave', () => {
    assert.doesNotMatch(protocolLine, /[\r\n\0]|\$\{|^-/);
    assert.ok(protocolLine.length < 1500);
    for (const word of ['BATON_PACKET', 'BATON_TASK_FILE', 'Progress Log', 'compacted'])
      assert.ok(protocolLine.includes(word), word);
  });
});
