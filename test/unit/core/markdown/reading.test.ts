import assert from 'node:assert/strict';
import { outlineOf, readDocument } from '../../../../src/core/markdown/document';
import { outline } from '../../../../src/core/markdown/outline';
import type { TaskDocument } from '../../../../src/core/model/task';
import { allStateFiles, expectJson, fixtureCases, readFixture } from './fixture-files';

suite('reading state files', () => {
  for (const name of fixtureCases('reading')) {
    test(`${name} reads as expected, and both readers agree`, () => {
      const text = readFixture('reading', `${name}.md`);
      const document = readDocument(text);
      assert.deepEqual(outline(text), outlineOf(document));
      expectJson('reading', `${name}.json`, document);
    });
  }

  test('line endings and a byte order mark do not change what a file says', () => {
    for (const text of allStateFiles()) {
      const says = withoutPlaces(readDocument(text));
      assert.deepEqual(withoutPlaces(readDocument(text.replaceAll('\n', '\r\n'))), says);
      assert.deepEqual(withoutPlaces(readDocument(text.replaceAll('\n', '\r'))), says);
      assert.deepEqual(withoutPlaces(readDocument(`\ufeff${text}`)), says);
    }
  });

  test('a missing final newline does not change what a file says', () => {
    for (const text of allStateFiles()) {
      assert.deepEqual(withoutPlaces(readDocument(text.trimEnd())), withoutPlaces(readDocument(text)));
    }
  });

  test('ranges lead to the words they name', () => {
    const text = readFixture('reading', 'product-layout.md');
    const document = readDocument(text);
    const at = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    assert.equal(at(document.titleRange), '# Task #101: JWT Service - State');
    assert.deepEqual(
      document.criteriaList.map((criterion) => at(criterion.range)),
      ['- [x] Generate JWT on successful login', '- [ ] Refuse expired tokens'],
    );
    assert.match(
      at(document.featureList[1]?.range ?? { start: 0, end: 0 }),
      /^\{ "id": "jwt-2".*"kept" \}$/s,
    );
    assert.match(at(document.log[0]?.range ?? { start: 0, end: 0 }), /^### Session 1.*- Expiry$/s);
  });

  test('a file with NUL characters is binary and says nothing', () => {
    const document = readDocument('# Task #1: x - State\n\0');
    assert.equal(document.title, '');
    assert.deepEqual(
      document.problems.map(({ code, line, column }) => ({ code, line, column })),
      [{ code: 'binary', line: 2, column: 1 }],
    );
  });
});

suite('reading what is too much', () => {
  const tail = '\n\n## Progress Log\n\n### Session 1 - 2026-01-01 10:00\n';
  const head = '# Task #1: Large - State\n\n';

  test('a file over the limit is read by the scanner and says so', () => {
    const text = `${head}${'word '.repeat(1_000_000)}${tail}`;
    const document = readDocument(text);
    assert.deepEqual(
      document.problems.map((problem) => problem.code),
      ['too_large', 'size_warning'],
    );
    assert.equal(document.title, 'Large');
    assert.equal(document.sessions.count, 1);
    assert.deepEqual(outline(text), outlineOf(document));
  });

  const gap = ' '.repeat(600_000);
  /** Shapes on which Markdown readers are known to take quadratic time, or to run out of stack. */
  const shapes: Readonly<Record<string, string>> = {
    'many quote marks': '>'.repeat(100_000),
    'many opening brackets': '['.repeat(100_000),
    'matched brackets': '['.repeat(50_000) + ']'.repeat(50_000),
    'a list fifty thousand deep': '- '.repeat(50_000),
    'deep lists again and again': `${'- '.repeat(90)}a\n`.repeat(1000),
    'quotes with gaps': '> a\n\n'.repeat(40_000),
    'setext headings': 'a\n---\n'.repeat(33_000),
    'lazy lines': `> a\n${'b\n'.repeat(100_000)}`,
    'short items': '- a\n'.repeat(50_000),
    'open fences': '``` a\n'.repeat(30_000),
    'open comments': 'a <!-- '.repeat(30_000),
    definitions: '[a]:\n'.repeat(40_000),
    'one long line': 'a '.repeat(100_000),
    'blank lines': ' \n'.repeat(100_000),
    asterisks: '*'.repeat(200_000),
    'carriage returns': '\r'.repeat(200_000),
    headings: '# a\n'.repeat(50_000),
    sessions: '## Session 1 - x\n'.repeat(10_000),
    'nested front matter': `---\na: ${'['.repeat(15_000)}\n---\n`,
    'blank front matter': `---\na: &b c\n${'\n'.repeat(15_000)}---\n`,
    'nested JSON': `## Features\n\`\`\`json\n{"features": ${'['.repeat(100_000)}`,
    'nested valid JSON': `## Features\n\`\`\`json\n{"features": [${'['.repeat(50_000)}${']'.repeat(50_000)}]}\n\`\`\`\n`,
    'a gap in the heading of a session': `## Session${gap}x\n`,
    'a gap in the heading of a chain input': `## Chain Inputs\n\n### From${gap}:\n`,
    'a gap in a heading of two lines': `a${gap}b\n===\n`,
    'a heading of digits': `# Task ${'1'.repeat(600_000)} x\n`,
    'a gap in the overall progress': `## Features\n\`\`\`json\n{"features": [], "overall_progress": "1${' '.repeat(20_000)}x"}\n\`\`\`\n`,
    'a gap in the progress': `---\nstatus: pending\nprogress: 1${gap}x\n---\n`,
  };
  for (const [name, shape] of Object.entries(shapes)) {
    test(`${name} neither hang nor break a reader`, () => {
      for (const text of [shape, head + shape + tail]) {
        assert.deepEqual(outline(text), outlineOf(readDocument(text)));
      }
    });
  }
});

/** What a document says, without offsets, lines and size. */
function withoutPlaces(document: TaskDocument): unknown {
  const places = new Set(['range', 'titleRange', 'line', 'column', 'size']);
  return JSON.parse(JSON.stringify(document, (key, value: unknown) => (places.has(key) ? undefined : value)));
}
