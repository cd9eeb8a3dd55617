import assert from 'node:assert/strict';
import { createTask } from '../../../src/core/operations/create-task';
import { composeIdentity } from '../../../src/core/operations/effective-identity';
import { statusEdits } from '../../../src/core/operations/status-edits';
import { conflictItem, statusItem, withoutRepeats } from '../../../src/vscode/editing/diagnostic-items';
import { memoryWorkspace, root } from '../../support/memory-workspace';

const l10n = {
  t: (message: string, ...args: (string | number | boolean)[]) =>
    message.replace(/\{(\d)\}/g, (_, index: string) => String(args[Number(index)])),
};

const layer = (name: 'soul' | 'user', text: string) => ({
  ...({ layer: name, place: 'state', name: `${name.toUpperCase()}.md`, text } as const),
  ...{ file: `.baton/${name.toUpperCase()}.md`, path: `${root}/.baton/${name.toUpperCase()}.md` },
});

suite('what the Problems panel says', () => {
  test('of a refused status stands on its line, from the key to the end of the value', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const { path } = await createTask(workspace, { title: 'JWT', id: '101', criteria: ['Login works'] });
    const text = (ports.fs.text(path) ?? '').replace('status: pending', 'status: completed');
    ports.fs.put(path, text);
    await workspace.store.refresh();
    const [edit] = await statusEdits(workspace);
    assert.ok(edit);
    const { code, line, start, end, message } = statusItem(edit, l10n);
    assert.equal(code, 'status_edited');
    assert.equal(text.split('\n')[line]?.slice(start, end), 'status: completed');
    assert.match(message, /^The status was changed by hand from pending to completed, which is refused: /);
  });

  test('of a shadowed section stands at its heading and leads to the one that counts', () => {
    const user = '# Me\n\n## Tone\ncasual';
    const [conflict] = composeIdentity([layer('soul', '\n\n## tone\nformal'), layer('user', user)]).conflicts;
    assert.ok(conflict);
    const { path, line, start, end, message, related } = conflictItem(conflict, l10n);
    assert.equal(path, `${root}/.baton/USER.md`);
    assert.equal(user.split('\n')[line]?.slice(start, end), '## Tone');
    assert.match(message, /^“Tone” does not count here: \.baton\/SOUL\.md has/);
    assert.deepEqual([related?.path, related?.line], [`${root}/.baton/SOUL.md`, 2]);
  });

  test('is said once where several task folders share a file', () => {
    const [conflict] = composeIdentity([layer('soul', '## a\nx'), layer('user', '## a\ny')]).conflicts;
    assert.ok(conflict);
    const twice = [conflictItem(conflict, l10n), conflictItem(conflict, l10n)];
    assert.equal(withoutRepeats(twice).length, 1);
  });
});
