/** The status machine alone decides on a status (requirements 004-31 … 004-35, promise R13). */
import assert from 'node:assert/strict';
import { parseSource, readSources } from '../support/source-files';
import { statusWrites } from '../support/status-writes';

const imports = `
  import { setFrontMatter } from '../markdown/edits/set-front-matter';
  import { transition } from '../lifecycle/transitions';`;

const inOperations = (text: string) => parseSource('core/operations/planted.ts', `${imports}\n${text}`);

suite('only the status machine decides on a status', () => {
  test('nobody else in src does', () => {
    assert.deepEqual(readSources().flatMap(statusWrites), []);
  });

  test('somebody in src writes one, so that the rule has something to hold', () => {
    const writers = readSources().filter(
      ({ path, text }) => path.startsWith('core/operations/') && /setFrontMatter\([^;]*\bstatus\b/.test(text),
    );
    assert.ok(writers.length > 0);
  });
});

suite('a status decided elsewhere is found', () => {
  const planted: readonly (readonly [string, string])[] = [
    ['a word', `setFrontMatter(text, { status: 'completed' });`],
    ['a word under a quoted key', `setFrontMatter(text, { 'status': 'completed' });`],
    ['a constant word', `const done = 'completed'; setFrontMatter(text, { status: done });`],
    ['a parameter', `function edit(text, status) { return setFrontMatter(text, { status }); }`],
    ['a field of something', `setFrontMatter(text, { status: task.status });`],
    ['a choice beside transition', `setFrontMatter(text, { status: ok ? transition(f, t) : old });`],
    [
      'a name that is decided in one place only',
      `const s = transition(f, t); { const s = old; } setFrontMatter(x, { status: s });`,
    ],
    [
      'a name that is a parameter elsewhere',
      `const s = transition(f, t); const g = (s) => setFrontMatter(x, { status: s });`,
    ],
    ['a variable that may change', `let s = transition(f, t); setFrontMatter(text, { status: s });`],
    [
      'a function that sometimes decides itself',
      `function next() { if (x) return old; return transition(f, t); } setFrontMatter(x, { status: next() });`,
    ],
    [
      'a function that calls itself',
      `function next() { return next(); } setFrontMatter(x, { status: next() });`,
    ],
    ['keys from elsewhere', `setFrontMatter(text, changes);`],
    ['keys spread in', `setFrontMatter(text, { ...changes });`],
    ['a computed key', `setFrontMatter(text, { [key]: 'x' });`],
    ['the writer under another name', `const write = setFrontMatter;`],
    ['an assigned property', `task.status = next;`],
    ['an assigned property in brackets', `task['status'] = next;`],
    ['an object with a status word', `const task = { ...old, status: 'pending' };`],
    ['an object with a word in a cast', `const task = { status: ok ? ('blocked' as Status) : old };`],
    ['a status line in a text', 'const edit = `---\\nstatus: $' + '{word}\\n`;'],
  ];
  for (const [what, text] of planted) {
    test(`${what}: ${text}`, () => assert.ok(statusWrites(inOperations(text)).length > 0));
  }

  test('the writer imported under another name', () => {
    const text = `import { setFrontMatter as put } from './x'; put(text, { status: 'pending' });`;
    assert.ok(statusWrites(parseSource('vscode/planted.ts', text)).length > 0);
  });

  test('a function named transition that is not the machine', () => {
    const text = `import { setFrontMatter } from './x'; function transition() { return old; } setFrontMatter(t, { status: transition() });`;
    assert.ok(statusWrites(parseSource('vscode/planted.ts', text)).length > 0);
  });
});

suite('what the machine decided passes', () => {
  for (const text of [
    `setFrontMatter(text, { status: transition(facts, trigger) });`,
    `const next = transition(facts, trigger); setFrontMatter(text, { status: next, priority: 1 });`,
    `function next() { try { return transition(f, t); } catch (e) { throw e; } } const status = next(); setFrontMatter(x, { status });`,
    `setFrontMatter(text, { priority: 2, depends_on: ids });`,
    `const shown = { status: task.status, badges }; if (task.status === 'pending') show(shown);`,
    `const answer = { status: 'READY' };`,
  ]) {
    test(text, () => assert.deepEqual(statusWrites(inOperations(text)), []));
  }
});
