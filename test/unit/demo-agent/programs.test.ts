/** The programs the demonstration agent runs, for real, and what it shows of them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBaton, openRepository, ProgramRefused, run } from '../../../src/demo-agent/programs';
import { createScreen } from '../../../src/demo-agent/screen';

suite('programs of the demonstration agent', () => {
  let folder: string;
  setup(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'baton-demo-programs-')));
  });
  teardown(() => rmSync(folder, { recursive: true }));

  const cli = (text: string) => {
    const path = join(folder, 'cli.js');
    writeFileSync(path, text);
    return createBaton(path, folder);
  };
  const git = async (...args: string[]) => {
    const outcome = await run('git', args, folder);
    assert.equal(outcome.code, 0, outcome.err);
    return outcome.out.trim();
  };
  const initialise = async () => {
    await git('init', '--quiet');
    await git('config', 'user.email', 'test@example.invalid');
    await git('config', 'user.name', 'Test');
  };

  test('a program that is not there is no failure of ours', async () => {
    assert.equal((await run('no-such-program-of-baton', [], folder)).code, null);
  });

  test('arguments reach the command line as they are, without a shell', async () => {
    const hostile = '--did=$(id) `id` "q" \'q\' ; & | > x\nline';
    const baton = cli(`process.exitCode = process.argv[3] === ${JSON.stringify(hostile)} ? 0 : 1;`);
    assert.equal(await baton.call(['progress', hostile]), true);
  });

  test('a refusal carries what the command line said', async () => {
    const baton = cli(`process.stderr.write('The session is over\\n'); process.exitCode = 1;`);
    await assert.rejects(baton.call(['feature', 'pass', '101', 'x']), (error) => {
      assert.ok(error instanceof ProgramRefused);
      assert.equal(error.message, 'baton feature pass was refused: The session is over');
      return true;
    });
  });

  test('a folder outside any repository has none', async () => {
    assert.equal(await openRepository(folder), undefined);
  });

  test('a repository without a commit has an empty history and takes a first one', async () => {
    await initialise();
    writeFileSync(join(folder, 'a b.txt'), 'x');
    const repository = await openRepository(folder);
    assert.equal(await repository?.log(10), '');
    assert.deepEqual(await repository?.dirty(), ['a b.txt']);
    assert.match((await repository?.commit('first', ['a b.txt'])) ?? '', /^[0-9a-f]{4,}$/);
    assert.deepEqual(await repository?.dirty(), []);
  });

  test('unchanged and ignored paths are not committed; with nothing left there is no commit', async () => {
    await initialise();
    writeFileSync(join(folder, '.gitignore'), 'ignored/\n');
    mkdirSync(join(folder, 'ignored'));
    writeFileSync(join(folder, 'ignored', 'x.md'), 'x');
    const repository = await openRepository(folder);
    await repository?.commit('first', ['.gitignore', 'ignored/x.md']);
    assert.equal(await git('ls-files'), '.gitignore');
    assert.equal(await repository?.commit('second', ['.gitignore', 'ignored/x.md', 'missing.md']), undefined);
  });

  test('a commit that a hook of the repository refuses is told in the hook’s words', async () => {
    await initialise();
    const hook = join(folder, '.git', 'hooks', 'pre-commit');
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "not today" >&2\nexit 1\n', { mode: 0o755 });
    writeFileSync(join(folder, 'a.txt'), 'x');
    const repository = await openRepository(folder);
    await assert.rejects(
      async () => repository?.commit('first', ['a.txt']),
      (error) => error instanceof ProgramRefused && error.message === 'git refused: not today',
    );
  });

  test('a file name that git would read as a pattern is taken as it is', async () => {
    await initialise();
    writeFileSync(join(folder, ':(top)*.txt'), 'x');
    writeFileSync(join(folder, 'other.txt'), 'x');
    const repository = await openRepository(folder);
    await repository?.commit('one', [':(top)*.txt']);
    assert.deepEqual(await repository?.dirty(), ['other.txt']);
  });

  test('in a folder below the top of a repository, paths are relative to the folder', async () => {
    await initialise();
    mkdirSync(join(folder, 'sub', 'ünï'), { recursive: true });
    writeFileSync(join(folder, 'top.txt'), 'x');
    writeFileSync(join(folder, 'sub', 'ünï', 'a.txt'), 'x');
    const repository = await openRepository(join(folder, 'sub'));
    assert.deepEqual(await repository?.dirty(), ['ünï/a.txt']);
    await repository?.commit('below', ['ünï/a.txt']);
    assert.equal(await git('-c', 'core.quotePath=false', 'ls-files'), 'sub/ünï/a.txt');
  });
});

suite('screen of the demonstration agent', () => {
  const step = { number: 3, phase: 'Orientation', title: 'Look' };
  const record = async (colour: boolean) => {
    let shown = '';
    const screen = createScreen(async (text) => {
      shown += text;
    }, colour);
    await screen.step(step);
    await screen.step({ ...step, number: 4 });
    await screen.say('a\u001B[2Jb\tc');
    await screen.show('1\n\n2\n3', 2);
    return shown;
  };

  test('names a phase once, and shows no terminal controls of others', async () => {
    assert.equal(
      await record(false),
      '\nOrientation\n  3  Look\n  4  Look\n     a·[2Jb\tc\n     1\n     2\n     … 1 more\n',
    );
  });

  test('colours in a terminal only', async () => {
    assert.ok((await record(true)).startsWith('\n\u001B[1;36mOrientation\u001B[0m\n'));
  });
});
