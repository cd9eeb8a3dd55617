// A plan as a text that people and agents edit: what is written reads back, and what cannot be accepted says where.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Plan, planLimits } from '../../../../src/core/model/plan';
import { featureId, normalPlan } from '../../../../src/core/planner/normal-plan';
import { planText } from '../../../../src/core/planner/plan-text';
import { readPlan } from '../../../../src/core/planner/read-plan';

/** The same runs every time; `RUNS` and `SEED` explore further. */
const runs = {
  numRuns: Number(process.env['RUNS'] ?? 200),
  seed: Number(process.env['SEED'] ?? 20261121),
};

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '# x',
    '- [ ] x',
    '`id`: y',
    '[x] z',
    '1. a',
    '```',
    '<b>',
    '\\',
    '\\#',
    'T2: x',
    'a  #',
    '---',
    '**PRD:** q',
  ),
);
const body = fc
  .array(
    fc.oneof(
      line,
      fc.constantFrom(
        '### Features',
        '### Acceptance Criteria',
        '## T9: no',
        '# T',
        '**Depends on:** T1',
        '~~~',
        '  - n',
        '==',
      ),
    ),
    { maxLength: 8 },
  )
  .map((lines) => lines.join('\n'));
const title = line.map((text) => normalPlanTitle(text));
const feature = fc.record({
  id: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}$/),
  description: line,
  steps: fc.array(line, { maxLength: 3 }),
});

function normalPlanTitle(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain === '' ? 'Some title' : plain;
}

const plans: fc.Arbitrary<Plan> = fc
  .array(
    fc.record({
      title,
      description: body,
      criteria: fc.array(line, { maxLength: 3 }),
      features: fc.uniqueArray(feature, { maxLength: 3, selector: ({ id }) => id }),
      upstream: fc.array(fc.nat(), { maxLength: 2 }),
      existing: fc.constantFrom([], ['#100'], ['#a.b-1', '#2']),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((tasks) =>
    fc.record({ title, goal: body, prd: line, epic: line }).map((head) => ({
      ...head,
      tasks: tasks.map(({ upstream, existing, ...task }, at) => ({
        ...task,
        key: `T${at + 1}`,
        dependsOn: [
          ...new Set([...(at === 0 ? [] : upstream.map((one) => `T${(one % at) + 1}`)), ...existing]),
        ],
      })),
    })),
  );

suite('the text of a plan', () => {
  test('gives the plan back, whatever it holds', () => {
    fc.assert(
      fc.property(plans, fc.constantFrom('\n', '\r\n'), (plan, lineEnd) => {
        const read = readPlan(planText(plan).replaceAll('\n', lineEnd));
        assert.deepEqual(read.problems, []);
        assert.deepEqual(read.plan, normalPlan(plan));
      }),
      runs,
    );
  });

  test('reads whatever is typed into it without failing, and names places in the text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(line, body), { maxLength: 12 }), (lines) => {
        const text = lines.join('\n');
        for (const { range, line: at } of readPlan(text).problems) {
          assert.ok(range.start >= 0 && range.start <= range.end && range.end <= text.length);
          assert.ok(at >= 1 && at <= text.split('\n').length);
        }
      }),
    );
  });
});

const sample = planText({
  title: 'Login',
  goal: 'People log in.',
  prd: '',
  epic: '',
  tasks: [
    {
      key: 'T1',
      title: 'Schema',
      description: 'Tables.',
      criteria: ['It migrates'],
      features: [],
      dependsOn: [],
    },
    {
      key: 'T2',
      title: 'Page',
      description: '',
      criteria: [],
      features: [{ id: 'form', description: 'A form', steps: ['open it'] }],
      dependsOn: ['T1', '#100'],
    },
  ],
});

suite('a plan that was edited', () => {
  const edited = (from: string | RegExp, to: string) => {
    assert.notEqual(sample.replace(from, to), sample);
    return readPlan(sample.replace(from, to));
  };
  const codes = (from: string | RegExp, to: string) => edited(from, to).problems.map(({ code }) => code);

  test('looks as people would write it', () => {
    assert.match(
      sample,
      /\n## T2: Page\n\n\*\*Depends on:\*\* T1, #100\n\n### Features\n- `form`: A form\n {2}- open it\n$/,
    );
  });

  test('takes other titles, order, criteria, dependencies, and tasks without a key', () => {
    const { plan, problems } = edited(
      /## T2[\s\S]*$/,
      '## Write docs\n\n### Criteria\n* They are read\n\nAnd more.\n\n## t2 - Page\ndepends on: t3\n',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      plan.tasks.map(({ key, title, dependsOn, description }) => [key, title, dependsOn.join(), description]),
      [
        ['T1', 'Schema', '', 'Tables.'],
        ['T3', 'Write docs', '', 'And more.'],
        ['T2', 'Page', 'T3', ''],
      ],
    );
    assert.deepEqual(plan.tasks[1]?.criteria, ['They are read']);
  });

  test('depends on what a line of it names, wherever that stands and wrapped or not', () => {
    for (const below of [
      'Tables.\n\n**Depends on:** T2, #100',
      'Tables.\n**Depends on:** T2, #100',
      '**Depends on:** T2,\n#100\nTables.',
      '**Depends on:** T2\n  and #100\n\nTables.',
      '**Depends on:**\nT2, #100\n\nTables.',
      'Tables.\n\n### Features\n- `one`: One\n\n**Depends on:** T2, #100',
    ]) {
      const text = sample
        .replace('**Depends on:** nothing\n\nTables.', below)
        .replace('**Depends on:** T1, #100', '');
      for (const written of [text, text.replaceAll('\n', '\r\n')]) {
        const { plan, problems } = readPlan(written);
        assert.deepEqual(problems, [], below);
        const [task] = plan.tasks;
        assert.deepEqual([task?.dependsOn, task?.description], [['T2', '#100'], 'Tables.'], below);
      }
    }
  });

  test('depends on the first line that says so, and what goes on below it is text', () => {
    const { plan, problems } = edited(
      'Tables.',
      '**Depends on:** T9\n\n```\n**Depends on:** T8\n```\n\nTables.',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(plan.tasks[0]?.dependsOn, []);
    assert.match(plan.tasks[0]?.description ?? '', /T9[\s\S]*T8[\s\S]*Tables/);
    const { tasks } = edited('** nothing\n\nTables.', '** #7\n#100 made the tables.').plan;
    assert.deepEqual([tasks[0]?.dependsOn, tasks[0]?.description], [['#7'], '#100 made the tables.']);
  });

  test('names a wrong reference at its place, also on a line below', () => {
    const text = sample.replace('T1, #100', 'T1,\n  Schema, T9');
    assert.deepEqual(
      readPlan(text).problems.map(({ code, range, line: at }) => [
        code,
        text.slice(range.start, range.end),
        at,
      ]),
      [
        ['plan.no-reference', 'Schema', text.slice(0, text.indexOf('  Schema')).split('\n').length],
        ['plan.unknown-task', 'T9', text.slice(0, text.indexOf('  Schema')).split('\n').length],
      ],
    );
  });

  test('features without an id get one of their words', () => {
    assert.deepEqual(edited('`form`: A form', 'A form').plan.tasks[1]?.features[0]?.id, 'a-form');
  });

  test('says what keeps it from being accepted', () => {
    assert.deepEqual(codes(/## T1[\s\S]*/, ''), ['plan.no-tasks']);
    assert.deepEqual(codes('## T2: Page', '## T2:'), ['plan.no-title']);
    assert.deepEqual(codes('## T2: Page', '## T1: Page'), ['plan.cycle', 'plan.repeated-key', 'plan.cycle']);
    assert.deepEqual(codes('T1, #100', 'T7'), ['plan.unknown-task']);
    assert.deepEqual(codes('T1, #100', 'Schema'), ['plan.no-reference']);
    assert.deepEqual(codes('T1, #100', 'T2'), ['plan.cycle']);
    assert.deepEqual(codes('** nothing', '** T2'), ['plan.cycle', 'plan.cycle']);
    assert.deepEqual(codes('Page', 'x'.repeat(planLimits.title + 1)), ['plan.long-title']);
    assert.deepEqual(codes('- `form`: A form', '- `form`: A form\n- `form`: Another'), [
      'plan.repeated-feature',
    ]);
    assert.deepEqual(codes('Tables.', 'x'.repeat(planLimits.description + 1)), ['plan.long-text']);
  });

  test('points at the very words', () => {
    const text = sample.replace('T1, #100', 'T1, Tx, #100');
    const [problem] = readPlan(text).problems;
    assert.equal(text.slice(problem?.range.start, problem?.range.end), 'Tx');
    assert.equal(text.split('\n')[(problem?.line ?? 0) - 1], '**Depends on:** T1, Tx, #100');
  });

  test('lists and headings in code are text', () => {
    const { plan, problems } = edited('Tables.', '```\n## T9: no\n- [ ] no\n```');
    assert.deepEqual(problems, []);
    assert.equal(plan.tasks.length, 2);
    assert.deepEqual(plan.tasks[0]?.criteria, ['It migrates']);
  });
});

suite('a hostile text', () => {
  test('of many tasks, or too long, is refused without being looked at closely', () => {
    const many = Array.from(
      { length: 20_000 },
      (_, at) => `## T${at + 1}: t\n**Depends on:** T${at + 2}\n`,
    ).join('\n');
    assert.deepEqual(
      [...new Set(readPlan(many.slice(0, planLimits.document)).problems.map(({ code }) => code))].includes(
        'plan.too-many-tasks',
      ),
      true,
    );
    assert.deepEqual(
      readPlan('x'.repeat(planLimits.document + 1)).problems.map(({ code }) => code),
      ['plan.long-text'],
    );
  });

  test('of many features whose words make one id gives each the next number, without counting from the start', () => {
    let looks = 0;
    class Watched extends Map<string, number> {
      override has(id: string): boolean {
        looks++;
        return super.has(id);
      }
    }
    const taken = new Watched([['feature-3', 2]]);
    const ids = Array.from({ length: 2000 }, () => featureId('ж', taken));
    assert.deepEqual(ids.slice(0, 4), ['feature', 'feature-2', 'feature-4', 'feature-5']);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(looks <= 3 * ids.length, `${looks} looks`);
  });
});
