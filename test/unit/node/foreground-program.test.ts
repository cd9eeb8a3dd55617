/** An agent in the foreground of the command line: what its watcher fails at must not lose sight of it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { type ForegroundProgram, runInForeground } from '../../../src/node/foreground-program';
import { withFamily } from '../../support/with-family';

const unwritable = new Error('the disk is full');

function program(code: string, more: Partial<ForegroundProgram> = {}): ForegroundProgram {
  return {
    executable: process.execPath,
    args: ['-e', code],
    env: {},
    cwd: process.cwd(),
    mode: 'headless',
    keepOutputFree: true,
    onStart: async () => {},
    onBeat: async () => {},
    beatMs: 60_000,
    firmMs: 500,
    onTrouble: (error) => assert.fail(String(error)),
    ...more,
  };
}

suite('a program in the foreground', () => {
  test('is watched to its end when its start cannot be written down, and that is told', async () => {
    const told: unknown[] = [];
    const onStart = () => Promise.reject(unwritable);
    const ended = await runInForeground(
      program('setTimeout(() => process.exit(3), 100)', { onStart, onTrouble: (error) => told.push(error) }),
    );
    assert.deepEqual(ended, { exitCode: 3, signal: null });
    assert.deepEqual(told, [unwritable]);
  });

  test('is watched to its end when a beat fails; each one knows which process it is for', async () => {
    const told: unknown[] = [];
    const pids = new Set<number>();
    let started = 0;
    // It ends when it was asked to, which the second failed beat does.
    const ended = await runInForeground(
      program('setInterval(() => {}, 1000)', {
        beatMs: 20,
        onStart: async (pid) => {
          started = pid;
        },
        onBeat: (pid) => {
          pids.add(pid);
          return Promise.reject(unwritable);
        },
        onTrouble: (error) => {
          told.push(error);
          if (told.length === 2) process.kill(started, 'SIGTERM');
        },
      }),
    );
    assert.deepEqual(ended, { exitCode: null, signal: 'SIGTERM' });
    assert.ok(told.length >= 2 && told.every((error) => error === unwritable));
    assert.deepEqual([...pids], [started]);
  });

  test('is told to be missing only when it never ran', async () => {
    let started = false;
    const onStart = async () => {
      started = true;
    };
    await assert.rejects(runInForeground(program('', { executable: '/nowhere/program', onStart })), {
      code: 'ENOENT',
    });
    assert.equal(started, false);
  });

  test('that ends at once waits for its start to be written down', async () => {
    const events: string[] = [];
    const onStart = async () => {
      await new Promise((written) => setTimeout(written, 200));
      events.push('written');
    };
    await runInForeground(program('', { onStart })).then(() => events.push('ended'));
    assert.deepEqual(events, ['written', 'ended']);
  });

  for (const manners of ['polite', 'deaf'] as const) {
    test(`takes all that it has started with it when we are asked to end, though it is ${manners} and they are deaf`, () =>
      withFamily(async (family) => {
        const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
          stdio: ['pipe', 'ignore', 'ignore'],
        });
        const ended = runInForeground(program('', { args: family.args(manners) }));
        await family.pids();
        process.kill(process.pid, 'SIGTERM');
        assert.deepEqual(
          await ended,
          manners === 'polite' ? { exitCode: 0, signal: null } : { exitCode: null, signal: 'SIGKILL' },
        );
        assert.deepEqual(await family.left(), []);
        assert.equal(stranger.exitCode ?? stranger.signalCode, null);
        stranger.kill();
      })).timeout(30_000);
  }
});
