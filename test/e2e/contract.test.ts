/** The contract that agents and scripts rely on: one JSON document, exit codes, and words for people. */
import { strict as assert } from 'node:assert';
import { withRepository } from './support/with-repository';

suite('the command line keeps its contract', () => {
  test('every kind of answer with --json is exactly one document, with the exit code that fits', async () => {
    await withRepository(async (repository) => {
      const calls: readonly (readonly [readonly string[], number, string | null])[] = [
        [['task', 'list'], 1, 'not_initialized'],
        [['init'], 0, null],
        [['task', 'list'], 0, null],
        [['task', 'create'], 2, 'usage'],
        [['task', 'create', '--title', 'One'], 0, null],
        [['task', 'create', '--title', 'Two', '--id', '../x'], 1, 'invalid_input'],
        [['task', 'create', '--title', 'Two', '--id', '1'], 1, 'exists'],
        [['task', 'create', '--title', 'Two', '--depends-on', '99'], 1, 'not_found'],
        [['task', 'show', '99'], 1, 'not_found'],
        [['task', 'status', '1', 'explode'], 2, 'usage'],
        [['task', 'status', '1', 'unblock'], 1, 'transition_refused'],
        [['feature', 'pass', '1', 'nothing'], 1, 'not_found'],
        [['progress', '1'], 1, 'invalid_input'],
        [['finalize', '1', '--summary', 'Done', '--force'], 1, 'invalid_input'],
        [['packet', '1', '--budget', '3'], 2, 'usage'],
        [['nonsense'], 2, 'usage'],
        [['status'], 0, null],
        [['agents'], 0, null],
        [['session', 'list'], 0, null],
        [['--help'], 0, null],
      ];
      for (const [args, code, error] of calls) {
        const answer = await repository.json(args);
        assert.deepEqual(
          [args.join(' '), answer.code, answer.error?.code ?? null],
          [args.join(' '), code, error],
        );
        assert.equal(answer.ok, code === 0);
      }
    });
  });

  test('a refused transition says what is allowed', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json(['task', 'create', '--title', 'One', '--criterion', 'c']);
      const refused = await repository.json(['task', 'status', '1', 'answer']);
      assert.ok(refused.error.allowed.includes('block'), JSON.stringify(refused.error));
    });
  });

  test('where a task belongs and who works on it can be set, cleared, and is kept to the byte around it', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json(['task', 'create', '--title', 'One', '--agent', 'claude', '--epic', 'Auth']);
      const file = 'task-states/task-1-state.md';
      const before = await repository.read(file);
      const set = await repository.json(['task', 'set', '1', '--agent', 'codex', '--prd', 'docs/auth.md']);
      assert.equal(set.data.task.agent, 'codex');
      const { context, agent } = (await repository.json(['task', 'show', '1'])).data.task;
      assert.deepEqual([agent, context.epic, context.prd], ['codex', 'Auth', 'docs/auth.md']);
      assert.deepEqual(
        (await repository.read(file)).split('\n').filter((line) => !before.split('\n').includes(line)),
        ['**PRD:** docs/auth.md', '**Agent:** codex'],
      );
      assert.equal((await repository.json(['task', 'set', '1', '--agent', ''])).data.task.agent, null);
      assert.equal((await repository.json(['task', 'set', '1'])).error.code, 'invalid_input');
      assert.equal((await repository.json(['task', 'set', '9', '--agent', 'x'])).error.code, 'not_found');
      const text = 'One\n## 3. Feature Checklist';
      const lines = await repository.json(['task', 'set', '1', '--epic', text]);
      assert.equal(lines.data.task.epic, 'One ## 3. Feature Checklist', 'one line stays one line');
    });
  });

  test('what a task builds on can be changed, and a circle is refused with the way it goes', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      for (const title of ['One', 'Two', 'Three'])
        await repository.json(['task', 'create', '--title', title]);
      const set = (...args: string[]) => repository.json(['task', 'set', ...args]);
      assert.deepEqual((await set('2', '--depends-on', '1', '--epic', 'Auth')).data.task.dependsOn, ['1']);
      assert.deepEqual((await set('3', '--depends-on', '#1,2')).data.task.dependsOn, ['1', '2']);
      const { error } = await set('1', '--depends-on', '3');
      assert.equal(error.code, 'cycle');
      assert.match(error.message, /#1 feeds #3/);
      assert.deepEqual((await set('3', '--depends-on', '')).data.task.dependsOn, []);
      assert.equal((await repository.json(['task', 'show', '2'])).data.task.epic, 'Auth');
    });
  });

  test('without --json the answer is text and failures go to standard error', async () => {
    await withRepository(async (repository) => {
      const refused = await repository.baton(['task', 'list']);
      assert.equal(refused.code, 1);
      assert.equal(refused.stdout, '');
      assert.match(refused.stderr, /baton init/);
      await repository.baton(['init']);
      await repository.baton(['task', 'create', '--title', 'Name; $(touch injected) `id`']);
      const listed = await repository.baton(['task', 'list']);
      assert.equal(listed.code, 0);
      assert.match(listed.stdout, /^#1 {2}Name; \$\(touch injected\) `id`/);
    });
  });

  test('a reader that closes the pipe early is no failure', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json(['task', 'create', '--title', 'One']);
      const listing = repository.start(['task', 'list', '--json']);
      listing.child.stdout?.destroy();
      const { code, stderr } = await listing.ended;
      assert.deepEqual([code, stderr], [0, '']);
    });
  });

  test('a broken config is reported, and no task is lost to it', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.json(['task', 'create', '--title', 'One']);
      await repository.write('.baton/config.json', '{ "tasks": { "folder": "../outside" } }');
      const listed = await repository.baton(['task', 'list', '--json']);
      assert.equal(JSON.parse(listed.stdout).data.tasks.length, 1);
      assert.match(listed.stderr, /config\.json/);
      assert.equal(await repository.read('.baton/config.json'), '{ "tasks": { "folder": "../outside" } }');
    });
  });
});
