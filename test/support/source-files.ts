/** The project's own sources as syntax trees, for tests that hold the code to its rules. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import { parse } from '@babel/parser';
import type { Node } from '@babel/types';

export interface SourceFile {
  /** From `src`, `/` as separator. */
  readonly path: string;
  readonly text: string;
  readonly syntax: Node;
}

export interface Import {
  readonly file: string;
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** Erased when compiled: `import type`, `typeof import()`, or nothing but type names. */
  readonly typeOnly: boolean;
}

const sourceFolder = resolve(import.meta.dirname, '../../src');

/** Every file below `src`, from `src`, `/` as separator. */
export function sourcePaths(): readonly string[] {
  return readdirSync(sourceFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(sourceFolder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

export function readSources(): readonly SourceFile[] {
  return sourcePaths()
    .filter((path) => path.endsWith('.ts'))
    .map((path) => parseSource(path, readFileSync(join(sourceFolder, path), 'utf8')));
}

/** Also for sources that tests make up. What only the meaning makes wrong is for the compiler to find. */
export function parseSource(path: string, text: string): SourceFile {
  try {
    const syntax = parse(text, { sourceType: 'module', plugins: ['typescript'], errorRecovery: true });
    return { path, text, syntax };
  } catch (cause) {
    throw new Error(`src/${path} is not TypeScript`, { cause });
  }
}

/** Everything a file takes from elsewhere: imports, re-exports, `import()`, `require()`, types of modules. */
export function importsOf({ path, syntax }: SourceFile): readonly Import[] {
  const imports: Import[] = [];
  for (const node of nodesOf(syntax)) {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      imports.push({ file: path, line: lineOf(node), specifier, typeOnly: isTypeOnly(node) });
    }
  }
  return imports;
}

/** The file a relative specifier names, from `src` (outside it with `../`); undefined for a package. */
export function targetOf({ file, specifier }: Import): string | undefined {
  // A bundle of its own is imported by the name it will have.
  const bare = specifier.replace(/\.js$/, '');
  return specifier.startsWith('.') ? `${posix.join(posix.dirname(file), bare)}.ts` : undefined;
}

/** The package of a specifier: `@scope/name` or `name`, without the path inside it. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Every node of a tree, parents first. */
export function* nodesOf(root: Node): Generator<Node> {
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    waiting.push(...childrenOf(node).reverse());
  }
}

export function lineOf(node: Node): number {
  return node.loc?.start.line ?? 0;
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .filter(([key]) => !key.endsWith('Comments') && key !== 'loc' && key !== 'tokens')
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function specifierOf(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
      return node.source.value;
    case 'ExportNamedDeclaration':
      return node.source?.value;
    case 'TSImportType':
      return textOf(node.argument);
    case 'TSExternalModuleReference':
      return textOf(node.expression);
    case 'CallExpression':
      return isLoader(node.callee) ? (textOf(node.arguments[0]) ?? 'a module chosen at run time') : undefined;
    default:
      return undefined;
  }
}

function isLoader(callee: Node): boolean {
  return callee.type === 'Import' || (callee.type === 'Identifier' && callee.name === 'require');
}

function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'StringLiteral') return node.value;
  if (node?.type === 'TSLiteralType') return textOf(node.literal);
  return undefined;
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType') return true;
  if (node.type === 'ExportNamedDeclaration') return node.exportKind === 'type';
  if (node.type !== 'ImportDeclaration') return false;
  if (node.importKind === 'type') return true;
  const named = node.specifiers.map((one) => one.type === 'ImportSpecifier' && one.importKind === 'type');
  return named.length > 0 && named.every(Boolean);
}
