/**
 * Finds code that decides on a task's status past the status machine. Per file, by syntax; the rule:
 *
 * 1. `setFrontMatter` is called directly, with an object literal whose keys can be read. Its `status`, if any, is
 *    *decided*: the value of `transition(…)` itself (or of `statusBefore(…)`, which takes a refused edit back, or `spelledStatus(…)`, which spells what a person wrote), of a `const` that holds one, or of a function of the same file
 *    that returns nothing else.
 * 2. Nothing else is assigned to a property `status`, and no object is made whose `status` is a status word.
 * 3. No text spells the status line of a front matter.
 *
 * Beyond it are values that hide from syntax: a key computed at run time, text put together from parts. Their edits
 * still pass the store, which records them, and a reader of the file judges them as an edit by hand.
 */
import type { CallExpression, Function as FunctionNode, Node, ObjectProperty } from '@babel/types';
import { isStatus } from '../../src/core/model/status';
import { lineOf, nodesOf, type SourceFile } from './source-files';

/** The functions of the machine that answer with a status. */
const deciders: ReadonlySet<string> = new Set(['transition', 'statusBefore', 'spelledStatus']);

/**
 * The machine, the words themselves, and the readers and writers of the file format. And the doctor's model server, whose
 * answers carry a model's status and which knows no task.
 */
const exempt = ['core/lifecycle/', 'core/model/', 'core/markdown/', 'doctor/wires/'];

/** @returns each finding with its place; empty when the file keeps the rule */
export function statusWrites(file: SourceFile): readonly string[] {
  if (exempt.some((folder) => file.path.startsWith(folder))) return [];
  const bindings = new Bindings(file.syntax);
  const found: string[] = [];
  const report = (node: Node, what: string) => found.push(`src/${file.path}:${lineOf(node)} ${what}`);
  const writers = bindings.localNamesOf('setFrontMatter');
  const direct = new Set<Node>();
  for (const node of nodesOf(file.syntax)) {
    if (node.type === 'ImportSpecifier') direct.add(node.imported).add(node.local);
    if (node.type === 'CallExpression' && isOneOf(node.callee, writers)) {
      direct.add(node.callee);
      const objection = objectionTo(node, bindings);
      if (objection !== undefined) report(node, objection);
    } else if (isOneOf(node, writers) && !direct.has(node)) {
      report(node, 'hands setFrontMatter on, so that its callers cannot be seen');
    } else if (writesStatusProperty(node)) report(node, 'assigns a status');
    else if (isStatusWordProperty(node)) report(node, 'makes an object with a status of its own choice');
    else if (spellsStatusLine(node)) report(node, 'spells a status line');
  }
  return found;
}

function objectionTo(call: CallExpression, bindings: Bindings): string | undefined {
  const changes = call.arguments[1];
  if (changes?.type !== 'ObjectExpression') return 'calls setFrontMatter with keys that cannot be read';
  for (const property of changes.properties) {
    if (property.type !== 'ObjectProperty' || property.computed)
      return 'calls setFrontMatter with keys that cannot be read';
    if (keyOf(property) !== 'status') continue;
    if (!bindings.isDecided(property.value)) return 'writes a status that transition did not decide';
  }
  return undefined;
}

/** What the names of one file stand for, taken per file and not per scope: a name bound twice must be decided twice. */
class Bindings {
  readonly #imported = new Map<string, string>();
  readonly #constants = new Map<string, Node[]>();
  readonly #functions = new Map<string, FunctionNode[]>();
  /** Names bound in a way whose value syntax does not tell: parameters, patterns, `let`, loops. */
  readonly #opaque = new Set<string>();

  constructor(syntax: Node) {
    for (const node of nodesOf(syntax)) {
      if (node.type === 'ImportSpecifier') this.#imported.set(node.local.name, nameOf(node.imported) ?? '');
      if (node.type === 'VariableDeclaration') {
        for (const { id, init } of node.declarations) {
          if (node.kind === 'const' && id.type === 'Identifier' && init) push(this.#constants, id.name, init);
          else this.#hide(id);
        }
      }
      if (!isFunction(node)) continue;
      for (const parameter of node.params) this.#hide(parameter);
      if (node.type === 'FunctionDeclaration' && node.id) push(this.#functions, node.id.name, node);
    }
  }

  localNamesOf(imported: string): ReadonlySet<string> {
    return new Set([...this.#imported].filter(([, name]) => name === imported).map(([local]) => local));
  }

  isDecided(node: Node, seen: ReadonlySet<string> = new Set()): boolean {
    const name = node.type === 'CallExpression' ? nameOf(node.callee) : nameOf(node);
    if (name === undefined || seen.has(name)) return false;
    const within = new Set([...seen, name]);
    if (node.type === 'CallExpression') {
      if (deciders.has(this.#imported.get(name) ?? '')) return true;
      const bodies = this.#functions.get(name) ?? [];
      return bodies.length > 0 && bodies.every((body) => this.#returnsDecided(body, within));
    }
    const values = this.#opaque.has(name) ? [] : (this.#constants.get(name) ?? []);
    return values.length > 0 && values.every((value) => this.isDecided(value, within));
  }

  #returnsDecided(body: FunctionNode, seen: ReadonlySet<string>): boolean {
    const returned = returnsOf(body);
    return returned.length > 0 && returned.every((value) => value != null && this.isDecided(value, seen));
  }

  #hide(pattern: Node): void {
    for (const node of nodesOf(pattern)) if (node.type === 'Identifier') this.#opaque.add(node.name);
  }
}

/** What a function returns itself, leaving out the functions inside it. */
function returnsOf(body: FunctionNode): readonly (Node | null | undefined)[] {
  const inner = new Set<Node>();
  const returned: (Node | null | undefined)[] = [];
  for (const node of nodesOf(body.body)) {
    if (isFunction(node)) for (const hidden of nodesOf(node)) inner.add(hidden);
    if (node.type === 'ReturnStatement' && !inner.has(node)) returned.push(node.argument);
  }
  return returned;
}

function writesStatusProperty(node: Node): boolean {
  if (node.type !== 'AssignmentExpression') return false;
  const { left } = node;
  if (left.type !== 'MemberExpression') return false;
  return nameOf(left.property) === 'status' && (!left.computed || left.property.type === 'StringLiteral');
}

function isStatusWordProperty(node: Node): boolean {
  return node.type === 'ObjectProperty' && keyOf(node) === 'status' && isStatusWord(node.value);
}

/** Through the casts and choices a word may be dressed in. */
function isStatusWord(node: Node): boolean {
  switch (node.type) {
    case 'StringLiteral':
      return isStatus(node.value);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSTypeAssertion':
    case 'TSNonNullExpression':
      return isStatusWord(node.expression);
    case 'ConditionalExpression':
      return isStatusWord(node.consequent) || isStatusWord(node.alternate);
    case 'LogicalExpression':
      return isStatusWord(node.left) || isStatusWord(node.right);
    default:
      return false;
  }
}

function spellsStatusLine(node: Node): boolean {
  const text =
    node.type === 'StringLiteral'
      ? node.value
      : node.type === 'TemplateElement'
        ? node.value.raw.replaceAll('\\n', '\n')
        : '';
  return /^status:/m.test(text);
}

function keyOf(property: ObjectProperty): string | undefined {
  return property.computed && property.key.type === 'Identifier' ? undefined : nameOf(property.key);
}

function nameOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'StringLiteral' ? node.value : undefined;
}

function isOneOf(node: Node, names: ReadonlySet<string>): boolean {
  return node.type === 'Identifier' && names.has(node.name);
}

function isFunction(node: Node): node is FunctionNode {
  return [
    'FunctionDeclaration',
    'FunctionExpression',
    'ArrowFunctionExpression',
    'ObjectMethod',
    'ClassMethod',
    'ClassPrivateMethod',
  ].includes(node.type);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
