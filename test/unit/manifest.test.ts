// package.json against the code: every command, view, setting and context key, both ways.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commandIds,
  containerId,
  contextKeys,
  contextOnlyCommands,
  itemTokens,
  settingIds,
  viewIds,
} from '../../src/vscode/contributions';

interface MenuEntry {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

interface Setting {
  readonly type: string;
  readonly scope: string;
  readonly default: unknown;
  readonly order: number;
  readonly markdownDescription: string;
}

interface Manifest {
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly icon?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon?: string }[]>>;
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[];
    };
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
    readonly snippets: readonly { readonly path: string }[];
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

const source = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(source) as Manifest;
const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Readonly<Record<string, string>>;
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);
const settings = Object.assign(
  {},
  ...contributes.configuration.map(({ properties }) => properties),
) as Record<string, Setting>;
const whens = [
  ...Object.values(contributes.menus).flatMap((entries) => entries.flatMap(({ when }) => when ?? [])),
  ...contributes.viewsWelcome.map(({ when }) => when),
];

function sorted(values: Iterable<string>): string[] {
  return [...values].sort();
}

suite('the manifest', () => {
  test('contributes exactly the commands the code registers', () => {
    assert.deepEqual(sorted(commands), sorted(Object.values(commandIds)));
  });

  test('contributes exactly the views the code fills, in one container with an icon each', () => {
    assert.deepEqual(Object.keys(contributes.views), [containerId]);
    const views = contributes.views[containerId] ?? [];
    assert.deepEqual(sorted(views.map(({ id }) => id)), sorted(Object.values(viewIds)));
    assert.ok(views.every(({ icon }) => icon !== undefined));
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [containerId],
    );
  });

  test('contributes exactly the settings the code reads', () => {
    assert.deepEqual(sorted(Object.keys(settings)), sorted(Object.values(settingIds)));
  });

  test('gives every command a category, a title and an icon', () => {
    for (const command of contributes.commands) {
      assert.ok(command.category, command.command);
      assert.ok(command.title, command.command);
      assert.match(command.icon ?? '', /^\$\([a-z-]+\)$/, command.command);
    }
  });

  test('titles commands in title case, starting with a verb or a noun of ours, without an emoji', () => {
    for (const { title } of contributes.commands) {
      const text = texts[title.slice(1, -1)] ?? '';
      assert.match(text, /^[A-Z][\x20-\x7e]*…?$/, text);
    }
  });

  test('hides from the palette exactly the commands that need something to be called on', () => {
    const palette = contributes.menus['commandPalette'] ?? [];
    const hidden = palette.filter(({ when }) => when === 'false').map(({ command }) => command);
    assert.deepEqual(sorted(hidden), sorted(contextOnlyCommands));
  });

  test('puts only commands of its own into menus', () => {
    for (const [menu, entries] of Object.entries(contributes.menus)) {
      for (const { command } of entries) assert.ok(commands.includes(command), `${menu}: ${command}`);
    }
  });

  test('shows at most three icons in a row, in a view title, and one in an editor title, at a time', () => {
    const tokensOf = (when: string) =>
      [...when.matchAll(/viewItem =~ \/\\b(\w+)\\b\//g)].map(([, token]) => token);
    const inline = (contributes.menus['view/item/context'] ?? []).filter(({ group }) =>
      group?.startsWith('inline'),
    );
    // Launch, resume and show exclude each other, so each place counts once.
    for (const view of Object.values(viewIds)) {
      const here = inline.filter(({ when }) => matchesView(when ?? '', view));
      assert.ok(new Set(here.map(({ group }) => group)).size <= 3, view);
      assert.ok(here.every(({ when }) => tokensOf(when ?? '').length > 0));
    }
    const title = (contributes.menus['view/title'] ?? []).filter(({ group }) =>
      group?.startsWith('navigation'),
    );
    assert.ok(title.length <= 3);
    const editor = (contributes.menus['editor/title'] ?? []).filter(({ group }) =>
      group?.startsWith('navigation'),
    );
    assert.equal(new Set(editor.map(({ group }) => group)).size, 1);
  });

  test('has a text for every %key%, and uses every text', () => {
    const used = [...source.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? '');
    assert.deepEqual(sorted(new Set(used)), sorted(Object.keys(texts)));
    assert.ok(Object.values(texts).every((text) => text.trim() !== ''));
  });

  test('asks in when-clauses only for context keys that the code sets or VS Code knows', () => {
    const builtIn = [
      'view',
      'viewItem',
      'resourcePath',
      'isWorkspaceTrusted',
      'virtualWorkspace',
      'workspaceFolderCount',
      'false',
    ];
    const known = new Set<string>([...builtIn, ...Object.values(contextKeys)]);
    for (const when of whens) {
      for (const key of keysOf(when)) assert.ok(known.has(key), `${key} in ${when}`);
    }
  });

  test('sets no context key that nothing asks for', () => {
    const asked = new Set(whens.flatMap(keysOf));
    const events = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap((step) => step.completionEvents.map((event) => event.replace(/^onContext:/, ''))),
    );
    for (const key of Object.values(contextKeys)) {
      assert.ok(asked.has(key) || events.some((event) => keysOf(event).includes(key)), key);
    }
  });

  test('asks tree items only for words they can carry', () => {
    const known = new Set<string>(Object.values(itemTokens));
    const asked = whens.flatMap((when) => [...when.matchAll(/viewItem =~ \/\\b\(?([\w|]+)\)?\\b\//g)]);
    const words = asked.flatMap(([, alternatives]) => (alternatives ?? '').split('|'));
    assert.notEqual(words.length, 0);
    for (const word of words) assert.ok(known.has(word), word);
  });

  test('offers Stop Agent on a row only where the agent can be stopped', () => {
    const rows = (contributes.menus['view/item/context'] ?? []).filter(
      ({ command }) => command === 'baton.session.stop',
    );
    assert.equal(rows.length, 2);
    for (const { when } of rows) assert.match(when ?? '', /\\bcanStop\\b/);
  });

  test('links in welcome texts and walkthroughs only to commands that exist', () => {
    const own = Object.values(texts).flatMap((text) => [...text.matchAll(/\(command:([\w.]+)/g)]);
    const ids = own.map(([, id]) => id ?? '').filter((id) => id.startsWith('baton.'));
    // VS Code makes a command that shows it for every view.
    const known = [...commands, ...Object.values(viewIds).map((view) => `${view}.focus`)];
    assert.notEqual(ids.length, 0);
    for (const id of ids) assert.ok(known.includes(id), id);
  });

  test('has welcome content for every view, with and without tasks', () => {
    for (const view of Object.values(viewIds)) {
      const texts = contributes.viewsWelcome.filter((entry) => entry.view === view);
      assert.ok(texts.length >= 2, view);
    }
  });

  test('names only files that exist', () => {
    const paths = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.snippets.map(({ path }) => path),
      ...contributes.jsonValidation.map(({ url }) => url),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    for (const path of paths) assert.ok(existsSync(path), path);
  });

  test('ships every file it names', () => {
    const shipped = readFileSync('.vscodeignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const [path] of source.matchAll(/(?:media|snippets|l10n)\/[\w./-]+/g)) {
      const covered = shipped.some(
        (pattern) => pattern === path || path.startsWith(pattern.replace('**', '')),
      );
      assert.ok(covered, path);
    }
  });

  test('ships every program that the build makes', () => {
    const build = readFileSync('test/harness/bundles/build.mjs', 'utf8');
    const programs = [...build.matchAll(/^ +'?([\w-]+)'?: 'src\//gm)].map(([, name]) => `dist/${name}.js`);
    const shipped = readFileSync('.vscodeignore', 'utf8').split('\n');
    assert.notEqual(programs.length, 0);
    for (const program of programs) assert.ok(shipped.includes(`!${program}`), program);
  });

  test('keeps settings that start programs away from workspaces', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const starting = Object.entries(settings)
      .filter(([, { scope }]) => scope === 'application' || scope.startsWith('machine'))
      .map(([id]) => id);
    assert.deepEqual(sorted(restrictedConfigurations), sorted(starting));
    for (const id of [settingIds.agents, settingIds.defaultAgent]) assert.ok(starting.includes(id), id);
  });

  test('gives every setting a default, an order, a scope and a description', () => {
    for (const [id, setting] of Object.entries(settings)) {
      assert.ok('default' in setting && setting.order > 0 && setting.scope !== undefined, id);
      assert.match(setting.markdownDescription, /^%.+%$/, id);
    }
  });

  test('activates by the files of a workspace and by nothing that VS Code generates itself', () => {
    for (const event of manifest.activationEvents) assert.match(event, /^workspaceContains:[^*]/);
  });

  test('stays below the number of tags the marketplace takes', () => {
    assert.ok(manifest.keywords.length <= 20);
  });

  test('tells in its walkthrough at most six steps, each of which completes itself', () => {
    for (const { steps } of contributes.walkthroughs) {
      assert.ok(steps.length <= 6);
      for (const { completionEvents } of steps) {
        assert.notEqual(completionEvents.length, 0);
        for (const event of completionEvents) {
          const [kind, what] = event.split(':');
          const known: Readonly<Record<string, readonly string[]>> = {
            onCommand: commands,
            onView: Object.values(viewIds),
            onContext: Object.values(contextKeys),
          };
          const [id] = keysOf(what ?? '');
          assert.ok(id !== undefined && known[kind ?? '']?.includes(id), event);
        }
      }
    }
  });
});

suite('the snippets', () => {
  interface Snippet {
    readonly prefix: string;
    readonly body: readonly string[];
    readonly description: string;
  }
  const files = contributes.snippets.map(
    ({ path }) => JSON.parse(readFileSync(join(path), 'utf8')) as object,
  );
  const snippets = files.flatMap((file) => Object.values(file) as Snippet[]);

  test('cover the task file, a chain input, a feature and a progress entry', () => {
    assert.deepEqual(sorted(snippets.map(({ prefix }) => prefix)), [
      'baton-feature',
      'baton-input',
      'baton-progress',
      'baton-task',
    ]);
  });

  test('say what they are and end somewhere', () => {
    for (const { description, body, prefix } of snippets) {
      assert.ok(description, prefix);
      assert.equal(body.filter((line) => line.includes('$0')).length, 1, prefix);
    }
  });
});

/** Names on either side of the operators; regular expressions and strings fall away first. */
function keysOf(when: string): string[] {
  const bare = when
    .replace(/=~ \/(?:[^/\\]|\\.)*\//g, '')
    .replace(/[!=]= ?[\w.]+/g, '')
    .replace(/resourcePath in ([\w.]+)/g, '$1');
  return [...bare.matchAll(/[A-Za-z][\w.]*/g)].map(([name]) => name);
}

function matchesView(when: string, view: string): boolean {
  const exact = /view == ([\w.]+)/.exec(when)?.[1];
  if (exact !== undefined) return exact === view;
  const pattern = /view =~ \/((?:[^/\\]|\\.)*)\//.exec(when)?.[1];
  return pattern !== undefined && new RegExp(pattern).test(view);
}
