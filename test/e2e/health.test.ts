/** Health and the change log from the command line, on a real disk: look, fix, undo, verify, replay. */
import { strict as assert } from 'node:assert';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Repository, withRepository } from './support/with-repository';

const file = 'task-states/task-1-state.md';

async function withTask(body: (repository: Repository) => Promise<void>): Promise<void> {
  await withRepository(async (repository) => {
    await repository.json(['init']);
    await repository.json([
      'task',
      'create',
      '--title',
      'One',
      '--criterion',
      'c',
      '--feature',
      'f-1: works',
    ]);
    await body(repository);
  });
}

async function edit(repository: Repository, from: string, to: string): Promise<string> {
  const text = (await repository.read(file)).replace(from, to);
  await repository.write(file, text);
  return text;
}

async function segmentOf(repository: Repository): Promise<string> {
  const names = await readdir(join(repository.root, '.baton/memory'));
  const segment = names.find((name) => /^WAL-.*\.log$/.test(name));
  assert.ok(segment);
  return join(repository.root, '.baton/memory', segment);
}

suite('baton health', () => {
  test('a healthy workspace is told so, with exit code 0', async () => {
    await withTask(async (repository) => {
      const answer = await repository.json(['health']);
      assert.deepEqual([answer.code, answer.data.findings], [0, []]);
      const { stdout } = await repository.baton(['health']);
      assert.equal(stdout, 'Healthy: nothing was found.\n');
    });
  });

  test('a breach of the checklist is an error, is fixed on request, and the fix is undone', async () => {
    await withTask(async (repository) => {
      const before = await repository.read(file);
      const broken = await edit(repository, '"works"', '"works, more or less"');

      const found = await repository.json(['health']);
      assert.equal(found.code, 1);
      const [finding] = found.data.findings;
      assert.deepEqual(
        [finding.rule, finding.severity, finding.task, finding.file, finding.fixable],
        ['checklist_guard', 'error', '1', file, true],
      );
      assert.equal(await repository.read(file), broken);

      const fixed = await repository.json(['health', '--fix', 'checklist_guard']);
      assert.equal(fixed.code, 0, JSON.stringify(fixed.data));
      assert.deepEqual([fixed.data.fixed[0].repair, fixed.data.findings], [1, []]);
      assert.equal(await repository.read(file), before);

      const undone = await repository.json(['health', '--undo', '1']);
      assert.deepEqual(undone.data.undone, { repair: 1, rule: 'checklist_guard', files: [file] });
      assert.equal(await repository.read(file), broken);

      const listed = await repository.json(['health', 'fixes']);
      const [{ at, message, ...fix }] = listed.data.fixes;
      assert.deepEqual(
        [fix, typeof at, message],
        [
          { repair: 1, rule: 'checklist_guard', task: '1', state: 'undone', files: [file] },
          'string',
          'Features are never removed or reworded: "f-1" was reworded',
        ],
      );
    });
  });

  test('a status changed by hand that is refused is shown by task show and health, and put back', async () => {
    await withTask(async (repository) => {
      const before = await repository.read(file);
      await edit(repository, 'status: pending', 'status: completed');
      const shown = await repository.json(['task', 'show', '1']);
      assert.deepEqual(
        shown.data.task.problems.map(({ code, line }: { code: string; line: number }) => [code, line]),
        [['status_edited', 2]],
      );
      const fixed = await repository.json(['health', '--fix', 'status_edited']);
      assert.equal(fixed.data.fixed.length, 1, JSON.stringify(fixed.data));
      assert.equal(await repository.read(file), before);
      const after = await repository.json(['task', 'show', '1']);
      assert.deepEqual(after.data.task.problems, []);
    });
  });

  test('a status changed by hand that is allowed stands, and is on record', async () => {
    await withTask(async (repository) => {
      await edit(repository, 'status: pending', 'status: in_progress');
      const shown = await repository.json(['task', 'show', '1']);
      assert.deepEqual([shown.data.task.status, shown.data.task.problems], ['in_progress', []]);
      assert.match(
        await readFile(await segmentOf(repository), 'utf8'),
        /"type":"status\.start".*"edited":true/,
      );
    });
  });

  test('a fix that somebody wrote over since is not undone', async () => {
    await withTask(async (repository) => {
      await edit(repository, '"overall_progress": "0%"', '"overall_progress": "50%"');
      await repository.json(['health', '--fix']);
      const theirs = await edit(repository, 'One', 'Another');
      const refused = await repository.json(['health', '--undo', '1']);
      assert.deepEqual([refused.code, refused.error.code, refused.error.details], [1, 'conflict', [file]]);
      assert.equal(await repository.read(file), theirs);
    });
  });

  test('words that make no sense are refused', async () => {
    await withTask(async (repository) => {
      const both = await repository.json(['health', '--fix', '--undo', '1']);
      assert.deepEqual([both.code, both.error.code], [2, 'usage']);
      const unknown = await repository.json(['health', '--fix', 'everything']);
      assert.deepEqual([unknown.code, unknown.error.code], [1, 'invalid_input']);
      const missing = await repository.json(['health', '--undo', '7']);
      assert.deepEqual([missing.code, missing.error.code], [1, 'not_found']);
    });
  });

  test('what a crash leaves behind in the runtime folder is put aside', async () => {
    await withTask(async (repository) => {
      await repository.write('.baton/sessions/half.json', '{"schema":1,"id":');
      await repository.write('.baton/packets/11111111-dead.md', 'A packet');
      const { data } = await repository.json(['health', '--fix']);
      const fixed = data.fixed.map((one: { finding: { rule: string } }) => one.finding.rule);
      assert.ok(
        fixed.includes('session_unreadable') && fixed.includes('packet_orphaned'),
        JSON.stringify(data),
      );
      assert.deepEqual((await readdir(join(repository.root, '.baton/quarantine'))).length, fixed.length);
    });
  });
});

suite('baton log', () => {
  test('a sound log verifies, a damaged one is told with its line and fails', async () => {
    await withTask(async (repository) => {
      const sound = await repository.json(['log', 'verify']);
      assert.deepEqual([sound.code, sound.data.sound, sound.data.records > 0], [0, true, true]);
      await appendFile(await segmentOf(repository), 'scribble\n');
      const damaged = await repository.json(['log', 'verify']);
      assert.deepEqual([damaged.code, damaged.data.sound], [1, false]);
      const [segment] = damaged.data.segments;
      assert.equal(segment.damaged.length, 1);
      assert.ok(segment.damaged[0].line > 1);
      const text = await repository.baton(['log', 'verify']);
      assert.match(text.stdout, /line \d+: damaged, 9 bytes/);
    });
  });

  test('replay puts damage aside, says so, and has nothing to do the second time', async () => {
    await withTask(async (repository) => {
      await appendFile(await segmentOf(repository), 'scribble\n');
      const first = await repository.json(['log', 'replay']);
      assert.deepEqual([first.code, first.data.quarantined], [0, 1]);
      const second = await repository.json(['log', 'replay']);
      assert.deepEqual(second.data, {
        applied: [],
        done: [],
        conflicts: [],
        earlierConflicts: [],
        quarantined: 0,
      });
      assert.equal((await repository.json(['log', 'verify'])).data.sound, true);
    });
  });
});
