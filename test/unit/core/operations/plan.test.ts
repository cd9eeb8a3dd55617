// Proposing writes nothing; accepting creates the tasks of a plan in order, keeps the plan, and says what exists when it fails.
import assert from 'node:assert/strict';
import { BatonError, isBatonError } from '../../../../src/core/base/baton-error';
import { decodeUtf8 } from '../../../../src/core/base/utf8';
import { type AcceptedPlan, acceptPlan, acceptPlanText } from '../../../../src/core/operations/accept-plan';
import { changeStatus } from '../../../../src/core/operations/change-status';
import { createTask } from '../../../../src/core/operations/create-task';
import { createPlanningTask, planFile } from '../../../../src/core/operations/plan-with-agent';
import { proposeFirstPlan, proposePlan } from '../../../../src/core/operations/propose-plan';
import { showTask } from '../../../../src/core/operations/show-task';
import { readPlan } from '../../../../src/core/planner/read-plan';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';

const plansFolder = `${root}/.baton/memory/plans`;

const prd = `# User Authentication

## Database schema
Users.

- Email is unique

## JWT service
Tokens.

### Acceptance criteria
- [ ] Tokens expire
`;

suite('a proposed plan', () => {
  test('writes nothing, and names its document as a state file does', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const before = ports.fs.paths();
    const { plan, text } = await proposePlan(workspace, { prd: { path: `${root}/docs/auth.md`, text: prd } });
    assert.equal(plan.prd, '../docs/auth.md');
    assert.deepEqual(readPlan(text).plan, plan);
    const elsewhere = await proposePlan(workspace, { prd: { path: '/home/ada/private/auth.md', text: prd } });
    assert.equal(elsewhere.plan.prd, 'auth.md');
    assert.deepEqual(ports.fs.paths(), before);
  });

  test('is made the same way where Baton is not set up yet', async () => {
    const { workspace } = await memoryWorkspace();
    const source = { prd: { path: `${root}/docs/auth.md`, text: `${prd}\nDepends on: #7\n` } };
    const { text } = await proposePlan(workspace, source);
    assert.equal(proposeFirstPlan(root, source).text, text);
  });

  test('depends only on tasks that exist', async () => {
    const { workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'Old', id: '7' });
    const { plan, notices } = await proposePlan(workspace, { goal: '- New\n  - depends on: #7, #4711' });
    assert.deepEqual(plan.tasks[0]?.dependsOn, ['#7']);
    assert.equal(notices.length, 1);
  });

  test('is not made where the agent runtime is switched off', async () => {
    const { ports } = await memoryWorkspace();
    const workspace = await openMemory(ports, { off: ['agentRuntime'] });
    await assert.rejects(proposePlan(workspace, { goal: 'x' }), (error) =>
      isBatonError(error, 'switched_off'),
    );
  });
});

suite('an accepted plan', () => {
  test('becomes tasks in order of what they need, with criteria, features, epic and document', async () => {
    const { workspace } = await memoryWorkspace();
    await createTask(workspace, { title: 'Old', id: '1' });
    const { text } = await proposePlan(workspace, { prd: { path: `${root}/docs/auth.md`, text: prd } });
    const edited = text
      .replace('**Depends on:** nothing', '**Depends on:** T3, #1')
      .concat('\n## T3: Choose a library\n\n**Depends on:** nothing\n');
    const { tasks, plan } = await acceptPlanText(workspace, edited);
    assert.deepEqual(
      tasks.map(({ id, title, dependsOn }) => [id, title, dependsOn.join()]),
      [
        ['2', 'Choose a library', ''],
        ['3', 'Database schema', '2,1'],
        ['4', 'JWT service', '3'],
      ],
    );
    assert.deepEqual(
      plan.tasks.map(({ key, id }) => `${key}=${id}`),
      ['T3=2', 'T1=3', 'T2=4'],
    );
    const { document } = await showTask(workspace, '4');
    assert.equal(document.context.epic, 'User Authentication');
    assert.equal(document.context.prd, '../docs/auth.md');
    assert.equal(document.context.description, 'Tokens.');
    assert.deepEqual(
      document.criteriaList.map(({ text: words }) => words),
      ['Tokens expire'],
    );
    assert.deepEqual(
      (await showTask(workspace, '3')).document.featureList.map(({ id }) => id),
      ['email-is-unique'],
    );
  });

  test('is kept as a file of its own and in the change log', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const { plan } = await acceptPlan(
      workspace,
      (await proposePlan(workspace, { goal: 'write it; test it' })).plan,
    );
    const kept = ports.fs.paths().filter((path) => path.startsWith(plansFolder) && path.endsWith('.json'));
    assert.deepEqual(kept, [`${plansFolder}/${plan.id}.json`]);
    const text = decodeUtf8((await ports.fs.read(kept[0] ?? '')) ?? new Uint8Array()) ?? '';
    const read = JSON.parse(text) as AcceptedPlan;
    assert.deepEqual(read, plan);
    assert.equal(read.goal, 'write it; test it');
    assert.match(read.id, /^plan-\d{14}-[0-9a-f]{8}$/);
    const { records } = await workspace.store.changeLog.read();
    const events = records.filter(({ record }) => record.type === 'plan.accepted');
    assert.equal(events.length, 1);
    assert.equal(events[0]?.record.task, null);
  });

  test('with problems creates nothing, and names the lines', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const { text } = await proposePlan(workspace, { goal: '1. One\n2. Two' });
    const before = ports.fs.paths();
    await assert.rejects(acceptPlanText(workspace, text.replace('on:** T1', 'on:** T9')), (error) => {
      assert.ok(isBatonError(error, 'invalid_input'));
      assert.match(error.details?.join() ?? '', /line \d+: There is no T9/);
      return true;
    });
    await assert.rejects(acceptPlanText(workspace, text.replace('on:** T1', 'on:** #99')), (error) =>
      isBatonError(error, 'not_found'),
    );
    assert.deepEqual(ports.fs.paths(), before);
  });

  test('makes no task a second time, until it is finished or goes by another title', async () => {
    const { workspace } = await memoryWorkspace();
    const { text } = await proposePlan(workspace, { goal: '1. One\n2. Two' });
    await acceptPlanText(workspace, text);
    const again = async (edited: string) => {
      await assert.rejects(acceptPlanText(workspace, edited), (error) => {
        assert.ok(isBatonError(error, 'exists'));
        assert.deepEqual(error.details, ['#2 Two']);
        return true;
      });
    };
    await assert.rejects(acceptPlanText(workspace, text), (error) => {
      assert.ok(isBatonError(error, 'exists'));
      assert.deepEqual(error.details, ['#1 One', '#2 Two']);
      return true;
    });
    await again(text.replace('T1: One', 'T1: Another'));
    await changeStatus(workspace, '1', 'cancel', { reason: 'not wanted' });
    await again(text);
    assert.equal(workspace.store.tasks().length, 2);
    await changeStatus(workspace, '2', 'cancel', { reason: 'not wanted' });
    assert.equal((await acceptPlanText(workspace, text)).tasks.length, 2);
    await assert.rejects(acceptPlanText(workspace, text), (error) => isBatonError(error, 'exists'));
    const other = text.replace(/^# Plan: .*$/m, '# Plan: Another release');
    assert.equal((await acceptPlanText(workspace, other)).tasks.length, 2);
  });

  test('is not kept from being made by kept plans that make no sense', async () => {
    const { workspace, ports } = await memoryWorkspace();
    const { text, plan } = await proposePlan(workspace, { goal: '1. One\n2. Two' });
    const tasks = [null, 'One', { id: '../x', title: 'One' }, { id: '7', title: 'One' }, { id: '1' }];
    for (const [name, kept] of [
      ['a.json', '{'],
      ['b.json', 'null'],
      ['c.json', JSON.stringify({ title: plan.title, tasks: 'none' })],
      ['d.json', JSON.stringify({ title: plan.title, tasks })],
      ['e.md', 'notes'],
    ] as const) {
      ports.fs.put(`${plansFolder}/${name}`, kept);
    }
    assert.equal((await acceptPlanText(workspace, text)).tasks.length, 2);
  });

  test('that fails between two tasks says which exist and which do not', async () => {
    const { workspace } = await memoryWorkspace();
    const { plan } = await proposePlan(workspace, { goal: '1. One\n2. Two\n3. Three' });
    const create = workspace.store.create.bind(workspace.store);
    let calls = 0;
    workspace.store.create = (...call) => {
      calls += 1;
      if (calls === 3) throw new BatonError('io_failed', 'The disk is full');
      return create(...call);
    };
    await assert.rejects(acceptPlan(workspace, plan), (error) => {
      assert.ok(isBatonError(error, 'io_failed'));
      assert.equal(error.message, 'Only 2 of 3 tasks were created: The disk is full');
      assert.deepEqual(error.details, [
        'created: #1 One (T1)',
        'created: #2 Two (T2)',
        'not created: Three (T3)',
      ]);
      return true;
    });
    assert.deepEqual((await showTask(workspace, '2')).dependsOn, ['1']);
  });
});

suite('planning by an agent', () => {
  test('is a task like any other, with the draft in a block that its text cannot leave', async () => {
    const { workspace } = await memoryWorkspace();
    const goal = 'Do this:\n\n````\n```\n# no\n```\n````\n\n- One\n- Two';
    const { id } = await createPlanningTask(workspace, { goal }, 'claude');
    const { document, agent } = await showTask(workspace, id);
    assert.equal(agent, 'claude');
    assert.ok(document.context.description.includes(`baton plan accept ${planFile}`));
    assert.ok(document.context.description.includes('\n## T2: Two\n'));
    assert.deepEqual(document.problems, []);
    assert.equal(document.criteriaList.length, 2);
  });
});
