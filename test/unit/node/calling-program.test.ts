import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { callingProgram } from '../../../src/node/calling-program';

const table: Readonly<Record<number, { readonly name: string; readonly parent: number }>> = {
  10: { name: 'agent', parent: 5 },
  11: { name: 'sh', parent: 10 },
  12: { name: '-zsh', parent: 1 },
  13: { name: 'bash', parent: 12 },
};
const look = async (pid: number) => table[pid];

suite('who calls a hook', () => {
  test('is the parent, or the parent of the shell that was started for the call', async () => {
    assert.equal(await callingProgram(10, look), 10);
    assert.equal(await callingProgram(11, look), 10);
  });

  test('one shell is passed over and no more: an agent may be a script', async () => {
    assert.equal(await callingProgram(13, look), 12);
  });

  test('is unknown when the parent is gone, and is never the first process of all', async () => {
    assert.equal(await callingProgram(99, look), undefined);
    assert.equal(await callingProgram(12, look), undefined);
  });

  test('is found out of the running system where it tells', async () => {
    const told = process.platform === 'linux' || process.platform === 'darwin';
    const script = `${process.execPath} -e 0; echo $PPID`;
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script]);
    assert.equal(Number(stdout), process.pid);
    assert.equal(await callingProgram(process.pid), told ? process.pid : undefined);
  });
});
