/** Promise R4 for sessions: any single failure of the file system leaves the record whole, is told, and can be retried. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { isBatonError } from '../../../src/core/base/baton-error';
import { type Session, sessionSchema } from '../../../src/core/model/session';
import { defaultIntervals } from '../../../src/core/sessions/intervals';
import { SessionStore } from '../../../src/core/sessions/session-store';
import { isTemporaryName } from '../../../src/core/store/atomic-file';
import { nameOf, paths } from '../../../src/core/store/paths';
import { type Fault, FaultyFileSystem } from '../../support/memory-faults';
import type { MemoryFileSystem } from '../../support/memory-file-system';
import { testPorts } from '../../support/memory-ports';
import { session, someEnd, startInput } from '../core/sessions/session-example';

const root = '/project';
const packet = '.baton/packets/one.md';
const started = session({ pid: null, pidStart: null, pidScope: null });

interface Verb {
  readonly name: string;
  /** What is on record before. */
  readonly before: readonly Session[];
  run(store: SessionStore): Promise<unknown>;
  isDone(records: readonly Session[]): boolean;
}

const verbs: readonly Verb[] = [
  {
    name: 'start',
    before: [],
    run: (store) => store.start(startInput),
    isDone: ([first, ...more]) => first?.number === 1 && first.end === null && more.length === 0,
  },
  {
    name: 'start after another one',
    before: [session({ end: someEnd })],
    run: (store) => store.start({ ...startInput, lastNumber: 4 }),
    isDone: (records) => records.map(({ number, token }) => [number, token]).join() === '1,1,5,2',
  },
  {
    name: 'attachProcess',
    before: [started],
    run: (store) => store.attachProcess(started.id, 1000),
    isDone: ([first]) => first?.pid === 1000 && first.pidStart === 'start-1000',
  },
  {
    name: 'note a packet',
    before: [started],
    run: (store) => store.note(started.id, { packet: packet }),
    isDone: ([first]) => first?.packet === packet,
  },
  {
    name: 'beat',
    before: [{ ...started, beatAt: '2026-11-21T07:27:00.000Z' }],
    run: (store) => store.beat(started.id, 1),
    isDone: ([first]) => first !== undefined && first.beatAt > '2026-11-21T07:27:00.000Z',
  },
  {
    name: 'heard',
    before: [started],
    run: (store) => store.heard(started.id, { event: 'tool', nativeId: 'native-1' }),
    isDone: ([first]) => first?.hookEvent === 'tool' && first.nativeId === 'native-1',
  },
  {
    name: 'note',
    before: [started],
    run: (store) => store.note(started.id, { nativeId: 'native-1' }),
    isDone: ([first]) => first?.nativeId === 'native-1',
  },
  {
    name: 'completeEnd',
    before: [{ ...started, end: { ...someEnd, exitCode: null, reason: 'vanished' } }],
    run: (store) =>
      store.completeEnd(started.id, { exitCode: 7, signal: null, reason: 'process', intended: false }),
    isDone: ([first]) => first?.end?.exitCode === 7 && first.end.reason === 'process',
  },
  {
    name: 'released',
    before: [{ ...started, end: { ...someEnd, released: false } }],
    run: (store) => store.released(started.id),
    isDone: ([first]) => first?.end?.released === true,
  },
  {
    name: 'end',
    before: [started],
    run: (store) => store.end(started.id, someEnd),
    isDone: ([first]) => first?.end?.at === someEnd.at,
  },
  {
    name: 'discard',
    before: [started],
    run: (store) => store.discard(started.id),
    isDone: (records) => records.length === 0,
  },
];

/** Every record on disk; a file that is not a whole record fails the test. */
function recordsOn(fs: MemoryFileSystem): readonly Session[] {
  return fs
    .paths()
    .filter((path) => path.startsWith(`${paths.sessions(root)}/`) && !isTemporaryName(nameOf(path)))
    .map((path) => sessionSchema.parse(JSON.parse(fs.text(path) ?? '')))
    .sort((a, b) => a.token - b.token);
}

async function attempt(verb: Verb, fault: Fault): Promise<'fault reached' | 'not reached'> {
  const ports = testPorts();
  if (verb.before.length > 0) ports.fs.put(`${paths.locks(root)}/.keep`, '');
  for (const one of verb.before) ports.fs.put(`${paths.sessions(root)}/${one.id}.json`, JSON.stringify(one));
  const fs = new FaultyFileSystem(ports.fs);
  const store = new SessionStore({ ...ports, fs }, root);
  fs.arm(fault);
  let failure: unknown;
  try {
    await verb.run(store);
  } catch (error) {
    failure = error;
  }
  if (fs.operations.length < fault.at) return 'not reached';
  const where = `${verb.name}, ${JSON.stringify(fault)}: ${fs.operations[fault.at - 1]}`;
  const records = recordsOn(ports.fs);
  const untouched = isDeepStrictEqual(records, verb.before);
  assert.ok(untouched || verb.isDone(records), `half done: ${where}`);
  if (failure === undefined) {
    assert.ok(verb.isDone(records), `silent: ${where}`);
    assert.ok(
      ports.log.lines.some((line) => /^(warn|error)/.test(line)),
      `not reported: ${where}`,
    );
    return 'fault reached';
  }
  assert.ok(isBatonError(failure, 'io_failed'), `${where}: ${String(failure)}`);
  fs.arm(undefined);
  try {
    await verb.run(store);
    assert.ok(verb.isDone(recordsOn(ports.fs)), `after a retry: ${where}`);
  } catch (error) {
    // A failed start that could not even be taken back holds its task for the length of its lease.
    assert.ok(fault.sticky && isBatonError(error, 'session_live'), `retry: ${where}: ${String(error)}`);
    ports.clock.advance(defaultIntervals.ttlMs + defaultIntervals.graceMs);
    await verb.run(store);
  }
  return 'fault reached';
}

suite('Every file operation of the session store fails', () => {
  for (const verb of verbs) {
    test(`${verb.name}: the record is whole, the failure is told, a retry works, once and for good`, async () => {
      let reached = 0;
      for (const sticky of [false, true]) {
        for (const errno of ['ENOSPC', 'EACCES', 'EBUSY', 'EIO'] as const) {
          for (const leaves of ['nothing', 'half', 'unsynced'] as const) {
            let at = 1;
            while ((await attempt(verb, { at, sticky, errno, leaves })) === 'fault reached') at++;
            reached += at - 1;
          }
        }
      }
      assert.ok(reached > 100, `only ${reached} faults were reached`);
    });
  }
});
