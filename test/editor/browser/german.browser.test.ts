/** The window of a person who reads German: Baton's own texts are German, those of VS Code stay as they are without its pack. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionDir } from '../../harness/project';
import { startServer, type VsCodeServer } from '../../harness/vscode-server';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

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
          await workbench.quickInput.escape();
          await searchMemory(workbench);
          await plan(workbench);
        },
      );
    } finally {
      await server.stop();
    }
  }).timeout(120_000);
});

/** What is superseded, in a memory that was damaged. */
async function searchMemory(workbench: WorkbenchWindow): Promise<void> {
  const { folder, quickInput } = workbench;
  const note = (id: number, kind: string, text: string, supersedes: number | null) =>
    JSON.stringify({
      ...{ v: 1, id, kind, text, task: '100', session: null, actor: 'person' },
      ...{ at: `2026-11-20T1${id}:00:00Z`, supersedes },
    });
  const notes = [
    note(1, 'decision', 'Tokens mit HS256 signieren', null),
    note(2, 'correction', 'Tokens mit RS256 signieren', 1),
  ];
  await writeFile(join(folder, '.baton/memory/journal.jsonl'), `${notes.join('\n')}\n`);
  await writeFile(join(folder, '.baton/memory/memory.db'), 'Das ist keine Datenbank.'.repeat(9));
  await workbench.runCommand('Baton: Gedächtnis durchsuchen');
  await quickInput.title('Gedächtnis durchsuchen');
  await quickInput.type('HS256');
  await quickInput.row('Das Gedächtnis war unlesbar und wurde neu angelegt');
  const items = await quickInput.items();
  assert.deepEqual(
    items.filter(({ label }) => label === 'Tokens mit HS256 signieren').map(({ description }) => description),
    ['Überholt · #100 · 2026-11-20 · Entscheidung'],
  );
  await workbench.screenshot('german-memory');
  await quickInput.escape();
}

async function plan(workbench: WorkbenchWindow): Promise<void> {
  const { page, quickInput } = workbench;
  await workbench.runCommand('Baton: Aus Ziel oder PRD planen…');
  await quickInput.title('Aus Ziel oder PRD planen');
  await quickInput.pick('Ein Ziel eingeben');
  await quickInput.message(/^Das Ziel\./);
  await quickInput.type('Schema schreiben; API bauen');
  await quickInput.accept();
  await page.locator('.codelens-decoration').getByText('2 Aufgaben anlegen').waitFor();
  await workbench.screenshot('german-plan');
}

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
