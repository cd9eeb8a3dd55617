/** The window of a person who reads German: Baton's own texts are German, those of VS Code stay as they are without its pack. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionDir } from '../../harness/project';
import { startServer, type VsCodeServer } from '../../harness/vscode-server';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';

const german = { 'workbench.colorTheme': 'Default Light Modern' };

suite('Baton in German', () => {
  test('shows its views, commands and questions in German', async () => {
    const server = await startServer({ extension: extensionDir });
    try {
      await speakGerman(server);
      await withWorkbench(
        { files: { 'README.md': '# Shop\n' }, git: true, server, settings: german },
        async (workbench) => {
          const chains = 'Aufgabenketten';
          await workbench.openView('Baton');
          await eventually('the welcome text', async () =>
            /Mit Baton übergeben Programmieragenten ihre Arbeit/.test(await workbench.viewText(chains)),
          );
          await workbench.screenshot('german-welcome');
          await workbench.clickWelcome(chains, 'Beispielkette anlegen');
          const row = await workbench.treeRow(/#102 /, chains);
          assert.match(row.description, /wartet auf #100/);
          assert.match(await workbench.statusBarText(/ausstehend/), /3 ausstehend/);
          await workbench.runCommand('Baton: Neue Aufgabe');
          await workbench.quickInput.title(/Neue Aufgabe: Titel/);
          await workbench.quickInput.escape();
          await workbench.rowMenu(/^#100 /, 'Kettenausgabe abschließen', chains);
          const dialog = await workbench.dialog();
          assert.match(dialog.message, /#100 .* ist noch nicht vollständig/);
          await workbench.screenshot('german-dialog');
          await workbench.answerDialog(/Cancel|Abbrechen/);
          await workbench.runCommand('Baton: Agenten verbinden…');
          await workbench.quickInput.title(/Agenten verbinden/);
          await workbench.screenshot('german-connect');
        },
      );
    } finally {
      await server.stop();
    }
  }).timeout(120_000);
});

/** As with an installed language pack whose texts are all left out: the language is set, VS Code itself stays English. */
async function speakGerman({ data }: VsCodeServer): Promise<void> {
  const folder = join(data, 'data');
  const texts = join(folder, 'no-texts.json');
  const pack = {
    hash: 'test',
    label: 'Deutsch',
    extensions: [{ extensionIdentifier: { id: 'test.de' }, version: '1.0.0' }],
    translations: { vscode: texts },
  };
  await writeFile(texts, JSON.stringify({ contents: {} }));
  await writeFile(join(folder, 'languagepacks.json'), JSON.stringify({ de: pack }));
  await writeFile(join(folder, 'User', 'argv.json'), JSON.stringify({ locale: 'de' }));
}
