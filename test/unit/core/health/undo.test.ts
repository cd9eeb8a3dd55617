import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { parseManifest } from '../../../../src/core/health/manifest';
import { fixHealth } from '../../../../src/core/operations/fix-health';
import { listFixes, undoFix } from '../../../../src/core/operations/undo-fix';
import { type HealthWorkspace, healthyWorkspace, jwtFile, jwtTask, root } from './health-workspace';

async function fixedProgress() {
  const workspace = healthyWorkspace();
  workspace.edit(jwtFile, '50%', '90%');
  const { fixed } = await fixHealth(await workspace.open());
  assert.deepEqual(
    fixed.map(({ repair }) => repair),
    [1],
  );
  return workspace;
}

/** As a crash leaves the manifest that comes after the repair itself. */
function cutShort(workspace: HealthWorkspace, number: number): void {
  const path = `.baton/quarantine/${number}/manifest.json`;
  const manifest = workspace.text(path) ?? '';
  const open = manifest
    .replace('"state": "done"', '"state": "open"')
    .replace(/"after": .*/g, '"after": null');
  workspace.put(path, open);
}

suite('undoing a repair', () => {
  test('a repair keeps the bytes as they were and says what it did', async () => {
    const workspace = await fixedProgress();
    assert.equal(workspace.text('.baton/quarantine/1/before-1'), jwtTask.replace('50%', '90%'));
    const [manifest] = await listFixes(await workspace.open());
    assert.equal(manifest?.rule, 'overall_progress_wrong');
    assert.equal(manifest.state, 'done');
    assert.deepEqual(
      manifest.files.map(({ path }) => path),
      [jwtFile],
    );
  });

  test('every repair and its undoing is in the change log with before and after', async () => {
    const workspace = await fixedProgress();
    const opened = await workspace.open();
    await undoFix(opened, 1);
    const { records, outcomes } = await opened.store.changeLog.read();
    const [fix, undo] = records.map(({ record }) => record);
    assert.deepEqual([fix?.type, undo?.type], ['health.overall_progress_wrong', 'health.undo']);
    assert.equal(fix?.before, undo?.after);
    assert.equal(fix?.after, undo?.before);
    assert.deepEqual([...outcomes.values()], ['done', 'done']);
  });

  test('a file that is not as the repair left it is not touched, and then no other file is either', async () => {
    const workspace = await fixedProgress();
    workspace.edit(jwtFile, 'JWT Service', 'Token Service');
    const before = workspace.text(jwtFile);
    await assert.rejects(undoFix(await workspace.open(), 1), (error: unknown) => {
      assert.ok(isBatonError(error, 'conflict'));
      assert.deepEqual(error.details, [jwtFile]);
      return true;
    });
    assert.equal(workspace.text(jwtFile), before);
  });

  test('a repair is undone once', async () => {
    const workspace = await fixedProgress();
    await undoFix(await workspace.open(), 1);
    const again = undoFix(await workspace.open(), 1);
    await assert.rejects(again, (error: unknown) => isBatonError(error, 'invalid_input'));
  });

  test('a repair that does not exist is not found', async () => {
    const again = undoFix(await healthyWorkspace().open(), 3);
    await assert.rejects(again, (error: unknown) => isBatonError(error, 'not_found'));
  });

  test('kept bytes that were tampered with are not put back', async () => {
    const workspace = await fixedProgress();
    const before = workspace.text(jwtFile);
    workspace.put('.baton/quarantine/1/before-1', 'something else');
    const undone = undoFix(await workspace.open(), 1);
    await assert.rejects(undone, (error: unknown) => isBatonError(error, 'io_failed'));
    assert.equal(workspace.text(jwtFile), before);
  });

  test('a repair that was cut short is undone by what it announced in the change log', async () => {
    const workspace = await fixedProgress();
    cutShort(workspace, 1);
    await undoFix(await workspace.open(), 1);
    assert.equal(workspace.text(jwtFile), jwtTask.replace('50%', '90%'));
  });

  test('a file that was put aside comes back also when the repair was cut short', async () => {
    const workspace = healthyWorkspace();
    workspace.put('.baton/packets/22222222.md', 'A packet');
    await fixHealth(await workspace.open());
    cutShort(workspace, 1);
    await undoFix(await workspace.open(), 1);
    assert.equal(workspace.text('.baton/packets/22222222.md'), 'A packet');
  });

  test('a repair that was cut short is not undone over what somebody wrote since', async () => {
    const workspace = await fixedProgress();
    cutShort(workspace, 1);
    workspace.edit(jwtFile, 'JWT Service', 'Token Service');
    const undone = undoFix(await workspace.open(), 1);
    await assert.rejects(undone, (error: unknown) => isBatonError(error, 'conflict'));
  });

  test('a repair that fails before it changed anything is noted as abandoned', async () => {
    const workspace = healthyWorkspace();
    workspace.put('.baton/packets/22222222.md', 'A packet');
    const { fs } = workspace.ports;
    const remove = fs.remove.bind(fs);
    fs.remove = async (path) => {
      if (path.endsWith('22222222.md')) throw new Error('The disk is gone');
      return remove(path);
    };
    await assert.rejects(fixHealth(await workspace.open()), /The disk is gone/);
    fs.remove = remove;
    const [manifest] = await listFixes(await workspace.open());
    assert.equal(manifest?.state, 'abandoned');
    assert.equal(workspace.text('.baton/packets/22222222.md'), 'A packet');
  });

  test('a manifest that names a file outside the folders of Baton is none', () => {
    const hash = 'a'.repeat(64);
    const manifest = (path: string) =>
      JSON.stringify({
        ...{
          v: 1,
          number: 1,
          at: '2026-11-21T07:28:00Z',
          rule: 'x',
          message: 'x',
          task: null,
          state: 'done',
        },
        files: [{ path, before: hash, copy: 'before-1', after: hash }],
      });
    assert.ok(parseManifest(manifest('task-states/a.md'), 1));
    for (const path of [
      '../a.md',
      '/etc/passwd',
      'src/main.ts',
      '.baton/quarantine/2/manifest.json',
      'a/../../b.md',
    ]) {
      assert.equal(parseManifest(manifest(path), 1), undefined, path);
    }
  });

  test('what a repair made is taken away by undo and kept in the quarantine', async () => {
    const workspace = healthyWorkspace();
    workspace.edit(
      'task-states/task-100-state.md',
      'completed\n',
      'completed\nrecurs: weekly\nnext_due: 2026-11-28\n',
    );
    await fixHealth(await workspace.open(), 'completed_due_again');
    const made = workspace.text('task-states/task-100-2026-12-05-state.md');
    assert.match(made ?? '', /next_due: "2026-12-05"/);
    await undoFix(await workspace.open(), 1);
    assert.equal(workspace.text('task-states/task-100-2026-12-05-state.md'), undefined);
    assert.equal(workspace.text('.baton/quarantine/1/after-1'), made);
    assert.ok(workspace.ports.fs.paths().includes(`${root}/task-states/task-100-state.md`));
  });
});
