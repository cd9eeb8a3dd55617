import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodePrograms } from '../../../src/node/node-programs';
import { withWorkspace } from '../../support/with-workspace';

const run = (code: string, limitMs = 20_000) => nodePrograms.run(process.execPath, ['-e', code], { limitMs });

suite('Asking a program', () => {
  test('answers what it printed, on both streams, and how it ended', async () => {
    assert.deepEqual(await run(`console.log('1.2.3'); console.error('note')`), {
      exitCode: 0,
      printed: '1.2.3\n\nnote\n',
    });
    assert.equal((await run('process.exit(3)'))?.exitCode, 3);
  });

  test('gives it no input to wait for', async () =>
    assert.equal((await run(`process.stdin.on('end', () => process.exit(7)).resume()`))?.exitCode, 7));

  test('is no answer when it cannot be started, is killed, or takes too long', async () => {
    assert.equal(await nodePrograms.run('/nowhere/program', [], { limitMs: 1000 }), undefined);
    assert.equal(await run(`process.kill(process.pid, 'SIGKILL')`), undefined);
    // It does not listen to politeness either.
    assert.equal(await run(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`, 300), undefined);
  });

  test('interprets nothing', () =>
    withWorkspace(async ({ root }) => {
      const hostile = ['$(touch pwned)', '`touch pwned`', '; touch pwned', '%PATH%', '"q"', "'"];
      const print = 'console.log(JSON.stringify(process.argv.slice(1)))';
      const args = ['-e', print, '--', ...hostile];
      const answer = await nodePrograms.run(process.execPath, args, { limitMs: 20_000, cwd: root });
      assert.deepEqual(JSON.parse(answer?.printed ?? ''), hostile);
      assert.equal(existsSync(join(root, 'pwned')), false);
    }));
});
