/** Search Memory, as a person uses it; and a memory that is not kept as it should be, which says so. Issue 7. */
import assert from 'node:assert/strict';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionDir } from '../../harness/project';
import { startServer } from '../../harness/vscode-server';
import { eventually } from '../support/eventually';
import { withWorkbench } from '../support/workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

const log = [
  '### Session 1 - 2026-11-20 10:00',
  '**What I did:**',
  '- Wrote TokenService.sign() in src/auth/tokens.ts',
  '',
  '**Issues encountered:**',
  '- ERR_OSSL_UNSUPPORTED while loading the key',
];
const state = `---\nstatus: in_progress\n---\n\n# Task #101: JWT Service - State\n\n## 4. Progress Log\n\n${log.join('\n')}\n`;
const other = `---\nstatus: pending\n---\n\n# Task #102: Loading tokens at startup - State\n`;
const note = (id: number, kind: string, text: string, supersedes: number | null) =>
  JSON.stringify({
    ...{ v: 1, id, kind, text, task: '101', session: null, actor: 'person' },
    ...{ at: `2026-11-20T1${id}:00:00Z`, supersedes },
  });
const journal = [
  note(1, 'decision', 'Sign tokens with HS256', null),
  note(2, 'correction', 'Sign tokens with RS256', 1),
  '',
].join('\n');
const files = {
  '.baton/.gitignore': '*\n',
  '.baton/memory/journal.jsonl': journal,
  'task-states/task-101-state.md': state,
  'task-states/task-102-state.md': other,
};

async function search(workbench: WorkbenchWindow, words: string): Promise<void> {
  await workbench.runCommand('Baton: Search Memory');
  await workbench.quickInput.title('Search Memory');
  await workbench.quickInput.type(words);
}

async function openTasks(workbench: WorkbenchWindow): Promise<void> {
  await workbench.openView('Baton');
  await workbench.treeRow(/#101/, 'Task Chains');
}

/** What is wrong stands in the pick; what was found has the focus all the same, and Enter on the row says all of it. */
async function told({ quickInput }: WorkbenchWindow, headline: string, detail: RegExp): Promise<void> {
  const row = await quickInput.row(headline);
  const items = await quickInput.items();
  assert.match(items.find(({ label }) => label === headline)?.detail ?? '', detail);
  assert.doesNotMatch((await row.getAttribute('class')) ?? '', /\bfocused\b/);
  await quickInput.row(/Wrote TokenService\.sign\(\)/);
}

/** What a screen reader says of the rows. */
async function spoken({ page }: WorkbenchWindow): Promise<readonly string[]> {
  const rows = await page.locator('.quick-input-list .monaco-list-row').all();
  return Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
}

suite('Search Memory', () => {
  test('finds what earlier work wrote, by keyboard alone, and is in the packet too', async () => {
    await withWorkbench({ files }, async (workbench) => {
      await openTasks(workbench);
      await findAndGoThere(workbench);
      await findSuperseded(workbench);
      await readPacket(workbench);
      await readReport(workbench);
      await switchOff(workbench);
    });
  }).timeout(120_000);

  test('says what is wrong with memory: damaged, and in a folder that takes no files', async () => {
    const damaged = 'SQLite format 3 is what this is not, whatever it says';
    const server = await startServer({ extension: extensionDir, obeysPermissions: true });
    try {
      const given = { ...files, '.baton/memory/memory.db': damaged };
      await withWorkbench({ files: given, server }, async (workbench) => {
        await openTasks(workbench);
        await setAsideOnce(workbench, damaged);
        await notKept(workbench);
      });
    } finally {
      await server.stop();
    }
  }).timeout(120_000);

  test('says that there is no SQLite, and finds things all the same', async () => {
    const server = await startServer({ extension: extensionDir, env: { BATON_SQLITE: 'none' } });
    try {
      await withWorkbench({ files, server }, async (workbench) => {
        await openTasks(workbench);
        await search(workbench, 'ERR_OSSL_UNSUPPORTED');
        await told(
          workbench,
          'There is no SQLite here',
          /kept in \.baton\/memory\/memory\.json, which is slower\.$/,
        );
        await workbench.screenshot('memory-without-sqlite');
      });
    } finally {
      await server.stop();
    }
  }).timeout(120_000);
});

async function findAndGoThere(workbench: WorkbenchWindow): Promise<void> {
  const { quickInput, page } = workbench;
  await search(workbench, 'ERR_OSSL_UNSUPPORTED');
  await quickInput.row(/Wrote TokenService\.sign\(\)/);
  await workbench.screenshot('memory-found');
  const [said] = await spoken(workbench);
  assert.match(said ?? '', /^Wrote TokenService\.sign.*, #101 · session 1 · 2026-11-20 · Progress, ERR_OSSL/);
  await eventually('the button beside the row in focus', async () => {
    await page.keyboard.press('Tab');
    const label = await page.locator(':focus').first().getAttribute('aria-label');
    return label?.startsWith('Show All of It') === true;
  });
  await page.keyboard.press('Enter');
  await workbench.openEditorText(/ERR_OSSL_UNSUPPORTED while loading the key/);
  await quickInput.title('Search Memory');
  await workbench.screenshot('memory-all-of-it');
  await quickInput.accept();
  await workbench.openEditorName(/task-101-state\.md/);
  await eventually('the cursor at the entry', async () =>
    (await page.locator('.statusbar-item').allInnerTexts()).some((text) => /Ln 9, /.test(text)),
  );
}

async function findSuperseded(workbench: WorkbenchWindow): Promise<void> {
  const { quickInput } = workbench;
  await search(workbench, 'HS256');
  await quickInput.row(/HS256/);
  const [item] = await quickInput.items();
  assert.match(item?.description ?? '', /^Superseded · #101 · 2026-11-20 · Decision$/);
  assert.equal(item?.detail, 'What holds now: Sign tokens with RS256');
  await workbench.screenshot('memory-superseded');
  await quickInput.type('zebra giraffe');
  await quickInput.row('Nothing is remembered about that.');
  await workbench.screenshot('memory-nothing');
  await quickInput.accept();
  await quickInput.title('Search Memory');
  await quickInput.escape();
}

async function readPacket(workbench: WorkbenchWindow): Promise<void> {
  await workbench.rowMenu(/#102/, 'Show Startup Packet', 'Task Chains');
  await workbench.openEditorText(/Startup packet: task #102/);
  await workbench.page.keyboard.press('Control+End');
  await workbench.openEditorText(/What earlier work remembers/);
  await workbench.openEditorText(/\[m-[a-z2-7]{16}\] progress of unknown origin, task #101 session 1/);
  await workbench.screenshot('memory-packet');
}

async function readReport(workbench: WorkbenchWindow): Promise<void> {
  await workbench.runCommand('Baton: Show Report');
  await workbench.openEditorText(/# What happened in project/);
  await workbench.screenshot('report');
}

/** In the settings, as a person does it; the refusal leads back there. */
async function switchOff(workbench: WorkbenchWindow): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('Preferences: Open Settings (UI)');
  const editor = page.locator('.settings-editor');
  await editor.locator('.suggest-input-container .monaco-editor').first().click();
  await page.keyboard.type('@id:baton.memory');
  const box = editor.getByRole('checkbox', { name: /baton\.memory/ });
  await box.click();
  const refusal = /Memory is switched off by a setting\. Turn on the setting baton\.memory in the editor\./;
  const isRefused = async () =>
    (await workbench.notifications()).some(({ message }) => refusal.test(message));
  // The settings editor takes its time to save.
  await eventually('the search refused', async () => {
    await workbench.runCommand('Baton: Search Memory');
    const pick = page.getByPlaceholder('Words, an identifier, a path or an error text');
    await eventually('an answer', async () => (await pick.isVisible()) || (await isRefused()));
    if (await isRefused()) return true;
    await page.keyboard.press('Escape');
    return false;
  });
  await workbench.screenshot('memory-off');
  await workbench.answerNotification(refusal, 'Open Settings');
  await editor.getByText('Let Baton make documents searchable').waitFor();
  await workbench.screenshot('memory-settings');
}

async function setAsideOnce(workbench: WorkbenchWindow, bytes: string): Promise<void> {
  const headline = 'Memory could not be read and was made anew';
  await search(workbench, 'ERR_OSSL_UNSUPPORTED');
  await told(workbench, headline, /^The old file is kept as \.baton\/memory\/memory\.db\.damaged-\d+\.$/);
  await workbench.screenshot('memory-damaged');
  const folder = join(workbench.folder, '.baton/memory');
  const aside = (await readdir(folder)).filter((name) => /^memory\.db\.damaged-/.test(name));
  const texts = await Promise.all(aside.map((name) => readFile(join(folder, name), 'utf8')));
  assert.deepEqual(texts, [bytes]);
  await workbench.quickInput.pick(headline);
  const { message, detail } = await workbench.dialog();
  assert.equal(message, headline);
  assert.match(
    detail,
    /^The old file is kept as .*\. Only what was pinned by hand is lost\. Delete that file/,
  );
  await workbench.screenshot('memory-damaged-whole');
  await workbench.page.keyboard.press('Escape');
  await search(workbench, 'ERR_OSSL_UNSUPPORTED');
  await workbench.quickInput.row(/Wrote TokenService\.sign\(\)/);
  const labels = (await workbench.quickInput.items()).map(({ label }) => label);
  assert.ok(!labels.includes(headline), 'it is said once');
  await workbench.quickInput.escape();
}

async function notKept(workbench: WorkbenchWindow): Promise<void> {
  const folder = join(workbench.folder, '.baton');
  const below = await readdir(folder, { recursive: true, withFileTypes: true });
  const inside = below.filter((one) => one.isDirectory()).map((one) => join(one.parentPath, one.name));
  const folders = [folder, ...inside];
  try {
    for (const one of folders) await chmod(one, 0o555);
    await search(workbench, 'ERR_OSSL_UNSUPPORTED');
    await told(workbench, 'Memory is not being kept', /^Nothing can be written in \.baton\.$/);
    await workbench.screenshot('memory-read-only');
  } finally {
    for (const one of folders) await chmod(one, 0o755);
  }
}
