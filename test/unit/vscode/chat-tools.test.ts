// The tools of the editor's chat against those of the MCP server: one set of names, schemas and descriptions.
// `BATON_UPDATE=1` writes the manifest's part anew.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { inputOf } from '../../../src/mcp/call-tool';
import type { Tool } from '../../../src/mcp/tool';
import { readingTools, writingTools } from '../../../src/mcp/tools/all-tools';
import { fittingText } from '../../../src/vscode/chat/fitting-text';
import { toolWords } from '../../../src/vscode/chat/tool-words';
import { mcpProviderId, settingIds, toolNames, toolPrefix } from '../../../src/vscode/contributions';
import { l10n } from './support';

const icons: Readonly<Record<string, string>> = {
  task_show: '$(list-tree)',
  memory: '$(search)',
  task_create: '$(add)',
  task_status: '$(edit)',
  progress_add: '$(history)',
  feature_pass: '$(check)',
  note_add: '$(note)',
  finalize: '$(pass)',
};

interface ManifestTool {
  readonly name: string;
  readonly when: string;
}

interface Manifest {
  readonly contributes: {
    readonly languageModelTools: readonly ManifestTool[];
    readonly mcpServerDefinitionProviders: readonly { readonly id: string; readonly when: string }[];
    readonly configuration: readonly {
      readonly properties: Readonly<
        Record<string, { readonly enum?: readonly string[]; readonly default?: unknown }>
      >;
    }[];
  };
}

const tools: readonly Tool[] = [...readingTools, ...writingTools];

function manifest(): Manifest {
  return JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
}

function contributed(tool: Tool): ManifestTool {
  // VS Code reads draft 7, which says the same of all that is used here.
  const { $schema: _, ...inputSchema } = z.toJSONSchema(inputOf(tool), { io: 'input' });
  const name = `${toolPrefix}${tool.name}`;
  const details = {
    toolReferenceName: name,
    canBeReferencedInPrompt: true,
    icon: icons[tool.name],
    tags: ['baton', 'tasks'],
    displayName: `%tool.${tool.name}.name%`,
    userDescription: `%tool.${tool.name}.description%`,
    modelDescription: tool.description,
    inputSchema,
  };
  return { name, when: `config.${settingIds.chatOffer} == tools && isWorkspaceTrusted`, ...details };
}

function update(): void {
  const whole = manifest();
  const contributes = { ...whole.contributes, languageModelTools: tools.map(contributed) };
  writeFileSync('package.json', `${JSON.stringify({ ...whole, contributes }, undefined, 2)}\n`);
}

suite('the tools that the chat of the editor is offered', () => {
  test('are those of the MCP server: names, descriptions and schemas', () => {
    if (process.env['BATON_UPDATE'] === '1') update();
    assert.deepEqual(
      manifest().contributes.languageModelTools,
      JSON.parse(JSON.stringify(tools.map(contributed))),
    );
    assert.deepEqual([...Object.values(toolNames)].sort(), tools.map(({ name }) => name).sort());
  });

  test('are offered as tools or by the MCP server, never both, and not in Restricted Mode', () => {
    const { languageModelTools, mcpServerDefinitionProviders, configuration } = manifest().contributes;
    const setting = configuration.flatMap(({ properties }) => properties[settingIds.chatOffer] ?? [])[0];
    const [provider] = mcpServerDefinitionProviders;
    assert.equal(provider?.id, mcpProviderId);
    const shown = (when: string, value: string, trusted: boolean) =>
      when
        .split(' && ')
        .every((part) => (part === 'isWorkspaceTrusted' ? trusted : part.endsWith(`== ${value}`)));
    for (const value of setting?.enum ?? []) {
      const visible = (trusted: boolean): readonly boolean[] => [
        languageModelTools.every(({ when }) => shown(when, value, trusted)),
        shown(provider?.when ?? '', value, trusted),
      ];
      assert.deepEqual(visible(true), [value === 'tools', value === 'mcp'], value);
      assert.deepEqual(visible(false), [false, false], value);
    }
    assert.deepEqual(setting?.enum, ['tools', 'mcp', 'off']);
    assert.equal(setting?.default, 'tools');
  });

  test('ask before they write, and only then', () => {
    const asking = Object.values(toolNames).filter(
      (name) => toolWords(name, {}, l10n).confirmation !== undefined,
    );
    assert.deepEqual(asking.sort(), writingTools.map(({ name }) => name).sort());
  });

  test('show with the question what the model gave, cut where it is long, whatever it is', () => {
    const { invocation, confirmation } = toolWords(
      'finalize',
      { task: '#7', summary: 'x'.repeat(1_000), criteriaMet: [1, 2] },
      l10n,
    );
    assert.equal(invocation, 'Finalizing #7');
    assert.equal(confirmation?.title, 'Finalize #7?');
    assert.deepEqual(confirmation?.facts, [
      ['task', '#7'],
      ['summary', `${'x'.repeat(399)}…`],
      ['criteriaMet', '[1,2]'],
    ]);
    for (const odd of [undefined, null, 'text', 7, { task: {} }]) {
      assert.equal(toolWords('finalize', odd, l10n).confirmation?.title, 'Finalize #…?');
    }
  });
});

suite('an answer of a tool', () => {
  const countTokens = async (text: string) => Math.ceil(text.length / 4);

  test('is left as it is where there is room, or nobody says how much', async () => {
    assert.equal(await fittingText('abc', undefined), 'abc');
    assert.equal(await fittingText('abc', { tokenBudget: 1, countTokens }), 'abc');
  });

  test('is cut to the room there is, and says so', async () => {
    const text = 'x'.repeat(40_000);
    for (const tokenBudget of [50, 500, 5_000]) {
      const fitting = await fittingText(text, { tokenBudget, countTokens });
      assert.ok((await countTokens(fitting)) <= tokenBudget, String(tokenBudget));
      assert.match(fitting, /did not fit/);
    }
  });
});
