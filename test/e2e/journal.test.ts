/** The seed's own tests (000-26, 000-37, 000-61, 000-62) and the journal, with the built command line as real processes. */
import { strict as assert } from 'node:assert';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

async function changeLog(repository: Repository): Promise<readonly string[]> {
  const names = await readdir(join(repository.root, '.baton/memory'));
  const types: string[] = [];
  for (const name of names.filter((one) => one.startsWith('WAL-')).sort()) {
    const lines = (await repository.read(`.baton/memory/${name}`)).split('\n');
    for (const line of lines) {
      const type = /"type":"([^"]+)"/.exec(line)?.[1];
      if (type !== undefined) types.push(type);
    }
  }
  return types;
}

async function done(repository: Repository, ...args: readonly string[]) {
  const answer = await repository.json(args);
  assert.equal(answer.code, 0, `${args.join(' ')}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

suite('the seed: what is done is told everywhere', () => {
  test('five updates give five log entries', async () => {
    await withRepository(async (repository) => {
      await done(repository, 'init');
      await done(repository, 'task', 'create', '--title', 'One');
      for (const minutes of ['5', '10', '15', '20', '25']) await done(repository, 'time', '1', minutes);
      const types = await changeLog(repository);
      assert.equal(types.filter((type) => type === 'time.log').length, 5);
      assert.match(await repository.read('task-states/task-1-state.md'), /^spent_minutes: 75$/m);
    });
  });

  test('goal, task, progress, time: all three documents tell it when the command has ended', async () => {
    await withRepository(async (repository) => {
      await done(repository, 'init');
      await done(
        repository,
        'task',
        'create',
        '--title',
        'Server templates',
        '--epic',
        'Launch',
        '--estimate',
        '120',
      );
      await done(repository, 'percent', '1', '75');
      await done(repository, 'time', '1', '65');
      const state = await repository.read('.baton/SESSION-STATE.md');
      const buffer = await repository.read('.baton/memory/working-buffer.md');
      assert.deepEqual(await changeLog(repository), ['task.create', 'progress.set', 'time.log']);
      assert.match(state, /### #1: Server templates/);
      assert.match(state, /65 min: used 54% of the estimate at 75% progress, pace 28% faster/);
      assert.match(buffer, /- #1: Created "Server templates"/);
      assert.match(buffer, /- #1: Progress 0% → 75%/);
      assert.match(buffer, /## Time Logs\n- #1: 65 min logged/);
    });
  });

  test('the buffer flushes before a compaction, once', async () => {
    await withRepository(async (repository) => {
      await done(repository, 'init');
      await done(repository, 'task', 'create', '--title', 'One');
      assert.deepEqual(await done(repository, 'flush', '--reason', 'compaction'), { flushed: 1 });
      assert.deepEqual(await done(repository, 'flush', '--reason', 'compaction'), { flushed: 0 });
      const names = await readdir(join(repository.root, '.baton/memory'));
      const notes = names.filter((name) => /^\d{4}-\d{2}-\d{2}\.md$/.test(name));
      assert.equal(notes.length, 1);
      const text = await repository.read(`.baton/memory/${notes[0]}`);
      assert.equal(text.match(/^- #1: Created "One"/gm)?.length, 1);
      assert.match(text, /\(compaction\)/);
    });
  });

  test('processes that write at once are all told, each change once', async () => {
    await withRepository(async (repository) => {
      await done(repository, 'init');
      await done(repository, 'task', 'create', '--title', 'One');
      const minutes = ['11', '12', '13', '14'];
      await Promise.all(minutes.map((of) => done(repository, 'time', '1', of)));
      const buffer = await repository.read('.baton/memory/working-buffer.md');
      for (const of of minutes)
        assert.equal(buffer.match(new RegExp(`: ${of} min logged`, 'g'))?.length, 1, buffer);
    });
  });
});

suite('the journal on the command line', () => {
  test('a note without a verb is added, superseded, listed, and reaches the packet', async () => {
    await withRepository(async (repository) => {
      await done(repository, 'init');
      await done(repository, 'task', 'create', '--title', 'One');
      const first = await done(repository, 'note', '--kind', 'decision', 'Use RS256', '--task', '1');
      assert.deepEqual([first.note.id, first.note.task], [1, '1']);
      await done(repository, 'note', 'add', 'Use ES256', '--kind', 'correction', '--supersedes', '1');
      const listed = await done(repository, 'note', 'list');
      assert.deepEqual(
        listed.notes.map((note: { text: string }) => note.text),
        ['Use ES256'],
      );
      const all = await done(repository, 'note', 'list', '--all');
      assert.equal(all.notes[0].supersededBy, 2);
      const packet = await repository.baton(['packet', '1']);
      assert.match(packet.stdout, /Use ES256/);
      assert.doesNotMatch(packet.stdout, /Use RS256/);
    });
  });

  test('what is refused says why, in the one document', async () => {
    await withRepository(async (repository) => {
      await done(repository, 'init');
      await done(repository, 'task', 'create', '--title', 'One', '--criterion', 'c');
      const calls: readonly (readonly [readonly string[], number, string])[] = [
        [['note', 'x', '--kind', 'gossip'], 2, 'usage'],
        [['note', 'x', '--supersedes', '9'], 1, 'not_found'],
        [['time', '1', 'long'], 2, 'usage'],
        [['time', '1', '0'], 1, 'invalid_input'],
        [['percent', '1', '50'], 1, 'guard_failed'],
        [['block', '1'], 2, 'usage'],
        [['unblock', '1'], 1, 'transition_refused'],
        [['recur', '1', 'hourly'], 2, 'usage'],
        [['recur', '1', 'daily', '--due', '2026-02-30'], 1, 'invalid_input'],
        [['time', '99', '5'], 1, 'not_found'],
      ];
      for (const [args, code, error] of calls) {
        const answer = await repository.json(args);
        assert.deepEqual([args, answer.code, answer.error?.code], [args, code, error]);
      }
    });
  });

  test('block, ask, answer, recur and the pace, end to end', async () => {
    await withRepository(async (repository) => {
      await done(repository, 'init');
      await done(
        repository,
        'task',
        'create',
        '--title',
        'Report',
        '--recurs',
        'weekly',
        '--due',
        '2099-01-05',
      );
      const blocked = await done(repository, 'block', '1', '--reason', 'No data');
      assert.equal(blocked.task.blockedReason, 'No data');
      assert.match((await repository.baton(['task', 'show', '1'])).stdout, /Blocked: No data/);
      await done(repository, 'unblock', '1');
      await done(repository, 'ask', '1', 'Which week?');
      await done(repository, 'answer', '1', 'The last one');
      await done(repository, 'finalize', '1', '--summary', 'Sent');
      const { task: next } = await done(repository, 'task', 'show', '1-2099-01-12');
      assert.deepEqual([next.recurs, next.nextDue, next.status], ['weekly', '2099-01-12', 'pending']);
      const status = await done(repository, 'status');
      assert.deepEqual(status.velocity.tasks.last7, { count: 1, perDay: 0.14 });
    });
  });
});
