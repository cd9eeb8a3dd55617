// What is wrong with the text of a task file: which code, where exactly, and what its quick fixes make of the text.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/base/text-edit';
import { readTaskText } from '../../../../src/core/editing/task-text';
import { fingerprint, type GuardedFeature } from '../../../../src/core/health/checklist-guard';
import { allSafeFixes, type FixFacts, problemFixes } from '../../../../src/core/operations/problem-fixes';
import { asTaskId } from '../../../../src/core/operations/task-id';
import {
  type ProblemFacts,
  type TaskProblemCode,
  taskProblemCodes,
  taskProblems,
} from '../../../../src/core/operations/task-problems';
import type { TaskRecord } from '../../../../src/core/store/task-record';
import { hostileStateFile } from '../../../support/markdown-arbitraries';
import { sample } from '../editing/support';

const [own, upstream, missing] = ['101', '100', '12'].map(asTaskId);
if (own === undefined || upstream === undefined || missing === undefined) throw new Error('no ids');

const recordOf = (text: string): TaskRecord => ({
  id: own,
  path: '/w/task-states/task-101-state.md',
  relativePath: 'task-states/task-101-state.md',
  outline: readTaskText(text).outline,
  ...{ version: 'v', mtimeMs: 0, size: text.length, problems: [], duplicates: [] },
});

const guardedFeature = (id: string, description: string): GuardedFeature => ({
  ...{ id, description, steps: [] },
  fingerprint: fingerprint({ id, description, steps: [] }),
});

interface World {
  /** The hash of what #100 has handed on; undefined while it is not completed. */
  readonly output?: string;
  readonly circle?: boolean;
  readonly guarded?: readonly GuardedFeature[];
}

function factsOf(
  text: string,
  { output = 'abc123', circle = false, guarded = [] }: World = {},
): ProblemFacts {
  return {
    record: recordOf(text),
    fileId: own,
    guarded,
    now: new Date('2026-11-21T12:00:00Z'),
    neighbours: {
      find: (id) =>
        id === upstream
          ? { status: 'completed', output: { hash: output } }
          : id === missing
            ? undefined
            : { status: 'pending', output: undefined },
      circle: (id) => (circle && id === upstream && own ? [own, id] : undefined),
    },
  };
}

const fixFacts = (guarded: readonly GuardedFeature[] = []): FixFacts => ({
  id: own,
  known: [upstream, own, asTaskId('13')],
  guarded,
  inputFrom: (id) =>
    id === upstream ? { from: id, title: 'Database Schema', text: 'New table.', hash: 'new1' } : undefined,
});

function found(text: string, world: World = {}): readonly string[] {
  const problems = taskProblems(readTaskText(text), factsOf(text, world));
  return problems.map(({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`);
}

/** The text after the quick fix of that kind, of the first problem that has one. */
function fixed(text: string, kind: string, world: World = {}): string {
  const task = readTaskText(text);
  const fixes = taskProblems(task, factsOf(text, world)).flatMap((problem) =>
    problemFixes(task, problem, fixFacts(world.guarded)),
  );
  const fix = fixes.find((one) => one.kind === kind);
  assert.ok(fix, `${kind} is offered, not only ${fixes.map((one) => one.kind).join()}`);
  return applyEdits(text, fix.edits);
}

const windows = (text: string) => text.replaceAll('\n', '\r\n');
const without12 = sample.replace('["100", "12"]', '["100"]');
const changed = (...pairs: readonly (readonly [string, string])[]) => {
  let text = without12;
  for (const [before, after] of pairs) {
    assert.ok(text.includes(before), before);
    text = text.replace(before, after);
  }
  return text;
};

suite('problems of a task file', () => {
  test('are none in a file as Baton and agents write it', () => {
    assert.deepEqual(found(without12), []);
    assert.deepEqual(found(windows(without12)), []);
  });

  /** What the text is, what is found in it, and what the quick fix is and makes of it. */
  const table: readonly {
    readonly code: TaskProblemCode;
    readonly text: string;
    readonly at: string;
    readonly world?: World;
    readonly fix?: readonly [kind: string, of: string, becomes: string];
  }[] = [
    {
      code: 'dangling_dependency',
      text: sample,
      at: '12',
      fix: ['use_upstream', '["100", "12"]', '["100", "13"]'],
    },
    {
      code: 'dangling_dependency',
      text: sample,
      at: '12',
      fix: ['remove_upstream', '["100", "12"]', '["100"]'],
    },
    {
      code: 'cyclic_dependency',
      text: without12,
      world: { circle: true },
      at: '100',
      fix: ['remove_upstream', '["100"]', '[]'],
    },
    {
      code: 'stale_input',
      text: without12,
      world: { output: 'new1' },
      at: '#100',
      fix: ['refresh_input', '> Users table, made by #100.', '> New table.'],
    },
    {
      code: 'missing_input',
      text: changed([
        '### From Task #100: Database Schema\n<!-- baton:input from=100 hash=abc123 -->\n> Users table, made by #100.\n',
        '',
      ]),
      at: '100',
      fix: ['refresh_input', '## 2. Chain Inputs', '> New table.'],
    },
    {
      code: 'depends_on_invalid',
      text: changed(['["100"]', '["100", "a b"]']),
      at: 'a b',
      fix: ['remove_invalid', '["100", "a b"]', '["100"]'],
    },
    {
      code: 'status_unknown',
      text: changed(['status: in_progress', 'status: doing']),
      at: 'doing',
      fix: ['set_status', 'status: doing', 'status: in_progress'],
    },
    {
      code: 'overall_progress_wrong',
      text: changed(['"50%"', '"90%"']),
      at: '"90%"',
      fix: ['write_progress', '"90%"', '"50%"'],
    },
    {
      code: 'feature_duplicate',
      text: changed(['"id": "jwt-2"', '"id": "jwt-1"']),
      at: '"jwt-1"',
      fix: [
        'rename_feature',
        '"id": "jwt-1",\n      "description": "Expiry"',
        '"id": "jwt-1-2",\n      "description": "Expiry"',
      ],
    },
    {
      code: 'session_duplicate',
      text: changed([
        '## 5. Git',
        '### Session 1 - 2026-11-21 15:00\n**What I did:**\n- 🚀\tmore\n\n---\n\n## 5. Git',
      ]),
      at: '### Session 1 - 2026-11-21 15:00',
      fix: ['renumber_session', '### Session 1 - 2026-11-21 15:00', '### Session 2 - 2026-11-21 15:00'],
    },
    {
      code: 'section_duplicate',
      text: changed(['## 5. Git', '## Progress Log\n\n## 5. Git']),
      at: '## Progress Log',
      fix: ['rename_section', '## Progress Log\n', '## Progress Log 2\n'],
    },
    {
      code: 'title_missing',
      text: changed(['# Task #101: JWT Service - State\n\n', '']),
      at: '## 1. Static Context',
      fix: ['add_title', '---\n\n## 1. Static', '# Task #101: 101 - State'],
    },
    {
      code: 'id_mismatch',
      text: changed(['# Task #101:', '# Task #102:']),
      at: '102',
      fix: ['use_file_id', '# Task #102:', '# Task #101:'],
    },
    {
      code: 'id_invalid',
      text: changed(['# Task #101:', '# Task #1/1:']),
      at: '# Task #1/1: JWT Service - State',
    },
    {
      code: 'bad_number',
      text: changed(['priority: 2', 'priority: 2\nestimate_minutes: -5']),
      at: '-5',
      fix: ['remove_value', 'estimate_minutes: -5\n', ''],
    },
    {
      code: 'bad_time',
      text: changed(['created: 2026-11-21T07:28:00Z', 'created: 2026-13-45']),
      at: '2026-13-45',
      fix: ['remove_value', 'created: 2026-13-45\n', ''],
    },
    {
      code: 'effort_over_estimate',
      text: changed(['priority: 2', 'estimate_minutes: 5\nspent_minutes: 500']),
      at: '500',
    },
    {
      code: 'recurring_without_goal',
      text: changed(['priority: 2', 'recurs: weekly'], ['**Epic:** Login\n', '']),
      at: 'weekly',
      fix: ['remove_value', 'recurs: weekly\n', ''],
    },
    {
      code: 'blocked_without_reason',
      text: changed(['status: in_progress', 'status: blocked']),
      at: 'blocked',
    },
    { code: 'front_matter_value', text: changed(['priority: 2', 'priority: high']), at: 'high' },
    { code: 'front_matter_engine', text: changed(['---\nstatus', '---js\nstatus']), at: '---js' },
    { code: 'checklist_invalid', text: changed(['"description": "Expiry"', '"description": ""']), at: '{' },
    {
      code: 'checklist_guard',
      text: changed(['"Expiry"', '"Something 🚀 easier"']),
      world: { guarded: [guardedFeature('jwt-2', 'Expiry')] },
      at: '"Something 🚀 easier"',
      fix: ['restore_features', '"Something 🚀 easier"', '"Expiry"'],
    },
    {
      code: 'checklist_guard',
      text: without12,
      world: { guarded: [guardedFeature('jwt-3', 'Rotates keys')] },
      at: '```json',
      fix: ['restore_features', '"Expiry"', 'Rotates keys'],
    },
    {
      code: 'many_sessions',
      text: changed(['### Session 1 -', '### Session 40 -']),
      at: '# Task #101: JWT Service - State',
    },
    {
      code: 'file_oversized',
      text: `${without12}\n${'word '.repeat(11_000)}\n`,
      at: '# Task #101: JWT Service - State',
    },
    { code: 'not_a_state_file', text: 'Nothing of ours.\n', at: 'Nothing of ours.' },
    {
      code: 'complete_but_open',
      text: changed(
        ['status: in_progress', 'status: pending'],
        ['- [ ] Refuse', '- [x] Refuse'],
        ['"passes": false', '"passes": true'],
        ['"tested_at": null', '"tested_at": "2026-11-21T08:00:00Z"'],
        ['"50%"', '"100%"'],
      ),
      at: 'pending',
    },
  ];

  for (const { code, text, at, world, fix } of table) {
    for (const [eol, write] of [
      ['LF', (of: string) => of],
      ['CRLF', windows],
    ] as const) {
      test(`${code} at ${JSON.stringify(at)} in ${eol}${fix === undefined ? '' : `, and ${fix[0]}`}`, () => {
        const written = write(text);
        assert.deepEqual(found(written, world), [`${code}: ${at}`]);
        if (fix === undefined) return;
        const [kind, of, becomes] = fix;
        const after = fixed(written, kind, world);
        assert.equal(after.includes(write(becomes)), true, after);
        if (becomes === '') assert.equal(after.includes(write(of)), false);
        // It has helped, and brought nothing new.
        assert.deepEqual(
          found(after, kind === 'refresh_input' ? { ...world, output: 'new1' } : world).filter(
            (one) => !one.startsWith('dangling_dependency'),
          ),
          [],
        );
        if (eol === 'CRLF') assert.doesNotMatch(after, /(?<!\r)\n/);
      });
    }
  }

  test('of every kind that is defined can be found', () => {
    const shown = new Set<string>(table.map(({ code }) => code));
    const shownElsewhere = ['binary', 'too_large', 'front_matter_invalid'];
    assert.deepEqual(
      taskProblemCodes.filter((code) => !shown.has(code) && !shownElsewhere.includes(code)),
      [],
    );
  });

  test('in a text that is none, or not to be taken apart, are said once', () => {
    assert.match(found(`${without12}\0`)[0] ?? '', /^binary/);
    assert.match(found(changed(['priority: 2', 'priority: "2'])).join(), /front_matter_invalid/);
    assert.ok(found(`${without12}\n${'x'.repeat(1_000_100)}`).some((one) => one.startsWith('too_large')));
  });

  test('stand on one line inside the text, whatever the text', () => {
    fc.assert(
      fc.property(hostileStateFile([sample]), (text) => {
        const task = readTaskText(text);
        const world = { guarded: [guardedFeature('gone', 'x')], circle: true };
        for (const problem of taskProblems(task, factsOf(text, world))) {
          const { start, end } = problem.range;
          assert.ok(start >= 0 && start <= end && end <= text.length);
          assert.equal(/[\n\r]/.test(task.text.slice(start, end)), false);
          for (const { edits } of problemFixes(task, problem, fixFacts(world.guarded)))
            applyEdits(text, edits);
        }
      }),
    );
  });
});

suite('fixing all that is safe', () => {
  const world = {
    output: 'new1',
    guarded: [guardedFeature('jwt-2', 'Expiry'), guardedFeature('jwt-3', 'Rotates keys')],
  };
  const broken = changed(['"50%"', '"90%"'], ['"Expiry"', '"Nothing"'], ['["100"]', '["100", "12"]']);

  for (const text of [broken, windows(broken)]) {
    test(`does all of it in one edit and leaves the rest, with ${text.includes('\r') ? 'CRLF' : 'LF'}`, () => {
      const edits = allSafeFixes(
        text,
        (task) => taskProblems(task, factsOf(text, world)),
        fixFacts(world.guarded),
      );
      assert.equal(edits.length, 1);
      const after = applyEdits(text, edits);
      assert.deepEqual(found(after, world), ['dangling_dependency: 12']);
      for (const words of ['"Expiry"', 'Rotates keys', '> New table.', '"33%"'])
        assert.ok(after.includes(words), words);
      assert.deepEqual(
        allSafeFixes(after, (task) => taskProblems(task, factsOf(after, world)), fixFacts(world.guarded)),
        [],
      );
    });
  }
});
