// What the text of a task file gives away, where it leads, and how it is built.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pathCandidates, pathMentions } from '../../../../src/core/editing/path-mentions';
import { secretFindings } from '../../../../src/core/editing/secret-findings';
import { type TaskSymbol, taskFolds, taskSymbols } from '../../../../src/core/editing/task-symbols';
import { readTaskText } from '../../../../src/core/editing/task-text';
import { hostileStateFile } from '../../../support/markdown-arbitraries';
import { sample, textAt, windows } from './support';

function secretsOf(lines: readonly string[]): readonly string[] {
  const text = `# Task #1: A - State\n\n## Chain Output\n\n### Configuration Required\n${lines.join('\n')}\n\n### Integration Notes\npassword=hunter2hunter2\n`;
  const task = readTaskText(text);
  return secretFindings(task).map(({ range }) => textAt(task, range));
}

suite('what makes patterns slow', () => {
  test('a long run of quotes does not hang what looks for paths', () => {
    const quotes = "'".repeat(600_000);
    const text = `# Task #1: A - State\n\n## Static Context\n\n**PRD:** a${quotes}b\n\n## Chain Output\n\n### Files\n- \`a${':'.repeat(300_000)}b\`\n`;
    assert.deepEqual(pathMentions(readTaskText(text)), []);
  });

  test('signs that may belong to a value do not hang what looks for secrets', () => {
    for (const signs of [
      `${','.repeat(1300)}\`x`,
      '()'.repeat(600),
      ` ${',('.repeat(300)}${')'.repeat(300)}x`,
    ]) {
      const line = `${'a='.repeat(300)}${signs}`;
      assert.deepEqual(secretsOf(Array.from({ length: 200 }, () => line)), []);
    }
  });

  test('a remark behind a value may hold parentheses', () => {
    assert.deepEqual(secretsOf(['- `API_KEY`: "abc123def456" (see the docs (part 2))']), ['abc123def456']);
  });
});

suite('values that look like secrets', () => {
  const secrets: readonly (readonly [string, string])[] = [
    ['JWT_SECRET=9f8a7b6c5d4e3f2a', '9f8a7b6c5d4e3f2a'],
    ['Start with APP_TOKEN=9f8a7b6c5d4e and the port', '9f8a7b6c5d4e'],
    ['- `API_KEY`: "abc123def456"', 'abc123def456'],
    ['- **password:** `s3cr3t-Value!`', 's3cr3t-Value!'],
    ['export GITHUB_TOKEN=ghp_abcdefghijklmnop1234', 'ghp_abcdefghijklmnop1234'],
    ['Use AKIAABCDEFGHIJKLMNOP for uploads', 'AKIAABCDEFGHIJKLMNOP'],
    ['DATABASE_URL=postgres://app:hunter2x@db/app', 'postgres://app:hunter2x@db/app'],
  ];
  for (const [line, value] of secrets) {
    test(`found: ${line.split(/[=:]/)[0]}`, () => assert.deepEqual(secretsOf([line]), [value]));
  }

  for (const line of [
    '- `JWT_SECRET`: a long random text, 32 characters or more',
    '- JWT_SECRET (required)',
    'JWT_SECRET=<your secret>',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how it stands in a file
    'API_KEY=${API_KEY}',
    'API_TOKEN=your-token-123',
    'TOKEN_TTL=3600',
    'Set SECRET=<32 random letters> before the start',
    'password: string',
    'DATABASE_URL=postgres://user:password@localhost/app',
    '- Secret: see vault:team/jwt',
    'PORT=8080',
  ]) {
    test(`left alone: ${line}`, () => assert.deepEqual(secretsOf([line]), []));
  }

  test('are looked for in the configuration alone, with exact ranges in Windows files', () => {
    const task = readTaskText(windows(sample));
    assert.deepEqual(
      secretFindings(task).map(({ range }) => textAt(task, range)),
      ['9f8a7b6c5d4e3f2a1b0c'],
    );
  });

  test('are found in any Markdown without throwing, on one line', () => {
    fc.assert(
      fc.property(hostileStateFile([sample]), (text) => {
        const task = readTaskText(text);
        for (const { range } of secretFindings(task)) assert.doesNotMatch(textAt(task, range), /\n|^$/);
      }),
    );
  });
});

suite('paths that a task names', () => {
  test('are those of the PRD, the features and the files of the output; patterns and commands are none', () => {
    for (const text of [sample, windows(sample)]) {
      const task = readTaskText(text);
      assert.deepEqual(
        pathMentions(task).map(({ path, from, range }) => [from, path, textAt(task, range)]),
        [
          ['prd', '../docs/user-auth.md', '../docs/user-auth.md'],
          ['feature', 'src/jwt.ts', 'src/jwt.ts'],
          ['output', 'src/jwt.ts', 'src/jwt.ts'],
          ['output', 'src/keys.ts', 'src/keys.ts'],
        ],
      );
    }
  });

  const range = { start: 0, end: 0 };
  const candidates = (path: string, from: 'prd' | 'output' = 'prd') =>
    pathCandidates({ path, from, range }, '/project', '/project/task-states');

  test('lie beside the task file or below the workspace folder', () => {
    assert.deepEqual(candidates('../docs/a.md'), ['/project/docs/a.md']);
    assert.deepEqual(candidates('a.md'), ['/project/task-states/a.md', '/project/a.md']);
    assert.deepEqual(candidates('a.ts', 'output'), ['/project/a.ts', '/project/task-states/a.ts']);
  });

  test('never lead out of the workspace folder', () => {
    for (const path of [
      '../../etc/passwd',
      '/etc/passwd',
      '~/.ssh/id',
      'C:/a',
      'file:///etc/passwd',
      '\\\\host\\a',
    ]) {
      assert.deepEqual(candidates(path), [], path);
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', 'a', '', 'project'), { maxLength: 8 }), (parts) => {
        for (const path of candidates(parts.join('/'))) assert.match(path, /^\/project\/(?!.*\.\.)/);
      }),
    );
  });
});

suite('the structure of a task file', () => {
  const names = (symbols: readonly TaskSymbol[]): unknown[] =>
    symbols.map(({ kind, name, detail, done, children }) =>
      children.length > 0
        ? [kind, detail, names(children)]
        : [name, detail, done].filter((one) => one !== undefined).join(' | '),
    );

  test('is criteria, inputs, features and sessions', () => {
    assert.deepEqual(names(taskSymbols(readTaskText(sample))), [
      ['criteria', '1/2', ['Generate JWT |  | true', 'Refuse expired ones, as task #12 says |  | false']],
      ['inputs', '1', ['#100 | Database Schema']],
      ['features', '1/2', ['jwt-1 | Tokens of #100 | true', 'jwt-2 | Expiry | false']],
      ['log', '1', ['1 | 2026-11-21 14:30']],
    ]);
  });

  test('has ranges that hold those below them, in any Markdown', () => {
    const holds = (outer: TaskSymbol) => {
      assert.ok(outer.range.start <= outer.range.end);
      for (const inner of outer.children) {
        assert.ok(inner.range.start >= outer.range.start && inner.range.end <= outer.range.end);
        holds(inner);
      }
    };
    fc.assert(
      fc.property(hostileStateFile([sample]), (text) => {
        for (const symbol of taskSymbols(readTaskText(text))) holds(symbol);
      }),
    );
  });

  test('folds the front matter, features, and what they hold', () => {
    const task = readTaskText(sample);
    const starts = taskFolds(task).map((fold) => textAt(task, fold).slice(0, 8).trim());
    assert.deepEqual(starts, ['---\nstat', '{', '["src/jw', '{']);
  });
});
