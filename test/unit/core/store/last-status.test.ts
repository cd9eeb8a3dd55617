/** The last status of one task, found by looking for single lines, against the whole log taken apart. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeUtf8 } from '../../../../src/core/base/utf8';
import { statuses } from '../../../../src/core/model/status';
import { ChangeLog } from '../../../../src/core/store/change-log';
import { type ChangeRecord, encodeLine, outcomes, vias } from '../../../../src/core/store/change-record';
import { lastStatus } from '../../../../src/core/store/last-status';
import { Locks } from '../../../../src/core/store/lock';
import { paths } from '../../../../src/core/store/paths';
import { StatusHistory } from '../../../../src/core/store/status-history';
import { FaultyFileSystem } from '../../../support/memory-faults';
import { testPorts } from '../../../support/memory-ports';
import { taskId } from '../../../support/state-text';

const root = '/project';
const time = '2026-11-20T07:00:00Z';
const ids = ['1', '10', '101'].map(taskId);

type Piece =
  | { readonly kind: 'record'; readonly line: Omit<ChangeRecord, 'seq'> }
  | { readonly kind: 'settlement'; readonly back: number; readonly as: (typeof outcomes)[number] }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'segment' };

const record = fc
  .record({
    type: fc.constantFrom(
      'status.start',
      'status.block',
      'task.create',
      'task.finalize',
      'task.recur',
      'health.undo',
      'progress.append',
      'status.odd',
    ),
    task: fc.option(fc.constantFrom(...ids)),
    via: fc.constantFrom(...vias),
    status: fc.option(fc.constantFrom(...statuses)),
    // What looks like a line of the log, inside a text and inside an object.
    said: fc.constantFrom('', '"task":"1","type":"status.start"', '{"v":1,"settles":1,"as":"done"}'),
  })
  .map(
    ({ type, task, via, status, said }): Piece => ({
      kind: 'record',
      line: {
        ...{ v: 1, type, task, actor: 'agent', session: null, path: 'x', via },
        ...{ new: { status, said, task: '101' }, before: null, after: '' },
        ...{ edits: [{ start: 0, end: 0, text: said }], time },
      } as const,
    }),
  );
const settlement = fc
  .record({ back: fc.integer({ min: 0, max: 6 }), as: fc.constantFrom(...outcomes) })
  .map((one): Piece => ({ kind: 'settlement', ...one }));
const scribble = fc
  .constantFrom('\n', 'scribble\n', '{"v":1,"seq":3,"ty', '{"task":"101","type":"status.start"}\n')
  .map((text): Piece => ({ kind: 'bytes', bytes: encodeUtf8(text) }));
const damage = fc.constant<Piece>({ kind: 'bytes', bytes: new Uint8Array([0xff, 0xfe, 0x0a]) });
const segment = fc.constant<Piece>({ kind: 'segment' });
const pieces = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: record },
    { weight: 8, arbitrary: settlement },
    { weight: 2, arbitrary: scribble },
    { weight: 1, arbitrary: damage },
    { weight: 2, arbitrary: segment },
  ),
  { maxLength: 40 },
);

/** A log of such pieces: records get rising sequences, settlements those of a record before them. */
function logOf(all: readonly Piece[]) {
  const ports = testPorts();
  let seq = 0;
  let day = 1;
  let bytes: Uint8Array[] = [];
  const close = () => {
    const name = `WAL-2026-11-${String(day++).padStart(2, '0')}.log`;
    ports.fs.put(`${paths.memory(root)}/${name}`, Buffer.concat(bytes));
    bytes = [];
  };
  for (const piece of all) {
    if (piece.kind === 'segment') close();
    else if (piece.kind === 'bytes') bytes.push(piece.bytes);
    else if (piece.kind === 'settlement') {
      // A settlement stands after its record.
      const settles = seq - piece.back;
      if (settles > 0) bytes.push(encodeLine({ v: 1, settles, as: piece.as, time }));
    } else bytes.push(encodeLine({ ...piece.line, seq: ++seq }));
  }
  close();
  return { log: new ChangeLog(ports, root, new Locks(ports, paths.locks(root))), ports };
}

suite('the last status of one task', () => {
  test('is what the whole log knows of it, whatever is torn, damaged, withdrawn or still being made', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => {
        const { log } = logOf(all);
        const known = await new StatusHistory(log).known();
        for (const id of ids) assert.equal(await lastStatus(log, id), known.get(id), id);
      }),
      { numRuns: 400 },
    );
  });

  test('is known to who follows the log, also when a line was being written at the last look', async () => {
    const ports = testPorts();
    const log = new ChangeLog(ports, root, new Locks(ports, paths.locks(root)));
    const segment = `${paths.memory(root)}/WAL-2026-11-01.log`;
    const line = encodeLine({
      ...{
        v: 1,
        seq: 1,
        type: 'status.start',
        task: taskId('101'),
        actor: 'agent',
        session: null,
        path: 'x',
      },
      ...{ via: 'event', new: { status: 'in_progress' }, before: null, after: '', edits: [], time },
    } as const);
    const history = new StatusHistory(log);
    ports.fs.put(segment, line.slice(0, 60));
    assert.equal((await history.known()).size, 0);
    ports.fs.put(segment, line);
    assert.equal((await history.known()).get(taskId('101')), 'in_progress');
  });

  test('is found without reading segments older than the one that tells', async () => {
    const start: Piece = {
      kind: 'record',
      line: {
        ...{ v: 1, type: 'status.start', task: taskId('101'), actor: 'agent', session: null, path: 'x' },
        ...{ via: 'event', new: { status: 'in_progress' }, before: null, after: '', edits: [], time },
      } as const,
    };
    const { ports, log } = logOf([start, { kind: 'segment' }, start]);
    const fs = new FaultyFileSystem(ports.fs);
    const watched = { ...ports, fs };
    const newest = new ChangeLog(watched, root, new Locks(watched, paths.locks(root)));
    assert.equal(await lastStatus(newest, taskId('101')), 'in_progress');
    const read = fs.operations.filter((operation) => operation.startsWith('read'));
    assert.equal(read.length, 1);
    assert.match(read[0] ?? '', /WAL-2026-11-02\.log$/);
    assert.equal(await lastStatus(log, taskId('10')), undefined);
  });
});
