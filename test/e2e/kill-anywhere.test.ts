/**
 * Promises R1 and R2 with the real command line: killed anywhere, over all verbs that change something, nothing that
 * was answered is lost and no reader ever sees half a file. `npm run test:faults` does it a thousand times.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultConfig } from '../../src/core/model/config';
import type { TaskDocument, TaskId } from '../../src/core/model/task';
import { paths } from '../../src/core/store/paths';
import { isStateFileName } from '../../src/core/store/task-index';
import { TaskStore } from '../../src/core/store/task-store';
import { nodePorts } from '../../src/node/node-ports';
import { faultRuns } from '../support/fault-runs';
import { MemoryLogger } from '../support/memory-logger';
import { makeStage, type Remains, readWhole } from './support/deeds';
import { KillRun, type Outcome } from './support/kill-run';
import { PollingReader } from './support/polling-reader';
import { environment, type Repository, withRepository } from './support/with-repository';

const wanted = faultRuns;
/** Kills in one workspace folder, before a look at what is left. */
const perRound = 100;
const processesAtOnce = 4;

interface Figures {
  calls: number;
  kills: number;
  inWrite: number;
  answered: number;
  answeredThenKilled: number;
  madeUnanswered: number;
  refused: number;
  madeUpFor: number;
  lost: number;
  reads: number;
  versions: number;
  unparsable: number;
}

suite('the command line killed anywhere', function () {
  this.timeout(60_000 + wanted * 1_000);

  test('no answered change is lost, none is made twice, and no file is ever half written', async () => {
    const total: Figures = {
      ...{ calls: 0, kills: 0, inWrite: 0, answered: 0, answeredThenKilled: 0, madeUnanswered: 0 },
      ...{ refused: 0, madeUpFor: 0, lost: 0, reads: 0, versions: 0, unparsable: 0 },
    };
    while (total.kills < wanted) {
      await withRepository((repository) =>
        round(repository, Math.min(perRound, wanted - total.kills), total),
      );
    }
    console.log(
      `      ${Object.entries(total)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
    );
    assert.ok(total.answered > wanted / 10, 'too few changes were answered to show anything');
    assert.ok(total.inWrite > wanted / 10, 'too few were killed while they wrote to show anything');
  });
});

async function round(repository: Repository, kills: number, total: Figures): Promise<void> {
  await repository.json(['init']);
  const stage = makeStage(Math.ceil(kills / 4), randomInt);
  for (const [id, text] of stage.files) await repository.write(`task-states/task-${id}-state.md`, text);
  const reader = new PollingReader(repository.root);
  const run = new KillRun(repository.root, environment(repository.root));
  try {
    await run.until(kills, processesAtOnce, stage.next);
  } finally {
    await reader.stop();
  }
  assert.deepEqual(reader.unparsable, []);
  const madeUpFor = await reopen(repository.root);
  const remains = await remainsOf(repository.root);
  const faults = judge(run.outcomes, remains);
  assert.deepEqual(faults, []);
  await lifeGoesOn(repository);
  count(total, run, reader);
  total.madeUpFor += madeUpFor;
  total.lost += faults.length;
  total.madeUnanswered += run.outcomes.filter(
    ({ deed, answered }) => !answered && deed.found(remains, false) > 0,
  ).length;
}

/** What a process finds that opens the folder afterwards. Returns how many changes it had to make up for. */
async function reopen(root: string): Promise<number> {
  const log = new MemoryLogger();
  const store = new TaskStore(nodePorts(log), root, defaultConfig);
  const { redone, conflicts, quarantined } = await store.recover();
  assert.deepEqual({ conflicts, quarantined }, { conflicts: [], quarantined: 0 }, log.lines.join('\n'));
  const { damaged, missing, pending } = await store.changeLog.verify();
  assert.deepEqual({ damaged, missing, pending }, { damaged: [], missing: [], pending: 0 });
  assert.deepEqual((await store.recover()).redone, []);
  return redone.length;
}

async function remainsOf(root: string): Promise<Remains> {
  const tasks = new Map<TaskId, TaskDocument>();
  const texts = new Map<TaskId, string>();
  for (const name of (await readdir(join(root, 'task-states'))).filter(isStateFileName)) {
    const text = await readFile(join(root, 'task-states', name), 'utf8');
    const document = readWhole(text);
    assert.ok(document?.id !== undefined, `${name} is not whole`);
    assert.ok(!tasks.has(document.id), `two files say they are task ${document.id}`);
    tasks.set(document.id, document);
    texts.set(document.id, text);
  }
  // Missing when every note was killed before it was written; an answered one is then lost, and found to be.
  const journal = await readFile(paths.journal(root), 'utf8').catch(() => '');
  return { tasks, texts, journal };
}

/** What is wrong, one line each. A call that was killed before its answer may have been made, once, or not. */
function judge(outcomes: readonly Outcome[], remains: Remains): readonly string[] {
  const foreseen = new Set([undefined, 'conflict', 'locked']);
  return outcomes.flatMap((outcome) => {
    const { deed, answered, killed, refusal } = outcome;
    const words = deed.args.join(' ');
    const found = deed.found(remains, answered);
    if (!foreseen.has(refusal)) return [`${words}: refused as ${refusal}`];
    if (!answered && !killed && refusal === undefined) return [`${words}: ended without an answer`];
    if (found > 1) return [`${words}: made ${found} times`];
    if (answered && found === 0) return [`${words}: answered and lost`];
    return refusal !== undefined && found > 0 ? [`${words}: refused and made`] : [];
  });
}

/** Nothing that the killed left behind stands in the way, and what they had taken is free again. */
async function lifeGoesOn(repository: Repository): Promise<void> {
  for (const args of [
    ['progress', '1', '--did', 'all is well'],
    ['task', 'create', '--title', 'After'],
    ['feature', 'add', '3', 'after', 'a feature'],
    ['note', 'all is well'],
  ]) {
    const answer = await repository.json(args);
    assert.ok(answer.ok, `${args.join(' ')}: ${JSON.stringify(answer.error)}`);
  }
}

function count(total: Figures, { outcomes, kills }: KillRun, reader: PollingReader): void {
  total.calls += outcomes.length;
  total.kills += kills;
  total.inWrite += outcomes.filter(({ inWrite }) => inWrite).length;
  total.answered += outcomes.filter(({ answered }) => answered).length;
  total.answeredThenKilled += outcomes.filter(({ answered, killed }) => answered && killed).length;
  total.refused += outcomes.filter(({ refusal }) => refusal !== undefined).length;
  total.reads += reader.reads;
  total.versions += reader.versions;
  total.unparsable += reader.unparsable.length;
}
