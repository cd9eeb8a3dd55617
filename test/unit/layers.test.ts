/**
 * The walls of the code: who may import whom. The table below is the rule; `src/README.md` and the architecture
 * describe it, this test holds every import of `src` against it, type imports included.
 */
import assert from 'node:assert/strict';
import {
  type Import,
  importsOf,
  packageOf,
  parseSource,
  readSources,
  type SourceFile,
  targetOf,
} from '../support/source-files';

interface Wall {
  /** A folder or a file below `src`; the most special one is a file's wall. */
  readonly of: string;
  /** Besides itself: folders or files below `src`. */
  readonly mayImport: readonly string[];
  /** Packages by name; `node:*` stands for everything of Node. */
  readonly packages?: readonly (string | RegExp)[];
  /** What it takes from `src` must vanish when compiled. */
  readonly typesOnly?: true;
}

const pure = ['core/base', 'core/model', 'core/ports.ts'] as const;
const withStore = [...pure, 'core/chain', 'core/lifecycle', 'core/store'] as const;
const anything = ['core', 'wire', 'node', 'cli', 'mcp', 'vscode'] as const;

const walls: readonly Wall[] = [
  { of: 'core/base', mayImport: [] },
  { of: 'core/model', mayImport: ['core/base'], packages: ['zod'] },
  { of: 'core/ports.ts', mayImport: ['core/base', 'core/model'] },
  {
    of: 'core/markdown',
    mayImport: ['core/base', 'core/model'],
    packages: [
      'unified',
      'gray-matter',
      'yaml',
      'jsonc-parser',
      /^(remark|mdast|micromark|unist|vfile)(-.+)?$/,
    ],
  },
  { of: 'core/chain', mayImport: ['core/base', 'core/model'] },
  { of: 'core/lifecycle', mayImport: ['core/base', 'core/model'] },
  { of: 'core/store', mayImport: [...pure, 'core/markdown', 'core/chain', 'core/lifecycle'] },

  // Neighbours that know nothing of each other: what two of them do together is an operation.
  { of: 'core/sessions', mayImport: withStore },
  { of: 'core/agents', mayImport: withStore, packages: ['jsonc-parser'] },
  { of: 'core/protocol', mayImport: withStore },
  { of: 'core/journal', mayImport: withStore },
  { of: 'core/renderings', mayImport: withStore },
  { of: 'core/queue', mayImport: withStore },
  { of: 'core/scheduler', mayImport: withStore },
  { of: 'core/nudges', mayImport: [...withStore, 'core/markdown/one-line.ts'] },
  { of: 'core/memory', mayImport: withStore, packages: ['minisearch', 'stemmer'] },
  { of: 'core/planner', mayImport: [...pure, 'core/markdown'] },
  { of: 'core/workers', mayImport: withStore },
  { of: 'core/evidence', mayImport: pure },
  { of: 'core/health', mayImport: withStore },
  {
    of: 'core/editing',
    mayImport: [...pure, 'core/markdown', 'core/evidence'],
    packages: ['jsonc-parser'],
  },

  { of: 'core/operations', mayImport: ['core'] },

  { of: 'wire', mayImport: ['core'], packages: ['zod'], typesOnly: true },
  { of: 'node', mayImport: pure, packages: ['node:*', 'simple-git', 'croner', 'node-sqlite3-wasm'] },
  { of: 'cli', mayImport: ['core/operations', 'core/base', 'core/model', 'wire'], packages: ['commander'] },
  {
    of: 'mcp',
    mayImport: ['core/operations', 'core/base', 'core/model', 'wire'],
    packages: ['@modelcontextprotocol/server', 'zod'],
  },
  { of: 'vscode', mayImport: ['core'], packages: ['vscode', 'vscode-json-languageservice'] },

  // An agent is an outsider: it knows Baton by its files and its command line.
  { of: 'demo-agent', mayImport: [], packages: ['node:*'] },

  // Drives agents and the command line from outside, as a person's shell would.
  { of: 'doctor', mayImport: ['core/agents', ...pure, 'node'], packages: ['node:*'] },

  // Composition roots. Nobody imports them.
  {
    of: 'extension.ts',
    mayImport: [
      ...anything,
      'editing.ts',
      'chat-tools.ts',
      'verification.ts',
      'extension-api.ts',
      'planning.ts',
    ],
    packages: ['vscode', 'node:*'],
  },
  { of: 'extension-api.ts', mayImport: ['vscode'] },
  { of: 'editing.ts', mayImport: ['core', 'vscode'], packages: ['vscode'] },
  { of: 'planning.ts', mayImport: ['core', 'vscode'], packages: ['vscode'] },
  { of: 'verification.ts', mayImport: ['core', 'vscode', 'node'], packages: ['vscode'] },
  { of: 'chat-tools.ts', mayImport: ['core', 'node', 'vscode', 'cli-main.ts'] },
  {
    of: 'cli.ts',
    mayImport: ['node', 'cli/hook-words.ts', 'cli-main.ts', 'hook-beat.ts'],
    packages: ['node:*'],
  },
  { of: 'hook-beat.ts', mayImport: ['core', 'cli/hook-words.ts', 'node'], packages: ['node:*'] },
  {
    of: 'cli-main.ts',
    mayImport: [...anything, 'doctor.ts', 'mcp-server.ts', 'chat-call.ts'],
    packages: ['node:*'],
  },
  { of: 'doctor.ts', mayImport: ['core', 'doctor'], packages: ['node:*'] },
  { of: 'mcp.ts', mayImport: ['node', 'cli-main.ts'], packages: ['node:*'] },
  { of: 'mcp-server.ts', mayImport: anything, packages: ['node:*', '@modelcontextprotocol/server'] },
  { of: 'chat-call.ts', mayImport: ['core', 'mcp', 'node'] },
  { of: 'demo-agent.ts', mayImport: ['demo-agent'], packages: ['node:*'] },
];

const sources = readSources();

suite('the walls', () => {
  test('every file stands behind a wall of the table', () => {
    assert.deepEqual(
      sources.map(({ path }) => path).filter((path) => wallOf(path) === undefined),
      [],
    );
  });

  test('every import is one that the table allows', () => {
    assert.deepEqual(breachesIn(sources), []);
  });

  test('every relative import names a file of src, without its extension', () => {
    const files = new Set(sources.map(({ path }) => path));
    const lost = sources.flatMap(importsOf).filter((one) => !files.has(targetOf(one) ?? one.file));
    assert.deepEqual(lost.map(describe), []);
  });

  test('nothing in src stands in an import circle that outlives compilation', () => {
    assert.deepEqual(circlesIn(sources), []);
  });
});

suite('the walls are noticed when broken', () => {
  const planted: readonly (readonly [string, string, string])[] = [
    ['core/chain/a.ts', `import { x } from '../store/b';`, 'a higher layer'],
    ['core/chain/a.ts', `import type { X } from '../store/b';`, 'a higher layer, for types only'],
    ['core/chain/a.ts', `let x: import('../store/b').X;`, 'a type of a module'],
    ['core/sessions/a.ts', `export { x } from '../agents/b';`, 'a neighbour, by re-export'],
    ['core/base/a.ts', `import { readFile } from 'node:fs/promises';`, 'Node in the core'],
    ['core/store/a.ts', `const fs = await import('node:fs');`, 'Node in the core, at run time'],
    ['core/operations/a.ts', `import * as vscode from 'vscode';`, 'the editor in the core'],
    ['core/store/a.ts', `import { z } from 'zod';`, 'zod outside model and wire'],
    ['core/protocol/a.ts', `import { remark } from 'remark';`, 'Markdown outside markdown'],
    ['cli/a.ts', `import { TaskStore } from '../core/store/task-store';`, 'a surface below the operations'],
    ['cli/a.ts', `import { simpleGit } from 'simple-git';`, 'git outside node'],
    ['vscode/a.ts', `import fs = require('node:fs');`, 'Node in the editor layer'],
    ['vscode/a.ts', `import { main } from '../extension';`, 'an entry that is imported'],
    [
      'wire/a.ts',
      `import { BatonError } from '../core/base/baton-error';`,
      'a value where only types may cross',
    ],
    [
      'demo-agent/a.ts',
      `import { outline } from '../core/markdown/outline';`,
      'an outsider with inside knowledge',
    ],
    ['vscode/a.ts', `import x from '../../package.json';`, 'what lies outside src'],
    ['node/a.ts', `const x = require(name);`, 'a module chosen at run time'],
    ['node/a.ts', `import { left } from 'left-pad';`, 'a package without a home'],
  ];
  for (const [path, text, what] of planted) {
    test(`${what}: ${text}`, () => assert.equal(breachesIn([parseSource(path, text)]).length, 1));
  }

  test('what is allowed passes', () => {
    const fine = [
      parseSource(
        'core/model/a.ts',
        `import { z } from 'zod'; import type { TextRange } from '../base/text-edit';`,
      ),
      parseSource(
        'core/markdown/edits/a.ts',
        `import { remark } from 'remark'; import gfm from 'remark-gfm';`,
      ),
      parseSource(
        'node/a.ts',
        `import { readFile } from 'node:fs/promises'; import { Clock } from '../core/ports';`,
      ),
      parseSource(
        'wire/a.ts',
        `import { type Task } from '../core/model/task'; export type { X } from '../core/model/x';`,
      ),
      parseSource('demo-agent.ts', `import { run } from './demo-agent/session'; import 'node:process';`),
    ];
    assert.deepEqual(breachesIn(fine), []);
  });

  test('an import circle is found, and one of types only is none', () => {
    const circle = (kind: string) => [
      parseSource('core/base/a.ts', `import { b } from './b';`),
      parseSource('core/base/b.ts', `import ${kind} { a } from './a';`),
    ];
    assert.deepEqual(circlesIn(circle('')), ['core/base/a.ts → core/base/b.ts → core/base/a.ts']);
    assert.deepEqual(circlesIn(circle('type')), []);
  });
});

function wallOf(path: string): Wall | undefined {
  return walls
    .filter(({ of }) => isWithin(path, of))
    .reduce<Wall | undefined>(
      (best, wall) => (best && best.of.length >= wall.of.length ? best : wall),
      undefined,
    );
}

/** A place that ends in `.ts` is that file; any other is a folder with all it holds. */
function isWithin(path: string, place: string): boolean {
  return place.endsWith('.ts') ? path === place : path.startsWith(`${place}/`);
}

function breachesIn(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((one) => !isAllowed(one))
      .map(describe),
  );
}

function isAllowed(one: Import): boolean {
  const wall = wallOf(one.file);
  if (wall === undefined) return false;
  const target = targetOf(one);
  if (target === undefined) return (wall.packages ?? []).some((home) => fits(home, one.specifier));
  if (isWithin(target, wall.of)) return true;
  return wall.mayImport.some((place) => isWithin(target, place)) && (one.typeOnly || !wall.typesOnly);
}

function fits(home: string | RegExp, specifier: string): boolean {
  if (home === 'node:*') return specifier.startsWith('node:');
  const name = packageOf(specifier);
  return typeof home === 'string' ? name === home : home.test(name);
}

function describe({ file, line, specifier, typeOnly }: Import): string {
  return `src/${file}:${line} imports ${typeOnly ? 'a type of ' : ''}${specifier}`;
}

/** Import circles through values, each told once from its first file on. */
function circlesIn(files: readonly SourceFile[]): readonly string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file).flatMap((one) => {
        const target = targetOf(one);
        return one.typeOnly || target === undefined ? [] : [target];
      }),
    ]),
  );
  const circles: string[] = [];
  const cleared = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) circles.push([...trail.slice(start), path].join(' → '));
    if (start !== -1 || cleared.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    cleared.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return circles;
}
