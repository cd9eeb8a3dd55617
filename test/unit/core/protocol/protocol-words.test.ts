/** Golden: every numbered step and every principle of the seed (003-26 … 003-36, 003-47 … 003-62) is in the texts. */
import assert from 'node:assert/strict';
import { type ProtocolTextName, type ProtocolTexts, textNamed } from '../../../../src/core/protocol/texts';
import { shippedTexts } from './memory-folder';

const phases = ['Orientation', 'Understanding', 'Planning', 'Implementation', 'Verification', 'Hand-off'];

/** What the seed says at each step, in both forms. */
const stepWords: readonly RegExp[] = [
  /^1\. Run `pwd`/,
  /^2\. \*\*READ THE ENTIRE TASK FILE FIRST:\*\*/,
  /^3\. Run `git log --oneline -10`.*recent history/,
  /^4\. Run `git status`.*working state/,
  /^5\. Review the feature checklist.*do not pass/,
  /^6\. .*Progress Log.*chain inputs/,
  /^7\. Read the source files you will modify.*not assume/,
  /^8\. Look for existing patterns to follow/,
  /^9\. Pick the next incomplete feature.*One feature a session/,
  /^10\. Plan your approach.*two or three minutes/,
  /^11\. Identify the files you will create or modify/,
  /^12\. Start the dev server if/,
  /^13\. Implement the feature directly/,
  /^14\. Write its tests as you go/,
  /^15\. Commit .*descriptive messages/,
  /^16\. Run all tests.*must pass/,
  /^17\. .*user interface.*verify it visually with Playwright/,
  /^18\. Only when it is verified, set `passes`.*baton\}\} feature pass/,
  /^19\. Append.*Progress Log.*what you did.*issues encountered.*current state.*clear next steps.*progress/,
  /^20\. If the task is complete.*acceptance criteria.*Chain Output.*finalize/,
  /^21\. Commit all your changes, the task file included/,
];

const principles: readonly (readonly [ProtocolTextName, string, RegExp])[] = [
  [
    'agent-instructions',
    '003-47a implement, not just suggest',
    /Implement changes directly\. Do not stop at suggesting/,
  ],
  [
    'agent-instructions',
    '003-47b act and explain (C4: local, reversible)',
    /local, reversible work without asking.*explain what you did/,
  ],
  [
    'agent-instructions',
    'C4 ask before destructive or shared actions',
    /Ask before anything destructive or shared/,
  ],
  ['agent-instructions', '003-47c no TODOs', /Complete each feature before you move on\. Leave no TODOs/],
  [
    'agent-instructions',
    '003-47 strong wording',
    /"write unit tests for all public methods", not "maybe add some tests"/,
  ],
  [
    'agent-instructions',
    '003-31 one feature a session',
    /one feature a session.*Do not try to complete everything at once/,
  ],
  [
    'agent-instructions',
    '003-32 small testable changes',
    /small, testable changes.*test before moving on.*commit often with clear messages/,
  ],
  ['why', '003-48 progress you do not remember', /progress from earlier sessions that you do not remember/],
  ['why', '003-48 redo work or miss bugs', /redo work or miss bugs/],
  ['why', '003-48 what is incomplete', /tells you exactly what is incomplete/],
  [
    'why',
    '003-48 the next session needs it',
    /next session, which may be you after a context reset, needs it/,
  ],
  ['why', '003-48 lost and repeated', /work is lost and repeated/],
  ['why', '003-48 how several windows succeed', /how work across several context windows succeeds/],
  ['code-quality', '003-49 only the criteria', /only what the acceptance criteria require/],
  ['code-quality', '003-49 no nice to have', /no "nice to have" features/],
  ['code-quality', '003-49 no single-use abstraction', /no abstraction for code that is used once/],
  ['code-quality', '003-49 no hypothetical configuration', /no configuration for hypothetical future needs/],
  ['code-quality', '003-49 simple and direct', /simple and direct/],
  [
    'code-quality',
    '003-49 three similar lines',
    /Three similar lines of code are better than a premature abstraction/,
  ],
  ['before-code', '003-50 read the area', /Read the existing files in the area you will modify/],
  ['before-code', '003-50 conventions', /current patterns and conventions/],
  ['before-code', '003-50 similar implementations', /similar implementations to follow/],
  ['before-code', '003-50 never assume', /Never assume what a file contains: read it first/],
  ['before-code', '003-50 no claims', /no claims about code you have not investigated/],
  ['testing', '003-51 general problem', /solves the general problem, not just the test cases/],
  ['testing', '003-51 refactor what is hacky', /hacky, refactor before you mark/],
  ['testing', '003-51 edge cases', /edge cases beyond the acceptance criteria/],
  ['testing', '003-51 hard-coded values', /passing test suite with hard-coded values is a failure/],
  ['verification', '003-54 automated tests', /Write automated tests, unit or integration/],
  ['verification', '003-54 run them', /Run them and confirm that they pass/],
  ['verification', '003-53 debug and fix', /If they fail, debug, fix, and verify again/],
  ['verification', '003-53 visually', /user interface visually with Playwright/],
  ['verification', '003-55 only after all', /`passes: true` only after all of this/],
  ['verification', '003-56 cannot verify', /cannot verify it.*explain why in the Progress Log/],
];

const forms: readonly ProtocolTextName[] = ['startup-first-session', 'startup-resume'];

suite('protocol wording', () => {
  let texts: ProtocolTexts;
  setup(async () => {
    texts = await shippedTexts();
  });

  for (const form of forms) {
    test(`${form} has the 21 steps, numbered 1 to 21, in the seed’s words`, () => {
      const steps = textNamed(texts, form)
        .body.split('\n')
        .filter((line) => /^\d+\. /.test(line));
      assert.deepEqual(
        steps.map((step) => Number.parseInt(step, 10)),
        stepWords.map((_, index) => index + 1),
      );
      for (const [index, words] of stepWords.entries()) assert.match(steps[index] ?? '', words);
    });

    test(`${form} has the six phases in order, with the steps the seed puts into each`, () => {
      const body = textNamed(texts, form).body;
      const found = body.split(/^### Phase /m).slice(1);
      assert.deepEqual(
        found.map((phase) => phase.split('\n')[0]?.replace(/ \(.*/, '')),
        phases.map((name, index) => `${index + 1}: ${name}`),
      );
      const counts = found.map((phase) => phase.match(/^\d+\. /gm)?.length);
      assert.deepEqual(counts, [4, 4, 3, 4, 3, 3]);
    });
  }

  for (const [name, what, words] of principles) {
    test(`${name} keeps ${what}`, () => {
      assert.match(textNamed(texts, name).body, words);
    });
  }

  test('the first-session form speaks of chain inputs, the resume form of earlier sessions and half-done work', () => {
    const first = textNamed(texts, 'startup-first-session').body;
    const resume = textNamed(texts, 'startup-resume').body;
    assert.match(first, /Nobody has worked on this task before you/);
    assert.match(first, /6\. The Progress Log holds no earlier session/);
    assert.match(resume, /do not start over/);
    assert.match(resume, /4\..*half done: finish it where it is/);
    assert.match(resume, /6\. Read the notes of the previous sessions/);
    assert.match(resume, /10\..*starting from the last next steps/);
  });

  test('only reading the file first and never removing features are emphasised', () => {
    const emphasised = texts.list.flatMap((text) => text.body.match(/\*\*[^*]+\*\*/g) ?? []);
    const read = '**READ THE ENTIRE TASK FILE FIRST:**';
    const keep = '**NEVER REMOVE OR REWORD A FEATURE.**';
    assert.deepEqual(emphasised, [read, keep, read, keep]);
    const shouted = texts.list.flatMap(
      (text) => text.body.match(/\b(MUST|DO NOT|ALWAYS|CRITICAL|FAILURE)\b/g) ?? [],
    );
    assert.deepEqual(shouted, []);
  });

  test('steps that change the task file name a command and the way by hand', () => {
    for (const form of forms) {
      const body = textNamed(texts, form).body;
      assert.match(
        body,
        /18\..*`\{\{baton\}\} feature pass \{\{id\}\} FEATURE --manual .*or edit `passes` and `tested_at`/,
      );
      assert.match(body, /19\..*`\{\{baton\}\} progress \{\{id\}\} --did .*or write it into the file/);
      assert.match(
        body,
        /20\..*`\{\{baton\}\} finalize \{\{id\}\} --summary-file FILE`, or do both in the file/,
      );
    }
  });
});
