import assert from 'node:assert/strict';
import { checkHealth } from '../../../../src/core/operations/check-health';
import { fixHealth } from '../../../../src/core/operations/fix-health';
import { replayLog } from '../../../../src/core/operations/replay-log';
import { undoFix } from '../../../../src/core/operations/undo-fix';
import { verifyLog } from '../../../../src/core/operations/verify-log';
import { brokenStates } from './broken-states';
import { type HealthWorkspace, healthyWorkspace, jwtFile } from './health-workspace';

const segment = 'WAL-2026-11-20.log';
const path = `.baton/memory/${segment}`;

async function planted(rule: string): Promise<HealthWorkspace> {
  const workspace = healthyWorkspace();
  await brokenStates.find((state) => state.rule === rule)?.plant(workspace);
  return workspace;
}

suite('verifying the change log', () => {
  test('a sound log is told by segments, records and the last sequence', async () => {
    const workspace = await planted('unfinished_change');
    const result = await verifyLog(await workspace.open());
    assert.equal(result.sound, true);
    assert.deepEqual([result.records, result.lastSeq, result.pending], [1, 1, 1]);
    assert.deepEqual(result.segments, [{ segment, records: 1, torn: [], damaged: [] }]);
  });

  test('damage is told with its line, and is still there afterwards', async () => {
    const workspace = await planted('log_damaged');
    const before = workspace.text(path);
    const result = await verifyLog(await workspace.open());
    assert.equal(result.sound, false);
    assert.deepEqual(
      result.segments.map(({ damaged }) => damaged.map(({ line, length }) => [line, length])),
      [[[2, 9]]],
    );
    assert.equal(workspace.text(path), before);
  });

  test('a torn end is told with its line and is no damage', async () => {
    const workspace = await planted('unfinished_change');
    workspace.put(path, `${workspace.text(path)}{"v":1,"seq":2,"ty`);
    const result = await verifyLog(await workspace.open());
    assert.equal(result.sound, true);
    assert.deepEqual(
      result.segments.map(({ torn }) => torn.map(({ line }) => line)),
      [[2]],
    );
  });

  test('missing sequences are told', async () => {
    const result = await verifyLog(await (await planted('log_gap')).open());
    assert.equal(result.sound, false);
    assert.deepEqual(result.missing, [{ from: 2, to: 3 }]);
  });

  test('damage that is repaired is kept beside the log, and undo brings it back while nobody wrote', async () => {
    const workspace = await planted('log_damaged');
    const before = workspace.text(path);
    const { fixed } = await fixHealth(await workspace.open(), 'log_damaged');
    assert.equal(fixed.length, 1);
    assert.equal(workspace.text(`${path}.damaged`), 'scribble\n');
    assert.equal((await verifyLog(await workspace.open())).sound, true);
    await undoFix(await workspace.open(), 1);
    assert.ok(workspace.text(path)?.startsWith(before ?? '-'));
    const { findings } = await checkHealth(await workspace.open());
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['log_damaged'],
    );
  });
});

suite('replaying the change log', () => {
  test('a change that was not made is made and told, once', async () => {
    const workspace = await planted('unfinished_change');
    const first = await replayLog(await workspace.open());
    assert.deepEqual(
      first.applied.map(({ seq, type, file }) => [seq, type, file]),
      [[1, 'criterion.tick', jwtFile]],
    );
    assert.match(workspace.text(jwtFile) ?? '', /- \[x\] Generate JWT/);
    const second = await replayLog(await workspace.open());
    assert.deepEqual([second.applied, second.done, second.conflicts], [[], [], []]);
  });

  test('a change that was made already is told as done', async () => {
    const workspace = await planted('unfinished_change');
    workspace.edit(jwtFile, '- [ ]', '- [x]');
    const { applied, done } = await replayLog(await workspace.open());
    assert.deepEqual([applied, done.map(({ seq }) => seq)], [[], [1]]);
  });

  test('a conflict says where both texts are, also on the next replay', async () => {
    const workspace = await planted('unfinished_change');
    workspace.edit(jwtFile, 'JWT Service', 'Theirs');
    const theirs = workspace.text(jwtFile);
    const { conflicts } = await replayLog(await workspace.open());
    assert.deepEqual(
      conflicts.map(({ file, kept }) => [file, kept]),
      [[jwtFile, '.baton/memory/conflicts/1.json']],
    );
    assert.equal(workspace.text(jwtFile), theirs);
    assert.match(workspace.text('.baton/memory/conflicts/1.json') ?? '', /"text": "x"/);
    const again = await replayLog(await workspace.open());
    assert.deepEqual(again.earlierConflicts, ['.baton/memory/conflicts/1.json']);
  });
});
