import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { decodeUtf8, encodeUtf8 } from '../../../../src/core/base/utf8';
import { isTaskId, type TaskId } from '../../../../src/core/model/task';
import { type ListedTask, listedText } from '../../../../src/core/operations/list-tasks';
import type { Ports } from '../../../../src/core/ports';
import { generateTasks } from '../../../bench/generate-tasks';
import { FaultyFileSystem } from '../../../support/memory-faults';
import type { TestPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { stateText } from '../../../support/state-text';
import { someEnd, startInput } from '../sessions/session-example';

const keptPath = `${root}/.baton/cache/list.bin`;
const fileOf = (id: number | string) => `${root}/task-states/task-${id}-state.md`;
const yesterday = Date.parse('2026-11-20T00:00:00Z');
/** Enough for a list to be kept. */
const enough = 200;

/** A surface's text of a list, and how often it was made. */
function texts(format = 'text-1') {
  const made: string[] = [];
  const of = (tasks: Iterable<ListedTask>) => {
    made.push(format);
    const lines = Array.from(tasks, (task) => JSON.stringify([format, task.view()]));
    return lines.map((line) => encodeUtf8(`${line}\n`));
  };
  return { format, of, made };
}

async function setUp(): Promise<TestPorts> {
  const { ports } = await memoryWorkspace();
  const samples = [...generateTasks(20)].map(({ text }) => text);
  for (let id = 1; id <= enough; id++) {
    const text = samples[id % samples.length] ?? '';
    ports.fs.put(fileOf(id), text.replace(/^# Task #\d+/m, `# Task #${id}`), yesterday);
  }
  ports.clock.advance(60_000);
  return ports;
}

async function textOf(ports: Ports, text = texts()): Promise<string> {
  const workspace = await openMemory(ports);
  const pieces = await listedText(workspace, text);
  const whole = pieces.map((piece) => decodeUtf8(piece) ?? assert.fail('not UTF-8')).join('');
  await workspace.store.settled();
  return whole;
}

/** What a process prints, and whether it had to make it. */
async function look(ports: TestPorts, format?: string) {
  const text = texts(format);
  return { text: await textOf(ports, text), isMade: text.made.length > 0 };
}

/** Made from the files alone, leaving nothing behind. */
function lookAnew(ports: TestPorts, format?: string): Promise<string> {
  const fs = new FaultyFileSystem(ports.fs);
  const { read } = fs;
  fs.read = async (path) => (path.includes('/.baton/cache/') ? undefined : read(path));
  fs.createExclusive = () => Promise.reject(new Error('nothing is written'));
  return textOf({ ...ports, fs }, texts(format));
}

function idOf(number: number): TaskId {
  const id = String(number);
  return isTaskId(id) ? id : assert.fail(id);
}

/** Often the same ones, so that one thing happens after another to a task. */
const anyTask = fc.oneof(
  { arbitrary: fc.constantFrom(1, 2), weight: 4 },
  { arbitrary: fc.integer({ min: 1, max: enough + 5 }), weight: 1 },
);
/** What a happening is about; each takes what it needs. */
const about = fc.record({
  task: anyTask,
  other: anyTask,
  title: fc.constantFrom('one', 'two'),
  /** What `cp -p` and the like do: the time of the contents is an old one. */
  setBack: fc.boolean(),
  folder: fc.constantFrom('task-states', 'elsewhere'),
  day: fc.constantFrom('2026-11-20T00:00:00Z', '2026-11-22T00:00:00Z'),
});
type About = typeof about extends fc.Arbitrary<infer T> ? T : never;

const agentPid = 4242;
/** Its number is none that the task's log has already, so that it shows. */
const aSession = { ...startInput, lastNumber: 50 };
/** Whatever refuses to happen does not. */
const happenings = {
  nothing: () => {},
  write: async ({ fs }, { task, title, setBack }) => {
    fs.put(fileOf('new'), stateText(String(task), title), ...(setBack ? [yesterday] : []));
    await fs.rename(fileOf('new'), fileOf(task));
  },
  swap: async ({ fs }, { task, other }) => {
    await fs.rename(fileOf(task), fileOf('aside'));
    await fs.rename(fileOf(other), fileOf(task));
    await fs.rename(fileOf('aside'), fileOf(other));
  },
  remove: ({ fs }, { task }) => fs.remove(fileOf(task)),
  move: ({ fs }, { task, other }) => fs.rename(fileOf(task), fileOf(other)),
  link: async ({ fs }, { task, other }) => {
    if (await fs.remove(fileOf(task))) fs.putLink(fileOf(task), fileOf(other));
  },
  twin: ({ fs }, { task }) => fs.put(fileOf(`twin-${task}`), stateText(String(task)), yesterday),
  'start a session': async (ports, { task }) => {
    const { sessions } = await openMemory(ports);
    const { id } = await sessions.start({ ...aSession, task: idOf(task) });
    ports.processes.running.set(agentPid, 'start-4242');
    await sessions.attachProcess(id, agentPid);
  },
  'beat of a session': async (ports) => {
    const { sessions } = await openMemory(ports);
    for (const { id, token } of await sessions.list()) await sessions.beat(id, token);
  },
  'death of an agent': ({ processes }) => processes.running.delete(agentPid),
  'end of a session': async (ports) => {
    const { sessions } = await openMemory(ports);
    for (const { id } of await sessions.list()) await sessions.end(id, someEnd);
  },
  'a session that comes and goes': async (ports, { task }) => {
    const { sessions } = await openMemory(ports);
    const { id } = await sessions.start({ ...aSession, task: idOf(task) });
    await sessions.end(id, someEnd);
  },
  'loss of a session': async ({ fs }) => {
    for (const path of fs.paths()) if (path.includes('/.baton/sessions/')) await fs.remove(path);
  },
  settings: ({ fs }, { folder, other }) => {
    fs.put(`${root}/.baton/config.json`, JSON.stringify({ schema: 1, tasks: { alsoIn: [folder] } }));
    fs.put(`${root}/elsewhere/task-${other}-state.md`, stateText(String(other)), yesterday);
  },
  'another day': ({ clock }, { day }) => clock.setWall(day),
} satisfies Readonly<Record<string, (ports: TestPorts, what: About) => unknown>>;

const steps = fc.array(
  fc.record({
    happening: fc.oneof(
      { arbitrary: fc.constantFrom(...Object.keys(happenings).filter(isHappening)), weight: 1 },
      { arbitrary: fc.constant('write' as const), weight: 1 },
    ),
    about,
    after: fc.constantFrom(0, 0, 0, 1, 1999, 2001, 60_000),
    format: fc.constantFrom('text-1', 'text-1', 'text-1', 'text-1', 'text-2'),
  }),
  { maxLength: 20 },
);

function isHappening(name: string): name is keyof typeof happenings {
  return name in happenings;
}

async function happen(ports: TestPorts, name: keyof typeof happenings, what: About): Promise<void> {
  try {
    await happenings[name](ports, what);
  } catch (error) {
    if (!isBatonError(error)) throw error;
  }
}

suite('the kept text of a list', () => {
  test('it is printed as long as nothing has changed, and no file is read for it', async () => {
    const ports = await setUp();
    const first = await look(ports);
    ports.fs.reads.length = 0;
    const second = await look(ports);
    assert.deepEqual([first.isMade, second.isMade], [true, false]);
    assert.equal(second.text, first.text);
    assert.deepEqual(
      ports.fs.reads.filter((path) => path.includes('task-states') || path.endsWith('index.bin')),
      [],
    );
  });

  test('every change of what it is made from makes a new one, which is kept in turn', async () => {
    const ports = await setUp();
    await look(ports);
    const { sessions } = await openMemory(ports);
    let session = '';
    const changes: Readonly<Record<string, () => unknown>> = {
      'another text': () => ports.fs.put(fileOf(7), stateText('7', 'Written again'), yesterday + 1),
      'a text of the same size and time': () =>
        ports.fs.put(fileOf(7), stateText('7', 'Written AGAIN'), yesterday + 1),
      'one more file': () => ports.fs.put(fileOf(999), stateText('999'), yesterday),
      'one file less': () => ports.fs.remove(fileOf(8)),
      'another name': () => ports.fs.rename(fileOf(9), `${root}/task-states/renamed.md`),
      'a session that has ended': async () => {
        session = (await sessions.start({ ...startInput, task: idOf(11) })).id;
        await sessions.end(session, someEnd);
      },
      'a session that is forgotten': () => ports.fs.remove(`${root}/.baton/sessions/${session}.json`),
    };
    for (const [what, change] of Object.entries(changes)) {
      await change();
      ports.clock.advance(60_000);
      const made = await look(ports);
      assert.equal(made.isMade, true, what);
      assert.equal(made.text, await lookAnew(ports), what);
      assert.deepEqual(await look(ports), { text: made.text, isMade: false }, what);
    }
    assert.equal((await look(ports, 'text-2')).isMade, true);
    assert.equal((await look(ports, 'text-2')).isMade, false);
  });

  test('nothing is kept of an open session, of a link, of a file written a moment ago, of a few files', async () => {
    const kept = async (change: (ports: TestPorts) => unknown) => {
      const ports = await setUp();
      await change(ports);
      await look(ports);
      return ports.fs.text(keptPath) !== undefined;
    };
    assert.equal(await kept(() => {}), true);
    const withSession = async (ports: TestPorts) =>
      (await openMemory(ports)).sessions.start({ ...startInput, task: idOf(11) });
    assert.equal(await kept(withSession), false);
    assert.equal(await kept((ports) => ports.fs.putLink(fileOf('x'), fileOf(1))), false);
    assert.equal(await kept((ports) => ports.fs.put(fileOf(7), stateText('7'))), false);
    assert.equal(await kept((ports) => ports.fs.remove(fileOf(7))), false);
  });

  test('a wrong, old or torn file costs time and nothing else', async () => {
    const ports = await setUp();
    const { text } = await look(ports);
    const whole = (await ports.fs.read(keptPath)) ?? assert.fail('no list is kept');
    const changed = (change: (bytes: Uint8Array) => void) => {
      const bytes = Uint8Array.from(whole);
      change(bytes);
      return bytes;
    };
    const set = (at: number, value: number) =>
      changed((bytes) => {
        new Float64Array(bytes.buffer, 0, 6)[at] = value;
      });
    const damaged: Readonly<Record<string, string | Uint8Array>> = {
      empty: '',
      'shorter than its header': whole.subarray(0, 16),
      'without its text': whole.subarray(0, 48 + (new Float64Array(whole.buffer, 0, 2)[1] ?? 0)),
      torn: whole.subarray(0, whole.length - 800),
      'cut inside a number': whole.subarray(0, whole.length - 3),
      longer: Uint8Array.from([...whole, ...new Uint8Array(8)]),
      'zeros after a power loss': new Uint8Array(whole.length),
      'its end lost': changed((bytes) => bytes.fill(0, bytes.length - 4096)),
      'another letter': changed((bytes) => bytes.fill(120, bytes.length - 100, bytes.length - 99)),
      'another format': set(0, 99),
      'made from more': set(1, whole.length),
      'made from no number of bytes': set(1, Number.NaN),
      'another checksum': set(2, 1),
      'a longer text': set(3, 1e9),
      'no length of text': set(3, Number.NaN),
      'a text of less than nothing': set(3, -8),
    };
    for (const [what, contents] of Object.entries(damaged)) {
      ports.fs.put(keptPath, contents);
      assert.deepEqual(await look(ports), { text, isMade: true }, what);
    }
    ports.fs.put(keptPath, whole);
    assert.deepEqual(await look(ports), { text, isMade: false });
  });

  test('one that is a link out of the workspace is neither read nor replaced', async () => {
    const ports = await setUp();
    await look(ports);
    const whole = (await ports.fs.read(keptPath)) ?? assert.fail('no list is kept');
    await ports.fs.remove(keptPath);
    ports.fs.put('/elsewhere/list.bin', whole);
    ports.fs.putLink(keptPath, '/elsewhere/list.bin');
    ports.clock.advance(60_000);
    assert.equal((await look(ports)).isMade, true);
    assert.deepEqual(await ports.fs.read('/elsewhere/list.bin'), whole);
  });

  test('whatever happens between two lists, the text is the one made from the files alone', async () => {
    let [kept, all] = [0, 0];
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const ports = await setUp();
        await look(ports);
        for (const { happening, about, after, format } of list) {
          ports.clock.advance(after);
          await happen(ports, happening, about);
          const { text, isMade } = await look(ports, format);
          assert.ok(text === (await lookAnew(ports, format)), happening);
          all++;
          if (!isMade) kept++;
        }
      }),
      { numRuns: 30 },
    );
    assert.ok(kept > 0 && kept < all, `${kept} of ${all} lists were kept ones`);
  });
});
