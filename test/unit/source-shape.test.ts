/** The habits of the code that a machine can check: size, names, exports, and a core that knows no world. */
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import type { Node } from '@babel/types';
import {
  lineOf,
  nodesOf,
  parseSource,
  readSources,
  type SourceFile,
  sourcePaths,
} from '../support/source-files';

const maxLines = 500;
const vagueNames = ['utils', 'util', 'helpers', 'helper', 'common', 'manager', 'misc', 'shared', 'index'];

/** What belongs to the world and comes to the core through ports. */
const worldly = [
  'process',
  'Buffer',
  'console',
  'performance',
  'fetch',
  'global',
  'globalThis',
  '__dirname',
  '__filename',
];
const timers = ['setTimeout', 'setInterval', 'setImmediate'];

const sources = readSources();

suite('the shape of the code', () => {
  test(`no file has more than ${maxLines} lines`, () => {
    const long = sources.filter(({ text }) => text.split('\n').length - 1 > maxLines);
    assert.deepEqual(
      long.map(({ path }) => path),
      [],
    );
  });

  test('every file and folder is named in kebab-case, after something', () => {
    assert.deepEqual(sourcePaths().filter(isBadName), []);
  });

  test('there is no default export and no barrel', () => {
    assert.deepEqual(sources.flatMap(badExports), []);
  });

  test('the core takes time, chance and the process from ports only', () => {
    assert.deepEqual(sources.filter(({ path }) => path.startsWith('core/')).flatMap(impurities), []);
  });
});

suite('the shape is noticed when broken', () => {
  const core = (text: string) => parseSource('core/base/planted.ts', text);

  for (const path of [
    'core/taskStore.ts',
    'core/Base/a.ts',
    'core/store/index.ts',
    'core/utils/a.ts',
    'node/a_b.ts',
  ]) {
    test(`a name: ${path}`, () => assert.equal(isBadName(path), true));
  }

  test('good names pass', () => {
    for (const path of ['core/store/task-store.ts', 'core/tsconfig.json', 'README.md', 'vscode/l10n.ts']) {
      assert.equal(isBadName(path), false, path);
    }
  });

  for (const text of [
    'export default 1;',
    'const a = 1; export { a as default };',
    `export * from './a';`,
    `export { a } from './a';`,
    `import { a } from './a'; export { a };`,
  ]) {
    test(`an export: ${text}`, () => assert.equal(badExports(core(text)).length, 1));
  }

  for (const text of [
    'const now = Date.now();',
    'const now = new Date();',
    'const now = Date();',
    'const dice = Math.random();',
    'const home = process.env;',
    'setTimeout(() => {}, 1);',
    'const bytes = Buffer.from([]);',
    'console.log(1);',
  ]) {
    test(`the world in the core: ${text}`, () => assert.equal(impurities(core(text)).length, 1));
  }

  test('what only looks like the world passes', () => {
    const text = `
      const date = new Date(ms); const parsed = Date.parse(text);
      const probe = { process: 'gone', console: 1 }; use(lease.process, exit.console);
      interface Exit { process: string }
      class A { process() {} fetch() {} }
      type B = 'process';`;
    assert.deepEqual(impurities(core(text)), []);
  });
});

function isBadName(path: string): boolean {
  if (posix.extname(path) === '.md') return false;
  const parts = path.replace(/\.(ts|json)$/, '').split('/');
  return parts.some((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part) || vagueNames.includes(part));
}

function badExports({ path, syntax }: SourceFile): readonly string[] {
  const imported = new Set<string>();
  const found: string[] = [];
  const report = (node: Node, what: string) => found.push(`src/${path}:${lineOf(node)} ${what}`);
  for (const node of nodesOf(syntax)) {
    if (node.type === 'ImportDeclaration') for (const one of node.specifiers) imported.add(one.local.name);
    if (node.type === 'ExportDefaultDeclaration') report(node, 'exports by default');
    if (node.type === 'ExportAllDeclaration') report(node, 'exports another file');
    if (node.type !== 'ExportNamedDeclaration') continue;
    if (node.source) report(node, 'exports from another file');
    else if (node.specifiers.some((one) => nameOf(one.exported) === 'default'))
      report(node, 'exports by default');
    else if (node.specifiers.some((one) => one.type === 'ExportSpecifier' && imported.has(one.local.name))) {
      report(node, 'exports what it imported');
    }
  }
  return found;
}

function impurities({ path, syntax }: SourceFile): readonly string[] {
  const found: string[] = [];
  for (const node of nodesOf(syntax)) {
    const what = impurity(node);
    if (what !== undefined) found.push(`src/${path}:${lineOf(node)} uses ${what}`);
  }
  return found;
}

function impurity(node: Node): string | undefined {
  if (node.type === 'NewExpression' && isNamed(node.callee, 'Date') && node.arguments.length === 0)
    return 'new Date()';
  if (node.type === 'CallExpression') {
    const { callee } = node;
    if (isNamed(callee, 'Date')) return 'Date()';
    return callee.type === 'Identifier' && timers.includes(callee.name) ? callee.name : undefined;
  }
  if (node.type !== 'MemberExpression') return undefined;
  const { object, property } = node;
  if (isNamed(object, 'Date') && isNamed(property, 'now')) return 'Date.now';
  if (isNamed(object, 'Math') && isNamed(property, 'random')) return 'Math.random';
  return object.type === 'Identifier' && worldly.includes(object.name) ? object.name : undefined;
}

function isNamed(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'StringLiteral' ? node.value : undefined;
}
