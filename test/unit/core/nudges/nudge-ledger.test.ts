import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import { NudgeLedger, type NudgeLimits } from '../../../../src/core/nudges/nudge-ledger';
import type { Nudge } from '../../../../src/core/nudges/nudges';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { nudge, taskId } from './support';

const root = '/project';
const file = `${root}/.baton/memory/nudges.json`;
const minute = 60_000;

function ledger(ports: TestPorts, limits: Partial<NudgeLimits> = {}): NudgeLedger {
  return new NudgeLedger(ports, root, { perHour: 4, suggestionsPerDay: 3, ...limits });
}

/** A window that has been open since before anything happened. */
async function watching(ports: TestPorts, limits?: Partial<NudgeLimits>): Promise<NudgeLedger> {
  const one = ledger(ports, limits);
  assert.deepEqual(await one.take([]), []);
  return one;
}

function keys(nudges: readonly Nudge[]): readonly string[] {
  return nudges.map(({ key }) => key);
}

function named(...names: readonly string[]): readonly Nudge[] {
  return names.map((name) => nudge(name));
}

suite('the nudge ledger', () => {
  test('tells a fact once, however often it is asked, in this window and the next', async () => {
    const ports = testPorts();
    const first = await watching(ports);
    const second = await watching(ports);
    assert.deepEqual(keys(await first.take(named('a'))), ['a']);
    assert.deepEqual(await first.take(named('a')), []);
    assert.deepEqual(await second.take(named('a')), []);
    assert.deepEqual(await ledger(ports).take(named('a')), [], 'nor after a restart');
  });

  test('tells a fact to one of two windows that ask at once', async () => {
    const ports = testPorts();
    const windows = [await watching(ports), await watching(ports)];
    const told = await Promise.all(windows.map((one) => one.take(named('a', 'b'))));
    assert.deepEqual(told.flatMap(keys).sort(), ['a', 'b']);
  });

  test('takes what holds when a project is opened for the first time for known', async () => {
    const ports = testPorts();
    const window = ledger(ports);
    assert.deepEqual(await window.take(named('a', 'b')), []);
    assert.deepEqual(keys(await window.take(named('a', 'b', 'c'))), ['c']);
    assert.deepEqual(keys(await ledger(ports).take(named('a', 'b', 'c', 'd'))), ['d']);
  });

  test('also when something else was put on record before', async () => {
    const ports = testPorts();
    await ledger(ports).skipped({ task: taskId('1'), session: 'session-1', reason: 'busy' });
    const window = ledger(ports);
    assert.deepEqual(await window.take(named('a')), []);
    assert.deepEqual(keys(await window.take(named('a', 'b'))), ['b']);
  });

  test('known facts take nothing from the budget of the hour', async () => {
    const ports = testPorts();
    const window = ledger(ports, { perHour: 1 });
    await window.take(named('a', 'b', 'c'));
    assert.deepEqual(keys(await window.take(named('a', 'b', 'c', 'd'))), ['d']);
  });

  test('does not tell what the person knows, and takes nothing from the budget for it', async () => {
    const ports = testPorts();
    const window = await watching(ports, { perHour: 1 });
    await window.know(named('a'));
    assert.deepEqual(keys(await window.take(named('a', 'b'))), ['b']);
    assert.deepEqual(await ledger(ports).take(named('a')), []);
  });

  test('tells a fact, or takes it for known, the next time when the record could not be written', async () => {
    const ports = testPorts();
    const window = await watching(ports, { perHour: 1 });
    const rename = ports.fs.rename.bind(ports.fs);
    ports.fs.rename = async () => {
      throw new BatonError('io_failed', 'No space left');
    };
    const failed = (error: unknown) => isBatonError(error, 'io_failed');
    await assert.rejects(window.take(named('a', 'b')), failed);
    await assert.rejects(window.know(named('c')), failed);
    ports.fs.rename = rename;
    assert.deepEqual(keys(await window.take(named('a', 'b'))), ['a']);
    await window.know(named('c'));
    assert.match(ports.fs.text(file) ?? '', /"c"/);
  });

  test('writes and reads nothing while nothing is new', async () => {
    const ports = testPorts();
    const window = await watching(ports);
    assert.equal(ports.fs.text(file), undefined, 'nothing to tell, nothing to write');
    await window.take(named('a'));
    const before = ports.fs.text(file);
    const reads = ports.fs.reads.length;
    for (let n = 0; n < 10; n++) await window.take(named('a'));
    assert.equal(ports.fs.text(file), before);
    assert.equal(ports.fs.reads.length, reads);
  });

  test('keeps to the budget of the hour, the most urgent first, and tells the rest when there is room', async () => {
    const ports = testPorts();
    const window = await watching(ports, { perHour: 2 });
    const all = named('a', 'b', 'c', 'd', 'e');
    assert.deepEqual(keys(await window.take(all)), ['a', 'b']);
    ports.clock.advance(59 * minute);
    assert.deepEqual(await window.take(all), []);
    ports.clock.advance(2 * minute);
    assert.deepEqual(keys(await window.take(all)), ['c', 'd']);
  });

  test('never speaks with a budget of none', async () => {
    const window = await watching(testPorts(), { perHour: 0 });
    assert.deepEqual(await window.take(named('a')), []);
  });

  test('is silent about a muted kind in every window, until that is taken back', async () => {
    const ports = testPorts();
    const [one, other] = [await watching(ports), await watching(ports)];
    await one.mute('blocked');
    assert.deepEqual(await one.muted(), ['blocked']);
    for (const window of [one, other]) {
      const told = await window.take([nudge('a'), nudge('b', { kind: 'needs_input' })]);
      assert.ok(!keys(told).includes('a'));
    }
    await one.unmuteAll();
    assert.deepEqual(keys(await one.take(named('a'))), ['a']);
  });

  test('a clock that is set back spends no budget for ever', async () => {
    const ports = testPorts();
    const window = await watching(ports, { perHour: 1 });
    ports.clock.setWall('2030-01-01T00:00:00.000Z');
    await window.take(named('a'));
    ports.clock.setWall('2026-11-21T08:00:00.000Z');
    assert.deepEqual(keys(await ledger(ports, { perHour: 1 }).take(named('a', 'b'))), ['b']);
  });

  test('a record that makes no sense is set aside, not overwritten, and nobody is flooded', async () => {
    const ports = testPorts();
    ports.fs.put(file, '{ "v": 1, "told": "all of it" }');
    assert.deepEqual(await ledger(ports).take(named('a')), []);
    const aside = ports.fs.paths().filter((path) => path.includes('nudges.malformed-'));
    assert.equal(aside.length, 1);
    assert.equal(ports.fs.text(aside[0] ?? ''), '{ "v": 1, "told": "all of it" }');
  });

  test('forgets facts of long ago, unless they hold still', async () => {
    const ports = testPorts();
    const window = await watching(ports);
    await window.take(named('gone', 'holds'));
    ports.clock.advance(100 * 24 * 60 * minute);
    await ledger(ports).take(named('holds', 'new'));
    assert.match(ports.fs.text(file) ?? '', /"holds"/);
    assert.doesNotMatch(ports.fs.text(file) ?? '', /"gone"/);
  });

  test('keeps what was skipped, the latest two hundred', async () => {
    const ports = testPorts();
    const window = ledger(ports);
    for (let n = 0; n < 205; n++) {
      await window.skipped({ task: taskId('1'), session: `session-${n}`, reason: 'busy' });
    }
    const skips = await window.skips();
    assert.equal(skips.length, 200);
    assert.equal(skips.at(-1)?.session, 'session-204');
  });
});

suite('laws of the nudge ledger', () => {
  const windowCount = 3;
  const step = fc.record({
    window: fc.nat(windowCount - 1),
    /** Which of six facts hold. */
    holds: fc.uniqueArray(fc.nat(5), { maxLength: 6 }),
    waitMinutes: fc.integer({ min: 0, max: 40 }),
    reload: fc.boolean(),
  });

  test('at most one notification a fact, and never more than the budget in any hour', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.integer({ min: 0, max: 3 }),
        async (steps, perHour) => {
          const ports = testPorts();
          const windows = await Promise.all(
            Array.from({ length: windowCount }, () => watching(ports, { perHour })),
          );
          const told: { readonly key: string; readonly at: number }[] = [];
          for (const { window, holds, waitMinutes, reload } of steps) {
            ports.clock.advance(waitMinutes * minute);
            if (reload) windows[window] = ledger(ports, { perHour });
            const shown = await windows[window]?.take(named(...holds.map(String)));
            for (const { key } of shown ?? []) told.push({ key, at: ports.clock.now().getTime() });
          }
          assert.equal(new Set(told.map(({ key }) => key)).size, told.length);
          for (const { at } of told) {
            const within = told.filter((other) => other.at >= at && other.at < at + 60 * minute);
            assert.ok(within.length <= perHour);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
