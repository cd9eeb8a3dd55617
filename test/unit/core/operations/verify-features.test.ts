/** Requirements 003-53, 003-55: a feature passes by what Baton has seen, and by nothing a run did not say. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { readDocument } from '../../../../src/core/markdown/document';
import { passFeature } from '../../../../src/core/operations/pass-feature';
import { startFacts } from '../../../../src/core/operations/session-start';
import { verifyFeatures } from '../../../../src/core/operations/verify-features';
import { neededConsents, planVerification } from '../../../../src/core/operations/verify-plan';
import type { CommandOutcome } from '../../../../src/core/ports';
import { openMemory, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';
import { featureOf, stateFile, verify, verifyOne, withCommands } from './verify-support';

const head = 'a'.repeat(40);

suite('verifying a feature', () => {
  test('that succeeds makes it pass, with everything Baton has seen', async () => {
    const verifying = await withCommands();
    const { ports, workspace, shell } = verifying;
    ports.git.current = { head, branch: 'main', dirty: false };
    shell.outcomes.set('npm test', { printed: '\u001b[32m12 passing\u001b[0m\ntoken=abcdef123456\n' });
    const [result] = await verifyOne(verifying);
    assert.equal(result?.verdict, 'passed');
    const { passes, testedAt, evidence, evidenceKind } = await featureOf(workspace);
    assert.deepEqual([passes, testedAt, evidenceKind], [true, '2026-11-21T07:28:00Z', 'command']);
    assert.deepEqual(JSON.parse(JSON.stringify(evidence)), {
      command: 'npm test',
      exitCode: 0,
      commit: head,
      dirty: false,
      durationMs: 1235,
      at: '2026-11-21T07:28:00Z',
      by: 'person',
      outputTail: '12 passing\ntoken=***',
    });
    assert.match(ports.fs.text(stateFile) ?? '', /"overall_progress": "25%"/);
    assert.deepEqual(
      shell.lines.map(({ command, cwd, limitMs }) => [command, cwd, limitMs]),
      [['npm test', root, 600_000]],
    );
  });

  test('that fails leaves it failing, and says how', async () => {
    const verifying = await withCommands();
    verifying.shell.outcomes.set('npm test', { exitCode: 3, printed: 'expected 1, got 2' });
    const [result] = await verifyOne(verifying);
    assert.deepEqual([result?.verdict, result?.message], ['failed', 'Its command ended with exit code 3']);
    const { passes, testedAt, evidence } = await featureOf(verifying.workspace);
    assert.deepEqual([passes, testedAt], [false, '2026-11-21T07:28:00Z']);
    assert.deepEqual([evidence?.exitCode, evidence?.outputTail], [3, 'expected 1, got 2']);
  });

  test('that passed before and fails now takes `passes` away and tells of a regression', async () => {
    const verifying = await withCommands();
    await verifyOne(verifying);
    verifying.shell.outcomes.set('npm test', { exitCode: 1 });
    const [result] = await verifyOne(verifying);
    assert.equal(result?.verdict, 'regressed');
    assert.equal((await featureOf(verifying.workspace)).passes, false);
    const { records } = await verifying.workspace.store.changeLog.read();
    const last = records.at(-1)?.record;
    assert.deepEqual(
      [last?.type, last?.new, last?.old],
      [
        'feature.verify',
        {
          feature: 'jwt-1',
          passes: false,
          percent: 0,
          command: 'npm test',
          exitCode: 1,
          ended: 'ended with exit code 1',
        },
        { passes: true, percent: 25 },
      ],
    );
  });

  test('that takes too long fails, and says that it was ended', async () => {
    const verifying = await withCommands({ timeoutSeconds: 90 });
    verifying.shell.outcomes.set('npm test', { exitCode: null, signal: 'SIGTERM', end: 'timeout' });
    const [result] = await verifyOne(verifying);
    assert.equal(result?.message, 'Its command did not end within 90 s');
    const { passes, evidence } = await featureOf(verifying.workspace);
    assert.deepEqual([passes, evidence?.timedOut, evidence?.exitCode], [false, true, undefined]);
    assert.equal(verifying.shell.lines[0]?.limitMs, 90_000);
  });

  const cutShort: readonly (readonly [what: string, outcome: Partial<CommandOutcome>])[] = [
    ['an interrupted one', { exitCode: null, signal: 'SIGTERM', end: 'interrupted' }],
    ['one that somebody killed', { exitCode: null, signal: 'SIGKILL' }],
    ['one that could not be run', { exitCode: 127 }],
  ];
  for (const [what, outcome] of cutShort) {
    test(`a run that is cut short changes nothing of the feature: ${what}`, async () => {
      const verifying = await withCommands();
      await verifyOne(verifying);
      const before = verifying.ports.fs.text(stateFile);
      verifying.shell.outcomes.set('npm test', outcome);
      const [result] = await verifyOne(verifying);
      assert.equal(result?.verdict, 'unclear');
      assert.equal(verifying.ports.fs.text(stateFile), before);
    });
  }

  test('an interruption ends the rest, too', async () => {
    const verifying = await withCommands();
    verifying.shell.outcomes.set('npm test', { exitCode: null, signal: 'SIGTERM', end: 'interrupted' });
    const results = await verify(verifying);
    assert.deepEqual(
      results.map(({ feature, verdict }) => [feature, verdict]),
      [['jwt-1', 'unclear']],
    );
    assert.equal(verifying.shell.lines.length, 1);
  });

  test('a command that several features name is run once', async () => {
    const verifying = await withCommands();
    verifying.shell.outcomes.set('npm run e2e', { exitCode: 1 });
    const results = await verify(verifying, { task: '101', scope: 'all' });
    assert.deepEqual(
      results.map(({ feature, verdict }) => [feature, verdict]),
      [
        ['jwt-1', 'passed'],
        ['jwt-2', 'failed'],
        ['jwt-3', 'failed'],
      ],
    );
    assert.deepEqual(
      verifying.shell.lines.map(({ command }) => command),
      ['npm test', 'npm run e2e'],
    );
  });

  test('by an agent in its session says so', async () => {
    const verifying = await withCommands();
    const task = await verifying.workspace.store.read(taskId('101'));
    const session = await verifying.workspace.sessions.start({
      ...(await startFacts(verifying.workspace, task)),
      ...{ agent: 'claude', origin: 'managed' },
    });
    const workspace = await openMemory(verifying.ports, { actor: 'agent', session: session.id });
    await verifyOne({ ...verifying, workspace });
    assert.equal((await featureOf(workspace)).evidence?.by, 'claude, session 1');
  });
});

suite('what a person has not agreed to', () => {
  test('is not run, and the refusal names it', async () => {
    const { workspace, shell, ports } = await withCommands();
    const before = ports.fs.text(stateFile);
    const plan = await planVerification(workspace, { task: '101', scope: 'open' });
    const [first] = await neededConsents(workspace, plan, new Set());
    assert.ok(first);
    await assert.rejects(
      verifyFeatures(workspace, plan, { run: shell.run, agreed: new Set([first.key]) }),
      (error) =>
        isBatonError(error, 'consent_needed') &&
        assert.deepEqual(error.details, ['npm run e2e (#101 jwt-2, #101 jwt-3)']) === undefined,
    );
    assert.deepEqual([shell.lines, ports.fs.text(stateFile)], [[], before]);
  });

  test('is asked for once a command, and again when the command changes', async () => {
    const { workspace, ports } = await withCommands();
    const plan = await planVerification(workspace, { task: '101', scope: 'open' });
    const needed = await neededConsents(workspace, plan, new Set());
    assert.deepEqual(
      needed.map(({ command, features }) => [command, features]),
      [
        ['npm test', ['#101 jwt-1']],
        ['npm run e2e', ['#101 jwt-2', '#101 jwt-3']],
      ],
    );
    const agreed = new Set(needed.map(({ key }) => key));
    assert.deepEqual(await neededConsents(workspace, plan, agreed), []);
    ports.fs.put(stateFile, (ports.fs.text(stateFile) ?? '').replace('"npm test"', '"npm test; rm x"'));
    const changed = await planVerification(workspace, { task: '101', scope: 'open' });
    assert.deepEqual(
      (await neededConsents(workspace, changed, agreed)).map(({ command }) => command),
      ['npm test; rm x'],
    );
  });

  test('a command that cannot be shown whole is never in a plan', async () => {
    const { workspace, ports } = await withCommands();
    const hidden = JSON.stringify('npm test\u202e');
    ports.fs.put(stateFile, (ports.fs.text(stateFile) ?? '').replace('"npm test"', hidden));
    await assert.rejects(
      planVerification(workspace, { task: '101', feature: 'jwt-1', scope: 'open' }),
      (error) => isBatonError(error, 'invalid_input'),
    );
    const { left } = await planVerification(workspace, { task: '101', scope: 'open' });
    assert.deepEqual(
      left.map(({ feature, why }) => [feature, why]),
      [
        ['jwt-1', 'The command holds characters that cannot be seen'],
        ['jwt-4', 'It names no command'],
      ],
    );
  });
});

suite('a result is written only onto the feature as it was when its run began', () => {
  test('not when somebody marked it meanwhile', async () => {
    const verifying = await withCommands();
    const other = await openMemory(verifying.ports);
    verifying.shell.meanwhile = () => passFeature(other, '101', 'jwt-1', { manual: 'Looked at it' });
    verifying.shell.outcomes.set('npm test', { exitCode: 1 });
    const [result] = await verifyOne(verifying);
    assert.deepEqual(
      [result?.verdict, result?.message],
      ['unclear', 'Feature "jwt-1" was changed while its command ran'],
    );
    assert.equal((await featureOf(verifying.workspace)).evidence?.manual, 'Looked at it');
  });

  test('not when its command was changed meanwhile', async () => {
    const verifying = await withCommands();
    const { ports, shell, workspace } = verifying;
    shell.meanwhile = async () =>
      ports.fs.put(stateFile, (ports.fs.text(stateFile) ?? '').replace('"npm test"', '"true"'));
    const [result] = await verifyOne(verifying);
    assert.equal(result?.verdict, 'unclear');
    assert.equal((await featureOf(workspace)).passes, false);
  });

  test('not when it is gone', async () => {
    const verifying = await withCommands();
    const { ports, shell } = verifying;
    shell.meanwhile = async () =>
      ports.fs.put(stateFile, (ports.fs.text(stateFile) ?? '').replace('"jwt-1"', '"jwt-9"'));
    const [result] = await verifyOne(verifying);
    assert.deepEqual([result?.verdict, result?.message], ['unclear', 'Task #101 has no feature "jwt-1"']);
  });

  test('of two at once the one that ends first counts, and the other says so', async () => {
    const verifying = await withCommands();
    const other = { ...verifying, workspace: await openMemory(verifying.ports) };
    const both = await Promise.all([verifyOne(verifying), verifyOne(other)]);
    assert.deepEqual(both.map(([result]) => result?.verdict).sort(), ['passed', 'unclear']);
    assert.equal((await featureOf(verifying.workspace)).passes, true);
  });

  test('the results of the other features are kept', async () => {
    const verifying = await withCommands();
    const other = await openMemory(verifying.ports);
    verifying.shell.meanwhile = async (command) => {
      if (command === 'npm run e2e') await passFeature(other, '101', 'jwt-2', { manual: 'Looked at it' });
    };
    const results = await verify(verifying);
    assert.deepEqual(
      results.map(({ feature, verdict }) => [feature, verdict]),
      [
        ['jwt-1', 'passed'],
        ['jwt-2', 'unclear'],
        ['jwt-3', 'passed'],
      ],
    );
  });
});

suite('what is written of a run', () => {
  /** What the file says of everything but the evidence, and what follows from it. */
  function rest(text: string, feature: string) {
    const drop = new Set(['range', 'titleRange', 'problems', 'line', 'column', 'size']);
    const { featureList, features: _derived, ...others } = readDocument(text);
    const kept = featureList.map((one) =>
      one.id === feature ? { ...one, passes: 0, testedAt: 0, evidence: 0, evidenceKind: 0 } : one,
    );
    return JSON.parse(
      JSON.stringify({ ...others, kept }, (key, value: unknown) => (drop.has(key) ? undefined : value)),
    );
  }

  test('only that feature’s own fields change, whatever was printed and however it ended', async () => {
    const outcome = fc.record({
      exitCode: fc.constantFrom(0, 1, 2, 255, null),
      signal: fc.constantFrom(null, 'SIGSEGV', 'SIGKILL'),
      end: fc.constantFrom('exit' as const, 'timeout' as const, 'interrupted' as const),
      printed: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom(
          '```\n\n## 4. Progress Log\n',
          '"}]}\n```',
          '</script>-->',
          'x'.repeat(100_000),
          '\0',
        ),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 3 }), async (outcomes) => {
        const verifying = await withCommands();
        for (const one of outcomes) {
          const before = verifying.ports.fs.text(stateFile) ?? '';
          verifying.shell.outcomes.set('npm test', one);
          const [result] = await verifyOne(verifying);
          const after = verifying.ports.fs.text(stateFile) ?? '';
          assert.deepEqual(rest(after, 'jwt-1'), rest(before, 'jwt-1'));
          const { passes, evidence } = await featureOf(verifying.workspace);
          assert.equal(passes, result?.verdict === 'passed' || (result?.verdict === 'unclear' && passes));
          assert.ok((evidence?.outputTail ?? '').length <= 4000);
          if (result?.verdict === 'unclear') assert.equal(after, before);
          for (const line of after.split('\n')) {
            if (!before.split('\n').includes(line)) {
              assert.match(line, /^\s+(["}]|\},?$)|overall_progress|"passes"|"tested_at"/);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('success says little, failure says what is needed', async () => {
    const verifying = await withCommands();
    const printed = Array.from({ length: 2000 }, (_, line) => `line ${line} of the output`).join('\n');
    verifying.shell.outcomes.set('npm test', { printed });
    const [passed] = await verifyOne(verifying);
    assert.equal(passed?.outputTail.endsWith('line 1999 of the output'), true);
    assert.ok(((await featureOf(verifying.workspace)).evidence?.outputTail?.length ?? 0) <= 400);
    verifying.shell.outcomes.set('npm test', { printed, exitCode: 1 });
    await verifyOne(verifying);
    const tail = (await featureOf(verifying.workspace)).evidence?.outputTail ?? '';
    assert.ok(tail.length > 3900 && tail.length <= 4000);
  });

  test('logs do not become more and more', async () => {
    const verifying = await withCommands();
    const folder = `${root}/.baton/memory/verify`;
    for (let log = 0; log < 100; log++) verifying.ports.fs.put(`${folder}/${log}.log`, 'old');
    await verifyOne(verifying);
    assert.deepEqual(
      verifying.ports.fs.paths().filter((path) => path.startsWith(folder)),
      [],
    );
  });

  test('a log folder that leads out of the workspace folder is refused before anything runs', async () => {
    const verifying = await withCommands();
    verifying.ports.fs.put('/elsewhere/file', '');
    verifying.ports.fs.putLink(`${root}/.baton/memory/verify`, '/elsewhere');
    await assert.rejects(verifyOne(verifying), (error) => isBatonError(error, 'untrusted'));
    assert.deepEqual(verifying.shell.lines, []);
  });
});

suite('which features are verified', () => {
  const planned = async (
    verifying: Awaited<ReturnType<typeof withCommands>>,
    scope: 'open' | 'all' | 'changed',
  ) =>
    (await planVerification(verifying.workspace, { task: '101', scope })).jobs.map(
      ({ feature }) => feature.id,
    );

  test('open: those that do not pass; all: every one with a command; changed: none that stands', async () => {
    const verifying = await withCommands();
    await verifyOne(verifying);
    assert.deepEqual(await planned(verifying, 'open'), ['jwt-2', 'jwt-3']);
    assert.deepEqual(await planned(verifying, 'all'), ['jwt-1', 'jwt-2', 'jwt-3']);
    assert.deepEqual(await planned(verifying, 'changed'), []);
  });

  test('changed: what passes by hand, and what was verified by another command', async () => {
    const verifying = await withCommands();
    const { ports } = verifying;
    await verifyOne(verifying);
    await passFeature(verifying.workspace, '101', 'jwt-2', { manual: 'Looked at it' });
    assert.deepEqual(await planned(verifying, 'changed'), ['jwt-2']);
    const text = ports.fs.text(stateFile) ?? '';
    ports.fs.put(stateFile, text.replace('"verify": "npm test"', '"verify": "npm run test"'));
    assert.deepEqual(await planned(verifying, 'changed'), ['jwt-1', 'jwt-2']);
  });

  test('without a task all are looked at, cancelled ones left out', async () => {
    const verifying = await withCommands();
    const { jobs } = await planVerification(verifying.workspace, { scope: 'all' });
    assert.deepEqual(
      jobs.map(({ task, feature }) => `${task} ${feature.id}`),
      ['101 jwt-1', '101 jwt-2', '101 jwt-3'],
    );
  });

  test('of all tasks, a file that cannot be read or is there twice is told, and the others are verified', async () => {
    const verifying = await withCommands();
    const { ports } = verifying;
    const folder = `${root}/task-states`;
    ports.fs.put(`${folder}/task-102-state.md`, new Uint8Array([0x23, 0x20, 0xff]));
    const twin = (ports.fs.text(stateFile) ?? '').replace('Task #101', 'Task #103');
    for (const name of ['one', 'two']) ports.fs.put(`${folder}/${name}.md`, twin);
    const { jobs, unread } = await planVerification(verifying.workspace, { scope: 'open' });
    assert.deepEqual(
      jobs.map(({ task, feature }) => `${task} ${feature.id}`),
      ['101 jwt-1', '101 jwt-2', '101 jwt-3'],
    );
    assert.deepEqual(unread, [
      { task: '102', why: 'task-states/task-102-state.md is not UTF-8 text' },
      { task: '103', why: 'Several files say they are task 103' },
    ]);
    assert.equal((await verify(verifying, { scope: 'open' })).length, 3);
  });

  test('a feature without a command, and one that is not there, are refused by name', async () => {
    const { workspace } = await withCommands();
    const one = (feature: string) => planVerification(workspace, { task: '101', feature, scope: 'open' });
    await assert.rejects(one('jwt-4'), (error) => isBatonError(error, 'invalid_input'));
    await assert.rejects(one('jwt-9'), (error) => isBatonError(error, 'not_found'));
  });
});
