// A goal or a document becomes a plan by its own words: requirements 001-5, 001-46.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isBatonError } from '../../../../src/core/base/baton-error';
import { type Plan, planLimits } from '../../../../src/core/model/plan';
import { inDependencyOrder } from '../../../../src/core/planner/plan-findings';
import { planText } from '../../../../src/core/planner/plan-text';
import { planDocument, planGoal } from '../../../../src/core/planner/propose-plan';
import { readPlan } from '../../../../src/core/planner/read-plan';

const titles = ({ tasks }: Plan) => tasks.map(({ title }) => title);
const links = ({ tasks }: Plan) => tasks.map(({ dependsOn }) => dependsOn.join(' '));
const goal = (text: string) => planGoal(text).plan;
const prd = (text: string) => planDocument(text, { prd: '../docs/prd.md', name: 'prd' }).plan;

suite('a goal becomes tasks', () => {
  for (const [text, expected] of [
    ['1. Schema\n2. API\n3. Page', ['Schema', 'API', 'Page']],
    ['Build it:\n- schema work\n- the page', ['Schema work', 'The page']],
    ['write the schema; build the API; add tests', ['Write the schema', 'Build the API', 'Add tests']],
    ['write the schema\nbuild the API', ['Write the schema', 'Build the API']],
    ['Build a login page and write its tests', ['Build a login page', 'Write its tests']],
    ['Write the schema. Then build the API.', ['Write the schema', 'Build the API']],
    ['Migrate the database, then remove the old columns', ['Migrate the database', 'Remove the old columns']],
    ['First write the schema, then build the API', ['Write the schema', 'Build the API']],
    ['First, write the schema; next: build the API', ['Write the schema', 'Build the API']],
    [
      'First aid kit; next release notes; finally test it',
      ['First aid kit', 'Next release notes', 'Test it'],
    ],
    ['Search and replace', ['Search and replace']],
    ['Add the "Save and close" button', ['Add the "Save and close" button']],
    ['Deploy', ['Deploy']],
  ] as const) {
    test(JSON.stringify(text), () => assert.deepEqual(titles(goal(text)), expected));
  }

  test('a numbered list and prose are in order, bullets are not', () => {
    assert.deepEqual(links(goal('1. Schema\n2. API\n3. Page')), ['', 'T1', 'T2']);
    assert.deepEqual(links(goal('write the schema; build the API')), ['', 'T1']);
    assert.deepEqual(links(goal('- Schema\n- API\n- Page')), ['', '', '']);
  });

  test('words that say what depends on what are heard, by number, title and id', () => {
    assert.deepEqual(links(goal('- Page (after API)\n- API (depends on: 2)\n- Schema')), ['T2', '', '']);
    assert.deepEqual(links(goal('- Page\n  - depends on: the schema, #100\n- Database schema')), [
      'T2 #100',
      '',
    ]);
    assert.deepEqual(links(goal('1. Schema\n2. Docs\n   - depends on: nothing')), ['', '']);
  });

  test('what would close a circle is left out, and said', () => {
    const { plan, notices } = planGoal('- Page (after API)\n- API (after Page)');
    assert.deepEqual(links(plan), ['T2', '']);
    assert.equal(notices.length, 1);
  });

  test(`prose makes at most ${planLimits.tasksOfProse} tasks, and every part is still there`, () => {
    const parts = Array.from({ length: 12 }, (_, at) => `part number ${at}`);
    const plan = goal(parts.join('; '));
    assert.equal(plan.tasks.length, planLimits.tasksOfProse);
    assert.deepEqual(
      plan.tasks.flatMap(({ criteria }) => criteria),
      parts,
    );
  });

  test('nested items are features with ids of their own', () => {
    const [task] = goal(
      '1. Login page\n   - Refuses an empty password\n   - Refuses an empty password',
    ).tasks;
    assert.deepEqual(
      task?.features.map(({ id }) => id),
      ['refuses-an-empty-password', 'refuses-an-empty-password-2'],
    );
  });

  test('an item that says nothing is no task', () => {
    for (const empty of ['-', '- [ ]', '- ']) {
      const plan = goal(`- Schema\n${empty}\n- API`);
      assert.deepEqual(titles(plan), ['Schema', 'API']);
      assert.deepEqual(readPlan(planText(plan)).problems, []);
    }
    assert.deepEqual(titles(goal('- Schema\n- [ ]\n  - nested\n- API')), ['Schema', 'Nested', 'API']);
  });

  test('a list in code is none', () => {
    assert.deepEqual(titles(goal('Fix the parser\n\n```\n1. not a task\n2. neither\n```')).length > 0, true);
    assert.equal(
      goal('Fix the parser.\n\n```\n- not a task\n```').tasks.some(({ title }) => title === 'Not a task'),
      false,
    );
  });

  test('blank and huge goals are refused in words', () => {
    assert.throws(
      () => planGoal(' \n '),
      (error) => isBatonError(error, 'invalid_input'),
    );
    assert.throws(
      () => planGoal('x'.repeat(planLimits.goal + 1)),
      (error) => isBatonError(error, 'too_large'),
    );
    const items = Array.from({ length: planLimits.tasks + 1 }, (_, at) => `- t${at}`).join('\n');
    assert.throws(
      () => planGoal(items),
      (error) => isBatonError(error, 'too_large'),
    );
  });
});

const sample = `---
owner: us
---
# PRD: User Authentication

## Overview
People log in.

## 1. Database schema
A table of users.

- Email is unique
- Password is hashed
  - with argon2

### Acceptance criteria
- [ ] Migration runs
- [ ] Migration can be undone

## 2. JWT service
\`\`\`
## Not a heading
- not a feature
\`\`\`

**Depends on:** Database schema

### Interface
\`token(user)\`

## 3. Docs
Depends on nothing. Written any time.

### Dependencies
- none

## Out of scope
Single sign-on
`;

suite('a document becomes tasks', () => {
  const plan = prd(sample);

  test('its headings are tasks, its title the epic, what stands beside them the goal', () => {
    assert.equal(plan.title, 'User Authentication');
    assert.equal(plan.epic, 'User Authentication');
    assert.equal(plan.prd, '../docs/prd.md');
    assert.deepEqual(titles(plan), ['Database schema', 'JWT service', 'Docs']);
    assert.match(plan.goal, /^### Overview\n\nPeople log in\.\n\n### Out of scope\n\nSingle sign-on$/);
  });

  test('its lists are features, with their nested items as steps, and criteria', () => {
    const [schema] = plan.tasks;
    assert.deepEqual(schema?.features, [
      { id: 'email-is-unique', description: 'Email is unique', steps: [] },
      { id: 'password-is-hashed', description: 'Password is hashed', steps: ['with argon2'] },
    ]);
    assert.deepEqual(schema?.criteria, ['Migration runs', 'Migration can be undone']);
    assert.equal(schema?.description, 'A table of users.');
  });

  test('its other text stays as it is, and code in it makes nothing', () => {
    const jwt = plan.tasks[1];
    assert.match(
      jwt?.description ?? '',
      /^```\n## Not a heading\n- not a feature\n```\n\n#### Interface\n\n`token\(user\)`$/,
    );
    assert.deepEqual(jwt?.features, []);
  });

  test('what depends on what is what it says, else its order', () => {
    assert.deepEqual(links(plan), ['', 'T1', '']);
    assert.deepEqual(links(prd('# P\n\n## A thing\n\nx\n\n## B thing\n\ny')), ['', 'T1']);
  });

  test('what a task needs and is no task stays with it', () => {
    const needs = prd('# P\n\n## Store\n\nRows.\n\n### Prerequisites\n\n- PostgreSQL 15\n- API\n\n## API\n');
    assert.deepEqual(links(needs), ['T2', '']);
    assert.equal(needs.tasks[0]?.description, 'Rows.\n\nDepends on: PostgreSQL 15');
    const [page] = goal('- Page\n  - requires: a licence\n- Docs').tasks;
    assert.equal(page?.description, 'Depends on: a licence');
  });

  test('below "Tasks" every item or sub-heading is one', () => {
    assert.deepEqual(titles(prd('# P\n\n## Goals\n- fame\n\n## Tasks\n1. Schema\n2. API')), [
      'Schema',
      'API',
    ]);
    assert.deepEqual(titles(prd('# P\n\n## User stories\n\n### Log in\n\n- x\n\n### Log out\n')), [
      'Log in',
      'Log out',
    ]);
  });

  test('without headings its list counts, and without a list it is one task', () => {
    assert.deepEqual(titles(prd('- Schema\n- API')), ['Schema', 'API']);
    assert.deepEqual(titles(prd('Only words.')), ['Prd']);
  });

  test('empty and huge documents are refused in words', () => {
    assert.throws(
      () => prd('\n'),
      (error) => isBatonError(error, 'invalid_input'),
    );
    assert.throws(
      () => prd('x'.repeat(planLimits.document + 1)),
      (error) => isBatonError(error, 'too_large'),
    );
    const section = `# P\n\n## A\n\n${'words '.repeat(planLimits.description / 5)}\n\n## B\n\nx\n`;
    assert.throws(
      () => prd(section),
      (error) => isBatonError(error, 'too_large'),
    );
  });
});

/** The same runs every time; `RUNS` and `SEED` explore further. */
const runs = {
  numRuns: Number(process.env['RUNS'] ?? 150),
  seed: Number(process.env['SEED'] ?? 20261121),
};

/** Markdown as people and tools write it, broken as well. */
const piece = fc.oneof(
  fc.constantFrom(
    '# A',
    '## B',
    '### Acceptance criteria',
    '### Features',
    '- x',
    '  - y',
    '1. z',
    '- [ ] c',
    '```',
    '---',
  ),
  fc.constantFrom(
    'depends on task 2',
    'after B',
    '**Depends on:** #1, A',
    '## Tasks',
    '<!-- c -->',
    '<div>',
    '> q',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);
const markdown = fc.array(piece, { maxLength: 25 }).map((lines) => lines.join('\n'));

function proposed(text: string): Plan | undefined {
  try {
    return planDocument(text, { prd: 'p.md', name: 'p' }).plan;
  } catch (error) {
    if (isBatonError(error, 'invalid_input') || isBatonError(error, 'too_large')) return undefined;
    throw error;
  }
}

suite('whatever the text', () => {
  test('the plan is the same each time, without a circle, and can be accepted as it is', () => {
    fc.assert(
      fc.property(fc.oneof(markdown, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const plan = proposed(text);
        if (plan === undefined) return;
        assert.deepEqual(proposed(text), plan);
        assert.equal(inDependencyOrder(plan.tasks).length, plan.tasks.length);
        const again = readPlan(planText(plan));
        assert.deepEqual(again.problems, []);
        assert.deepEqual(again.plan, plan);
      }),
      runs,
    );
  });

  test('no item of a list is lost', () => {
    const words = fc.stringMatching(/^[a-z]{3,8}( [a-z]{3,8}){0,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(words, { minLength: 1, maxLength: 30 }), fc.boolean(), (items, numbered) => {
        const list = items.map((item, at) => `${numbered ? `${at + 1}.` : '-'} ${item}`).join('\n');
        assert.deepEqual(
          titles(goal(list)).map((title) => title.toLowerCase()),
          items,
        );
      }),
    );
  });
});
