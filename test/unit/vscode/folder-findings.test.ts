// Findings of several folders: one that fails is told, and hides nothing of the others.
import assert from 'node:assert/strict';
import { FolderFindings } from '../../../src/vscode/folder-findings';

suite('what is found in several folders', () => {
  const folders = [{ root: '/a' }, { root: '/b' }, { root: '/c' }];

  test('is there for all but the one that fails, which is told', async () => {
    const errors: unknown[] = [];
    const findings = new FolderFindings<string>((error) => errors.push(error));
    const broken = new Error('unreadable');
    const find = async ({ root }: { root: string }) => {
      if (root === '/b') throw broken;
      return `in ${root}`;
    };
    assert.deepEqual(await findings.of(folders, find), ['in /a', 'in /c']);
    assert.deepEqual(errors, [broken]);
  });

  test('stays as it was last in a folder that fails, until that is looked at again or is gone', async () => {
    const findings = new FolderFindings<string>(() => {});
    let look = 1;
    let fails = false;
    const find = async ({ root }: { root: string }) => {
      if (fails && root === '/b') throw new Error('unreadable');
      return `${root} ${look}`;
    };
    await findings.of(folders, find);
    [look, fails] = [2, true];
    assert.deepEqual(await findings.of(folders, find), ['/a 2', '/b 1', '/c 2']);
    assert.deepEqual(await findings.of(folders, find), ['/a 2', '/b 1', '/c 2']);
    [look, fails] = [3, false];
    assert.deepEqual(await findings.of(folders, find), ['/a 3', '/b 3', '/c 3']);
    await findings.of([], find);
    fails = true;
    assert.deepEqual(await findings.of(folders, find), ['/a 3', '/c 3']);
  });
});
