import assert from 'node:assert/strict';
import { NudgeLedger } from '../../../../src/core/nudges/nudge-ledger';
import { type Draft, type DraftTask, draftsFor } from '../../../../src/core/nudges/suggest';
import { blockTask } from '../../../../src/core/operations/block-task';
import { createTask } from '../../../../src/core/operations/create-task';
import {
  acceptSuggestion,
  dismissSuggestion,
  suggestionsFor,
} from '../../../../src/core/operations/suggestions';
import { takeSnapshot } from '../../../../src/core/operations/take-snapshot';
import { unblockTask } from '../../../../src/core/operations/unblock-task';
import { memoryWorkspace, root } from '../../../support/memory-workspace';
import { task, taskId } from './support';

function draftTask(id: string, sketch: Partial<DraftTask> = {}): DraftTask {
  return { ...task(id), status: 'blocked', nextFeature: undefined, ...sketch };
}

function titles(drafts: readonly Draft[]): readonly string[] {
  return drafts.map(({ title }) => title);
}

suite('drafts for blocked tasks', () => {
  test('are made for blocked tasks alone, each with a rationale that names the block and why it is harmless', () => {
    const feature = { id: 'jwt-1', description: 'Sign a token' };
    const blocked = draftTask('1', {
      tracking: { blockedReason: 'The signing key is missing' },
      nextFeature: feature,
      downstream: [taskId('2')],
    });
    const others = (['pending', 'needs_input', 'completed', 'in_progress'] as const).map((status, index) =>
      draftTask(String(index + 2), { status, nextFeature: feature }),
    );
    const drafts = draftsFor([blocked, ...others]);
    assert.deepEqual(titles(drafts), [
      'Find out what unblocks #1 Title 1',
      'Write down how to check jwt-1 of #1',
    ]);
    assert.match(drafts[0]?.rationale ?? '', /blocked: The signing key is missing\. 1 task waits for it\./);
    for (const { rationale, criteria, about } of drafts) {
      assert.match(rationale, /changes no code/);
      assert.ok(criteria.includes('No file but this one was changed'));
      assert.equal(about, '1');
    }
  });

  test('put the most urgent task first, and a second draft of one task after the first of every other', () => {
    const feature = { id: 'f', description: 'F' };
    const drafts = draftsFor([
      draftTask('1', { priority: 2, nextFeature: feature }),
      draftTask('2', { priority: 1, nextFeature: feature }),
    ]);
    assert.deepEqual(
      drafts.map(({ about }) => about),
      ['2', '1', '2', '1'],
    );
  });

  test('are not made again for a task that is there already', () => {
    const [draft] = draftsFor([draftTask('1')]);
    const there = draftTask('2', { status: 'pending', title: draft?.title ?? '' });
    assert.deepEqual(draftsFor([draftTask('1'), there]), []);
  });

  test('have titles of one line that fit, whatever the blocked task is called', () => {
    const [draft] = draftsFor([draftTask('1', { title: `A\nlong ${'very '.repeat(60)}title` })]);
    assert.match(draft?.title ?? '', /^.{1,120}$/u);
  });
});

suite('suggestions', () => {
  async function withBlocked(ids: readonly string[], perDay = 3) {
    const { ports, workspace } = await memoryWorkspace();
    for (const id of ids) {
      await createTask(workspace, { id, title: `Title ${id}`, epic: 'Payments' });
      await blockTask(workspace, id, `Reason ${id}`);
    }
    const ledger = new NudgeLedger(ports, root, { perHour: 4, suggestionsPerDay: perDay });
    const offered = async () => titles(await suggestionsFor(ledger, await takeSnapshot(workspace)));
    return { ports, workspace, ledger, offered };
  }

  test('are capped for a day and stay on offer; the next day brings the next ones', async () => {
    const { ports, offered } = await withBlocked(['1', '2', '3', '4', '5'], 2);
    const first = await offered();
    assert.deepEqual(first, ['Find out what unblocks #1 Title 1', 'Find out what unblocks #2 Title 2']);
    assert.deepEqual(await offered(), first);
    ports.clock.advance(24 * 60 * 60_000);
    assert.equal((await offered()).length, 4);
  });

  test('make a task with its rationale and criteria when they are taken, and are offered no more', async () => {
    const { workspace, ledger, offered } = await withBlocked(['1']);
    const [draft] = await suggestionsFor(ledger, await takeSnapshot(workspace));
    assert.ok(draft);
    const made = await acceptSuggestion(workspace, ledger, draft);
    assert.equal(made.status, 'pending');
    const { document } = await workspace.store.read(made.id);
    assert.match(document.context.description, /#1 is blocked: Reason 1\./);
    assert.equal(document.context.epic, 'Payments');
    assert.equal(document.criteriaList.length, 3);
    assert.deepEqual(await offered(), []);
  });

  test('are not offered again once turned down, until the task is blocked for another reason', async () => {
    const { workspace, ledger, offered } = await withBlocked(['1']);
    const [draft] = await suggestionsFor(ledger, await takeSnapshot(workspace));
    assert.ok(draft);
    await dismissSuggestion(ledger, draft);
    assert.deepEqual(await offered(), []);
    await unblockTask(workspace, '1');
    await blockTask(workspace, '1', 'Something else');
    assert.equal((await offered()).length, 1);
  });

  test('of a feature with an id that fills the page leave the record readable', async () => {
    const { ports, ledger } = await withBlocked([]);
    const nextFeature = { id: 'x'.repeat(500), description: 'F' };
    const possible = draftsFor([draftTask('1', { nextFeature })]);
    await ledger.mute('blocked');
    const first = await ledger.offer(possible);
    assert.deepEqual([first.length, await ledger.offer(possible)], [2, first]);
    assert.deepEqual(await ledger.muted(), ['blocked']);
    assert.deepEqual(
      ports.fs.paths().filter((path) => path.includes('malformed')),
      [],
    );
  });

  test('go when the block goes, and start no session', async () => {
    const { workspace, offered } = await withBlocked(['1']);
    assert.equal((await offered()).length, 1);
    await unblockTask(workspace, '1');
    assert.deepEqual(await offered(), []);
    assert.deepEqual(await workspace.sessions.list(), []);
  });
});
