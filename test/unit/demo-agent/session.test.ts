/** The demonstration agent at work in a real folder with a real git, edited by hand or through a stand-in \`baton\`. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { passFeatureByHand } from '../../../src/demo-agent/by-hand';
import { type Baton, ProgramRefused } from '../../../src/demo-agent/programs';
import { readTaskFile } from '../../../src/demo-agent/task-file';
import { type DemoWorkspace, demoWorkspace, noBaton, taskText } from './demo-workspace';

suite('demonstration agent', () => {
  let workspace: DemoWorkspace;
  teardown(() => workspace.dispose());

  const subjects = () => workspace.git('log', '--format=%s', '--reverse').trim().split('\n');
  const passing = () =>
    readTaskFile(workspace.task())
      .features.filter((feature) => feature.passes)
      .map((feature) => feature.id);

  test('works one feature a session: file, check, commit, checklist, entry, hand-over', async () => {
    workspace = demoWorkspace();
    assert.equal(await workspace.session(), 0);
    assert.deepEqual(passing(), ['jwt-1']);
    assert.deepEqual(subjects(), [
      'start',
      'feat(task-101): jwt-1: generateToken() creates valid JWT',
      'docs(task-101): hand over',
    ]);
    assert.equal(workspace.git('status', '--porcelain'), '');
    assert.match(
      workspace.task(),
      /### Session 1 - 2026-11-21 14:30\n\*\*What I did:\*\*\n- Implemented jwt-1/,
    );
    assert.match(workspace.task(), /- Verified jwt-1: node demo\/task-101\/jwt-1\.check\.mjs exited 0/);
    assert.match(
      workspace.task(),
      /- 1 of 2 features pass\n\n\*\*Next steps:\*\*\n- Work on jwt-2: verifyToken\(\)/,
    );
    assert.doesNotMatch(workspace.task(), /- \[x\]/);
  });

  test('shows the 21 steps in order, under their six phases', async () => {
    workspace = demoWorkspace();
    await workspace.session();
    const numbers = [...workspace.shown().matchAll(/^ {1,2}(\d+) {2}\S/gm)].map((match) => Number(match[1]));
    assert.deepEqual(
      numbers,
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
    assert.match(workspace.shown(), /\nOrientation\n[\s\S]*\nUnderstanding\n[\s\S]*\nHand-off\n/);
  });

  for (let step = 1; step <= 21; step++) {
    test(`stopped dead at step ${step}, another session continues from the file and nothing is done twice`, async () => {
      workspace = demoWorkspace();
      assert.equal(await workspace.session({ stopAt: step }), 'died');
      // A dead session may have passed its feature already; then the next one has only the other to do.
      const left = 2 - passing().length;
      assert.equal(await workspace.session({ features: left }), 0);
      assert.deepEqual(passing(), ['jwt-1', 'jwt-2']);
      const features = subjects().filter((subject) => subject.startsWith('feat('));
      assert.deepEqual(features, [
        'feat(task-101): jwt-1: generateToken() creates valid JWT',
        'feat(task-101): jwt-2: verifyToken() validates signature',
      ]);
      assert.equal(workspace.git('status', '--porcelain'), '');
      assert.equal(
        readTaskFile(workspace.task()).criteria.every((criterion) => criterion.done),
        true,
      );
    });
  }

  test('a file an earlier session left uncommitted is noticed and finished where it is', async () => {
    workspace = demoWorkspace();
    assert.equal(await workspace.session({ stopMidFeature: true }), 'died');
    assert.equal(workspace.git('status', '--porcelain', '-uall').trim(), '?? demo/task-101/jwt-1.mjs');
    const half = join(workspace.root, 'demo/task-101/jwt-1.mjs');
    writeFileSync(half, readFileSync(half, 'utf8').slice(0, 80));
    assert.equal(await workspace.session(), 0);
    assert.match(workspace.shown(), /An earlier session left work half done/);
    assert.match(workspace.shown(), /Completed demo\/task-101\/jwt-1\.mjs/);
    assert.match(
      workspace.task(),
      /- Finished jwt-1, which an earlier session left uncommitted: demo\/task-101\/jwt-1\.mjs/,
    );
    assert.deepEqual(passing(), ['jwt-1']);
  });

  test('waits where it is told to, with the feature’s file written', async () => {
    workspace = demoWorkspace();
    assert.equal(await workspace.session({ waitAt: 14 }), 'died');
    assert.match(workspace.shown(), /Waiting at step 14 until this process is ended\.\n$/);
    assert.ok(existsSync(join(workspace.root, 'demo/task-101/jwt-1.mjs')));
    assert.ok(!existsSync(join(workspace.root, 'demo/task-101/jwt-1.check.mjs')));
  });

  test('waits only in the first session when told to wait once', async () => {
    workspace = demoWorkspace();
    await workspace.session();
    assert.notEqual(await workspace.session({ waitAt: 14, waitOnce: true }), 'died');
    assert.doesNotMatch(workspace.shown(), /Waiting at step/);
  });

  test('git’s lock left by somebody who was killed is told, and the work goes on', async () => {
    workspace = demoWorkspace();
    const lock = join(workspace.root, '.git', 'index.lock');
    writeFileSync(lock, '');
    assert.equal(await workspace.session(), 0);
    assert.ok(existsSync(lock), 'only a person can tell whether it is still held');
    assert.deepEqual(passing(), ['jwt-1']);
    assert.match(workspace.task(), /- Not committed, since git is locked: .*index\.lock/);
  });

  test('a description with a brace is passed by hand like any other', async () => {
    workspace = demoWorkspace(taskText.replace('generateToken() creates', 'fill {{id}} and \\"}, creates'));
    await workspace.session();
    assert.deepEqual(passing(), ['jwt-1']);
  });

  test('uncommitted work of other people stays uncommitted', async () => {
    workspace = demoWorkspace();
    writeFileSync(join(workspace.root, 'mine.txt'), 'mine');
    workspace.git('add', 'mine.txt');
    await workspace.session();
    assert.equal(workspace.git('status', '--porcelain').trim(), 'A  mine.txt');
  });

  test('without git it works without commits and says so', async () => {
    workspace = demoWorkspace(taskText, false);
    assert.equal(await workspace.session({ features: Number.POSITIVE_INFINITY }), 0);
    assert.deepEqual(passing(), ['jwt-1', 'jwt-2']);
    assert.match(workspace.shown(), /No git repository here: working without commits/);
    assert.match(workspace.task(), /- No git repository: nothing was committed/);
  });

  test('a task without features is worked by its criteria, one a session', async () => {
    workspace = demoWorkspace(taskText.replace(/"features": \[[\s\S]*?\],/, '"features": [],'));
    assert.equal(await workspace.session(), 0);
    assert.deepEqual(
      readTaskFile(workspace.task()).criteria.map((criterion) => criterion.done),
      [true, false],
    );
    assert.match(workspace.shown(), /Not complete: criterion-2 is open/);
  });

  test('through the command line it calls pass, progress, tick and finalize, in this order', async () => {
    workspace = demoWorkspace();
    const calls: string[][] = [];
    const recording: Baton = {
      async call(args) {
        calls.push([...args]);
        if (args[0] === 'feature') {
          const text = passFeatureByHand(workspace.task(), args[3] ?? '', '2026-11-21T14:30:00Z');
          writeFileSync(workspace.taskFile, text);
        }
        return true;
      },
    };
    assert.equal(await workspace.session({ features: Number.POSITIVE_INFINITY }, recording), 0);
    assert.deepEqual(
      calls.map((call) => call.slice(0, call[0] === 'feature' || call[0] === 'criterion' ? 4 : 2)),
      [
        ['feature', 'pass', '101', 'jwt-1'],
        ['feature', 'pass', '101', 'jwt-2'],
        ['progress', '101'],
        ['criterion', 'tick', '101', '1'],
        ['criterion', 'tick', '101', '2'],
        ['finalize', '101'],
      ],
    );
    assert.equal(calls[0]?.[4], '--manual=node demo/task-101/jwt-1.check.mjs exited 0');
    assert.ok(calls[2]?.includes('--next=Finalize the chain output'));
  });

  test('files that finalizing changes, as those of tasks downstream, are committed with the task file', async () => {
    workspace = demoWorkspace();
    const downstream = join(workspace.root, 'task-states', 'task-102-state.md');
    const feeding: Baton = {
      async call(args) {
        if (args[0] !== 'finalize') return noBaton.call(args);
        writeFileSync(downstream, '# Task #102: Auth Endpoints - State\n');
        return true;
      },
    };
    await workspace.session({ features: Number.POSITIVE_INFINITY }, feeding);
    assert.match(workspace.git('show', '--stat', '--format=%s', 'HEAD'), /task-102-state\.md/);
    assert.equal(workspace.git('status', '--porcelain'), '');
  });

  test('a refusal by the command line ends the session; nothing is edited behind its back', async () => {
    workspace = demoWorkspace();
    const refusing: Baton = {
      call: async () => {
        throw new ProgramRefused('baton feature pass was refused: session_ended');
      },
    };
    await assert.rejects(workspace.session({}, refusing), ProgramRefused);
    assert.equal(workspace.task(), taskText);
  });
});
