/** What stands behind a feature that passes, and whether it still stands. Peers.md 5.3, 5.4; requirements 003-52 … 003-55. */
import assert from 'node:assert/strict';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { changeStatus } from '../../../../src/core/operations/change-status';
import { checkAtEnd, smokeCheck } from '../../../../src/core/operations/check-around-session';
import { finalizeTask } from '../../../../src/core/operations/finalize-task';
import { inspectTask } from '../../../../src/core/operations/inspect-task';
import { prepareLaunch } from '../../../../src/core/operations/launch-session';
import { failFeature, passFeature } from '../../../../src/core/operations/pass-feature';
import { tickCriterion } from '../../../../src/core/operations/tick-criterion';
import { neededConsents, planVerification } from '../../../../src/core/operations/verify-plan';
import { taskWholeShape } from '../../../../src/wire/task-shape';
import { builtIn } from '../../../support/agent-profiles';
import { root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';
import { featureOf, stateFile, type Verifying, verify, verifyOne, withCommands } from './verify-support';

const commit = 'a'.repeat(40);
const later = 'b'.repeat(40);
const task = taskId('101');

async function inGit(config: Readonly<Record<string, unknown>> = {}): Promise<Verifying> {
  const verifying = await withCommands(config);
  verifying.ports.git.current = { head: commit, branch: 'main', dirty: false };
  verifying.ports.git.commits = [{ hash: commit, subject: 'first' }];
  return verifying;
}

/** A commit on top. */
function committed({ ports }: Verifying): void {
  ports.git.commits = [...ports.git.commits, { hash: later, subject: 'second' }];
  ports.git.current = { head: later, branch: 'main', dirty: false };
}

/** What differs from the commit that evidence names, with the bytes of each. */
function differs({ ports }: Verifying, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) ports.fs.put(`${root}/${path}`, text);
  ports.git.changes = Object.keys(files).map((path) => ({ path, change: 'modified' as const }));
}

async function shown({ workspace }: Verifying, id = 'jwt-1') {
  const whole = taskWholeShape(await inspectTask(workspace, '101'));
  const feature = whole.features.find((one) => one.id === id);
  assert.ok(feature);
  const stale = 'evidenceStale' in feature ? feature.evidenceStale : undefined;
  const problems = whole.problems.filter(({ code }) => code.startsWith('feature_'));
  return { stale, kind: 'evidenceKind' in feature ? feature.evidenceKind : undefined, problems };
}

suite('evidence goes out of date', () => {
  test('not while nothing has changed, and not by Baton’s own files', async () => {
    const verifying = await inGit();
    await verifyOne(verifying);
    committed(verifying);
    differs(verifying, { 'task-states/task-101-state.md': verifying.ports.fs.text(stateFile) ?? '' });
    assert.deepEqual(await shown(verifying), { stale: undefined, kind: 'command', problems: [] });
  });

  test('not when what was verified uncommitted is committed as it was', async () => {
    const verifying = await inGit();
    differs(verifying, { 'src/a.ts': 'one', 'src/b.ts': 'two' });
    await verifyOne(verifying);
    assert.equal((await featureOf(verifying.workspace)).evidence?.dirty, true);
    assert.equal((await shown(verifying)).stale, undefined);
    committed(verifying);
    assert.equal((await shown(verifying)).stale, undefined);
  });

  test('when files have changed since, and names them', async () => {
    const verifying = await inGit();
    differs(verifying, { 'src/a.ts': 'one' });
    await verifyOne(verifying);
    differs(verifying, { 'src/a.ts': 'other' });
    const { stale, problems } = await shown(verifying);
    assert.equal(stale, 'files_changed');
    assert.deepEqual(
      problems.map(({ code, severity, message }) => [code, severity, message]),
      [
        [
          'feature_evidence_stale',
          'info',
          'Feature "jwt-1" passes, but files changed since it was verified: src/a.ts',
        ],
      ],
    );
    const { text } = await verifying.workspace.store.read(task);
    const line = text.split('\n')[(problems[0]?.line ?? 0) - 1];
    assert.equal(line?.indexOf('{'), (problems[0]?.column ?? 0) - 1);
  });

  test('when what was changed then is as in the commit again', async () => {
    const verifying = await inGit();
    differs(verifying, { 'src/a.ts': 'one' });
    await verifyOne(verifying);
    verifying.ports.git.changes = [];
    assert.equal((await shown(verifying)).stale, 'files_changed');
  });

  test('only by the files that the feature names, where it names any', async () => {
    const verifying = await inGit();
    const text = verifying.ports.fs.text(stateFile) ?? '';
    verifying.ports.fs.put(
      stateFile,
      text.replace('"verify": "npm test"', '"verify": "npm test", "files": ["./src/jwt/", "package.json"]'),
    );
    await verifyOne(verifying);
    differs(verifying, { 'src/other.ts': 'x', 'src/jwt.ts': 'x', 'docs/package.json': 'x' });
    assert.equal((await shown(verifying)).stale, undefined);
    differs(verifying, { 'src/jwt/sign.ts': 'x' });
    assert.equal((await shown(verifying)).stale, 'files_changed');
    differs(verifying, { 'package.json': '{}' });
    assert.equal((await shown(verifying)).stale, 'files_changed');
  });

  test('by more files than can be read, too: those count by their size', async () => {
    const verifying = await inGit();
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`data/${index + 10}.bin`, 'x'.repeat(3.9e6)]),
    );
    differs(verifying, files);
    await verifyOne(verifying);
    assert.equal((await shown(verifying)).stale, undefined);
    differs(verifying, { ...files, 'data/10.bin': 'y'.repeat(3.9e6) });
    assert.equal((await shown(verifying)).stale, 'files_changed', 'the first are read');
    differs(verifying, { ...files, 'data/29.bin': 'x'.repeat(3.8e6) });
    assert.equal((await shown(verifying)).stale, 'files_changed', 'the last are measured');
  });

  test('when its commit is gone from the history', async () => {
    const verifying = await inGit();
    await verifyOne(verifying);
    verifying.ports.git.commits = [];
    verifying.ports.git.current = { head: later, branch: 'main', dirty: false };
    const { stale, problems } = await shown(verifying);
    assert.deepEqual([stale, problems[0]?.severity], ['commit_gone', 'warning']);
  });

  test('when a stranger’s file names a commit that is none; it never reaches git', async () => {
    const verifying = await inGit();
    await verifyOne(verifying);
    const text = verifying.ports.fs.text(stateFile) ?? '';
    verifying.ports.fs.put(stateFile, text.replace(commit, '--output=x'));
    assert.equal((await shown(verifying)).stale, 'commit_gone');
  });

  test('when the feature names another command', async () => {
    const verifying = await inGit();
    await verifyOne(verifying);
    const text = verifying.ports.fs.text(stateFile) ?? '';
    verifying.ports.fs.put(stateFile, text.replace('"verify": "npm test"', '"verify": "true"'));
    assert.equal((await shown(verifying)).stale, 'command_changed');
  });

  test('never of a finished task: its evidence is of its own time', async () => {
    const verifying = await inGit();
    await verifyOne(verifying);
    await changeStatus(verifying.workspace, '101', 'cancel', { reason: 'not wanted' });
    differs(verifying, { 'src/a.ts': 'other' });
    assert.equal((await shown(verifying)).stale, undefined);
  });
});

suite('a claim is shown as a claim', () => {
  test('by hand: who says so and why, at which commit', async () => {
    const verifying = await inGit();
    await passFeature(verifying.workspace, '101', 'jwt-1', { manual: '  Ran it twice ' });
    const { evidence } = await featureOf(verifying.workspace);
    assert.deepEqual(JSON.parse(JSON.stringify(evidence)), {
      manual: 'Ran it twice',
      commit,
      dirty: false,
      at: '2026-11-21T07:28:00Z',
      by: 'person',
    });
    assert.deepEqual(await shown(verifying), { stale: undefined, kind: 'manual', problems: [] });
  });

  test('without words it is possible only where there is no command to run', async () => {
    const verifying = await inGit();
    const before = verifying.ports.fs.text(stateFile);
    await assert.rejects(passFeature(verifying.workspace, '101', 'jwt-1'), (error) =>
      isBatonError(error, 'guard_failed'),
    );
    await assert.rejects(passFeature(verifying.workspace, '101', 'jwt-1', { manual: ' ' }), (error) =>
      isBatonError(error, 'invalid_input'),
    );
    assert.equal(verifying.ports.fs.text(stateFile), before);
    await passFeature(verifying.workspace, '101', 'jwt-4');
    assert.equal((await shown(verifying, 'jwt-4')).kind, 'claimed');
  });

  test('a `passes` that was edited by hand is flagged, tested or not', async () => {
    const verifying = await inGit();
    const text = verifying.ports.fs.text(stateFile) ?? '';
    const edited = text.replace(
      '"passes": false,\n      "tested_at": null',
      '"passes": true,\n      "tested_at": "2026-11-21T07:00:00Z"',
    );
    assert.notEqual(edited, text);
    verifying.ports.fs.put(stateFile, edited);
    const { kind, problems } = await shown(verifying);
    assert.deepEqual(
      [kind, problems.map(({ code, severity }) => [code, severity])],
      ['none', [['feature_passes_without_evidence', 'warning']]],
    );
  });

  test('what was marked as failing does not pass again on its old evidence', async () => {
    const verifying = await inGit();
    await verifyOne(verifying);
    verifying.ports.clock.advance(1000);
    await failFeature(verifying.workspace, '101', 'jwt-1');
    const text = verifying.ports.fs.text(stateFile) ?? '';
    verifying.ports.fs.put(stateFile, text.replace('"passes": false', '"passes": true'));
    const { kind, problems } = await shown(verifying);
    assert.deepEqual(
      [kind, problems.map(({ message }) => message)],
      ['none', ['Feature "jwt-1" passes, but its evidence is not of when it was tested']],
    );
  });

  test('a `passes` that was edited by hand after its command had failed is flagged', async () => {
    const verifying = await inGit();
    verifying.shell.outcomes.set('npm test', { exitCode: 1 });
    await verifyOne(verifying);
    const text = verifying.ports.fs.text(stateFile) ?? '';
    verifying.ports.fs.put(stateFile, text.replace('"passes": false', '"passes": true'));
    const { problems } = await shown(verifying);
    assert.deepEqual(
      problems.map(({ message }) => message),
      ['Feature "jwt-1" passes, but its last verification did not succeed'],
    );
  });
});

suite('completing a task', () => {
  const finished = async (config: Readonly<Record<string, unknown>>) => {
    const verifying = await inGit(config);
    await tickCriterion(verifying.workspace, '101', 0, true);
    await verifyOne(verifying);
    for (const id of ['jwt-2', 'jwt-3', 'jwt-4'])
      await passFeature(verifying.workspace, '101', id, { manual: 'Looked at it' });
    return verifying;
  };

  test('takes every kind of evidence, unless the project says otherwise', async () => {
    const { workspace } = await finished({});
    const { task: done } = await finalizeTask(workspace, '101', { summary: 'Done' });
    assert.equal(done.status, 'completed');
  });

  test('with `requireVerify` takes only runs of the commands there are, and names what lacks one', async () => {
    const verifying = await finished({ requireVerify: true });
    const lacking = ['jwt-2', 'jwt-3'].map(
      (id) => `Feature ${id} passes, but not by a run of its command: npm run e2e`,
    );
    await assert.rejects(
      finalizeTask(verifying.workspace, '101', { summary: 'Done' }),
      (error) =>
        isBatonError(error, 'guard_failed') && assert.deepEqual(error.details, lacking) === undefined,
    );
    await verify(verifying, { task: '101', scope: 'changed' });
    const { task: done } = await finalizeTask(verifying.workspace, '101', { summary: 'Done' });
    assert.equal(done.status, 'completed');
  });

  test('with `requireVerify` is refused as a bare transition, too', async () => {
    const { workspace } = await finished({ requireVerify: true });
    await assert.rejects(
      changeStatus(workspace, '101', 'complete'),
      (error) =>
        isBatonError(error, 'guard_failed') &&
        (error.details ?? []).includes('Feature jwt-2 passes, but not by a run of its command: npm run e2e'),
    );
  });
});

async function agreedTo(
  { workspace }: Verifying,
  ...commands: readonly string[]
): Promise<ReadonlySet<string>> {
  const plan = await planVerification(workspace, { task: '101', scope: 'all' });
  const needed = await neededConsents(workspace, plan, new Set());
  return new Set(needed.filter(({ command }) => commands.includes(command)).map(({ key }) => key));
}

suite('checks around a session', () => {
  test('a smoke check runs what passes and is agreed to, as many as asked for, and tells what it found', async () => {
    const verifying = await inGit({ smokeAtLaunch: 1 });
    await verify(verifying);
    const { shell, workspace } = verifying;
    shell.lines.length = 0;
    shell.outcomes.set('npm run e2e', { exitCode: 2 });
    const agreed = await agreedTo(verifying, 'npm run e2e');
    assert.deepEqual(await smokeCheck(workspace, task, { run: shell.run, agreed }), [
      'Feature "jwt-2" passed before and does not now: its command ended with exit code 2. Repair it first.',
    ]);
    assert.equal(shell.lines.length, 1);
    assert.equal((await featureOf(workspace, 'jwt-2')).passes, false);
  });

  test('nothing runs unless the project asks for it, a person has agreed, and the surface can', async () => {
    const off = await inGit();
    await verify(off);
    const asked = await inGit({ smokeAtLaunch: 2, verifyAtEnd: true });
    await verify(asked);
    const all = await agreedTo(asked, 'npm test', 'npm run e2e');
    for (const { shell } of [off, asked]) shell.lines.length = 0;
    assert.deepEqual(await smokeCheck(off.workspace, task, { run: off.shell.run, agreed: all }), []);
    assert.deepEqual(await checkAtEnd(off.workspace, task, { run: off.shell.run, agreed: all }), []);
    assert.deepEqual(
      await smokeCheck(asked.workspace, task, { run: asked.shell.run, agreed: new Set() }),
      [],
    );
    assert.deepEqual(await smokeCheck(asked.workspace, task, { agreed: all }), []);
    assert.deepEqual([off.shell.lines, asked.shell.lines], [[], []]);
  });

  test('at the end what passes on somebody’s word is run', async () => {
    const verifying = await inGit({ verifyAtEnd: true });
    const { workspace, shell } = verifying;
    await passFeature(workspace, '101', 'jwt-1', { manual: 'It works' });
    shell.outcomes.set('npm test', { exitCode: 1 });
    const found = await checkAtEnd(workspace, task, {
      run: shell.run,
      agreed: await agreedTo(verifying, 'npm test'),
    });
    assert.deepEqual(found, [
      'Feature "jwt-1" passed before and does not now: its command ended with exit code 1. Repair it first.',
    ]);
  });

  test('a launch makes its smoke check first, and the packet tells it with what else is known', async () => {
    const verifying = await inGit({ smokeAtLaunch: 2 });
    const { workspace, shell, ports } = verifying;
    await verifyOne(verifying);
    await passFeature(workspace, '101', 'jwt-2', { manual: 'It works' });
    shell.outcomes.set('npm test', { exitCode: 1 });
    const checked: string[] = [];
    const launched = await prepareLaunch(workspace, '101', {
      agent: builtIn('claude'),
      run: shell.run,
      consents: await agreedTo(verifying, 'npm test'),
      onChecked: ({ feature, verdict }) => checked.push(`${feature} ${verdict}`),
    });
    assert.deepEqual(checked, ['jwt-1 regressed']);
    const packet = ports.fs.text(launched.packetPath) ?? '';
    const warnings = packet.slice(packet.indexOf('## Warnings'));
    assert.match(
      warnings,
      /- Feature "jwt-1" passed before and does not now: its command ended with exit code 1/,
    );
    assert.match(warnings, /- Features found not to pass when last verified; .*: "jwt-1"\./);
    assert.match(
      warnings,
      /- Features passing on somebody’s word, not by a command that Baton has run: "jwt-2"\./,
    );
    assert.match(packet, /> jwt-1: Feature jwt-1/);
  });

  test('a launch that is refused anyway runs nothing', async () => {
    const verifying = await inGit({ smokeAtLaunch: 2 });
    const { workspace, shell } = verifying;
    await verifyOne(verifying);
    shell.lines.length = 0;
    await changeStatus(workspace, '101', 'cancel', { reason: 'not wanted' });
    const consents = await agreedTo(verifying, 'npm test');
    await assert.rejects(
      prepareLaunch(workspace, '101', { agent: builtIn('claude'), run: shell.run, consents }),
      (error) => isBatonError(error, 'transition_refused'),
    );
    assert.deepEqual(shell.lines, []);
  });
});
