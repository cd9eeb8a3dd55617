/** Connect an Agent, as a person does it: the change is seen before it is made, and nothing is made without a yes. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionDir } from '../../harness/project';
import { startServer } from '../../harness/vscode-server';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';

const settings = '{\n  // mine\n  "theme": "dark"\n}\n';

suite('Connect an Agent', () => {
  test('shows the change, writes nothing without a yes, and keeps the old file beside the new one', async () => {
    const server = await startServer({ extension: extensionDir });
    try {
      // No agent has to be installed to be connected; this one's settings are a file of JSON.
      const file = join(server.home, '.claude.json');
      await writeFile(file, settings);
      const files = { '.baton/config.json': '{}', 'README.md': '# Shop\n' };
      await withWorkbench({ files, server }, async (workbench) => {
        const { quickInput } = workbench;
        await workbench.openView('Baton');
        await eventually('the folder read', async () =>
          (await workbench.viewText('Task Chains')).includes('There are no tasks yet'),
        );
        const ask = async () => {
          await workbench.runCommand('Baton: Connect an Agent…');
          await quickInput.title(/Connect an Agent/);
          await quickInput.pick(/^Claude Code/);
          await quickInput.title(/Connect Claude Code/);
          await quickInput.pick(/In your own settings/);
          return workbench.dialog();
        };
        const { message: question, detail } = await ask();
        assert.equal(question, 'Connect Claude Code?');
        assert.ok(detail.includes(file), detail);
        await workbench.openEditorText(/"mcpServers"/);
        await workbench.screenshot('connect-change');
        await workbench.answerDialog(/Cancel/);
        assert.equal(await readFile(file, 'utf8'), settings);

        await ask();
        await workbench.answerDialog(/^Write$/);
        const { message } = await workbench.notification(/sees Baton when it starts anew/);
        const kept = (await readdir(server.home)).filter((name) =>
          name.startsWith('.claude.json.before-baton'),
        );
        assert.equal(kept.length, 1);
        assert.ok(message.includes(kept[0] ?? ''), message);
        assert.equal(await readFile(join(server.home, kept[0] ?? ''), 'utf8'), settings);
        const text = await readFile(file, 'utf8');
        assert.match(text, /^\{\n {2}\/\/ mine\n {2}"theme": "dark",/);
        const command = /"command": "([^"]+)"/.exec(text)?.[1] ?? '';
        await eventually('the command that it names', async () => existsSync(command));

        await workbench.runCommand('Baton: Connect an Agent…');
        await quickInput.pick(/^Claude Code/);
        await quickInput.pick(/In your own settings/);
        await workbench.notification(/is already connected/);

        await workbench.runCommand('Baton: Set Up Verification Tools…');
        await quickInput.title(/Set Up Verification Tools/);
        await workbench.screenshot('tools-pick');
        await quickInput.pick(/^GitHub/);
        await quickInput.pick(/^Claude Code/);
        await quickInput.pick(/In this project/);
        const asked = await workbench.dialog();
        assert.equal(asked.message, 'Add GitHub to Claude Code?');
        assert.match(asked.detail, /environment variable GITHUB_PERSONAL_ACCESS_TOKEN/);
        await workbench.openEditorText(/api\.githubcopilot\.com/);
        await workbench.screenshot('tools-change');
        await workbench.answerDialog(/^Write$/);
        await workbench.notification(/has the tool when it starts anew/);
        const project = JSON.parse(await readFile(join(workbench.folder, '.mcp.json'), 'utf8'));
        assert.deepEqual(Object.keys(project.mcpServers), ['github']);
        assert.doesNotMatch(JSON.stringify(project), /gh[ps]_|github_pat_/);
      });
    } finally {
      await server.stop();
    }
  }).timeout(120_000);

  test('is not offered in Restricted Mode', async () => {
    const files = { '.baton/config.json': '{}' };
    await withWorkbench({ files, trusted: false }, async (workbench) => {
      await workbench.openView('Baton');
      const titles = await workbench.paletteTitles('Baton: Connect');
      assert.ok(!titles.includes('Baton: Connect an Agent…'), titles.join());
      const tools = await workbench.paletteTitles('Baton: Set Up Verification');
      assert.ok(!tools.includes('Baton: Set Up Verification Tools…'), tools.join());
    });
  });
});
