import assert from 'node:assert/strict';
import { healthRules } from '../../../../src/core/health/finding';
import { checkHealth } from '../../../../src/core/operations/check-health';
import { fixHealth } from '../../../../src/core/operations/fix-health';
import { undoFix } from '../../../../src/core/operations/undo-fix';
import { brokenStates } from './broken-states';
import { type HealthWorkspace, healthyWorkspace, root } from './health-workspace';

async function rulesFound(workspace: HealthWorkspace): Promise<readonly string[]> {
  const { findings } = await checkHealth(await workspace.open());
  return findings.map(({ rule }) => rule);
}

suite('health rules', () => {
  test('a healthy workspace has no findings', async () => {
    const { findings } = await checkHealth(await healthyWorkspace().open());
    assert.deepEqual(findings, []);
  });

  test('every rule has a state that triggers it', () => {
    const planted = new Set(brokenStates.map(({ rule }) => rule));
    assert.deepEqual(
      healthRules.filter((rule) => !planted.has(rule)),
      [],
    );
  });

  for (const { rule, what, plant, fixes } of brokenStates) {
    test(`${what} is found as ${rule}, and looking changes nothing`, async () => {
      const workspace = healthyWorkspace();
      await plant(workspace);
      const before = workspace.files();
      const { findings } = await checkHealth(await workspace.open());
      const found = findings.find((one) => one.rule === rule);
      assert.ok(found, JSON.stringify(findings));
      assert.equal(found.fixable, fixes !== undefined);
      assert.deepEqual(workspace.files(), before);
    });

    if (fixes === undefined) {
      test(`${what} is left alone by a fix`, async () => {
        const workspace = healthyWorkspace();
        await plant(workspace);
        const before = workspace.files();
        const { fixed, failed } = await fixHealth(await workspace.open(), rule);
        assert.deepEqual([fixed, failed], [[], []]);
        assert.deepEqual(workspace.files(), before);
      });
      continue;
    }

    test(`after the fix of ${what} the detector is silent, nothing else changed, and undo restores`, async () => {
      const workspace = healthyWorkspace();
      await plant(workspace);
      const before = workspace.files();
      const { fixed, failed } = await fixHealth(await workspace.open(), rule);
      assert.deepEqual(failed, []);
      assert.equal((await rulesFound(workspace)).includes(rule), false);
      const after = workspace.files();
      const changed = [...new Set([...before.keys(), ...after.keys()])]
        .filter((path) => before.get(path) !== after.get(path))
        .map((path) => path.slice(root.length + 1));
      assert.deepEqual(changed.sort(), [...fixes].sort());
      const numbers = fixed.map(({ repair }) => repair).filter((repair) => repair !== null);
      assert.ok(numbers.length > 0);
      for (const number of numbers.reverse()) await undoFix(await workspace.open(), number);
      assert.deepEqual(workspace.files(), before);
    });

    test(`fixing ${what} twice is fixing it once`, async () => {
      const workspace = healthyWorkspace();
      await plant(workspace);
      await fixHealth(await workspace.open(), rule);
      const once = workspace.files();
      const { fixed, failed } = await fixHealth(await workspace.open(), rule);
      assert.deepEqual([fixed, failed], [[], []]);
      assert.deepEqual(workspace.files(), once);
    });
  }
});
