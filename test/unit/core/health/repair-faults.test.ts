/** A repair on a disk that fails: what it changed is in the quarantine before, at every step. */
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { fixHealth } from '../../../../src/core/operations/fix-health';
import { type BatonWorkspace, openWorkspace } from '../../../../src/core/operations/workspace';
import { type Fault, FaultyFileSystem } from '../../../support/memory-faults';
import { testHasher } from '../../../support/memory-ports';
import { brokenStates, encode } from './broken-states';
import { type HealthWorkspace, healthyWorkspace, root } from './health-workspace';

const repaired = ['overall_progress_wrong', 'packet_orphaned', 'session_vanished', 'file_oversized'] as const;

async function openFaulty(
  workspace: HealthWorkspace,
): Promise<{ opened: BatonWorkspace; fs: FaultyFileSystem }> {
  const { resources, acting } = await workspace.open();
  const fs = new FaultyFileSystem(workspace.ports.fs);
  const ports = { ...workspace.ports, fs };
  return { fs, opened: await openWorkspace(ports, root, resources, acting, { asFound: true }) };
}

async function planted(rule: string): Promise<HealthWorkspace> {
  const workspace = healthyWorkspace();
  await brokenStates.find((state) => state.rule === rule && state.fixes !== undefined)?.plant(workspace);
  return workspace;
}

/** Runs the fix with a fault; foreseen failures are told in the report or thrown, and nothing else is. */
async function fixWith(workspace: HealthWorkspace, rule: string, fault: Fault): Promise<void> {
  const { opened, fs } = await openFaulty(workspace);
  fs.arm(fault);
  try {
    await fixHealth(opened, rule);
  } catch (error) {
    if (!isBatonError(error)) throw error;
  }
}

function keptHashes(workspace: HealthWorkspace): ReadonlySet<string> {
  const kept = workspace.ports.fs.paths().filter((path) => /\.baton\/quarantine\/\d+\/before-/.test(path));
  return new Set(kept.map((path) => testHasher.sha256(encode(workspace.ports.fs.text(path) ?? ''))));
}

suite('a repair where a link of the repository leads out of the folder', () => {
  test('keeps nothing there, and changes nothing', async () => {
    const [rule] = repaired;
    const workspace = await planted(rule);
    workspace.ports.fs.put('/elsewhere/x', '');
    workspace.ports.fs.putLink(`${root}/.baton/quarantine`, '/elsewhere');
    const before = new Map(workspace.ports.fs.paths().map((path) => [path, workspace.ports.fs.text(path)]));
    const { fixed, failed } = await fixHealth(await workspace.open(), rule);
    assert.deepEqual(fixed, []);
    assert.deepEqual(
      failed.map(({ code }) => code),
      ['untrusted'],
    );
    for (const [path, text] of before) assert.equal(workspace.ports.fs.text(path), text, path);
    assert.deepEqual(await workspace.ports.fs.list('/elsewhere'), [{ name: 'x', kind: 'file' }]);
  });
});

suite('a repair on a failing disk', () => {
  for (const rule of repaired) {
    test(`${rule}: whatever a repair changes is in the quarantine before, also when it fails half-way`, async () => {
      const probe = await openFaulty(await planted(rule));
      probe.fs.arm(undefined);
      await fixHealth(probe.opened, rule);
      const count = probe.fs.operations.length;
      // Every operation of a short repair, every few of a long one: a large file is slow to take apart.
      const step = Math.max(1, Math.floor(count / 25));
      for (let at = 1; at <= count; at += step) {
        for (const sticky of [false, true]) {
          const workspace = await planted(rule);
          const before = workspace.files();
          await fixWith(workspace, rule, { at, sticky, errno: 'EIO', leaves: 'half' });
          const after = workspace.files();
          const kept = keptHashes(workspace);
          for (const [path, text] of before) {
            if (after.get(path) === text || path.includes('/locks/')) continue;
            assert.ok(kept.has(testHasher.sha256(encode(text))), `${path} after a failure at ${at}`);
          }
        }
      }
    });
  }
});
