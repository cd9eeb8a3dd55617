import assert from 'node:assert/strict';
import { detect } from '../../../../src/core/health/detect';
import { healthRules } from '../../../../src/core/health/finding';
import { checkHealth } from '../../../../src/core/operations/check-health';
import { fixHealth } from '../../../../src/core/operations/fix-health';
import { applyRepair } from '../../../../src/core/operations/health/apply-repair';
import { gatherFacts } from '../../../../src/core/operations/health/gather-facts';
import { undoFix } from '../../../../src/core/operations/undo-fix';
import { session } from '../sessions/session-example';
import { brokenStates } from './broken-states';
import {
  type HealthWorkspace,
  healthyWorkspace,
  jwtFile,
  jwtTask,
  root,
  schemaFile,
} from './health-workspace';

async function rulesFound(workspace: HealthWorkspace): Promise<readonly string[]> {
  const { findings } = await checkHealth(await workspace.open());
  return findings.map(({ rule }) => rule);
}

suite('health rules', () => {
  test('a healthy workspace has no findings', async () => {
    const { findings } = await checkHealth(await healthyWorkspace().open());
    assert.deepEqual(findings, []);
  });

  const sound: readonly (readonly [what: string, file: string, from: string, to: string])[] = [
    [
      'a day of completion, of a task created late on it',
      schemaFile,
      '07:00:00Z\ncompleted: 2026-11-20T09:00:00Z',
      '20:00:00Z\ncompleted: 2026-11-20',
    ],
    [
      'a time of creation by an eastern clock, of a task completed an hour later',
      schemaFile,
      '2026-11-20T07:00:00Z\ncompleted: 2026-11-20T09:00:00Z',
      '2026-11-20 20:00\ncompleted: 2026-11-20T12:00:00Z',
    ],
    ['progress with a blank before the sign', jwtFile, 'pending\n', 'pending\nprogress: 50 %\n'],
  ];
  for (const [what, file, from, to] of sound) {
    test(`${what} is nothing to repair`, async () => {
      const workspace = healthyWorkspace();
      workspace.edit(file, from, to);
      assert.deepEqual(await rulesFound(workspace), []);
    });
  }

  test('a session that begins while the folder is looked at is no leftover', async () => {
    const workspace = healthyWorkspace();
    const { fs } = workspace.ports;
    const read = fs.read.bind(fs);
    const { id } = session();
    fs.read = async (path) => {
      // Read after the sessions were.
      if (path.endsWith('/checklists/101.json')) {
        workspace.put(`.baton/sessions/${id}.json`, JSON.stringify(session({ pid: null })));
        workspace.put(`.baton/packets/${id}.md`, 'You are …');
      }
      return read(path);
    };
    assert.deepEqual(await rulesFound(workspace), []);
  });

  for (const [what, broken, right] of [
    ['a time', 'created: yesterday', 'created: 2026-11-19T08:00:00Z'],
    ['a test', '"tested_at": null, "evidence"', '"tested_at": "2026-11-20T09:30:00Z", "evidence"'],
  ] as const) {
    test(`${what} that was put right after the look is left alone by the repair`, async () => {
      const workspace = healthyWorkspace();
      workspace.put(
        jwtFile,
        what === 'a time'
          ? jwtTask.replace('created: 2026-11-20T08:00:00Z', broken)
          : jwtTask.replace('"tested_at": "2026-11-20T08:30:00Z", "evidence"', broken),
      );
      const opened = await workspace.open();
      const finding = detect(await gatherFacts(opened)).find(({ repair }) => repair !== undefined);
      assert.ok(finding?.repair);
      workspace.edit(jwtFile, broken, right);
      const meanwhile = workspace.text(jwtFile);
      assert.equal(await applyRepair(opened, finding, finding.repair), undefined);
      assert.equal(workspace.text(jwtFile), meanwhile);
    });
  }

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
