/** Promises R1 and R3: after a power loss the store is a prefix of history with everything acknowledged in it. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { defaultConfig } from '../../../src/core/model/config';
import { paths } from '../../../src/core/store/paths';
import { TaskStore } from '../../../src/core/store/task-store';
import { faultRuns } from '../../support/fault-runs';
import { FaultyFileSystem } from '../../support/memory-faults';
import type { Choose, MemoryFileSystem } from '../../support/memory-file-system';
import { testPorts } from '../../support/memory-ports';
import { MemoryProcesses } from '../../support/memory-processes';
import { addLine, change, stateText, taskId } from '../../support/state-text';

const root = '/project';
const fileOf = (id: string) => `${root}/task-states/task-${id}-state.md`;
const verbs = ['update 1', 'update 2', 'create', 'note'] as const;
type Verb = (typeof verbs)[number];

/** Texts by path. */
type State = ReadonlyMap<string, string>;

interface Crash {
  readonly disk: MemoryFileSystem;
  /** How many verbs had been answered. */
  readonly acknowledged: number;
  readonly at: string;
}

const mutations = /^(append|createExclusive|link|rename|remove|syncDirectory) /;

async function run(store: TaskStore, verb: Verb, step: number): Promise<void> {
  const line = addLine(`step ${step}`);
  if (verb === 'note') {
    await store.journalFile().update((text) => ({ change, edits: line({ text }) }));
  } else if (verb === 'create') await store.create((id) => stateText(id, `Made in step ${step}`), { change });
  else await store.update(taskId(verb.slice(-1)), change, line);
}

/** Runs the verbs once; collects a crash before every operation that changes the disk, and one at the end. */
async function crashesOf(sequence: readonly Verb[], choices: readonly (() => Choose)[]) {
  const ports = testPorts();
  ports.fs.put(fileOf('1'), stateText('1'));
  ports.fs.put(fileOf('2'), stateText('2'));
  const fs = new FaultyFileSystem(ports.fs);
  const store = new TaskStore({ ...ports, fs }, root, defaultConfig);
  const history: State[] = [stateOf(ports.fs)];
  const crashes: Crash[] = [];
  const crash = (at: string) => {
    for (const choice of choices) {
      crashes.push({ disk: ports.fs.crash(choice()), acknowledged: history.length - 1, at });
    }
  };
  fs.onOperation = (_count, operation) => {
    if (mutations.test(operation)) crash(operation);
  };
  for (const [step, verb] of sequence.entries()) {
    await run(store, verb, step);
    history.push(stateOf(ports.fs));
  }
  crash('the end');
  return { history, crashes };
}

/** A crash before every operation that changes the disk while a folder is opened that was left by a crash. */
async function crashesOfRecovery({ disk, acknowledged, at }: Crash): Promise<readonly Crash[]> {
  const fs = new FaultyFileSystem(disk);
  const ports = testPorts({ fs: disk, processes: new MemoryProcesses({ pid: 1500, start: 'between' }) });
  const crashes: Crash[] = [];
  fs.onOperation = (_count, operation) => {
    if (!mutations.test(operation)) return;
    for (const choice of extremes) {
      crashes.push({ disk: disk.crash(choice()), acknowledged, at: `${at}, then ${operation}` });
    }
  };
  await new TaskStore({ ...ports, fs }, root, defaultConfig).recover();
  return crashes;
}

function stateOf(fs: MemoryFileSystem): State {
  const knowledge = fs
    .paths()
    .filter((path) => /task-states\/[^.]/.test(path) || path === paths.journal(root));
  return new Map(knowledge.map((path) => [path, fs.text(path) ?? '']));
}

async function checkCrash({ disk, acknowledged, at }: Crash, history: readonly State[], what: string) {
  const ports = testPorts({ fs: disk, processes: new MemoryProcesses({ pid: 2000, start: 'later' }) });
  const store = new TaskStore(ports, root, defaultConfig);
  const report = await store.recover();
  assert.deepEqual(report.conflicts, [], `${what}: conflict after a crash before ${at}`);
  const { records } = await store.changeLog.read();
  assert.ok(records.length >= acknowledged, `${what}: ${acknowledged} answers, ${records.length} records`);
  const opened = JSON.stringify([...stateOf(disk)]);
  const allowed = [history[acknowledged], history[acknowledged + 1]].filter((state) => state !== undefined);
  assert.ok(
    allowed.some((state) => JSON.stringify([...state]) === opened),
    `${what}: after ${acknowledged} answers, a crash before ${at} left ${opened}`,
  );
  await store.update(taskId('1'), change, addLine('life goes on'));
}

/** A repeatable stream of choices. */
function choicesFrom(seed: number): Choose {
  let state = seed >>> 0;
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 16) % count;
  };
}

/** Of what was not fsynced. */
const everythingLost = () => () => 0;
const extremes: readonly (() => Choose)[] = [
  everythingLost,
  () => (count) => count - 1,
  () => (count) => count >> 1,
];

suite('Power loss', () => {
  const sequences = verbs.flatMap((a) => [
    [a],
    ...verbs.flatMap((b) => [[a, b], ...verbs.map((c) => [a, b, c])]),
  ]);

  test('every sequence of up to three changes, at every operation, opens to a prefix with all that was answered', async () => {
    let count = 0;
    for (const [index, sequence] of sequences.entries()) {
      const choices = [...extremes, () => choicesFrom(index)];
      const { history, crashes } = await crashesOf(sequence, choices);
      for (const crash of crashes) await checkCrash(crash, history, sequence.join(', '));
      count += crashes.length;
    }
    assert.equal(sequences.length, 84);
    assert.ok(count > 5000, `${count} crashes`);
  });

  test('a second power loss, at every operation of the recovery from the first, changes nothing of that', async () => {
    let count = 0;
    for (const verb of verbs) {
      const { history, crashes } = await crashesOf([verb], [everythingLost]);
      for (const first of crashes) {
        for (const second of await crashesOfRecovery(first)) {
          await checkCrash(second, history, `${verb}, recovery`);
          count++;
        }
      }
    }
    assert.ok(count > 500, `${count} crashes`);
  });

  test('longer random sequences with random losses open likewise', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...verbs), { minLength: 4, maxLength: 8 }),
        fc.nat(),
        async (sequence, seed) => {
          const { history, crashes } = await crashesOf(sequence, [() => choicesFrom(seed)]);
          for (const crash of crashes) await checkCrash(crash, history, sequence.join(', '));
        },
      ),
      { numRuns: Math.ceil(faultRuns / 20) },
    );
  });

  test('the disk in memory does lose what was not fsynced, else these tests would show nothing', async () => {
    const { fs } = testPorts();
    fs.put('/project/log', 'one\n');
    const bytes = new TextEncoder().encode('two\n');
    await fs.append('/project/log', bytes, { sync: false });
    await fs.createExclusive('/project/new', bytes, { sync: true });
    const lost = fs.crash(() => 0);
    assert.deepEqual(lost.paths(), ['/project/log']);
    assert.equal(lost.text('/project/log'), 'one\n');
    await fs.append('/project/log', new Uint8Array(), { sync: true });
    await fs.syncDirectory('/project');
    const kept = fs.crash(() => 0);
    assert.equal(kept.text('/project/log'), 'one\ntwo\n');
    assert.equal(kept.text('/project/new'), 'two\n');
  });
});
