import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { createFile, isTemporaryName, replaceFile } from '../../../../src/core/store/atomic-file';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { testPorts } from '../../../support/memory-ports';

const bytes = (text: string) => new TextEncoder().encode(text);

suite('Atomic files', () => {
  test('the order is temporary file with fsync, rename, fsync of the folder', async () => {
    const { fs } = testPorts();
    fs.put('/project/a.md', 'old');
    const watched = new FaultyFileSystem(fs);
    await replaceFile(watched, '/project/a.md', bytes('new'));
    assert.deepEqual(watched.operations, [
      'stat /project/a.md',
      'createExclusive /project/.a.md.1.baton-tmp',
      'rename /project/a.md',
      'syncDirectory /project',
    ]);
    assert.equal(fs.text('/project/a.md'), 'new');
  });

  test('permissions stay', async () => {
    const { fs } = testPorts();
    await fs.mkdir('/project');
    await fs.createExclusive('/project/a.md', bytes('old'), { sync: true, mode: 0o640 });
    await replaceFile(fs, '/project/a.md', bytes('new'));
    assert.equal((await fs.stat('/project/a.md'))?.mode, 0o640);
  });

  test('a leftover of a crash is neither in the way nor touched', async () => {
    const { fs } = testPorts();
    fs.put('/project/.a.md.1.baton-tmp', 'leftover');
    await replaceFile(fs, '/project/a.md', bytes('new'));
    assert.deepEqual(fs.paths(), ['/project/.a.md.1.baton-tmp', '/project/a.md']);
  });

  test('creating what is there is refused and leaves it', async () => {
    const { fs } = testPorts();
    fs.put('/project/a.md', 'old');
    await assert.rejects(createFile(fs, '/project/a.md', bytes('new')), (error) =>
      isBatonError(error, 'exists'),
    );
    assert.equal(fs.text('/project/a.md'), 'old');
    assert.deepEqual(fs.paths(), ['/project/a.md']);
  });

  test('a reader sees the old bytes or the new bytes, and a failure leaves no temporary file behind', async () => {
    for (const leaves of ['nothing', 'half', 'unsynced'] as const) {
      for (let at = 1; at <= 4; at++) {
        const { fs } = testPorts();
        fs.put('/project/a.md', 'old');
        const faulty = new FaultyFileSystem(fs, { at, sticky: false, errno: 'EIO', leaves });
        await assert.rejects(replaceFile(faulty, '/project/a.md', bytes('new')), (error) =>
          isBatonError(error, 'io_failed'),
        );
        assert.ok(['old', 'new'].includes(fs.text('/project/a.md') ?? ''));
        assert.deepEqual(fs.paths(), ['/project/a.md']);
      }
    }
  });

  test('the file appears under its name with all its bytes or not at all', async () => {
    const { fs } = testPorts();
    await fs.mkdir('/project');
    for (let at = 1; at <= 4; at++) {
      const faulty = new FaultyFileSystem(fs, { at, sticky: false, errno: 'EIO', leaves: 'half' });
      await assert.rejects(createFile(faulty, `/project/${at}.md`, bytes('all of it')));
      assert.ok([undefined, 'all of it'].includes(fs.text(`/project/${at}.md`)));
    }
  });

  test('a failed removal of the temporary file goes along with the first failure', async () => {
    const { fs } = testPorts();
    fs.put('/project/a.md', 'old');
    const faulty = new FaultyFileSystem(fs, { at: 3, sticky: true, errno: 'EIO', leaves: 'nothing' });
    await assert.rejects(replaceFile(faulty, '/project/a.md', bytes('new')), (error) =>
      isBatonError(error, 'io_failed'),
    );
    assert.equal(fs.text('/project/a.md'), 'old');
  });

  test('temporary files are recognised, state files are not', () => {
    assert.ok(isTemporaryName('.task-101-state.md.3.baton-tmp'));
    assert.ok(!isTemporaryName('task-101-state.md'));
    assert.ok(!isTemporaryName('notes.baton-tmp'));
  });
});
