// biome-ignore-all lint/suspicious/noTemplateCurlyInString: hostile feature texts are what these tests are about
/** What is written for a feature runs for real, whatever the feature says. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { featureWork } from '../../../src/demo-agent/feature-work';
import { summaryOf } from '../../../src/demo-agent/finish';
import { entryOf } from '../../../src/demo-agent/hand-off';
import { steps } from '../../../src/demo-agent/steps';

function item(id: string, description: string) {
  return { kind: 'feature', id, description, number: 0 } as const;
}

suite('work of the demonstration agent', () => {
  test('takes the function the feature names, and files after its id', () => {
    const work = featureWork('101', item('jwt-1', 'generateToken() creates valid JWT'));
    assert.equal(work.functionName, 'generateToken');
    assert.equal(work.moduleFile, 'demo/task-101/jwt-1.mjs');
    assert.equal(work.checkFile, 'demo/task-101/jwt-1.check.mjs');
  });

  const features: readonly (readonly [string, string])[] = [
    ['jwt-1', 'generateToken() creates valid JWT'],
    ['2', 'a feature that names no function'],
    ['x', 'delete() is a word of the language'],
    ['../../etc/passwd', 'an id that would climb out'],
    ['日本', 'quotes " \' ` and \\ and ${x}'],
    ['c', 'line\nbreak */ \u2028 // and more'],
  ];
  for (const [id, description] of features) {
    test(`the check of ${JSON.stringify(id)} passes, and fails when the module is broken`, () => {
      const root = mkdtempSync(join(tmpdir(), 'baton-demo-work-'));
      try {
        const work = featureWork('101', item(id, description));
        mkdirSync(join(root, dirname(work.moduleFile)), { recursive: true });
        writeFileSync(join(root, work.moduleFile), work.moduleText);
        writeFileSync(join(root, work.checkFile), work.checkText);
        const check = () =>
          execFileSync(process.execPath, [work.checkFile], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
        assert.equal(check(), `ok: ${work.functionName}\n`);
        writeFileSync(
          join(root, work.moduleFile),
          work.moduleText.replace('subject.trim() };', 'subject };'),
        );
        assert.throws(check);
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }

  test('no id leads out of the task’s folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) =>
        /^demo\/task-101\/[A-Za-z0-9][A-Za-z0-9_-]*\.mjs$/.test(featureWork('101', item(id, 'x')).moduleFile),
      ),
    );
  });

  test('ids that differ in marks only keep files of their own', () => {
    const files = ['a/b', 'a b', 'a-b', 'a:b'].map((id) => featureWork('1', item(id, 'x')).moduleFile);
    assert.equal(new Set(files).size, 4);
  });

  test('there are 21 steps in six phases', () => {
    assert.deepEqual(
      steps.map((step) => step.number),
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
    assert.equal(new Set(steps.map((step) => step.phase)).size, 6);
  });

  test('an entry says what was done, what is open and what is next', () => {
    const entry = entryOf(
      { did: ['Implemented a'], issues: [], passed: [] },
      { features: [{ id: 'b', description: 'B', passes: false }], criteria: [] },
    );
    assert.deepEqual(entry, {
      did: ['Implemented a'],
      issues: ['None'],
      state: ['0 of 1 features pass'],
      next: ['Work on b: B'],
    });
  });

  test('the summary names each feature with its function and file', () => {
    const summary = summaryOf('101', {
      title: 'JWT Service',
      features: [{ id: 'jwt-1', description: 'generateToken() creates\n# valid JWT', passes: true }],
      criteria: [],
    });
    assert.equal(
      summary,
      'JWT Service: done by the demonstration agent, every feature checked.\n' +
        '- generateToken() creates # valid JWT: `generateToken(subject)` in `demo/task-101/jwt-1.mjs`',
    );
  });
});
