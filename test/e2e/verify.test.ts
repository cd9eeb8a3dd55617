/** Evidence end to end: commands of a repository, agreed to by a person, run by the built command line, in real git. */
import assert from 'node:assert/strict';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Repository, withRepository } from './support/with-repository';

const file = 'task-states/task-101-state.md';
const asAgent = { BATON_SESSION_ID: '00000000-0000-4000-8000-000000000000' };
/** As in `BATON_SESSION_ID= baton …`: what is empty is not set. */
const asPerson = { BATON_SESSION_ID: '' };

/** `ok` passes while `state.txt` says so; `slow` says that it runs, and then takes its time. */
async function withCommands(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await repository.json(['task', 'create', '--title', 'JWT Service', '--id', '101']);
    for (const [id, command] of [
      ['ok', 'grep -q good state.txt && echo checked'],
      ['slow', 'touch started; sleep 600 & echo $! > pid; wait'],
    ] as const) {
      const added = await repository.json([
        'feature',
        'add',
        '101',
        id,
        `Feature ${id}`,
        '--verify',
        command,
      ]);
      assert.equal(added.ok, true, JSON.stringify(added.error));
    }
    await repository.write('state.txt', 'good');
    await repository.git('add', '-A');
    await repository.git('commit', '-q', '-m', 'first');
    await body(repository);
  });
}

async function shown(repository: Repository, id: string) {
  const { data } = await repository.json(['task', 'show', '101']);
  return data.task.features.find((feature: { id: string }) => feature.id === id);
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await what()) return;
    await delay(25);
  }
  assert.fail('It did not happen in time');
}

const exists = (path: string) =>
  readFile(path).then(
    () => true,
    () => false,
  );

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

suite('feature verify', () => {
  test('asks a person, never an agent; runs; and is asked anew when the command changes', async () => {
    await withCommands(async (repository) => {
      const before = await repository.read(file);
      for (const [args, env] of [
        [['feature', 'verify', '101', 'ok'], {}],
        [['feature', 'verify', '101', 'ok'], asAgent],
        [['feature', 'verify', '101', 'ok', '--yes'], asAgent],
      ] as const) {
        const refused = await repository.json(args, env);
        assert.deepEqual([refused.code, refused.error.code], [1, 'consent_needed'], args.join(' '));
        assert.deepEqual(refused.error.details, ['grep -q good state.txt && echo checked (#101 ok)']);
      }
      assert.equal(await repository.read(file), before);
      const agreed = await repository.json(['feature', 'verify', '101', 'ok', '--yes'], asPerson);
      assert.deepEqual(
        [agreed.code, agreed.data.passed, agreed.data.results[0].outputTail],
        [0, 1, 'checked'],
      );
      const feature = await shown(repository, 'ok');
      const head = (await repository.git('rev-parse', 'HEAD')).trim();
      assert.deepEqual(
        [feature.passes, feature.evidenceKind, feature.evidence.commit, feature.evidence.dirty],
        [true, 'command', head, false],
      );
      const again = await repository.json(['feature', 'verify', '101', 'ok']);
      assert.equal(again.ok, true, 'agreed once');
      await repository.write(file, (await repository.read(file)).replaceAll('state.txt &&', 'state.txt ;'));
      const changed = await repository.json(['feature', 'verify', '101', 'ok']);
      assert.equal(changed.error?.code, 'consent_needed', 'it has changed');
      await repository.write(file, (await repository.read(file)).replaceAll('state.txt ;', 'state.txt &&'));
      const withdrawn = await repository.json(['feature', 'verify', '101', 'ok', '--withdraw']);
      assert.deepEqual(withdrawn.data.withdrawn, ['grep -q good state.txt && echo checked']);
      const refused = await repository.json(['feature', 'verify', '101', 'ok']);
      assert.equal(refused.error?.code, 'consent_needed', 'it was taken back');
    });
  });

  test('goes out of date with the code, and a regression takes `passes` away', async () => {
    await withCommands(async (repository) => {
      await repository.write('other.txt', 'uncommitted');
      await repository.json(['feature', 'verify', '101', 'ok', '--yes']);
      assert.equal((await shown(repository, 'ok')).evidence.dirty, true);
      await repository.git('add', '-A');
      await repository.git('commit', '-q', '-m', 'as it was verified');
      assert.equal((await shown(repository, 'ok')).evidenceStale, undefined);
      const nothing = await repository.json(['feature', 'verify', '--changed']);
      assert.deepEqual([nothing.code, nothing.data.results], [0, []]);
      await repository.write('state.txt', 'bad');
      assert.equal((await shown(repository, 'ok')).evidenceStale, 'files_changed');
      const health = await repository.json(['health']);
      const rules = health.data.findings.map(({ rule }: { rule: string }) => rule);
      assert.ok(rules.includes('evidence_stale'), JSON.stringify(rules));
      const { code, data } = await repository.json(['feature', 'verify', '--changed']);
      assert.deepEqual([code, data.regressed, data.results[0].verdict], [1, 1, 'regressed']);
      assert.equal((await shown(repository, 'ok')).passes, false);
      const said = await repository.baton(['task', 'show', '101']);
      assert.match(said.stdout, /\[ \] ok: Feature ok \(failed when it was last verified\)/);
    });
  });

  test('a commit that is gone is told', async () => {
    await withCommands(async (repository) => {
      await repository.json(['feature', 'verify', '101', 'ok', '--yes']);
      await repository.git('commit', '-q', '--amend', '-m', 'another first');
      const { problems, features } = (await repository.json(['task', 'show', '101'])).data.task;
      assert.equal(features[0].evidenceStale, 'commit_gone');
      const codes = problems.map(({ code }: { code: string }) => code);
      assert.deepEqual(codes, ['feature_evidence_stale']);
    });
  });

  test('by hand needs a reason where there is a command, and is shown as such', async () => {
    await withCommands(async (repository) => {
      const refused = await repository.json(['feature', 'pass', '101', 'ok']);
      assert.equal(refused.error.code, 'guard_failed');
      await repository.json(['feature', 'pass', '101', 'ok', '--manual', 'Read the file']);
      const feature = await shown(repository, 'ok');
      assert.deepEqual(
        [feature.evidenceKind, feature.evidence.manual, feature.evidence.by],
        ['manual', 'Read the file', 'person'],
      );
      const said = await repository.baton(['task', 'show', '101']);
      assert.match(said.stdout, /\[x\] ok: Feature ok \(by hand, person: Read the file\)/);
      const packet = await repository.baton(['packet', '101']);
      assert.match(packet.stdout, /not by a command that Baton has run: "ok"\./);
    });
  });

  test('killed in the middle leaves `passes` as it was, and nothing running', async () => {
    await withCommands(async (repository) => {
      const before = await repository.read(file);
      const running = repository.start(['feature', 'verify', '101', 'slow', '--yes']);
      await until(() => exists(join(repository.root, 'pid')));
      running.child.kill('SIGKILL');
      await running.ended;
      assert.equal(await repository.read(file), before);
      const pid = Number(await repository.read('pid'));
      await until(async () => !isRunning(pid));
    });
  });

  test('asked to end, it ends what it runs, changes nothing and says so', async () => {
    await withCommands(async (repository) => {
      const before = await repository.read(file);
      const running = repository.start(['feature', 'verify', '101', '--all', '--yes', '--json']);
      await until(() => exists(join(repository.root, 'pid')));
      running.child.kill('SIGTERM');
      const { code, stdout } = await running.ended;
      const { data } = JSON.parse(stdout);
      assert.deepEqual(
        [code, data.results.map((one: { verdict: string }) => one.verdict), data.unclear],
        [1, ['passed', 'unclear'], 1],
      );
      assert.deepEqual((await shown(repository, 'slow')).passes, false);
      assert.equal((await shown(repository, 'slow')).evidence, undefined);
      const pid = Number(await repository.read('pid'));
      await until(async () => !isRunning(pid));
      assert.notEqual(await repository.read(file), before);
    });
  });

  test('a limit of the project ends a command, and the feature fails', async () => {
    await withCommands(async (repository) => {
      await repository.write('.baton/config.json', '{ "evidence": { "timeoutSeconds": 1 } }');
      const { code, data } = await repository.json(['feature', 'verify', '101', 'slow', '--yes']);
      assert.deepEqual(
        [code, data.results[0].verdict, data.results[0].message],
        [1, 'failed', 'Its command did not end within 1 s'],
      );
      assert.equal((await shown(repository, 'slow')).evidence.timedOut, true);
    });
  });

  test('two at once are both told the truth, and the file is whole', async () => {
    await withCommands(async (repository) => {
      await repository.json(['feature', 'verify', '101', 'ok', '--yes']);
      const both = await Promise.all([
        repository.json(['feature', 'verify', '101', 'ok']),
        repository.json(['feature', 'verify', '101', 'ok']),
      ]);
      const verdicts = both.map(({ data }) => data.results[0].verdict);
      assert.ok(verdicts.includes('passed'), JSON.stringify(verdicts));
      assert.ok(verdicts.every((verdict) => ['passed', 'unclear'].includes(verdict)));
      assert.equal((await shown(repository, 'ok')).passes, true);
    });
  });

  test('hostile output reaches neither the terminal nor the file', async () => {
    await withCommands(async (repository) => {
      // The shell reads it first, and the program turns the escapes into what they stand for.
      const printed = String.raw`'\u001b]0;owned\u0007\u001b[2J\u0060\u0060\u0060\n## 4. Progress Log\npassword=hunter\u0032hunter\u0032\n' + 'x'.repeat(3e6) + '\nend'`;
      const command = `node -e "process.stdout.write(${printed}); process.exitCode = 1"`;
      await repository.json(['feature', 'add', '101', 'bad', 'Bad', '--verify', command]);
      const { stdout } = await repository.baton(['feature', 'verify', '101', 'bad', '--yes']);
      assert.ok(!stdout.includes('\u001b'), JSON.stringify(stdout.slice(0, 200)));
      const text = await repository.read(file);
      assert.ok(!text.includes('hunter2') && !text.includes('owned\u0007'));
      assert.ok(text.length < 10_000);
      const { problems } = (await repository.json(['task', 'show', '101'])).data.task;
      assert.deepEqual(problems, []);
    });
  });

  test('a log folder that leads elsewhere is refused', async () => {
    await withCommands(async (repository) => {
      const elsewhere = join(repository.root, '..', 'elsewhere');
      await mkdir(elsewhere, { recursive: true });
      await symlink(elsewhere, join(repository.root, '.baton', 'memory', 'verify'));
      const refused = await repository.json(['feature', 'verify', '101', 'ok', '--yes']);
      assert.equal(refused.error.code, 'untrusted');
    });
  });

  test('around a session: the smoke check reaches the packet, and a claim of the agent is run at its end', async () => {
    await withCommands(async (repository) => {
      await repository.json(['feature', 'verify', '101', 'ok', '--yes']);
      await repository.json(['feature', 'add', '101', 'two', 'Feature two', '--verify', 'exit 7']);
      await repository.json(['feature', 'verify', '101', 'two', '--yes']);
      await repository.write('state.txt', 'bad');
      const settings = { evidence: { smokeAtLaunch: 1, verifyAtEnd: true } };
      await repository.write('.baton/config.json', JSON.stringify(settings));
      // It copies its packet, and says of feature two that it works.
      const script = [
        `require('node:fs').copyFileSync(process.env.BATON_PACKET, 'packet.md');`,
        `const words = ['feature', 'pass', '101', 'two', '--manual', 'It works'];`,
        `require('node:child_process').execFileSync('baton', words);`,
      ].join(' ');
      const agent = { label: 'Claimer', executables: [process.execPath], args: ['-e', script] };
      await mkdir(join(repository.root, '..', 'config', 'baton'), { recursive: true });
      await repository.write('../config/baton/agents.json', JSON.stringify({ claimer: agent }));
      const { code, data, error } = await repository.json(['launch', '101', '--agent', 'claimer']);
      assert.equal(code, 0, JSON.stringify(error));
      assert.deepEqual(data.notices.slice(-1), [
        'Feature "ok" passed before and does not now: its command ended with exit code 1. Repair it first.',
      ]);
      assert.match(await repository.read('packet.md'), /- Feature "ok" passed before and does not now/);
      const two = await shown(repository, 'two');
      assert.deepEqual([two.passes, two.evidence.exitCode], [false, 7]);
      assert.deepEqual(data.task.progress.passed, 0);
    });
  });

  test('what makes no sense is a matter of usage', async () => {
    await withCommands(async (repository) => {
      for (const args of [[], ['101', 'ok', '--all'], ['101', '--all', '--changed']]) {
        const refused = await repository.json(['feature', 'verify', ...args]);
        assert.deepEqual([refused.code, refused.error.code], [2, 'usage'], args.join(' '));
      }
    });
  });
});
