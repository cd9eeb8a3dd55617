/** The command that verifies a feature, as a real process: its end, its output, and what it leaves behind. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isBatonError } from '../../../src/core/base/baton-error';
import type { CommandOutcome } from '../../../src/core/ports';
import { runCommandLine } from '../../../src/node/verify-program';

const node = JSON.stringify(process.execPath);
const long = 60_000;

interface Folder {
  readonly path: string;
  readonly log: string;
  run(command: string, limitMs?: number): Promise<CommandOutcome>;
}

async function inFolder(body: (folder: Folder) => Promise<void>): Promise<void> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'baton verify ')));
  const log = join(path, 'out.log');
  try {
    await body({
      path,
      log,
      run: (command, limitMs = long) => runCommandLine({ command, cwd: path, limitMs, logTo: log }),
    });
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A killed process needs a moment to be gone. */
async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    if (!isRunning(pid)) return true;
    await delay(25);
  }
  return false;
}

async function pidIn(path: string): Promise<number> {
  const pid = Number((await readFile(path, 'utf8')).trim());
  assert.ok(pid > 1);
  return pid;
}

suite('the program that verifies a feature', () => {
  test('is read by the shell, runs in the workspace folder, and tells its exit and both outputs', async () => {
    await inFolder(async ({ path, log, run }) => {
      const outcome = await run(`${node} -p "process.cwd()" && echo "to err" >&2 && exit 3`);
      assert.deepEqual([outcome.exitCode, outcome.signal, outcome.end], [3, null, 'exit']);
      assert.equal(outcome.printed.replaceAll('\r', ''), `${path}\nto err\n`);
      assert.equal(await readFile(log, 'utf8'), outcome.printed);
      assert.equal((await stat(log)).mode & 0o077, process.platform === 'win32' ? 0o066 : 0);
    });
  });

  test('is not taken for the agent that has it run, and gets no input', async () => {
    await inFolder(async ({ run }) => {
      process.env['BATON_SESSION_ID'] = 'a-session';
      try {
        const script = 'process.stdin.on("end",()=>console.log(process.env.BATON_SESSION_ID)).resume()';
        assert.equal((await run(`${node} -e '${script}'`)).printed.trim(), 'undefined');
      } finally {
        delete process.env['BATON_SESSION_ID'];
      }
    });
  });

  test('that takes too long is ended with all it has started, also what does not listen', async () => {
    await inFolder(async ({ path, run }) => {
      await writeFile(
        join(path, 'deaf.js'),
        `process.on('SIGTERM', () => {}); require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => {}, 1000);`,
      );
      const { end, exitCode } = await run(`${node} deaf.js & wait; ${node} deaf.js`, 1500);
      assert.deepEqual([end, exitCode], ['timeout', null]);
      assert.equal(await gone(await pidIn(join(path, 'pid'))), true);
    });
  });

  test('leaves nothing running behind, and what it left is not waited for', async () => {
    await inFolder(async ({ path, run }) => {
      const outcome = await run('sleep 600 & echo $! > pid; echo done');
      assert.deepEqual([outcome.exitCode, outcome.end, outcome.printed], [0, 'exit', 'done\n']);
      assert.equal(await gone(await pidIn(join(path, 'pid'))), true);
    });
  });

  test('that prints without end costs neither memory nor disk, and its last words are kept', async () => {
    await inFolder(async ({ log, run }) => {
      const script = 'process.stdout.write("first\\n" + "x".repeat(8e6) + "\\nlast", () => process.exit(1))';
      const outcome = await run(`${node} -e '${script}'`);
      assert.equal(outcome.exitCode, 1);
      assert.ok(outcome.printed.length <= 64 * 1024);
      assert.ok(outcome.printed.endsWith('\nlast'));
      const kept = await readFile(log, 'utf8');
      assert.ok(kept.length < 1.2 * 1024 * 1024, String(kept.length));
      assert.match(kept.slice(0, 10), /^first\n/);
      assert.match(kept, /\n\[… \d+ bytes left out …\]\n/);
      assert.ok(kept.endsWith('\nlast'));
    });
  });

  test('may print bytes that are no text', async () => {
    await inFolder(async ({ run }) => {
      const outcome = await run(
        `${node} -e 'process.stdout.write(Buffer.from([0,255,254,27,91,200,10,65]))'`,
      );
      assert.ok(outcome.printed.endsWith('\nA'));
    });
  });

  test('that a signal ends tells which', async () => {
    await inFolder(async ({ run }) => {
      const { exitCode, signal, end } = await run('kill -9 $$');
      assert.deepEqual([exitCode, signal, end], [null, 'SIGKILL', 'exit']);
    });
  });

  test('shows its output as it comes, and ends as interrupted when whoever watches stops it', async () => {
    await inFolder(async ({ path, log }) => {
      const stop = new AbortController();
      const seen: string[] = [];
      const onOutput = (bytes: Uint8Array) => {
        seen.push(new TextDecoder().decode(bytes));
        if (seen.join('').includes('ready')) stop.abort();
      };
      const listeners = () => process.listenerCount('SIGTERM') + process.listenerCount('exit');
      const before = listeners();
      const line = { command: 'echo ready; sleep 600', cwd: path, limitMs: long, logTo: log };
      const { exitCode, end, printed } = await runCommandLine(line, { onOutput, stop: stop.signal });
      assert.deepEqual([exitCode, end], [null, 'interrupted']);
      assert.equal(seen.join(''), printed);
      assert.equal(listeners(), before);
    });
  });

  test('that is to be stopped before it began is stopped', async () => {
    await inFolder(async ({ path, log }) => {
      const line = { command: 'sleep 600', cwd: path, limitMs: long, logTo: log };
      assert.equal((await runCommandLine(line, { stop: AbortSignal.abort() })).end, 'interrupted');
    });
  });

  test('that is not there ends as the shell says, and one without a folder is not started', async () => {
    await inFolder(async ({ path, log, run }) => {
      assert.equal((await run('no-such-program-anywhere')).exitCode, 127);
      const lost = { command: 'true', cwd: join(path, 'gone'), limitMs: long, logTo: log };
      await assert.rejects(runCommandLine(lost), (error) => isBatonError(error, 'io_failed'));
    });
  });

  test('never writes its log through a link', async () => {
    await inFolder(async ({ path, run, log }) => {
      await writeFile(join(path, 'precious'), 'kept');
      await symlink(join(path, 'precious'), log);
      await assert.rejects(run('echo overwritten'), (error) => isBatonError(error, 'io_failed'));
      assert.equal(await readFile(join(path, 'precious'), 'utf8'), 'kept');
    });
  });
});
