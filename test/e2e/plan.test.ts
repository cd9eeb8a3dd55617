/** Planning from the command line: shown, written to be edited, accepted; and what judges a feature. Issues 6 and 7. */
import { strict as assert } from 'node:assert';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withRepository } from './support/with-repository';

const prd =
  '# Photos\n\n## Upload\nJPEG only.\n\n- [ ] Large files are refused\n\n## Albums\n- Share by link\n';

suite('baton plan', () => {
  test('shows the plan of a goal at once and writes nothing', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      const { data } = await repository.json(['plan', 'Build the page; write its tests']);
      assert.deepEqual(
        data.plan.tasks.map((task: { key: string; title: string; dependsOn: string[] }) => [
          task.key,
          task.title,
          task.dependsOn.join(),
        ]),
        [
          ['T1', 'Build the page', ''],
          ['T2', 'Write its tests', 'T1'],
        ],
      );
      assert.deepEqual(await readdir(join(repository.root, 'task-states')), []);
      const { stdout } = await repository.baton(['plan', 'Build', 'the', 'page']);
      assert.match(stdout, /T1 {2}Build the page\n\nNothing is created yet/);
    });
  });

  test('writes a document as a plan to edit, checks it and creates its tasks', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      await repository.write('prd.md', prd);
      await repository.json(['plan', '--prd', 'prd.md', '--out', 'plan.md']);
      const text = await readFile(join(repository.root, 'plan.md'), 'utf8');
      await repository.write('plan.md', text.replace('**Depends on:** T1', '**Depends on:** T3'));
      const refused = await repository.baton(['plan', 'accept', 'plan.md']);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /There is no T3 in this plan/);
      assert.equal((await repository.baton(['plan', 'check', 'plan.md'])).code, 1);
      assert.deepEqual(await readdir(join(repository.root, 'task-states')), []);

      await repository.write('plan.md', text.replace('## T1: Upload', '## T1: Upload photos'));
      assert.equal((await repository.baton(['plan', 'check', 'plan.md'])).code, 0);
      const { data } = await repository.json(['plan', 'accept', 'plan.md']);
      assert.deepEqual(
        data.plan.tasks.map(({ key, id }: { key: string; id: string }) => `${key}=${id}`),
        ['T1=1', 'T2=2'],
      );
      const whole = (await repository.json(['task', 'show', '2'])).data.task;
      assert.deepEqual(whole.dependsOn, ['1']);
      assert.equal(whole.context.prd, '../prd.md');
      assert.equal(whole.context.epic, 'Photos');
      assert.deepEqual(
        whole.features.map(({ id }: { id: string }) => id),
        ['share-by-link'],
      );
      const plans = await readdir(join(repository.root, '.baton/memory/plans'));
      assert.deepEqual(plans, [`${data.plan.id}.json`]);
      const again = await repository.baton(['plan', '--prd', 'prd.md', '--out', 'plan.md']);
      assert.match(again.stderr, /plan\.md is there already/);
    });
  });

  test('creates at once when asked to', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      const { data } = await repository.json(['plan', '1. One\n2. Two', '--accept']);
      assert.deepEqual(
        data.tasks.map(({ id, title }: { id: string; title: string }) => `#${id} ${title}`),
        ['#1 One', '#2 Two'],
      );
    });
  });
});

suite('baton evolve', () => {
  test('computes the score, and writes a template once', async () => {
    await withRepository(async (repository) => {
      await repository.json(['init']);
      const scores = [
        '--high-frequency',
        '8',
        '--failure-reduction',
        '8',
        '--user-burden',
        '6',
        '--self-cost',
        '6',
      ];
      const { data } = await repository.json(['evolve', 'score', ...scores]);
      assert.equal(data.line, 'VFM score: 72/100');
      assert.equal(data.passes, true);
      assert.equal((await repository.baton(['evolve', 'score', ...scores, '--self-cost', '11'])).code, 1);
      await repository.json(['evolve', 'template', '--to', '.github/EVOLUTION.md']);
      const written = await readFile(join(repository.root, '.github/EVOLUTION.md'), 'utf8');
      assert.match(written, /\| High Frequency \| 3 \|/);
      assert.equal((await repository.baton(['evolve', 'template', '--to', '.github/EVOLUTION.md'])).code, 1);
    });
  });
});
