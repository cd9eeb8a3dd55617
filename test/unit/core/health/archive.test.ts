import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../../src/core/base/text-edit';
import {
  applyArchive,
  archiveAbove,
  isArchived,
  keepsTheRest,
  planArchive,
  sessionsKept,
  withArchived,
} from '../../../../src/core/health/archive-plan';
import { readDocument } from '../../../../src/core/markdown/document';
import { appendProgress } from '../../../../src/core/markdown/edits/append-progress';
import { fixHealth } from '../../../../src/core/operations/fix-health';
import { recordProgress } from '../../../../src/core/operations/record-progress';
import { healthyWorkspace, jwtFile, jwtTask } from './health-workspace';

const name = 'task-101-archive.md';

function withSessions(count: number, words: (session: number) => string, base = jwtTask): string {
  let text = base.replace(/### Session 1[\s\S]*?(?=\n---\n\n## 6)/, '');
  for (let session = 1; session <= count; session++) {
    const entry = {
      session,
      at: '2026-11-20T08:00:00Z',
      did: [words(session)],
      issues: [],
      state: [],
      next: [],
    };
    text = applyEdits(text, appendProgress(text, entry));
  }
  return text;
}

/** As a person writes them, in the order given; quicker than the writer for very many. */
function withPlainSessions(numbers: readonly number[]): string {
  const entries = numbers.map((n) => `### Session ${n} - 2026-11-20\n- Did ${n}\n`).join('\n');
  return jwtTask.replace(/### Session 1[\s\S]*?(?=\n---\n\n## 6)/, entries);
}

function archived(text: string, archive?: string) {
  const document = readDocument(text);
  const plan = planArchive(text, document, name);
  assert.ok(plan);
  const after = applyArchive(text, plan);
  assert.ok(keepsTheRest(document, readDocument(after)));
  return { after, archive: withArchived(archive, plan.moved, 'Task #101: JWT Service'), plan };
}

suite('archiving old sessions', () => {
  test('the last five sessions stay, word for word, and everything else but the old ones', () => {
    const text = withSessions(12, (session) => `Did ${session}`);
    const { after } = archived(text);
    const log = readDocument(after).log;
    assert.deepEqual(
      log.map(({ session }) => session),
      [8, 9, 10, 11, 12],
    );
    assert.ok(text.endsWith(after.slice(after.indexOf('### Session 8'))));
    assert.ok(after.startsWith(text.slice(0, text.indexOf('### Session 1'))));
  });

  test('the latest sessions stay also in a log that begins with them', () => {
    const { after } = archived(withPlainSessions([9, 8, 7, 6, 5, 4, 3, 2, 1]));
    assert.deepEqual(
      readDocument(after).log.map(({ session }) => session),
      [9, 8, 7, 6, 5],
    );
  });

  test('nothing is lost: every old session stands in the archive to the character', () => {
    const hostile = fc.array(
      fc.constantFrom('word', '# no heading', '`code`', '<!-- x -->', '- item', '---', 'ü€😀'),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 7, maxLength: 12 }), fc.boolean(), (sessions, crlf) => {
        const plain = withSessions(sessions.length, (n) => sessions[n - 1]?.join(' ') ?? '');
        const text = crlf ? plain.replaceAll('\n', '\r\n') : plain;
        const document = readDocument(text);
        const { after, archive } = archived(text);
        for (const entry of document.log.slice(0, -sessionsKept)) {
          assert.ok(archive.includes(text.slice(entry.range.start, entry.range.end)));
          assert.ok(isArchived(after, entry.session));
        }
        for (const entry of document.log.slice(-sessionsKept)) {
          assert.ok(after.includes(text.slice(entry.range.start, entry.range.end)));
          assert.equal(isArchived(after, entry.session), false);
        }
        assert.equal(after.includes('\r\n'), crlf);
      }),
      { numRuns: 15 },
    );
  });

  test('the summary survives later appends and a second archiving', () => {
    const first = archived(withSessions(10, (session) => `Did ${session}`));
    let text = first.after;
    for (let session = 11; session <= 16; session++) {
      const entry = {
        session,
        at: '2026-11-20T09:00:00Z',
        did: [`Did ${session}`],
        issues: [],
        state: [],
        next: [],
      };
      text = applyEdits(text, appendProgress(text, entry));
    }
    const second = archived(text, first.archive);
    for (let session = 1; session <= 11; session++) {
      assert.ok(isArchived(second.after, session), `session ${session}`);
      assert.match(second.after, new RegExp(`^- Session ${session} \\(.*\\): Did ${session}$`, 'm'));
      assert.match(second.archive, new RegExp(`^### Session ${session} `, 'm'));
    }
    assert.equal(second.after.split('baton:archived-sessions').length, 3);
  });

  test('sessions written above the summary are archived like any other, and it stays one', () => {
    const first = archived(withPlainSessions([9, 8, 7, 6, 5, 4, 3, 2, 1]));
    const above = [16, 15, 14, 13, 12, 11, 10].map((n) => `### Session ${n} - 2026-11-21\n- Did ${n}\n\n`);
    const text = first.after.replace('<!-- baton:archived', `${above.join('')}<!-- baton:archived`);
    const second = archived(text, first.archive);
    assert.deepEqual(
      readDocument(second.after).log.map(({ session }) => session),
      [16, 15, 14, 13, 12],
    );
    assert.equal(second.after.split('baton:archived-sessions').length, 3);
    assert.ok(!second.archive.includes('baton:archived-sessions'));
    for (let session = 1; session <= 11; session++) {
      assert.ok(isArchived(second.after, session), `session ${session}`);
      assert.match(second.archive, new RegExp(`^### Session ${session} .*\\n- Did ${session}$`, 'm'));
    }
  });

  test('a summary of hundreds of sessions folds its oldest lines', () => {
    const { after } = archived(withPlainSessions(Array.from({ length: 120 }, (_, index) => index + 1)));
    assert.equal(after.match(/^- Session \d+/gm)?.length, 40);
    assert.match(after, /^- Sessions 1–75: see the archive$/m);
    for (const session of [1, 40, 75, 76, 115]) assert.ok(isArchived(after, session), `session ${session}`);
    assert.equal(isArchived(after, 116), false);
  });

  test('archiving the same sessions again after a crash does not double them', () => {
    const text = withSessions(9, (session) => `Did ${session}`);
    const { archive } = archived(text);
    assert.equal(archived(text, archive).archive, archive);
  });

  test('fifty sessions stay below the limit', async () => {
    const workspace = healthyWorkspace();
    workspace.put(jwtFile, jwtTask.replace(/### Session 1[\s\S]*?(?=\n---\n\n## 6)/, ''));
    for (let session = 1; session <= 50; session++) {
      const opened = await workspace.open();
      const did = [`Step ${session}: ${'long words '.repeat(300)}`];
      await recordProgress(opened, '101', { did, issues: [], state: [], next: [], session });
      await fixHealth(opened, 'file_oversized');
      assert.ok((workspace.text(jwtFile)?.length ?? 0) <= archiveAbove, `after session ${session}`);
    }
    const archive = workspace.text('task-states/task-101-archive.md') ?? '';
    const kept = workspace.text(jwtFile) ?? '';
    for (let session = 1; session <= 50; session++) {
      assert.match(archive + kept, new RegExp(`^### Session ${session} `, 'm'));
    }
  });
});
