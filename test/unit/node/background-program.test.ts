// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what shells would substitute is the subject
// An agent in the background, as real processes: nothing runs before it is on record, and it outlives who watches it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BackgroundProgram, runInBackground } from '../../../src/node/background-program';
import { withFamily } from '../../support/with-family';

const hostile = [
  '',
  ' ',
  '$HOME',
  '`id`',
  '$(touch PWNED)',
  '"q"',
  "'q'",
  '; touch PWNED',
  '\\',
  '-c',
  'ünï 任务',
];

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'baton background '));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function program(folder: string, script: string, more: Partial<BackgroundProgram> = {}): BackgroundProgram {
  return {
    executable: process.execPath,
    args: ['-e', script],
    env: {},
    cwd: folder,
    logTo: join(folder, 'run.log'),
    onStart: async () => undefined,
    onBeat: async () => undefined,
    beatMs: 60_000,
    firmMs: 500,
    onBeatError: (error) => assert.fail(String(error)),
    ...more,
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

suite('a program in the background', () => {
  test('tells how it ended, and all it printed is in its log', async () => {
    await withFolder(async (folder) => {
      const script = 'console.log("out"); console.error("err"); process.exitCode = 3;';
      const end = await runInBackground(program(folder, script));
      assert.deepEqual([end.exitCode, end.signal], [3, null]);
      assert.deepEqual(end.tail.trim().split('\n').sort(), ['err', 'out']);
      assert.equal(
        (await stat(join(folder, 'run.log'))).mode & 0o077,
        process.platform === 'win32' ? 0o066 : 0,
      );
    });
  });

  test('gets its arguments, environment and input byte for byte', async () => {
    await withFolder(async (folder) => {
      const script =
        'let t="";process.stdin.on("data",(d)=>{t+=d}).on("end",()=>console.log(JSON.stringify([process.argv.slice(1),process.env.TOLD,process.env.HOME??null,t])))';
      const args = ['-e', script, '--', ...hostile];
      const stdin = `line\n\${x} $(touch PWNED)`;
      const end = await runInBackground(
        program(folder, '', { args, stdin, env: { TOLD: '$(touch PWNED)', HOME: null } }),
      );
      assert.deepEqual(JSON.parse(end.tail), [hostile, '$(touch PWNED)', null, stdin]);
      assert.equal(await exists(join(folder, 'PWNED')), false);
    });
  });

  test('does not run before it is on record, under the very process that was told', async function () {
    if (process.platform === 'win32') return this.skip();
    await withFolder(async (folder) => {
      const mark = join(folder, 'ran');
      let told = 0;
      const script = `require("fs").writeFileSync(${JSON.stringify(mark)}, String(process.pid))`;
      await runInBackground(
        program(folder, script, {
          onStart: async (pid) => {
            told = pid;
            for (let n = 0; n < 20; n++) {
              assert.equal(await exists(mark), false);
              await delay(10);
            }
          },
        }),
      );
      assert.equal(await readFile(mark, 'utf8'), String(told));
    });
  });

  test('never runs when it cannot be put on record', async () => {
    await withFolder(async (folder) => {
      const mark = join(folder, 'ran');
      const script = `require("fs").writeFileSync(${JSON.stringify(mark)}, "")`;
      const onStart = () => Promise.reject(new Error('the disk is full'));
      // Rejects when the process is gone, so that nothing can come after.
      await assert.rejects(runInBackground(program(folder, script, { onStart })), /the disk is full/);
      assert.equal(await exists(mark), process.platform === 'win32');
    });
  });

  test('never runs when we are killed before it is on record, and lives on when we are killed after', async function () {
    if (process.platform === 'win32') return this.skip();
    await withFolder(async (folder) => {
      const module = resolve(import.meta.dirname, '../../../src/node/background-program.ts');
      const runner = async (name: string, onStart: string) => {
        const file = join(folder, `${name}.mts`);
        const mark = join(folder, name);
        const script = `require("fs").writeFileSync(${JSON.stringify(mark)}, ""); setTimeout(() => {}, 500)`;
        await writeFile(
          file,
          `import { runInBackground } from ${JSON.stringify(module)};
           await runInBackground({ executable: process.execPath, args: ['-e', ${JSON.stringify(script)}], env: {},
             cwd: ${JSON.stringify(folder)}, logTo: ${JSON.stringify(join(folder, 'log'))}, beatMs: 60000, firmMs: 500,
             onBeat: async () => {}, onBeatError: () => {}, onStart: async (pid) => { ${onStart} } });`,
        );
        const child = spawn(process.execPath, ['--import', 'tsx', file], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        return { child, mark };
      };
      const before = await runner('before', 'console.log(pid); await new Promise(() => {})');
      await once(before.child.stdout, 'data');
      before.child.kill('SIGKILL');
      await once(before.child, 'exit');
      const after = await runner('after', 'console.log(pid); process.nextTick(() => {})');
      const [told] = await once(after.child.stdout, 'data');
      while (!(await exists(after.mark))) await delay(5);
      after.child.kill('SIGKILL');
      await once(after.child, 'exit');
      process.kill(Number(String(told)), 0);
      assert.equal(await exists(before.mark), false);
    });
  }).timeout(20_000);

  const floods = 'for (let n = 0; n < 40000; n++) console.log("x".repeat(99));';
  const longest = 1024 * 1024;

  test('cannot fill the disk: its log keeps the end', async () => {
    await withFolder(async (folder) => {
      const end = await runInBackground(program(folder, `${floods} console.log("the end");`));
      assert.ok((await stat(join(folder, 'run.log'))).size <= longest);
      assert.ok(end.tail.endsWith('x\nthe end\n'));
    });
  });

  test('cannot fill the disk while it runs either, and what it prints after a cut comes after what was kept', async () => {
    await withFolder(async (folder) => {
      // Nothing is promised of what is printed in the very moment of the cut.
      const untilCut = `
        const size = () => require('fs').statSync('run.log').size;
        const pause = new Int32Array(new SharedArrayBuffer(4));
        while (size() > ${longest} || size() < ${longest / 2}) Atomics.wait(pause, 0, 0, 5);`;
      const script = `${floods} ${untilCut} console.log("the end");`;
      const end = await runInBackground(program(folder, script, { beatMs: 20 }));
      assert.ok((await stat(join(folder, 'run.log'))).size <= longest);
      assert.ok(end.tail.endsWith('x\nthe end\n'));
    });
  }).timeout(20_000);

  test('that cannot even be tried, its folder being gone, is told as that', async () => {
    await withFolder(async (folder) => {
      await assert.rejects(runInBackground(program(folder, '', { cwd: join(folder, 'gone') })));
    });
  });

  test('that is not there is told as that', async () => {
    await withFolder(async (folder) => {
      const missing = program(folder, '', { executable: join(folder, 'nothing') });
      const end = await runInBackground(missing).catch((error: unknown) => error);
      assert.ok(
        end instanceof Error ||
          (typeof end === 'object' && end !== null && 'exitCode' in end && end.exitCode === 127),
      );
    });
  });

  test('takes all that it has started with it when we are asked to end, though they are deaf to it', () =>
    withFolder((folder) =>
      withFamily(async (family) => {
        const ended = runInBackground(program(folder, '', { args: family.args('deaf') }));
        await family.pids();
        process.kill(process.pid, 'SIGTERM');
        assert.equal((await ended).signal, 'SIGKILL');
        assert.deepEqual(await family.left(), []);
      }),
    )).timeout(30_000);
});
