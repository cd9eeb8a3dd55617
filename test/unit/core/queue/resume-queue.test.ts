import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../../src/core/base/baton-error';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { queueOf } from '../../../../src/core/operations/queue-of';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import type { NewEntry } from '../../../../src/core/queue/resume-queue';
import { paths } from '../../../../src/core/store/paths';
import type { TestPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';
import { startInput } from '../sessions/session-example';

const file = paths.queue(root);
const refused = (code: ErrorCode) => (error: unknown) => isBatonError(error, code);
const task = (id: string): NewEntry => ({
  taskId: taskId(id),
  prompt: `Resume #${id}`,
  reason: 'crash',
  source: 'session',
});

async function opened(): Promise<{ ports: TestPorts; workspace: BatonWorkspace; text: () => string }> {
  const { ports, workspace } = await memoryWorkspace();
  return { ports, workspace, text: () => ports.fs.text(file) ?? '' };
}

suite('The resume queue', () => {
  test('is the file: what is added is there for everybody, and after the last is removed it is exactly []', async () => {
    const { ports, workspace, text } = await opened();
    assert.deepEqual(await queueOf(workspace).list(), { entries: [], malformed: false });
    const first = await queueOf(workspace).add(task('101'));
    assert.deepEqual([first.added, first.total], [true, 1]);
    const other = await openMemory({ ...ports });
    assert.deepEqual((await queueOf(other).list()).entries, [first.entry]);
    assert.deepEqual(JSON.parse(text()), [first.entry]);
    assert.equal((await queueOf(other).remove(first.entry.id)).left, 0);
    assert.equal(text(), '[]');
  });

  test('keeps one entry a task; queueing it again makes it due, also when it had failed too often', async () => {
    const { workspace } = await opened();
    const queue = queueOf(workspace);
    const { entry } = await queue.add(task('101'));
    for (let run = 1; run <= 3; run++) {
      const { rev } = await queue.claim(entry.id, { by: 'a window', forMs: 1000, early: true });
      await queue.fail(entry.id, rev, `failure ${run}`);
    }
    const [dead] = (await queue.list()).entries;
    assert.deepEqual(
      [dead?.attempts, dead?.lastError, dead?.deadAt],
      [3, 'failure 3', '2026-11-21T07:28:00.000Z'],
    );
    const again = await queue.add({ ...task('101'), priority: 1 });
    assert.deepEqual([again.added, again.total], [false, 1]);
    const { id, attempts, deadAt, priority } = again.entry;
    assert.deepEqual(
      { id, attempts, deadAt, priority },
      { id: entry.id, attempts: 0, deadAt: null, priority: 1 },
    );
  });

  test('waits longer after every failed run, and then for a person', async () => {
    const { workspace, ports } = await opened();
    const queue = queueOf(workspace);
    const { id } = (await queue.add(task('101'))).entry;
    const waits: number[] = [];
    for (let run = 1; run <= 3; run++) {
      const { rev } = await queue.claim(id, { by: 'a window', forMs: 1000 });
      const failed = await queue.fail(id, rev, 'no luck');
      const at = failed?.nextRetryAt ?? null;
      if (at === null) break;
      waits.push((Date.parse(at) - ports.clock.now().getTime()) / 1000);
      await assert.rejects(queue.claim(id, { by: 'a window', forMs: 1000 }), refused('guard_failed'));
      ports.clock.advance(Date.parse(at) - ports.clock.now().getTime());
    }
    assert.equal(waits.length, 2);
    assert.ok(Math.abs((waits[0] ?? 0) - 60) <= 12, String(waits[0]));
    assert.ok(Math.abs((waits[1] ?? 0) - 120) <= 24, String(waits[1]));
    await assert.rejects(
      queue.claim(id, { by: 'a window', forMs: 1000, early: true }),
      refused('guard_failed'),
    );
    assert.equal((await queue.revive(id)).deadAt, null);
    assert.ok((await queue.claim(id, { by: 'a person', forMs: 1000 })).rev > 3);
  });

  test("waits for the provider's own time, without counting an attempt", async () => {
    const { workspace } = await opened();
    const queue = queueOf(workspace);
    const { id } = (await queue.add(task('101'))).entry;
    const until = '2026-11-21T17:00:00.000Z';
    const { rev } = await queue.claim(id, { by: 'a window', forMs: 1000 });
    const failed = await queue.fail(id, rev, { error: 'The usage limit was reached', limit: { until } });
    const { attempts, notBefore, nextRetryAt, reason, claim } = failed ?? {};
    assert.deepEqual(
      { attempts, notBefore, nextRetryAt, reason, claim },
      { attempts: 0, notBefore: until, nextRetryAt: null, reason: 'usage_limit', claim: null },
    );
  });

  for (const [what, until, notBefore] of [
    ['is over already', '2026-11-21T07:27:00.000Z', '2026-11-21T07:27:00.000Z'],
    ['has no known end', null, '2026-11-21T07:58:00.000Z'],
  ] as const) {
    test(`counts an attempt for a limit that ${what}, so that it cannot go on for ever`, async () => {
      const { workspace, ports } = await opened();
      const queue = queueOf(workspace);
      const { id } = (await queue.add(task('101'))).entry;
      for (let run = 1; run <= 3; run++) {
        const { rev } = await queue.claim(id, { by: 'a window', forMs: 1000, early: true });
        const failed = await queue.fail(id, rev, { error: 'The usage limit was reached', limit: { until } });
        const isLast = run === 3;
        assert.deepEqual(
          [failed?.attempts, failed?.notBefore, failed?.deadAt !== null],
          [run, notBefore, isLast],
        );
        assert.equal(Date.parse(failed?.nextRetryAt ?? '') > ports.clock.now().getTime(), !isLast);
      }
    });
  }

  test('removes by id while another entry waits for its time', async () => {
    const { workspace } = await opened();
    const queue = queueOf(workspace);
    const waiting = (await queue.add(task('101'))).entry;
    const other = (await queue.add(task('102'))).entry;
    const { rev } = await queue.claim(waiting.id, { by: 'a window', forMs: 1000 });
    await queue.fail(waiting.id, rev, 'no luck');
    assert.equal((await queue.remove(other.id)).entry.taskId, '102');
    assert.deepEqual(
      (await queue.list()).entries.map(({ taskId: id }) => id),
      ['101'],
    );
    await assert.rejects(queue.remove(other.id), refused('not_found'));
  });

  test('refuses an entry that says nothing, or too much', async () => {
    const { workspace, ports } = await opened();
    const queue = queueOf(workspace);
    const prompt = { taskId: null, reason: 'manual', source: 'manual' } as const;
    await assert.rejects(queue.add({ ...prompt, prompt: ' ' }), refused('invalid_input'));
    await assert.rejects(queue.add({ ...prompt, prompt: 'x'.repeat(20_001) }), refused('invalid_input'));
    ports.fs.put(file, JSON.stringify(Array.from({ length: 5000 }, (_, n) => ({ prompt: `p${n}` }))));
    await assert.rejects(queue.add({ ...prompt, prompt: 'one more' }), refused('too_large'));
    assert.equal((await queue.list()).entries.length, 5000);
  });
});

suite('A claim', () => {
  test('is given once, and again when it has run out', async () => {
    const { workspace, ports } = await opened();
    const other = queueOf(await openMemory({ ...ports }));
    const { id } = (await queueOf(workspace).add(task('101'))).entry;
    const first = await queueOf(workspace).claim(id, { by: 'a window', forMs: 60_000 });
    assert.deepEqual(first, { by: 'a window', until: '2026-11-21T07:29:00.000Z', rev: 1, session: null });
    await assert.rejects(other.claim(id, { by: 'another', forMs: 60_000 }), refused('claimed'));
    ports.clock.advance(60_000);
    assert.equal((await other.claim(id, { by: 'another', forMs: 60_000 })).rev, 2);
    for (const late of [
      queueOf(workspace).started(id, first.rev, 'session-1'),
      queueOf(workspace).extend(id, first.rev, 60_000),
    ]) {
      await assert.rejects(late, refused('claimed'));
    }
    assert.equal(await queueOf(workspace).fail(id, first.rev, 'too late'), undefined);
    assert.equal(await queueOf(workspace).giveBack(id, first.rev), false);
    assert.equal((await other.list()).entries[0]?.claim?.rev, 2);
  });

  test('holds beyond its time while the session that was started under it lives', async () => {
    const { workspace, ports } = await opened();
    const queue = queueOf(workspace);
    const { id } = (await queue.add(task('101'))).entry;
    const { rev } = await queue.claim(id, { by: 'a window', forMs: 60_000 });
    const session = await workspace.sessions.start({ ...startInput, trigger: 'automatic' });
    ports.processes.running.set(4242, 'start-4242');
    await workspace.sessions.attachProcess(session.id, 4242);
    await queue.started(id, rev, session.id);
    ports.clock.advance(3_600_000);
    await assert.rejects(queue.claim(id, { by: 'another', forMs: 60_000 }), refused('claimed'));
    ports.processes.running.delete(4242);
    assert.equal((await queue.claim(id, { by: 'another', forMs: 60_000 })).rev, 2);
  });

  test('is written down anew only when less than half of it is left', async () => {
    const { workspace, ports, text } = await opened();
    const queue = queueOf(workspace);
    const { id } = (await queue.add(task('101'))).entry;
    const { rev } = await queue.claim(id, { by: 'a window', forMs: 60_000 });
    const before = text();
    ports.clock.advance(20_000);
    assert.equal((await queue.extend(id, rev, 60_000))?.until, '2026-11-21T07:29:00.000Z');
    assert.equal(text(), before);
    ports.clock.advance(20_000);
    assert.equal((await queue.extend(id, rev, 60_000))?.until, '2026-11-21T07:29:40.000Z');
  });

  test('that was not used is given back without counting', async () => {
    const { workspace } = await opened();
    const queue = queueOf(workspace);
    const { id } = (await queue.add(task('101'))).entry;
    const { rev } = await queue.claim(id, { by: 'a window', forMs: 60_000 });
    assert.equal(await queue.giveBack(id, rev), true);
    const again = await queue.claim(id, { by: 'another', forMs: 60_000 });
    assert.deepEqual([again.rev, (await queue.list()).entries[0]?.attempts], [2, 0]);
  });

  test('on what has been acknowledged meanwhile does no harm', async () => {
    const { workspace } = await opened();
    const queue = queueOf(workspace);
    const { id } = (await queue.add(task('101'))).entry;
    const { rev } = await queue.claim(id, { by: 'a window', forMs: 60_000 });
    assert.equal(await queue.ackTask(taskId('101')), 1);
    assert.equal(await queue.extend(id, rev, 60_000), undefined);
    assert.equal(await queue.fail(id, rev, 'too late'), undefined);
    assert.equal(await queue.ack(id), false);
    await assert.rejects(queue.started(id, rev, 'session-1'), refused('not_found'));
  });
});

suite('A queue that people edit', () => {
  test('is merged by id: what a hand added or changed meanwhile stays', async () => {
    const { workspace, ports, text } = await opened();
    const queue = queueOf(workspace);
    const { entry } = await queue.add(task('101'));
    const byHand = { prompt: 'Mine', priority: 1, added_at: '2026-11-20T00:00:00Z', note: 'keep me' };
    ports.fs.put(file, JSON.stringify([byHand, { ...entry, priority: 7, model: 'flash' }]));
    await queue.claim(entry.id, { by: 'a window', forMs: 60_000 });
    const [mine, ours] = JSON.parse(text());
    assert.deepEqual(mine, { id: mine.id, ...byHand });
    assert.deepEqual([ours.priority, ours.model, ours.claim.rev], [7, 'flash', 1]);
  });

  test('is decided anew when somebody writes it between our look and our write', async () => {
    const { workspace, ports } = await opened();
    const queue = queueOf(workspace);
    await queue.add(task('101'));
    const createExclusive = ports.fs.createExclusive.bind(ports.fs);
    let meddled = false;
    ports.fs.createExclusive = async (path, ...rest) => {
      await createExclusive(path, ...rest);
      if (!path.includes('pending_tasks') || meddled) return;
      meddled = true;
      const entries = JSON.parse(ports.fs.text(file) ?? '');
      ports.fs.put(file, JSON.stringify([...entries, { prompt: 'Between' }]));
    };
    await queue.add(task('102'));
    assert.equal(meddled, true);
    const prompts = (await queue.list()).entries.map(({ prompt }) => prompt).sort();
    assert.deepEqual(prompts, ['Between', 'Resume #101', 'Resume #102']);
  });

  for (const [what, text] of [
    ['half a file', '[{"prompt": "pre'],
    ['no array', '{}'],
  ] as const) {
    test(`is reported and left alone by readers, and set aside whole by the next change, when it is ${what}`, async () => {
      const { workspace, ports } = await opened();
      const queue = queueOf(workspace);
      ports.fs.put(file, text);
      const list = await queue.list();
      assert.equal(list.malformed, true);
      assert.match(list.problem ?? '', /^pending_tasks\.json cannot be used: it is not /);
      assert.equal(ports.fs.text(file), text);
      const { entry } = await queue.add(task('101'));
      const aside = `${paths.memory(root)}/pending_tasks.malformed-20261121T072800000Z.json`;
      assert.equal(ports.fs.text(aside), text);
      const after = await queue.list();
      assert.deepEqual([after.entries, after.malformed], [[entry], false]);
      assert.match(after.problem ?? '', /pending_tasks\.malformed-20261121T072800000Z\.json was set aside/);
    });
  }

  test('is set aside beside another one of the same moment', async () => {
    const { workspace, ports } = await opened();
    for (const text of ['[1', '[2', '[3']) {
      ports.fs.put(file, text);
      await queueOf(workspace).add(task('101'));
    }
    const aside = ports.fs.paths().filter((path) => path.includes('malformed'));
    assert.deepEqual(aside.map((path) => ports.fs.text(path)).sort(), ['[1', '[2', '[3']);
  });

  test('is set aside whole when it is not UTF-8, or larger than can be', async () => {
    for (const bytes of [Uint8Array.of(0x5b, 0xff, 0x5d), new Uint8Array(8 * 1024 * 1024 + 1)]) {
      const { workspace, ports } = await opened();
      ports.fs.put(file, bytes);
      assert.equal((await queueOf(workspace).list()).malformed, true);
      await queueOf(workspace).add(task('101'));
      const aside = ports.fs.paths().filter((path) => path.includes('malformed'));
      assert.equal(aside.length, 1);
      const [path = ''] = aside;
      assert.deepEqual(await ports.fs.read(path), bytes);
      assert.equal((await queueOf(workspace).list()).entries.length, 1);
    }
  });

  test('that was corrected before our change is not set aside', async () => {
    const { workspace, ports } = await opened();
    ports.fs.put(file, '[');
    const read = ports.fs.read.bind(ports.fs);
    let looks = 0;
    ports.fs.read = async (path) => {
      if (path === file && ++looks === 2) ports.fs.put(file, '[{"prompt":"corrected"}]');
      return read(path);
    };
    await queueOf(workspace).add(task('101'));
    const prompts = (await queueOf(workspace).list()).entries.map(({ prompt }) => prompt).sort();
    assert.deepEqual(prompts, ['Resume #101', 'corrected']);
    assert.deepEqual(
      ports.fs.paths().filter((path) => path.includes('malformed')),
      [],
    );
  });
});
