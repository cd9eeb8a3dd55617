/** Promise R15: whatever happens to the files, the check survives it, and every repair can be taken back. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkHealth } from '../../../../src/core/operations/check-health';
import { fixHealth } from '../../../../src/core/operations/fix-health';
import { replayLog } from '../../../../src/core/operations/replay-log';
import { wasUncleanStop } from '../../../../src/core/operations/unclean-stop';
import { undoFix } from '../../../../src/core/operations/undo-fix';
import { verifyLog } from '../../../../src/core/operations/verify-log';
import { brokenStates } from './broken-states';
import { type HealthWorkspace, healthyWorkspace } from './health-workspace';

type Harm = (workspace: HealthWorkspace, path: string, at: number) => Promise<void>;

const harms: Readonly<Record<string, Harm>> = {
  truncate: async ({ ports, put }, path, at) => put(path, (await bytesOf(ports, path)).slice(0, at)),
  flip: async ({ ports, put }, path, at) => {
    const bytes = await bytesOf(ports, path);
    const flipped = bytes.map((byte, index) =>
      index === at % Math.max(1, bytes.length) ? byte ^ 0x41 : byte,
    );
    put(path, flipped);
  },
  duplicate: async ({ ports, put }, path) => {
    const name = path.replace(/(\.[a-z]+)?$/, (extension) => `-copy${extension}`);
    put(name, await bytesOf(ports, path));
  },
  delete: async ({ ports }, path) => {
    await ports.fs.remove(`/project/${path}`);
  },
  scribble: async ({ put }, path, at) => put(path, new Uint8Array([0, 0xff, at % 256, 0x0a, 0x7b])),
};

async function bytesOf(ports: HealthWorkspace['ports'], path: string): Promise<Uint8Array> {
  return (await ports.fs.read(`/project/${path}`)) ?? new Uint8Array();
}

const corruption = fc.record({
  states: fc.uniqueArray(fc.nat(brokenStates.length - 1), { maxLength: 4 }),
  harm: fc.array(
    fc.record({
      kind: fc.constantFrom(...Object.keys(harms)),
      file: fc.nat(1000),
      at: fc.nat(4000),
    }),
    { maxLength: 4 },
  ),
});

async function corrupted(
  plan: typeof corruption extends fc.Arbitrary<infer T> ? T : never,
): Promise<HealthWorkspace> {
  const workspace = healthyWorkspace();
  for (const index of plan.states) {
    try {
      await brokenStates[index]?.plant(workspace);
    } catch (error) {
      // Two states may want to change the same words; the second is then left out.
      if (!(error instanceof Error && / does not say /.test(error.message))) throw error;
    }
  }
  for (const { kind, file, at } of plan.harm) {
    const paths = workspace.ports.fs.paths().map((path) => path.slice('/project/'.length));
    const path = paths[file % paths.length];
    if (path !== undefined) await harms[kind]?.(workspace, path, at);
  }
  return workspace;
}

suite('a corrupted workspace', () => {
  test('looking never throws and changes nothing, whatever was truncated, flipped, copied or deleted', async () => {
    await fc.assert(
      fc.asyncProperty(corruption, async (plan) => {
        const workspace = await corrupted(plan);
        const before = workspace.files();
        await checkHealth(await workspace.open());
        await wasUncleanStop(await workspace.open());
        await verifyLog(await workspace.open());
        assert.deepEqual(workspace.files(), before);
      }),
      { numRuns: 80 },
    );
  });

  test('fixing never throws, fixing again changes nothing, and undoing all of it restores every byte', async () => {
    await fc.assert(
      fc.asyncProperty(corruption, async (plan) => {
        const workspace = await corrupted(plan);
        const before = workspace.files();
        const { fixed, failed } = await fixHealth(await workspace.open());
        const once = workspace.files();
        await fixHealth(await workspace.open());
        assert.deepEqual(workspace.files(), once);
        const numbers = fixed.flatMap(({ repair, finding }) =>
          repair === null || isOfLog(finding.rule) ? [] : [repair],
        );
        for (const number of numbers.reverse()) await undoFix(await workspace.open(), number);
        const known = failed.map(({ finding }) => finding.file);
        assert.deepEqual(without(workspace.files(), known), without(before, known));
      }),
      { numRuns: 80 },
    );
  });

  test('replaying the log never throws', async () => {
    await fc.assert(
      fc.asyncProperty(corruption, async (plan) => {
        const workspace = await corrupted(plan);
        await replayLog(await workspace.open());
        const again = await replayLog(await workspace.open());
        assert.deepEqual([again.applied, again.done, again.conflicts], [[], [], []]);
      }),
      { numRuns: 60 },
    );
  });
});

/** The log grows by every later repair, so only the last one's segment is as it left it. */
function isOfLog(rule: string): boolean {
  return rule === 'log_damaged';
}

function without(files: ReadonlyMap<string, string>, left: readonly (string | null)[]) {
  return new Map([...files].filter(([path]) => !left.includes(path.slice('/project/'.length))));
}
