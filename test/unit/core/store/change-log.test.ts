import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isTaskId } from '../../../../src/core/model/task';
import { type ChangeEntry, ChangeLog } from '../../../../src/core/store/change-log';
import { encodeLine, isSettlement, type LogLine, parseLog } from '../../../../src/core/store/change-record';
import { crc32 } from '../../../../src/core/store/crc32';
import { Locks } from '../../../../src/core/store/lock';
import { paths } from '../../../../src/core/store/paths';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { testPorts } from '../../../support/memory-ports';

const root = '/project';
const memory = paths.memory(root);
const today = `${memory}/WAL-2026-11-21.log`;
const bytes = (text: string) => new TextEncoder().encode(text);

function entry(overrides: Partial<ChangeEntry> = {}): ChangeEntry {
  const task = '101';
  assert.ok(isTaskId(task));
  return {
    type: 'task.status',
    task,
    actor: 'agent',
    session: 's-1',
    path: 'task-states/task-101-state.md',
    via: 'file',
    old: 'pending',
    new: 'in_progress',
    before: 'b'.repeat(64),
    after: 'a'.repeat(64),
    edits: [{ start: 3, end: 4, text: 'x' }],
    ...overrides,
  };
}

function setUp() {
  const ports = testPorts();
  ports.fs.put(`${paths.locks(root)}/.keep`, '');
  ports.fs.put(`${memory}/.keep`, '');
  const open = () => new ChangeLog(ports, root, new Locks(ports, paths.locks(root)));
  return { ports, log: open(), open };
}

suite('The change log', () => {
  test('a record says what, who, when, from what to what, and how to do it again', async () => {
    const { ports, log } = setUp();
    await log.append(entry());
    const line: unknown = JSON.parse(ports.fs.text(today) ?? '');
    assert.deepEqual(line, {
      v: 1,
      seq: 1,
      ...entry(),
      time: '2026-11-21T07:28:00.000Z',
      crc: JSON.parse(ports.fs.text(today) ?? '').crc,
    });
  });

  test('five updates give five entries, with rising sequences', async () => {
    const { log } = setUp();
    for (let n = 0; n < 5; n++) await log.append(entry());
    const { records } = await log.read();
    assert.deepEqual(
      records.map(({ record }) => record.seq),
      [1, 2, 3, 4, 5],
    );
  });

  test('sequences go on across days and processes', async () => {
    const { ports, log, open } = setUp();
    await log.append(entry());
    ports.clock.setWall('2026-11-22T00:00:01Z');
    const other = open();
    await other.append(entry());
    await log.append(entry());
    await other.append(entry());
    const { records, segments } = await open().read();
    assert.deepEqual(segments, ['WAL-2026-11-21.log', 'WAL-2026-11-22.log']);
    assert.deepEqual(
      records.map(({ record }) => record.seq),
      [1, 2, 3, 4],
    );
  });

  test('records in segment order, and within a segment in file order, have rising sequences', async () => {
    const { ports, log } = setUp();
    await log.append(entry());
    // The clock is set back.
    ports.clock.setWall('2026-11-19T10:00:00Z');
    await log.append(entry());
    const { records } = await log.read();
    assert.deepEqual(
      records.map(({ record, segment }) => [record.seq, segment]),
      [
        [1, 'WAL-2026-11-21.log'],
        [2, 'WAL-2026-11-21.log'],
      ],
    );
  });

  test('a long record does not hide the sequence from a new process', async () => {
    const { log, open } = setUp();
    await log.append(entry({ edits: [{ start: 0, end: 0, text: 'é'.repeat(200_000) }] }));
    assert.equal((await open().append(entry())).seq, 2);
  });

  test('a settlement of an earlier record behind a long one does not hide the long one’s sequence', async () => {
    const { log, open } = setUp();
    await log.append(entry());
    await open().append(entry({ edits: [{ start: 0, end: 0, text: 'é'.repeat(200_000) }] }));
    await log.settle(1, 'done');
    assert.equal((await open().append(entry())).seq, 3);
  });

  test('a settlement is found with its record', async () => {
    const { log } = setUp();
    await log.append(entry());
    await log.append(entry());
    await log.settle(1, 'done');
    assert.deepEqual([...(await log.read()).outcomes], [[1, 'done']]);
    assert.equal((await log.verify()).pending, 1);
  });

  test('a torn tail is the end of the log', async () => {
    const { ports, log, open } = setUp();
    await log.append(entry());
    const whole = ports.fs.text(today) ?? '';
    ports.fs.put(today, whole + whole.slice(0, 40));
    const { records, torn, damaged } = await open().read();
    assert.equal(records.length, 1);
    assert.equal(torn.length, 1);
    assert.equal(damaged.length, 0);
  });

  test('the record after a torn one is whole', async () => {
    const { ports, log, open } = setUp();
    await log.append(entry());
    const whole = ports.fs.text(today) ?? '';
    ports.fs.put(today, whole + whole.slice(0, 40));
    assert.equal((await open().append(entry())).seq, 2);
    const report = await log.verify();
    assert.equal(report.records, 2);
    assert.equal(report.torn, 1);
    assert.deepEqual(report.damaged, []);
    assert.deepEqual(report.missing, []);
  });

  test('a damaged middle is reported with what is missing, put aside once, and the rest is kept', async () => {
    const { ports, log } = setUp();
    for (let n = 0; n < 3; n++) await log.append(entry());
    const lines = (ports.fs.text(today) ?? '').split('\n');
    const bad = (lines[1] ?? '').replace('in_progress', 'completed!!');
    ports.fs.put(today, [lines[0], bad, lines[2], ''].join('\n'));
    const report = await log.verify();
    assert.equal(report.damaged.length, 1);
    assert.deepEqual(report.missing, [{ from: 2, to: 2 }]);
    assert.equal(await log.quarantine('WAL-2026-11-21.log'), 1);
    assert.equal(await log.quarantine('WAL-2026-11-21.log'), 0);
    assert.equal(ports.fs.text(`${today}.damaged`), `${bad}\n`);
    const after = await log.verify();
    assert.equal(after.records, 2);
    assert.deepEqual(after.damaged, []);
    assert.equal((await log.append(entry())).seq, 4);
  });

  test('a record whose append fails half way is withdrawn and its sequence not used again', async () => {
    const { ports } = setUp();
    const fs = new FaultyFileSystem(ports.fs);
    const log = new ChangeLog({ ...ports, fs }, root, new Locks(ports, paths.locks(root)));
    fs.arm({ at: 2, sticky: false, errno: 'ENOSPC', leaves: 'half' });
    await assert.rejects(log.append(entry()));
    assert.ok(fs.operations[1]?.startsWith('append'));
    fs.arm(undefined);
    assert.equal((await log.append(entry())).seq, 2);
    const { records, outcomes } = await log.read();
    assert.deepEqual(
      records.map(({ record }) => record.seq),
      [2],
    );
    assert.deepEqual([...outcomes], [[1, 'aborted']]);
  });

  test('a checkpoint for another segment is not believed', async () => {
    const { ports, log } = setUp();
    await log.append(entry());
    await log.setCheckpoint({ segment: 'WAL-2026-11-21.log', offset: 10, seq: 0 });
    assert.equal((await log.checkpoint())?.offset, 10);
    await log.setCheckpoint({ segment: 'WAL-2026-11-21.log', offset: 1e6, seq: 0 });
    assert.equal(await log.checkpoint(), undefined);
    ports.fs.put(`${memory}/change-log.checkpoint.json`, '{"segment":"../../etc/passwd","offset":0,"seq":0}');
    assert.equal(await log.checkpoint(), undefined);
    ports.fs.put(`${memory}/change-log.checkpoint.json`, '{{');
    assert.equal(await log.checkpoint(), undefined);
  });
});

suite('A log line', () => {
  const anyRecord = fc.record({ text: fc.string({ unit: 'binary' }), value: fc.jsonValue() }).map(
    ({ text, value }): LogLine => ({
      v: 1,
      seq: 7,
      ...entry({ type: text, old: value, edits: [{ start: 0, end: 1, text }] }),
      time: '2026-11-21T07:28:00Z',
    }),
  );

  test('crc32 gives the well-known check value', () => {
    assert.equal(crc32(bytes('123456789')), 'cbf43926');
  });

  test('what is written is read, whatever text it holds', () => {
    fc.assert(
      fc.property(anyRecord, (line) => {
        const { lines, torn, damaged } = parseLog(encodeLine(line));
        // As JSON: -0 and undefined are not kept apart, nor need they be.
        assert.deepEqual(JSON.stringify(lines.map((found) => found.line)), JSON.stringify([line]));
        assert.equal(torn.length + damaged.length, 0);
      }),
    );
  });

  test('every prefix of a log reads as a prefix of its records', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), fc.nat(), (lines, cut) => {
        const whole = Buffer.concat(lines.map(encodeLine));
        const parsed = parseLog(whole.subarray(0, cut % (whole.length + 1)));
        assert.equal(parsed.damaged.length, 0);
        const seen = parsed.lines.map(({ line }) => JSON.stringify(line));
        assert.deepEqual(
          seen,
          lines.slice(0, seen.length).map((line) => JSON.stringify(line)),
        );
      }),
    );
  });

  test('a torn record never swallows or alters the one after it', () => {
    fc.assert(
      fc.property(anyRecord, anyRecord, fc.nat(), (first, second, cut) => {
        const torn = encodeLine(first);
        const log = Buffer.concat([torn.subarray(0, cut % torn.length), encodeLine(second)]);
        const last = parseLog(log).lines.at(-1);
        assert.equal(JSON.stringify(last?.line), JSON.stringify(second));
      }),
    );
  });

  test('one flipped bit is noticed', () => {
    const settlement: LogLine = { v: 1, settles: 3, as: 'done', time: '2026-11-21T07:28:00Z' };
    fc.assert(
      fc.property(
        fc.constantFrom<LogLine>(settlement, { v: 1, seq: 1, ...entry(), time: 'T' }),
        fc.nat(),
        (line, at) => {
          const data = encodeLine(line);
          const index = at % (data.length - 1);
          data[index] = (data[index] ?? 0) ^ (1 << (at % 8));
          assert.ok(
            parseLog(data).lines.every((found) => JSON.stringify(found.line) === JSON.stringify(line)),
          );
          assert.equal(parseLog(data).lines.length, 0);
        },
      ),
    );
  });

  test('a line with a good checksum and a wrong shape is damage', () => {
    const forged: unknown = { v: 1, seq: 1, type: 'x', edits: 'none', time: '' };
    const body = JSON.stringify(forged);
    const parsed = parseLog(bytes(`${body.slice(0, -1)},"crc":"${crc32(bytes(body))}"}\n`));
    assert.equal(parsed.lines.length, 0);
    assert.equal(parsed.damaged.length, 1);
  });

  test('a line with a good checksum that is no JSON is damage', () => {
    const body = '{"v":1,nonsense}';
    const parsed = parseLog(bytes(`${body.slice(0, -1)},"crc":"${crc32(bytes(body))}"}\n`));
    assert.equal(parsed.lines.length, 0);
    assert.equal(parsed.damaged.length, 1);
  });

  test('a line in which a thousand records might begin is not read a thousand times', () => {
    let pieces = 0;
    class Counted extends Uint8Array<ArrayBuffer> {
      override subarray(begin?: number, end?: number): Uint8Array<ArrayBuffer> {
        pieces++;
        return super.subarray(begin, end);
      }
    }
    const parsed = parseLog(Counted.from(bytes(`${'{"v":1,'.repeat(1000)}\n`)));
    assert.equal(parsed.damaged.length, 1);
    assert.ok(pieces < 100, `${pieces} pieces`);
  });

  test('any bytes are taken apart without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const { lines } = parseLog(data);
        assert.ok(lines.every(({ line }) => isSettlement(line) || line.seq > 0));
      }),
    );
  });
});

suite('Pruning the change log', () => {
  /** One record a day, for so many days. */
  async function filled(days: number) {
    const { ports, log, open } = setUp();
    for (let day = 0; day < days; day++) {
      await log.settle((await log.append(entry())).seq, 'done');
      ports.clock.advance(86_400_000);
    }
    return { ports, log, open };
  }
  const names = async (log: ChangeLog) => (await log.read()).segments;

  test('Invariant: pruning never removes what replay needs: without a checkpoint nothing goes', async () => {
    const { log } = await filled(50);
    assert.deepEqual(await log.prune(), []);
    assert.equal((await names(log)).length, 50);
  });

  test('old segments before the checkpoint go, young ones and those behind it stay', async () => {
    const { log, open } = await filled(50);
    const { records, end } = await log.read();
    assert.ok(end);
    await log.setCheckpoint(end);
    const gone = await log.prune(30);
    assert.equal(gone.length, 20);
    assert.deepEqual(
      await names(open()),
      records.slice(20).map(({ segment }) => segment),
    );
    assert.equal((await open().append(entry())).seq, 51, 'sequences go on');
    assert.deepEqual((await open().verify()).missing, [], 'what was pruned is not reported as missing');
    assert.deepEqual(await log.prune(30), [], 'twice is once');
  });

  test('a record behind an early checkpoint stays, however old it is', async () => {
    const { ports, log } = await filled(5);
    const { records } = await log.read();
    const third = records[2];
    assert.ok(third);
    await log.setCheckpoint({ segment: third.segment, offset: third.offset, seq: 2 });
    ports.clock.advance(400 * 86_400_000);
    assert.deepEqual(await log.prune(30), [records[0]?.segment]);
    const left = (await log.read()).records.map(({ record }) => record.seq);
    assert.deepEqual(left, [2, 3, 4, 5]);
  });
});
