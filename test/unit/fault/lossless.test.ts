/** Promise R6: whatever a state file holds, a verb changes only the bytes it is there to change, and says so in the log. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { BatonError, isBatonError } from '../../../src/core/base/baton-error';
import { applyEdits } from '../../../src/core/base/text-edit';
import { decodeUtf8, encodeUtf8 } from '../../../src/core/base/utf8';
import { isPlaceholder } from '../../../src/core/markdown/placeholders';
import { skeleton } from '../../../src/core/markdown/skeleton';
import type { TaskId } from '../../../src/core/model/task';
import { addFeature } from '../../../src/core/operations/add-feature';
import { changeStatus } from '../../../src/core/operations/change-status';
import { finalizeTask } from '../../../src/core/operations/finalize-task';
import { initialiseWorkspace } from '../../../src/core/operations/initialise-workspace';
import { failFeature, passFeature } from '../../../src/core/operations/pass-feature';
import { recordProgress } from '../../../src/core/operations/record-progress';
import { refreshFrom } from '../../../src/core/operations/refresh-inputs';
import { tickCriterion } from '../../../src/core/operations/tick-criterion';
import { verifyFeatures } from '../../../src/core/operations/verify-features';
import { neededConsents } from '../../../src/core/operations/verify-plan';
import { type BatonWorkspace, openWorkspace, type Resources } from '../../../src/core/operations/workspace';
import { faultRuns } from '../../support/fault-runs';
import { hostileStateFile } from '../../support/markdown-arbitraries';
import { type TestPorts, testPorts } from '../../support/memory-ports';
import { taskId } from '../../support/state-text';
import { allStateFiles } from '../core/markdown/fixture-files';

const root = '/project';
const upstream = taskId('900');
const path = `${root}/task-states/task-101-state.md`;
const upstreamPath = `${root}/task-states/task-900-state.md`;

const resources: Resources = {
  ...{ protocolFolder: '/baton/protocol', demoAgent: '/baton/demo.js', cli: '/baton/cli.js' },
  ...{ binFolder: '/baton/bin', node: '/baton/node', nodeEnv: {}, path: '', pathDelimiter: ':' },
  ...{ agentsFolder: '/baton/agents', hookLibrary: '/baton/hooks', runsFolder: '/cache/runs' },
  ...{ setUpsFolder: '/cache/set-ups', home: '/home/ada', platform: 'linux' },
};

interface Verb {
  readonly name: string;
  run(workspace: BatonWorkspace, id: TaskId): Promise<unknown>;
  /** Whether an edit may take this away, which stands on a line with that beginning. Anything else must stay. */
  mayTake(taken: string, lineBefore: string): boolean;
}

/** The value of the status, whatever it was. */
const statusValue: Verb['mayTake'] = (taken, lineBefore) =>
  // A YAML value may go on in lines that are indented.
  taken === '' || (!/[\r\n]\S/.test(taken) && /^["']?status["']?\s*:/.test(lineBefore));
/** A value of the checklist that is not a list. */
const jsonValue: Verb['mayTake'] = (taken) => /^(true|false|null|"[^"\n]*"|\d+|\{[^[\]{}]*\})?$/.test(taken);

/** Features and criteria are taken as they come: the first one, whatever it is called. */
const verbs: readonly Verb[] = [
  {
    name: 'progress',
    run: (workspace, id) =>
      recordProgress(workspace, id, { did: ['this\nand that'], issues: [], state: ['fine'], next: ['more'] }),
    mayTake: isPlaceholder,
  },
  {
    name: 'criterion tick',
    run: (workspace, id) => tickCriterion(workspace, id, 0, true),
    mayTake: (taken, lineBefore) => taken === '' && lineBefore.endsWith('['),
  },
  {
    name: 'criterion tick --undo',
    run: (workspace, id) => tickCriterion(workspace, id, 0, false),
    mayTake: (taken, lineBefore) => /^[xX]$/.test(taken) && lineBefore.endsWith('['),
  },
  {
    name: 'feature pass',
    run: async (workspace, id) =>
      passFeature(workspace, id, await firstFeature(workspace, id), { manual: 'seen' }),
    mayTake: jsonValue,
  },
  {
    name: 'feature verify',
    run: async (workspace, id) => verify(workspace, id, await firstFeature(workspace, id)),
    mayTake: jsonValue,
  },
  {
    name: 'feature fail',
    run: async (workspace, id) => failFeature(workspace, id, await firstFeature(workspace, id)),
    mayTake: jsonValue,
  },
  {
    name: 'feature add',
    run: (workspace, id) => addFeature(workspace, id, { id: 'one-more', description: 'A "quoted" one' }),
    mayTake: jsonValue,
  },
  {
    name: 'task status block',
    run: (workspace, id) => changeStatus(workspace, id, 'block', { reason: 'waits' }),
    mayTake: statusValue,
  },
  {
    name: 'task status cancel',
    run: (workspace, id) => changeStatus(workspace, id, 'cancel', { reason: 'no more' }),
    mayTake: statusValue,
  },
  {
    name: 'inputs refresh',
    run: (workspace, id) => refreshFrom(workspace, id, upstream),
    mayTake: isPlaceholder,
  },
  {
    name: 'finalize',
    run: (workspace, id) =>
      finalizeTask(workspace, id, {
        ...{ sections: { 'A part of its own': 'some words' }, force: true, reason: 'for the test' },
      }),
    mayTake: (taken, lineBefore) => statusValue(taken, lineBefore) || isPlaceholder(taken),
  },
];

/** Whatever command the feature names: it is not run. */
async function verify(workspace: BatonWorkspace, task: TaskId, id: string): Promise<void> {
  const { document } = await workspace.store.read(task);
  const found = document.featureList.find((feature) => feature.id === id);
  const jobs = found === undefined ? [] : [{ task, feature: found, command: 'npm test' }];
  const plan = { jobs, left: [] };
  const needed = await neededConsents(workspace, plan, new Set());
  const outcome = { exitCode: 1, signal: null, end: 'exit', durationMs: 1, printed: '```\n"no' } as const;
  const agreed = new Set(needed.map(({ key }) => key));
  const [result] = await verifyFeatures(workspace, plan, { run: async () => outcome, agreed });
  // As other verbs do where the file cannot take the edit.
  if (result?.verdict === 'unclear') throw new BatonError('invalid_state_file', result.message);
}

async function firstFeature({ store }: BatonWorkspace, id: TaskId): Promise<string> {
  const { document } = await store.read(id);
  return document.featureList[0]?.id ?? 'none';
}

function completedUpstream(): string {
  const text = skeleton({ id: upstream, title: 'Before', created: '2026-11-21T07:28:00Z' });
  return text
    .replace('status: pending', 'status: completed')
    .replace(/## 6\. Chain Output[\s\S]*$/, '## 6. Chain Output\n\n### Summary\nTables, `users`.\n');
}

async function workspaceWith(bytes: Uint8Array): Promise<{ ports: TestPorts; workspace: BatonWorkspace }> {
  const ports = testPorts();
  await initialiseWorkspace(ports, root);
  ports.fs.put(upstreamPath, completedUpstream());
  ports.fs.put(path, bytes);
  const workspace = await openWorkspace(ports, root, resources, { actor: 'tool', surface: 'cli' });
  await workspace.store.refresh();
  return { ports, workspace };
}

/** Runs one verb on a file with these bytes. Returns whether it changed something. */
async function check(verb: Verb, text: string): Promise<boolean> {
  const bytes = encodeUtf8(text);
  const before = decodeUtf8(bytes) ?? '';
  const { ports, workspace } = await workspaceWith(bytes);
  const record = workspace.store.tasks().find((task) => task.path === path);
  if (record === undefined) return false;
  try {
    await verb.run(workspace, record.id);
  } catch (error) {
    if (!isBatonError(error)) throw error;
    assert.equal(ports.fs.text(path), before, `${verb.name} was refused and wrote`);
  }
  assert.equal(ports.fs.text(upstreamPath), completedUpstream(), `${verb.name} wrote another task`);
  const after = ports.fs.text(path) ?? '';
  const { records } = await workspace.store.changeLog.read();
  const made = records.map((placed) => placed.record).filter(({ via }) => via === 'file');
  if (after === before) return false;
  let replayed = before;
  for (const { edits } of made) {
    for (const { start, end } of edits) {
      const taken = replayed.slice(start, end).trim();
      const lineBefore =
        replayed
          .slice(0, start)
          .split(/[\r\n]/)
          .at(-1) ?? '';
      assert.ok(verb.mayTake(taken, lineBefore), `${verb.name} took ${JSON.stringify(taken)} away`);
    }
    replayed = applyEdits(replayed, edits);
  }
  assert.equal(after, replayed, `${verb.name}: the log tells of other bytes than were written`);
  const lineEnds = new Set(before.match(/\r?\n/g));
  if (lineEnds.size === 1) {
    assert.deepEqual(new Set(after.match(/\r?\n/g)), lineEnds, `${verb.name}: other line ends`);
  }
  return true;
}

const variants: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'with CRLF': (text) => text.replace(/\r?\n/g, '\r\n'),
  'with a byte order mark': (text) => `\ufeff${text}`,
  'without a final line end': (text) => text.trimEnd(),
};

suite('Lossless', () => {
  for (const verb of verbs) {
    test(`${verb.name}: of every file of the corpus and its variants only the intended bytes differ`, async () => {
      let changed = 0;
      for (const text of allStateFiles()) {
        for (const vary of Object.values(variants)) if (await check(verb, vary(text))) changed++;
      }
      assert.ok(changed >= 8, `only ${changed} files were changed`);
    });

    test(`${verb.name}: of generated files only the intended bytes differ`, async () => {
      await fc.assert(
        fc.asyncProperty(hostileStateFile(allStateFiles()), async (text) => {
          await check(verb, text);
        }),
        { numRuns: Math.ceil(faultRuns / 4) },
      );
    });
  }
});
