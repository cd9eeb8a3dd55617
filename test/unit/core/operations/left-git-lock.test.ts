/** Git's lock that a killed git command left behind: told, never removed, and not told while git works. */
import assert from 'node:assert/strict';
import { previewPacket } from '../../../../src/core/operations/build-packet';
import { leftGitLock } from '../../../../src/core/operations/left-git-lock';
import { root } from '../../../support/memory-workspace';
import { task } from '../sessions/session-example';
import { withTask } from './session-support';

const lock = `${root}/.git/index.lock`;

/** A lock of that age, and what the system lists as running; undefined when it cannot be asked. */
async function withLock(ageMs: number, running: string | undefined, path = lock) {
  const { workspace, ports } = await withTask();
  ports.fs.put(`${root}/.git/HEAD`, 'ref: refs/heads/main\n');
  ports.fs.put(path, '', ports.clock.now().getTime() - ageMs);
  if (running !== undefined) ports.programs.answers.set('ps', { exitCode: 0, printed: running });
  return { workspace, ports };
}

suite('a lock of the git index', () => {
  test('that is older than a minute is told with its age in packets, and stays', async () => {
    const { workspace, ports } = await withLock(61_000, 'node\nbash\n');
    const { text } = await previewPacket(workspace, task);
    const since = new Date(ports.clock.now().getTime() - 61_000).toISOString().replace(/\.\d+Z/, 'Z');
    assert.ok(
      text.includes(
        `- Git’s lock ${lock} has been there since ${since}, so commits fail. If no git command runs, remove that file.`,
      ),
      text,
    );
    assert.equal(ports.fs.text(lock), '');
  });

  test('is told also where the system does not say what runs', async () => {
    const { workspace } = await withLock(3_600_000, undefined);
    assert.equal((await leftGitLock(workspace))?.path, lock);
  });

  for (const running of [
    'node\ngit\n',
    '/usr/bin/git\n',
    '  git  \nbash\n',
    'bash\ngit-remote-https\n',
    '"git.exe","1234","Console","1","9,000 K"\r\n',
  ]) {
    test(`is nothing to tell while ${JSON.stringify(running.trim())} runs`, async () => {
      assert.equal(await leftGitLock((await withLock(3_600_000, running)).workspace), undefined);
    });
  }

  test('is told beside programs that are only called like git', async () => {
    const { workspace } = await withLock(3_600_000, 'gitk\n/opt/github desktop\nlegit\n/opt/git/bin/node\n');
    assert.ok(await leftGitLock(workspace));
  });

  test('that is young, or is not there, asks nobody', async () => {
    const { workspace, ports } = await withLock(59_000, 'node\n');
    assert.equal(await leftGitLock(workspace), undefined);
    await ports.fs.remove(lock);
    assert.equal(await leftGitLock(workspace), undefined);
    assert.deepEqual(ports.programs.runs, []);
  });

  test('of a worktree is found where its .git file points', async () => {
    const { workspace, ports } = await withTask();
    const elsewhere = '/repository/.git/worktrees/project';
    ports.fs.put(`${root}/.git`, `gitdir: ${elsewhere}\n`);
    ports.fs.put(`${elsewhere}/index.lock`, '', 0);
    assert.equal((await leftGitLock(workspace))?.path, `${elsewhere}/index.lock`);
  });

  test('of a repository above the workspace folder is found, and without a repository none', async () => {
    const { workspace, ports } = await withTask();
    assert.equal(await leftGitLock(workspace), undefined);
    ports.fs.put('/.git/index.lock', '', 0);
    assert.equal((await leftGitLock(workspace))?.path, '/.git/index.lock');
  });
});
