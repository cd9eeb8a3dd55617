/** The demonstration agent's side of the hook contract, against stand-ins for `baton hook`. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  createHooks,
  type HookAnswer,
  type HookEvent,
  type HookFacts,
  type Hooks,
  readAnswer,
} from '../../../src/demo-agent/hooks';
import { nextItem, readContext, readTaskFile } from '../../../src/demo-agent/task-file';
import { type DemoWorkspace, demoWorkspace, noBaton, taskText } from './demo-workspace';

interface Recorded extends Hooks {
  readonly calls: { readonly event: HookEvent; readonly facts: HookFacts | undefined }[];
}

/** Answers as `answer` says, and keeps what it was told. */
function recorded(answer: (event: HookEvent, facts: HookFacts | undefined) => HookAnswer): Recorded {
  const calls: Recorded['calls'] = [];
  return {
    calls,
    call: async (event, facts) => {
      calls.push({ event, facts });
      return answer(event, facts);
    },
  };
}

/** As Baton words it. */
const contextOf = (next: string, packet?: string) =>
  [
    'You work on task #101 under Baton; this is session 7 of the task.',
    ...(packet === undefined ? [] : [`Read the whole packet \`${packet}\` first.`]),
    '> Task #101: Next feature: session 9',
    '0 of 2 features pass. Next feature:',
    `> ${next}`,
  ].join('\n\n');

suite('hooks of the demonstration agent', () => {
  let workspace: DemoWorkspace;
  teardown(() => workspace.dispose());

  const passing = () =>
    readTaskFile(workspace.task())
      .features.filter((feature) => feature.passes)
      .map((feature) => feature.id);

  test('a session tells its start, its prompt, its tools, its stop and its end', async () => {
    workspace = demoWorkspace();
    const hooks = recorded(() => ({}));
    assert.equal(await workspace.session({}, noBaton, hooks), 0);
    assert.deepEqual(hooks.calls, [
      { event: 'start', facts: { source: 'startup' } },
      { event: 'prompt', facts: undefined },
      ...Array.from({ length: 3 }, () => ({ event: 'tool', facts: undefined })),
      { event: 'stop', facts: { stop_hook_active: false } },
      { event: 'end', facts: { reason: 'done' } },
    ]);
  });

  test('without a packet it works on the feature that the start hook names', async () => {
    workspace = demoWorkspace();
    const context = contextOf('jwt-2: verifyToken() validates signature');
    await workspace.session(
      {},
      noBaton,
      recorded((event) => (event === 'start' ? { context } : {})),
    );
    assert.deepEqual(passing(), ['jwt-2']);
    assert.match(workspace.task(), /^### Session 7 - /m);
  });

  test('it reads the packet that the start hook names, and its packet comes before what the hook said', async () => {
    workspace = demoWorkspace();
    const packet = join(workspace.root, 'a packet.md');
    writeFileSync(packet, '## Next feature\n\n> jwt-2: verifyToken() validates signature\n');
    const context = contextOf('jwt-1: generateToken() creates valid JWT', packet);
    await workspace.session(
      {},
      noBaton,
      recorded((event) => (event === 'start' ? { context } : {})),
    );
    assert.deepEqual(passing(), ['jwt-2']);
  });

  test('a stop that is not allowed makes it write the entry that it forgot, once, and commit it', async () => {
    workspace = demoWorkspace();
    let asks = 0;
    const hooks = recorded((event) => {
      if (event !== 'stop' || asks === 2) return {};
      asks++;
      return { block: 'There is no entry of this session.' };
    });
    assert.equal(await workspace.session({ forget: true }, noBaton, hooks), 0);
    assert.equal(workspace.task().match(/^### Session /gm)?.length, 1);
    assert.equal(workspace.git('status', '--porcelain'), '');
    const stops = hooks.calls.filter(({ event }) => event === 'stop').map(({ facts }) => facts);
    assert.deepEqual(
      stops.map((facts) => facts?.stop_hook_active),
      [false, true, true],
    );
    assert.match(workspace.shown(), /Asked before it may stop: There is no entry of this session\./);
  });

  test('nobody asks it: the entry it forgot is missing', async () => {
    workspace = demoWorkspace();
    await workspace.session({ forget: true });
    assert.doesNotMatch(workspace.task(), /^### Session /m);
  });

  test('asked without end, it stops all the same', async () => {
    workspace = demoWorkspace();
    const hooks = recorded((event) => (event === 'stop' ? { block: 'More!' } : {}));
    assert.equal(await workspace.session({}, noBaton, hooks), 0);
    assert.equal(hooks.calls.at(-1)?.event, 'end');
    assert.equal(workspace.task().match(/^### Session /gm)?.length, 1);
  });

  test('a compaction takes away what it knew, and the start hook brings it back', async () => {
    workspace = demoWorkspace();
    const context = contextOf('jwt-2: verifyToken() validates signature');
    const hooks = recorded((event, facts) => {
      if (event === 'preCompact') return { keep: 'Feature in work: jwt-1' };
      return event === 'start' && facts?.source === 'compact' ? { context } : {};
    });
    await workspace.session({ compactAt: 8 }, noBaton, hooks);
    const events = hooks.calls.map(({ event, facts }) => facts?.source ?? event);
    assert.deepEqual(events.slice(0, 5), ['startup', 'prompt', 'tool', 'preCompact', 'compact']);
    assert.match(workspace.shown(), /Kept: Feature in work: jwt-1/);
    assert.match(workspace.shown(), /Known again from the start hook: next is jwt-2: verifyToken/);
    assert.deepEqual(passing(), ['jwt-2']);
  });

  test('after a compaction without hooks it reads its packet again', async () => {
    workspace = demoWorkspace();
    const packet = join(workspace.root, 'packet.md');
    writeFileSync(packet, '## Next feature\n\n> jwt-2: verifyToken() validates signature\n');
    await workspace.session({ compactAt: 8, packet });
    assert.match(workspace.shown(), /Known again from the packet: next is jwt-2/);
    assert.deepEqual(passing(), ['jwt-2']);
  });
});

suite('calling a hook', () => {
  let folder: string;
  setup(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton demo hooks '));
  });
  teardown(() => rmSync(folder, { recursive: true }));

  /** A command that keeps its arguments and input, and then does as told. */
  function command(body: string): string {
    const path = join(folder, 'baton');
    writeFileSync(
      path,
      `#!${process.execPath}\nconst fs = require('node:fs');\nconst input = fs.readFileSync(0, 'utf8');\n` +
        `fs.writeFileSync(${JSON.stringify(join(folder, 'heard.json'))}, JSON.stringify([process.argv.slice(2), JSON.parse(input)]));\n${body}\n`,
    );
    chmodSync(path, 0o755);
    return path;
  }

  test('it gets the event, the dialect and the facts, and its answer is heard', async () => {
    const hooks = createHooks(command(`console.log('{"block":"Not yet","other":1}')`), 'abc', folder);
    assert.deepEqual(await hooks.call('stop', { stop_hook_active: true }), { block: 'Not yet' });
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'heard.json'), 'utf8')), [
      ['hook', 'stop', '--dialect', 'demo'],
      { session_id: 'abc', stop_hook_active: true },
    ]);
  });

  const troubles: readonly (readonly [string, string])[] = [
    ['fails', `console.log('{"block":"No"}'); process.exitCode = 2;`],
    ['talks nonsense', `console.log('block!')`],
    ['says nothing', ''],
    ['is killed', `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`],
    ['hangs', 'setInterval(() => {}, 1000);'],
  ];
  for (const [trouble, body] of troubles) {
    test(`nothing was said when it ${trouble}`, async () => {
      const limitMs = trouble === 'hangs' ? 300 : undefined;
      assert.deepEqual(await createHooks(command(body), undefined, folder, limitMs).call('stop'), {});
    });
  }

  test('nothing was said when there is no such command', async () => {
    assert.deepEqual(await createHooks(join(folder, 'none'), 'abc', folder).call('start'), {});
  });

  test('whatever is printed, only texts are heard', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (out) => {
        const answer = readAnswer(out);
        return Object.entries(answer).every(
          ([name, text]) =>
            ['context', 'block', 'keep'].includes(name) && typeof text === 'string' && text !== '',
        );
      }),
    );
  });
});

suite('what a start hook tells', () => {
  test('session, packet and next feature, whatever the quoted title says', () => {
    assert.deepEqual(readContext(contextOf('a: b', '/a b/packets/x.md')), {
      session: 7,
      next: 'a: b',
      packet: '/a b/packets/x.md',
    });
  });

  test('without a next feature none is known', () => {
    assert.equal(readContext('All 2 features pass.\n\n> Next feature: x').next, undefined);
    assert.equal(readContext('1 of 2 features pass. Next feature:\n\nNext steps:\n\n> - x').next, undefined);
  });

  test('one who trusts works on what is named, open or not, and on nothing when nothing is named', () => {
    const task = readTaskFile(taskText.replace('"passes": false', '"passes": true'));
    const told = { session: 1, next: 'jwt-1: generateToken() creates valid JWT' };
    assert.equal(nextItem(task, told)?.id, 'jwt-2');
    assert.equal(nextItem(task, told, true)?.id, 'jwt-1');
    assert.equal(nextItem(task, { session: 1, next: undefined }, true), undefined);
    assert.equal(nextItem(task, undefined, true)?.id, 'jwt-2');
  });

  test('an id that begins another line is not taken for it', () => {
    const feature = (id: string, description: string) => ({ id, description, passes: false });
    const task = { ...readTaskFile(''), features: [feature('a', 'b'), feature('a: b', 'c')] };
    assert.equal(nextItem(task, { session: 1, next: 'a: b: c' })?.id, 'a: b');
  });
});
