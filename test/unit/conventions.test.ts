/**
 * Conventions of VS Code extensions that a machine can check and no other test holds: what the manifest says of the whole
 * extension, what stands beside it, and how the code asks the editor for things. Each broken one costs a person something:
 * a fork that cannot start it, a link that runs a command, a key that is taken.
 */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import type { Node } from '@babel/types';
import { contextKeys, settingIds, viewIds } from '../../src/vscode/contributions';
import { lineOf, nodesOf, parseSource, readSources, type SourceFile } from '../support/source-files';

interface Setting {
  readonly type: string;
  readonly order: number;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly main: string;
  readonly type?: string;
  readonly icon: string;
  readonly categories: readonly string[];
  readonly galleryBanner: { readonly color: string; readonly theme: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly configuration: readonly {
      readonly order?: number;
      readonly properties: Readonly<Record<string, Setting>>;
    }[];
    readonly keybindings?: readonly unknown[];
    readonly languageModelTools: readonly { readonly name: string; readonly inputSchema: object }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly altText: string } }[];
    }[];
  };
}

const manifest: Manifest & Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync('package.json', 'utf8'),
);
const { contributes } = manifest;
const editorSources = readSources().filter(
  ({ path }) => path.startsWith('vscode/') || ['extension.ts', 'editing.ts', 'chat-tools.ts'].includes(path),
);

suite('the manifest as a whole', () => {
  test('promises an old VS Code, and is compiled against no newer one', () => {
    assert.equal(manifest.engines.vscode, '^1.105.0');
    assert.match(manifest.devDependencies['@types/vscode'] ?? '', /^~1\.105\.\d+$/);
    assert.equal(manifest['enabledApiProposals'], undefined);
  });

  test('is one CommonJS program without packages of its own, and needs no other extension', () => {
    assert.equal(manifest.main, './dist/extension.js');
    assert.notEqual(manifest.type, 'module');
    for (const key of ['browser', 'dependencies', 'extensionDependencies', 'extensionPack']) {
      assert.equal(manifest[key], undefined, key);
    }
  });

  test('has what a gallery shows: categories, a banner, and an icon of 256 pixels', () => {
    assert.ok(manifest.categories.includes('AI'));
    assert.match(manifest.galleryBanner.color, /^#[0-9a-f]{6}$/);
    assert.match(manifest.galleryBanner.theme, /^(dark|light)$/);
    const icon = readFileSync(manifest.icon);
    assert.equal(icon.subarray(1, 4).toString('latin1'), 'PNG');
    // Width and height stand in the first block of a PNG.
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [256, 256]);
  });

  test('has three views at the most, and takes no key of anybody', () => {
    assert.ok(Object.values(viewIds).length <= 3);
    assert.deepEqual(contributes.keybindings ?? [], []);
  });

  test('names its context keys, settings and tools after Baton', () => {
    for (const key of [...Object.values(contextKeys), ...Object.values(settingIds)]) {
      assert.match(key, /^baton\./);
    }
    for (const { name, inputSchema } of contributes.languageModelTools) {
      assert.match(name, /^baton_[a-z_]+$/);
      assert.ok('additionalProperties' in inputSchema, name);
    }
  });

  test('has its settings in order, with a word on each of the values to choose from', () => {
    const groups = contributes.configuration;
    assert.deepEqual(
      groups.map(({ order }) => order),
      groups.map((_, index) => index + 1),
    );
    for (const { properties } of groups) {
      const orders = Object.values(properties).map(({ order }) => order);
      assert.equal(new Set(orders).size, orders.length, Object.keys(properties).join());
      for (const [id, setting] of Object.entries(properties)) {
        const words = setting.markdownEnumDescriptions ?? setting.enumDescriptions ?? [];
        assert.equal(words.length, setting.enum?.length ?? 0, id);
      }
    }
  });

  test('tells one walkthrough, with words in the place of every picture', () => {
    assert.equal(contributes.walkthroughs.length, 1);
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    for (const { media } of steps) assert.match(media.altText, /^%.+%$/);
  });

  test('draws walkthrough pictures with colours of the theme alone', () => {
    const pictures = globSync('media/walkthrough/*.svg');
    assert.notEqual(pictures.length, 0);
    for (const picture of pictures) {
      const colours = [...readFileSync(picture, 'utf8').matchAll(/(?:fill|stroke)="([^"]+)"/g)];
      assert.deepEqual(
        colours
          .map(([, colour]) => colour)
          .filter((colour) => !/^(none|var\(--vscode-.+\))$/.test(colour ?? '')),
        [],
        picture,
      );
    }
  });
});

suite('what stands beside the manifest', () => {
  for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE', '.github/SUPPORT.md', '.github/SECURITY.md']) {
    test(`${file} is there`, () => assert.ok(existsSync(file)));
  }

  test('the changelog keeps the form that it names', () => {
    const text = readFileSync('CHANGELOG.md', 'utf8');
    assert.match(text, /keepachangelog\.com/);
    assert.match(text, /^## \[Unreleased\]$/m);
    const headings = [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    for (const heading of headings) {
      assert.match(heading ?? '', /^(Added|Changed|Deprecated|Removed|Fixed|Security)$/);
    }
  });

  test('the readme has no picture that a gallery refuses, nothing of a template, and says what leaves the machine', () => {
    const text = readFileSync('README.md', 'utf8');
    const pictures = [...text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
    assert.notEqual(pictures.length, 0);
    for (const [, words, address] of pictures) {
      assert.ok(words, address);
      assert.match(address ?? '', /\.(png|gif)$/);
    }
    assert.doesNotMatch(text, /This is the README for your extension/);
    assert.match(text, /Nothing leaves your machine/);
    assert.match(text, /^## Limits$/m);
  });
});

suite('how the code asks the editor', () => {
  const rules: readonly (readonly [string, (file: SourceFile) => readonly Node[], readonly string[]])[] = [
    [
      'terminals are made in one place',
      calls(({ name }) => name === 'createTerminal'),
      ['vscode/terminal/agent-terminals.ts'],
    ],
    ['nothing is written to the console', calls(({ object }) => object === 'console'), []],
    ['Markdown never runs what a text says: trust names commands', trustWithoutNames, []],
    ['HTML in Markdown stays off', assignments('supportHtml'), []],
    ['parts of the API that forks lack are asked for carefully', carelessParts, []],
    [
      'there is one output channel with levels, and at most one for programs',
      channels,
      ['extension.ts', 'vscode/background/background-output.ts'],
    ],
  ];
  for (const [what, find, allowed] of rules) {
    test(what, () => {
      const found = editorSources
        .filter(({ path }) => !allowed.includes(path))
        .flatMap((file) => find(file).map((node) => `src/${file.path}:${lineOf(node)}`));
      assert.deepEqual(found, []);
    });
  }

  const planted: readonly (readonly [string, string, (file: SourceFile) => readonly Node[]])[] = [
    ['a terminal', 'vscode.window.createTerminal({});', calls(({ name }) => name === 'createTerminal')],
    ['the console', 'console.warn(1);', calls(({ object }) => object === 'console')],
    ['trust in all', 'markdown.isTrusted = true;', trustWithoutNames],
    ['HTML', 'markdown.supportHtml = true;', assignments('supportHtml')],
    ['a part that may be missing', 'vscode.lm.selectChatModels();', carelessParts],
    ['a channel', `vscode.window.createOutputChannel('x');`, channels],
  ];
  for (const [what, text, find] of planted) {
    test(`is noticed when broken: ${what}`, () => {
      assert.equal(find(parseSource('vscode/planted.ts', text)).length, 1);
    });
  }

  test('what is done with care passes', () => {
    const fine = parseSource(
      'vscode/planted.ts',
      `markdown.isTrusted = { enabledCommands: ['a'] };
       const register: typeof vscode.lm.registerTool | undefined = vscode.lm?.registerTool;`,
    );
    assert.deepEqual([...trustWithoutNames(fine), ...carelessParts(fine)], []);
  });
});

interface Called {
  readonly object: string | undefined;
  readonly name: string | undefined;
}

/** Calls of a method, found by the names around its dot. */
function calls(isMeant: (called: Called) => boolean): (file: SourceFile) => readonly Node[] {
  return ({ syntax }) =>
    [...nodesOf(syntax)].filter((node) => {
      if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return false;
      return isMeant({ object: nameOf(node.callee.object), name: nameOf(node.callee.property) });
    });
}

function channels(file: SourceFile): readonly Node[] {
  return calls(({ name }) => name === 'createOutputChannel')(file);
}

function assignments(property: string): (file: SourceFile) => readonly Node[] {
  return ({ syntax }) => [...nodesOf(syntax)].filter((node) => assignedTo(node, property) !== undefined);
}

function trustWithoutNames({ syntax }: SourceFile): readonly Node[] {
  return [...nodesOf(syntax)].filter((node) => {
    const value = assignedTo(node, 'isTrusted');
    return value !== undefined && value.type !== 'ObjectExpression';
  });
}

function assignedTo(node: Node, property: string): Node | undefined {
  if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return undefined;
  return nameOf(node.left.property) === property ? node.right : undefined;
}

/** `vscode.lm.x` and `vscode.chat.x`: older hosts and forks have neither, and `?.` costs nothing. Types vanish. */
function carelessParts({ syntax }: SourceFile): readonly Node[] {
  return [...nodesOf(syntax)].filter((node) => {
    if (node.type !== 'MemberExpression' || node.object.type !== 'MemberExpression') return false;
    const { object, property } = node.object;
    return nameOf(object) === 'vscode' && ['lm', 'chat'].includes(nameOf(property) ?? '');
  });
}

function nameOf(node: Node): string | undefined {
  return node.type === 'Identifier' ? node.name : undefined;
}
