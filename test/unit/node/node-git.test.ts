import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBatonError } from '../../../src/core/base/baton-error';
import type { FileChange } from '../../../src/core/ports';
import { NodeGit, parseNameStatus, parseStatus } from '../../../src/node/node-git';
import { MemoryLogger } from '../../support/memory-logger';
import { withWorkspace } from '../../support/with-workspace';

const committer = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

interface Repository {
  readonly root: string;
  readonly git: NodeGit;
  readonly log: MemoryLogger;
  run(...args: string[]): string;
  write(path: string, text: string): Promise<void>;
  /** Commits everything; returns the hash. */
  commit(subject: string, at?: string): string;
}

async function withRepository(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withWorkspace(async ({ root, ports: { log } }) => {
    const run = (...args: string[]) =>
      execFileSync('git', args, {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, ...committer },
      }).trim();
    run('init', '--quiet', '--initial-branch=main');
    await body({
      root,
      log,
      git: new NodeGit(log),
      run,
      async write(path, text) {
        await mkdir(join(root, path, '..'), { recursive: true });
        await writeFile(join(root, path), text);
      },
      commit(subject, at = '2026-11-21T07:00:00Z') {
        run('add', '--all');
        const dates = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
        const env = { ...process.env, ...committer, ...dates };
        execFileSync('git', ['commit', '--quiet', '--allow-empty', '-m', subject], { cwd: root, env });
        return run('rev-parse', 'HEAD');
      },
    });
  });
}

const byPath = (changes: readonly FileChange[]) => [...changes].sort((a, b) => (a.path < b.path ? -1 : 1));

suite('Git', () => {
  test('where there is no repository there is no state, no commit, no change', () =>
    withWorkspace(async ({ root }) => {
      const git = new NodeGit(new MemoryLogger());
      for (const folder of [root, `${root}/missing`]) {
        assert.equal(await git.state(folder), undefined);
        assert.deepEqual(await git.commitsSince(folder, null), []);
        assert.deepEqual(await git.filesChangedSince(folder, null), []);
        assert.equal(await git.commitBefore(folder, '2026-11-21T07:00:00Z'), null);
        assert.equal(await git.isInHistory(folder, 'a'.repeat(40)), false);
        assert.equal(await git.trackedFiles(folder, ['.md']), undefined);
      }
    }));

  test('where there is no git there is no state, and the log says why', () =>
    withRepository(async ({ root, log }) => {
      assert.equal(await new NodeGit(log, { PATH: '' }).state(root), undefined);
      assert.ok(log.lines.includes('debug: There is no git on PATH'));
    }));

  test('state tells head, branch and whether anything is not committed', () =>
    withRepository(async ({ root, git, run, write, commit }) => {
      assert.deepEqual(await git.state(root), { head: null, branch: 'main', dirty: false });
      await write('a.txt', 'one');
      assert.deepEqual(await git.state(root), { head: null, branch: 'main', dirty: true });
      const head = commit('feat: first');
      assert.deepEqual(await git.state(root), { head, branch: 'main', dirty: false });
      run('checkout', '--quiet', '--detach');
      assert.deepEqual(await git.state(root), { head, branch: null, dirty: false });
    }));

  test('a workspace folder inside a repository looks at itself only', () =>
    withRepository(async ({ root, git, write, commit }) => {
      await write('sub/a.txt', 'one');
      const head = commit('feat: first');
      await write('outside.txt', 'x');
      assert.deepEqual(await git.state(`${root}/sub`), { head, branch: 'main', dirty: false });
      await write('sub/b.txt', 'two');
      assert.deepEqual(await git.filesChangedSince(`${root}/sub`, head), [
        { path: 'b.txt', change: 'created' },
      ]);
    }));

  test('commits since one come newest last, with any subject', () =>
    withRepository(async ({ root, git, commit }) => {
      const first = commit('feat: first');
      const second = commit('fix: tab\tand “quotes” | pipes');
      const third = commit('docs: third');
      assert.deepEqual(await git.commitsSince(root, first), [
        { hash: second, subject: 'fix: tab\tand “quotes” | pipes' },
        { hash: third, subject: 'docs: third' },
      ]);
      assert.equal((await git.commitsSince(root, null)).length, 3);
      assert.deepEqual(await git.commitsSince(root, third), []);
      assert.deepEqual(await git.commitsSince(root, 'f'.repeat(40)), []);
    }));

  test('files changed are told, committed or not, new ones as created', () =>
    withRepository(async ({ root, git, write, commit }) => {
      await write('keep.txt', 'keep');
      await write('modify.txt', 'old');
      await write('delete.txt', 'old');
      await write('move me.txt', 'a text that is long enough to be recognised when it moves\n'.repeat(5));
      const first = commit('feat: first');
      await write('modify.txt', 'new');
      await write('committed ü.txt', 'new');
      commit('feat: second');
      await rm(join(root, 'delete.txt'));
      await rename(join(root, 'move me.txt'), join(root, 'moved.txt'));
      await write('untracked.txt', 'new');
      await write('.gitignore', 'ignored.txt\n');
      await write('ignored.txt', 'x');
      assert.deepEqual(byPath(await git.filesChangedSince(root, first)), [
        { path: '.gitignore', change: 'created' },
        { path: 'committed ü.txt', change: 'created' },
        { path: 'delete.txt', change: 'deleted' },
        { path: 'modify.txt', change: 'modified' },
        { path: 'move me.txt', change: 'deleted' },
        { path: 'moved.txt', change: 'created' },
        { path: 'untracked.txt', change: 'created' },
      ]);
      commit('feat: third');
      const moved = (await git.filesChangedSince(root, first)).find(({ path }) => path === 'moved.txt');
      assert.equal(moved?.change, 'renamed');
      const all = byPath(await git.filesChangedSince(root, null));
      assert.ok(all.every(({ change }) => change === 'created') && all.length === 6);
    }));

  test('the last commit, and none where there is no history', () =>
    withRepository(async ({ root, git, commit }) => {
      assert.equal(await git.lastCommit(root), undefined);
      const hash = commit('feat: first\ttabbed');
      assert.deepEqual(await git.lastCommit(root), { hash, subject: 'feat: first\ttabbed' });
    }));

  test('the last commit before a moment', () =>
    withRepository(async ({ root, git, commit }) => {
      const first = commit('feat: first', '2026-11-20T10:00:00Z');
      const second = commit('feat: second', '2026-11-21T10:00:00Z');
      assert.equal(await git.commitBefore(root, '2026-11-20T09:00:00Z'), null);
      assert.equal(await git.commitBefore(root, '2026-11-20T12:00:00Z'), first);
      assert.equal(await git.commitBefore(root, '2026-11-22T12:00:00Z'), second);
    }));

  test('files that it knows are told by their endings, wherever they are and however they are written', () =>
    withRepository(async ({ root, git, write, commit }) => {
      for (const path of ['README.md', 'docs ü/deep/a b.MD', 'code.ts', 'x.markdown']) await write(path, 'x');
      commit('docs: first');
      await write('new.md', 'x');
      await write('README.md', 'changed');
      const known = await git.trackedFiles(root, ['.md', '.markdown']);
      assert.deepEqual([...(known ?? [])].sort(), ['README.md', 'docs ü/deep/a b.MD', 'x.markdown']);
      assert.deepEqual(await git.trackedFiles(join(root, 'docs ü'), ['.md']), ['deep/a b.MD']);
    }));

  test('a commit is in the history until it is replaced; one that never was is not', () =>
    withRepository(async ({ root, git, commit, run }) => {
      const first = commit('feat: first');
      const second = commit('feat: second');
      assert.deepEqual(
        [await git.isInHistory(root, first), await git.isInHistory(root, second.slice(0, 10))],
        [true, true],
      );
      run('commit', '--amend', '--allow-empty', '-m', 'feat: another second');
      assert.deepEqual(
        [await git.isInHistory(root, first), await git.isInHistory(root, second)],
        [true, false],
      );
      assert.equal(await git.isInHistory(root, 'a'.repeat(40)), false);
    }));

  test('what is no hash and no time is refused before git sees it', () =>
    withRepository(async ({ root, git }) => {
      const refused = (error: unknown) => isBatonError(error, 'invalid_input');
      await assert.rejects(git.commitsSince(root, '--output=x'), refused);
      await assert.rejects(git.filesChangedSince(root, 'HEAD; true'), refused);
      await assert.rejects(git.isInHistory(root, '--all'), refused);
      await assert.rejects(git.commitBefore(root, 'yesterday'), refused);
    }));

  test('no program that the repository names is started', () =>
    withRepository(async ({ root, git, run, write, commit }) => {
      await write('a.txt', 'one');
      await write('.gitattributes', '*.txt diff=evil\n');
      const first = commit('feat: first');
      const evil = join(root, '.git', 'evil.sh');
      await writeFile(evil, `#!/bin/sh\necho "$0" >> "${join(root, '.git', 'evil.ran')}"\ncat\n`);
      await chmod(evil, 0o755);
      const settings = [
        'core.fsmonitor',
        'core.pager',
        'pager.log',
        'pager.diff',
        'diff.external',
        'diff.evil.command',
      ];
      for (const key of [
        ...settings,
        'diff.evil.textconv',
        'gpg.program',
        'core.sshCommand',
        'core.editor',
      ]) {
        run('config', key, evil);
      }
      run('config', 'log.showSignature', 'true');
      await mkdir(join(root, '.git', 'hooks'), { recursive: true });
      for (const hook of ['post-index-change', 'fsmonitor-watchman', 'reference-transaction']) {
        await writeFile(join(root, '.git', 'hooks', hook), `#!/bin/sh\nexec "${evil}"\n`);
        await chmod(join(root, '.git', 'hooks', hook), 0o755);
      }
      await write('a.txt', 'two');
      assert.equal((await git.state(root))?.dirty, true);
      assert.equal((await git.commitsSince(root, null)).length, 1);
      assert.deepEqual(await git.filesChangedSince(root, first), [{ path: 'a.txt', change: 'modified' }]);
      assert.equal(await git.commitBefore(root, '2026-11-22T00:00:00Z'), first);
      assert.ok(!existsSync(join(root, '.git', 'evil.ran')));
    }));

  test('asking does not touch the index, so that it is never in the person’s way', () =>
    withRepository(async ({ root, git, write, commit }) => {
      await write('a.txt', 'one');
      commit('feat: first');
      await writeFile(join(root, '.git', 'index.lock'), '');
      assert.equal((await git.state(root))?.dirty, false);
    }));
});

suite('What git prints', () => {
  test('a status without a head', () => {
    assert.deepEqual(parseStatus('# branch.oid (initial)\0# branch.head main\0? # odd name\0'), {
      head: null,
      branch: 'main',
      dirty: true,
    });
  });

  test('renames and copies have two paths', () => {
    assert.deepEqual(parseNameStatus(['M', 'a', 'R100', 'b', 'c', 'C75', 'd', 'e', 'T', 'f', 'D', 'g']), [
      { path: 'a', change: 'modified' },
      { path: 'c', change: 'renamed' },
      { path: 'e', change: 'created' },
      { path: 'f', change: 'modified' },
      { path: 'g', change: 'deleted' },
    ]);
  });
});
