// What the editor says of evidence and of verifications.
import assert from 'node:assert/strict';
import { featuresIn } from '../../../src/core/editing/task-features';
import { readTaskText } from '../../../src/core/editing/task-text';
import type { StaleEvidence } from '../../../src/core/model/evidence';
import type { Evidence, Feature } from '../../../src/core/model/task';
import type { VerifyResult } from '../../../src/core/operations/verify-features';
import { evidenceItems } from '../../../src/vscode/verification/evidence-items';
import { evidenceWords } from '../../../src/vscode/verification/evidence-words';
import { regressionTold, resultsTold } from '../../../src/vscode/verification/verification-words';
import { l10n, taskId } from './support';

const noPlan = { left: [], unread: [] };

function result(
  feature: string,
  verdict: VerifyResult['verdict'],
  more: Partial<VerifyResult> = {},
): VerifyResult {
  return {
    task: taskId('101'),
    feature,
    command: 'npm test',
    verdict,
    message: 'Its command ended with exit code 1',
    exitCode: verdict === 'passed' ? 0 : 1,
    signal: null,
    durationMs: 12,
    outputTail: '',
    log: `.baton/memory/verify/${feature}.log`,
    ...more,
  };
}

suite('what is told of a verification', () => {
  test('success is told by name, without a log', () => {
    const told = resultsTold([result('jwt-1', 'passed'), result('jwt-2', 'passed')], noPlan, l10n);
    assert.deepEqual(told, { severity: 'info', text: 'Verified, and passes: #101 jwt-1, #101 jwt-2.' });
  });

  test('the worst comes first, and its log is the one to look at', () => {
    const results = [result('a', 'passed'), result('b', 'failed'), result('c', 'regressed')];
    const told = resultsTold(results, noPlan, l10n);
    assert.equal(told.severity, 'warning');
    assert.equal(told.log, '.baton/memory/verify/c.log');
    assert.equal(
      told.text,
      'Passed before, and does not now: #101 c. Does not pass: #101 b. Its command ended with exit code 1. Verified, and passes: #101 a.',
    );
  });

  test('a run that says nothing of the feature is told with the reason', () => {
    const told = resultsTold(
      [result('a', 'unclear', { message: 'Its command was interrupted', exitCode: null })],
      noPlan,
      l10n,
    );
    assert.equal(told.severity, 'warning');
    assert.equal(told.text, '#101 a is as it was: Its command was interrupted.');
  });

  test('says so when there is nothing to verify, and how many features name no command', () => {
    const left = [{ task: taskId('101'), feature: 'a', why: 'It names no command' }];
    assert.equal(
      resultsTold([], { ...noPlan, left }, l10n).text,
      'There is nothing to verify. Features that name no command that can be run: 1.',
    );
  });

  test('tells which task files cannot be read, as a warning', () => {
    const unread = [{ task: taskId('102'), why: 'It is not UTF-8 text' }];
    const told = resultsTold([result('a', 'passed')], { ...noPlan, unread }, l10n);
    assert.deepEqual(told, {
      severity: 'warning',
      text: 'Verified, and passes: #101 a. Task files that cannot be read: #102.',
    });
  });

  test('twenty features do not fill the screen, and an id cannot hide what follows', () => {
    const many = Array.from({ length: 20 }, (_, index) => result(`f-${index}`, 'passed'));
    assert.equal(
      resultsTold(many, noPlan, l10n).text,
      'Verified, and passes: #101 f-0, #101 f-1, #101 f-2, … (20).',
    );
    assert.match(resultsTold([result('a\u202eb', 'failed')], noPlan, l10n).text, /#101 a\?b/);
  });

  test('a check that Baton makes by itself tells only what got worse', () => {
    assert.equal(regressionTold([result('a', 'passed'), result('b', 'failed')], l10n), undefined);
    assert.equal(
      regressionTold([result('a', 'passed'), result('b', 'regressed')], l10n)?.text,
      'Passed before, and does not now: #101 b.',
    );
  });
});

function taskText(features: readonly object[]): string {
  const json = JSON.stringify({ features }, null, 2);
  return `# Task #101: JWT - State\n\n## 3. Feature Checklist\n\n\`\`\`json\n${json}\n\`\`\`\n`;
}

const at = '2026-01-02T03:04:05Z';
const proven: Evidence = { command: 'npm test', exitCode: 0, at };

function itemsOf(feature: object, stale?: StaleEvidence, eol = '\n') {
  const text = taskText([
    { id: 'jwt-1', description: 'says "passes": true', verify: 'npm test', ...feature },
  ]).replaceAll('\n', eol);
  const features = featuresIn(readTaskText(text));
  const items = evidenceItems(text, features, new Map(stale === undefined ? [] : [['jwt-1', stale]]), l10n);
  return items.map(({ code, severity, message, range }) => ({
    code,
    severity,
    message,
    at: text.slice(range.start, range.end),
  }));
}

suite('evidence in the Problems panel', () => {
  test('nothing is said of what does not pass, and of what a command has shown', () => {
    assert.deepEqual(itemsOf({ passes: false, tested_at: null }), []);
    assert.deepEqual(itemsOf({ passes: true, tested_at: at, evidence: proven }), []);
  });

  for (const eol of ['\n', '\r\n']) {
    test(`what was only written into the file is marked where it says so, with ${JSON.stringify(eol)}`, () => {
      assert.deepEqual(itemsOf({ passes: true, tested_at: null }, undefined, eol), [
        {
          code: 'feature_passes_untested',
          severity: 'warning',
          message: '“jwt-1” is marked as passing, and nothing says when it was tested.',
          at: '"passes": true',
        },
      ]);
      const [found] = itemsOf({ passes: true, tested_at: at }, undefined, eol);
      assert.equal(found?.code, 'feature_passes_without_evidence');
      assert.equal(found?.at, '"passes": true');
    });
  }

  test('a last verification that failed speaks against it', () => {
    const [found] = itemsOf({ passes: true, tested_at: at, evidence: { ...proven, exitCode: 1 } });
    assert.equal(found?.message, '“jwt-1” is marked as passing, and its last verification did not succeed.');
  });

  test('changed files are information, and a commit that is gone is a warning', () => {
    const feature = { passes: true, tested_at: at, evidence: proven };
    const [changed] = itemsOf(feature, { reason: 'files_changed', files: ['a', 'b', 'c', 'd'] });
    assert.equal(changed?.severity, 'info');
    assert.equal(changed?.message, 'Files have changed since “jwt-1” was verified: a, b, c, …');
    const [gone] = itemsOf(feature, { reason: 'commit_gone', files: [] });
    assert.equal(gone?.severity, 'warning');
    assert.equal(gone?.code, 'feature_evidence_stale');
  });
});

suite('what a feature rests on, in words', () => {
  const words = (more: Partial<Feature>) =>
    evidenceWords(
      {
        id: 'a',
        description: '',
        passes: true,
        testedAt: at,
        category: undefined,
        steps: [],
        verify: undefined,
        evidence: undefined,
        range: { start: 0, end: 0 },
        ...more,
      },
      l10n,
    );

  test('a command, a person’s word, a claim and nothing read differently', () => {
    assert.equal(words({ evidenceKind: 'command' }), 'by command');
    assert.equal(words({ evidenceKind: 'manual' }), 'by hand');
    assert.equal(words({ evidenceKind: 'claimed' }), 'claimed');
    assert.equal(words({ evidenceKind: 'none' }), 'no evidence');
  });

  test('a feature that does not pass has failed only where a run of its command says so', () => {
    assert.equal(words({ passes: false }), '');
    assert.equal(words({ passes: false, evidence: proven }), '');
    assert.equal(words({ passes: false, evidence: { ...proven, exitCode: 2 } }), 'failed');
  });
});
