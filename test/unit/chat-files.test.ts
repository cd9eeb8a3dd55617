// The skill, instructions and prompt files that VS Code reads from the package, against their one source. `BATON_UPDATE=1`
// writes them anew.
import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parse } from 'yaml';
import { agentGuides, instructionsFile, promptFile, skillFile } from '../../src/core/model/agent-guides';
import { toolNames } from '../../src/vscode/contributions';

interface ChatFile {
  readonly path: string;
  readonly name?: string;
  readonly description?: string;
}

interface Manifest {
  readonly contributes: Readonly<
    Record<'chatSkills' | 'chatInstructions' | 'chatPromptFiles', readonly ChatFile[]>
  >;
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const files: Readonly<Record<string, string>> = {
  'media/chat/skills/baton/SKILL.md': skillFile(),
  'media/chat/instructions/baton.instructions.md': instructionsFile(),
  ...Object.fromEntries(
    agentGuides.map((guide) => [`media/chat/prompts/${guide.name}.prompt.md`, promptFile(guide)]),
  ),
};

function headOf(text: string): Readonly<Record<string, string>> {
  return parse(/^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? '') as Readonly<Record<string, string>>;
}

suite('the files for chats', () => {
  test('are what their one source says, and no others', () => {
    if (process.env['BATON_UPDATE'] === '1') {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    }
    const present = globSync('media/chat/**/*.md').map((path) => path.replaceAll('\\', '/'));
    assert.deepEqual(present.sort(), Object.keys(files).sort());
    for (const [path, text] of Object.entries(files)) assert.equal(readFileSync(path, 'utf8'), text, path);
  });

  test('are all contributed, each with the name and description that VS Code 1.105 asks for', () => {
    const { chatSkills, chatInstructions, chatPromptFiles } = contributes;
    const named = [...chatInstructions, ...chatPromptFiles];
    const paths = [...chatSkills, ...named].map(({ path }) => path.replace('./', ''));
    assert.deepEqual(paths.sort(), Object.keys(files).sort());
    for (const { path, name, description } of named) {
      assert.match(name ?? '', /^[\w.-]+$/, path);
      assert.equal(description, headOf(files[path.replace('./', '')] ?? '')['description'], path);
    }
    for (const { path, name } of chatPromptFiles) assert.equal(name, basename(path, '.prompt.md'));
  });

  test('have a skill in the open format: its folder is its name, and both fit its limits', () => {
    const { name, description } = headOf(skillFile());
    assert.ok('media/chat/skills/baton/SKILL.md'.endsWith(`/${name}/SKILL.md`));
    assert.match(name ?? '', /^[a-z][a-z-]{0,63}$/);
    assert.ok((description ?? '').length <= 1_024);
  });

  test('name only tools that there are', () => {
    const known = new Set<string>(Object.values(toolNames));
    for (const [path, text] of Object.entries(files)) {
      const called = [...text.matchAll(/`((?:task|feature|note|progress)_[a-z]+|finalize)`/g)];
      assert.notEqual(called.length, 0, path);
      for (const [, name] of called) assert.ok(known.has(name ?? ''), `${name} in ${path}`);
    }
  });
});
