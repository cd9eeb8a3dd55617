/** Agents are data: what an agent is called stands in its profile, and no code decides by it. */
import assert from 'node:assert/strict';
import type { Node } from '@babel/types';
import { builtInProfiles } from '../support/agent-profiles';
import { lineOf, nodesOf, parseSource, readSources, type SourceFile } from '../support/source-files';

/** A dialect of hooks is called after the agent that first spoke it; others speak it too. */
const dialects = ['core/model/hook.ts', 'core/agents/hook-dialects.ts'];

/** Ids that are words of their own, so that only a text that is nothing else can mean the agent. */
const words = ['demo', 'cursor', 'amp', 'goose', 'crush'];
const names = builtInProfiles.map(({ id }) => id).filter((id) => !words.includes(id));

/** Instruction files that several agents read. */
const instructionFiles = /\b[A-Z]+\.md\b/g;

function textOf(node: Node): string | undefined {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'TemplateElement') return node.value.raw;
  if (node.type === 'ObjectProperty' && node.key.type === 'Identifier') return node.key.name;
  return undefined;
}

function namesAnAgent(text: string): boolean {
  if (builtInProfiles.some(({ id, label }) => text === label || (text === id && id !== 'demo'))) return true;
  const rest = text.replace(instructionFiles, '');
  return names.some((name) => new RegExp(`\\b${name}\\b`, 'i').test(rest));
}

function namings({ path, syntax }: SourceFile): readonly string[] {
  const imported = new Set<Node>();
  const found: string[] = [];
  for (const node of nodesOf(syntax)) {
    if (node.type === 'ImportDeclaration') imported.add(node.source);
    const text = imported.has(node) ? undefined : textOf(node);
    if (text !== undefined && namesAnAgent(text)) found.push(`src/${path}:${lineOf(node)} "${text}"`);
  }
  return found;
}

suite('agents’ names', () => {
  test('stand nowhere in the code', () => {
    const found = readSources()
      .filter(({ path }) => !dialects.includes(path))
      .flatMap(namings);
    assert.deepEqual(found, []);
  });

  const planted = [
    `if (agent === 'claude') x();`,
    'const line = `start qwen now`;',
    `const byAgent = { codex: 1 };`,
    `const label = 'Claude Code';`,
    `if (id === 'cursor') x();`,
  ];
  for (const text of planted) {
    test(`are noticed: ${text}`, () => assert.equal(namings(parseSource('core/x.ts', text)).length, 1));
  }

  test('a file name and an ordinary word are none', () => {
    const text = `import { y } from './gemini-wire'; const x = ['CLAUDE.md', 'the cursor moves', 'demo'];`;
    assert.deepEqual(namings(parseSource('core/x.ts', text)), []);
  });
});
