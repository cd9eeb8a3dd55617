import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startBounded } from '../../../src/doctor/bounded-process';
import { endLeftBehind, markVariable } from '../../../src/doctor/left-behind';

/** Starts a program that outlives it, in a process group of its own and with its output, and says something. */
const leaving = `
  const { spawn } = require('node:child_process');
  const sleeper = ['-e', 'setTimeout(() => {}, 300_000)'];
  spawn(process.execPath, sleeper, { detached: true, stdio: 'inherit' }).unref();
  console.log('said');
`;

suite('a process of a proof', () => {
  test('has ended when its program has, although what it left behind holds its output open', async () => {
    // Nobody can see there what was left behind.
    if (process.platform === 'win32') return;
    const mark = randomUUID();
    const env = { PATH: process.env['PATH'] ?? '', [markVariable]: mark };
    try {
      const options = { cwd: process.cwd(), env, limitMs: 50_000 };
      const ended = await startBounded(process.execPath, ['-e', leaving], options).ended;
      assert.deepEqual(ended, { code: 0, signal: null, late: false, stdout: 'said\n', stderr: '' });
      assert.equal(await endLeftBehind(mark), 1);
    } finally {
      await endLeftBehind(mark);
    }
  });

  test('is ended when its limit is over', async () => {
    const env = { PATH: process.env['PATH'] ?? '' };
    const options = { cwd: process.cwd(), env, limitMs: 300 };
    const ended = await startBounded(process.execPath, ['-e', 'setTimeout(() => {}, 300_000)'], options)
      .ended;
    assert.deepEqual([ended.code, ended.late], [null, true]);
  });
});
