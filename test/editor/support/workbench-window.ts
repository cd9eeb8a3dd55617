// One VS Code window and what a person does in it. Everything goes through what can be seen and clicked; each
// method waits for what it needs and fails with words when that does not come.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { cacheDir } from '../../harness/project';
import { eventually, matches } from './eventually';
import { plain, QuickInput, shownText, visibleText } from './quick-input';

type Wanted = string | RegExp;

/** A row of a tree view, as shown. */
export interface TreeRow {
  readonly text: string;
  readonly description: string;
  /** 1 for roots. */
  readonly level: number;
  /** Undefined for a row that cannot be expanded. */
  readonly expanded: boolean | undefined;
  /** Undefined for a row without a checkbox. */
  readonly checked: boolean | undefined;
  /** The codicon, such as `check` or `sync~spin`; undefined for none or a picture. */
  readonly icon: string | undefined;
  /** What a screen reader says. */
  readonly ariaLabel: string;
}

/** A notification on the screen. */
export interface Notification {
  readonly severity: 'info' | 'warning' | 'error' | undefined;
  readonly message: string;
  readonly buttons: readonly string[];
}

/** A modal dialog. */
export interface Dialog {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/** What this file uses of a DOM element: the page's types are not part of a Node project. */
interface ShownElement {
  readonly className: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): ShownElement | null;
  querySelectorAll(selector: string): Iterable<ShownElement>;
}

export class WorkbenchWindow {
  readonly quickInput: QuickInput;

  constructor(
    /** For what has no helper yet. */
    readonly page: Page,
    /** The absolute path of the workspace folder. */
    readonly folder: string,
  ) {
    this.quickInput = new QuickInput(page);
  }

  /** Waits until the window is drawn and its extensions are known. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.page
      .locator('.monaco-workbench .part.activitybar .action-item')
      .first()
      .waitFor({ timeout: 60_000 });
  }

  /** Loads the window again, as "Developer: Reload Window" does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  // --- commands and views ------------------------------------------------------------------------------------------

  /** Runs a command by its full title (`Baton: New Task`) from the palette. */
  async runCommand(title: string): Promise<void> {
    // The list does not grow while it is open, so a command of an extension that is still loading needs a new look; and
    // an editor that opens meanwhile takes the focus, which closes the palette.
    await eventually(
      `the command "${title}" in the palette`,
      async () => {
        await this.page.keyboard.press('F1');
        try {
          await this.quickInput.type(`>${title}`);
          const row = await this.quickInput.row(title, 2_000);
          await row.click({ timeout: 2_000 });
          return true;
        } catch {
          await this.page.keyboard.press('Escape');
          return undefined;
        }
      },
      40_000,
    );
  }

  /** The titles that the palette offers for a filter, to prove that a command is hidden. */
  async paletteTitles(filter: string): Promise<string[]> {
    await this.page.keyboard.press('F1');
    await this.quickInput.type(`>${filter}`);
    const titles = await eventually('an answer of the palette', async () => {
      const items = await this.quickInput.items();
      return items.length > 0 ? items.map(({ label }) => label) : undefined;
    });
    await this.quickInput.escape();
    return titles;
  }

  /** Shows a view container by its title in the activity bar. */
  async openView(container: string): Promise<void> {
    const icon = this.activity(container);
    await icon.waitFor({ timeout: 30_000 });
    const title = this.sideBar().locator('.composite.title h2').filter({ visible: true });
    const isShown = async () =>
      (await title.count()) > 0 && (await visibleText(title)).toLowerCase() === container.toLowerCase();
    // A click on the icon of the open view would close it.
    if (!(await isShown())) {
      await icon.click();
    }
    await eventually(`the view "${container}"`, isShown);
  }

  /** Opens a view of the side bar that is folded up; one that is open stays so. */
  async unfoldView(view: string): Promise<void> {
    const header = this.pane(view).locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
  }

  /** The number on a container's icon; empty for none. */
  async badge(container: string): Promise<string> {
    return shownText(this.activity(container), '.badge-content');
  }

  /** The message, or the welcome text, that a view shows in place of or above its rows. */
  async viewText(view: string): Promise<string> {
    return visibleText(this.pane(view).locator('.pane-body'));
  }

  /** Clicks a button of a view's welcome text. */
  async clickWelcome(view: string, button: string): Promise<void> {
    await this.pane(view).locator('.welcome-view-content').getByRole('button', { name: button }).click();
  }

  /** Clicks an icon in a view's title by its tooltip. */
  async clickViewAction(view: string, action: string): Promise<void> {
    const header = this.pane(view).locator('.pane-header');
    await header.hover();
    await header.locator(`.action-label[aria-label^=${JSON.stringify(action)}]`).click();
  }

  // --- trees -------------------------------------------------------------------------------------------------------

  /** The rows in sight, of one view or of all in the side bar. A long tree shows only a part. */
  async treeRows(view?: string): Promise<TreeRow[]> {
    const rows = await this.rows(view).evaluateAll((elements: ShownElement[]) =>
      elements.map((element) => ({
        text: element.querySelector('.label-name')?.textContent ?? '',
        description: element.querySelector('.label-description')?.textContent ?? '',
        level: Number(element.getAttribute('aria-level')),
        expanded: element.getAttribute('aria-expanded'),
        checkbox: element
          .querySelector('.monaco-custom-toggle, [role=checkbox]')
          ?.getAttribute('aria-checked'),
        iconClass: element.querySelector('.custom-view-tree-node-item-icon')?.className ?? '',
        ariaLabel: element.getAttribute('aria-label') ?? '',
      })),
    );
    return rows.map(({ text, description, level, expanded, checkbox, iconClass, ariaLabel }) => ({
      text: plain(text),
      description: plain(description),
      level,
      expanded: expanded === null ? undefined : expanded === 'true',
      checked: checkbox === undefined || checkbox === null ? undefined : checkbox === 'true',
      icon: codicon(iconClass),
      ariaLabel,
    }));
  }

  /** Waits for a row with this text and returns it. */
  async treeRow(text: Wanted, view?: string): Promise<TreeRow> {
    return eventually(`a row ${text}`, async () =>
      (await this.treeRows(view)).find((row) => matches(row.text, text)),
    );
  }

  /** Clicks a row's label, which selects it and runs its command. */
  async clickRow(text: Wanted, view?: string): Promise<void> {
    await (await this.rowLocator(text, view)).locator('.label-name').click();
  }

  /** Opens a row that is closed; one that is open stays so. */
  async expandRow(text: Wanted, view?: string): Promise<void> {
    const row = await this.rowLocator(text, view);
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
    await eventually(`the row ${text} open`, async () => (await this.treeRow(text, view)).expanded === true);
  }

  /** Points at a row and clicks one of the icons that this shows, by its tooltip. */
  async hoverInlineAction(text: Wanted, action: string, view?: string): Promise<void> {
    const row = await this.rowLocator(text, view);
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^=${JSON.stringify(action)}]`).click();
  }

  /** The tooltips of a row's icons. */
  async inlineActions(text: Wanted, view?: string): Promise<string[]> {
    const row = await this.rowLocator(text, view);
    await row.hover();
    const actions = await row.locator('.actions .action-label').all();
    return Promise.all(actions.map(async (action) => (await action.getAttribute('aria-label')) ?? ''));
  }

  /** Right-clicks a row and chooses from the menu. */
  async rowMenu(text: Wanted, item: string, view?: string): Promise<void> {
    const entry = this.page.getByRole('menuitem', { name: item, exact: true });
    // A menu does not grow while it is open: one opened before all is known of the row lacks what comes later.
    await eventually(`"${item}" in the menu of ${text}`, async () => {
      await (await this.rowLocator(text, view)).click({ button: 'right' });
      const there = await entry.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
      if (!there) await this.page.keyboard.press('Escape');
      return there;
    });
    // A menu ignores clicks in its first moments, so that the click that opened it chooses nothing.
    await eventually(`the menu closing on "${item}"`, async () => {
      if (!(await entry.isVisible())) {
        return true;
      }
      await entry.click({ timeout: 1_000 });
      return false;
    });
  }

  /** Clicks a row's checkbox. */
  async toggleCheckbox(text: Wanted, view?: string): Promise<void> {
    await (await this.rowLocator(text, view)).locator('.custom-view-tree-node-item-checkbox').click();
  }

  /** Points at a row and returns its tooltip. */
  async rowTooltip(text: Wanted, view?: string): Promise<string> {
    return this.hoverText((await this.rowLocator(text, view)).locator('.label-name'));
  }

  // --- status bar --------------------------------------------------------------------------------------------------

  /** The text of the status bar item whose text, name for screen readers, or id matches; waits for it. */
  async statusBarText(idOrText: Wanted): Promise<string> {
    return visibleText(await this.statusItem(idOrText));
  }

  /** Points at the item and returns its tooltip. */
  async statusBarTooltip(idOrText: Wanted): Promise<string> {
    return this.hoverText(await this.statusItem(idOrText));
  }

  async clickStatusBar(idOrText: Wanted): Promise<void> {
    await (await this.statusItem(idOrText)).locator('a').first().click();
  }

  // --- messages ----------------------------------------------------------------------------------------------------

  /** The notifications on the screen now. */
  async notifications(): Promise<Notification[]> {
    // All at one moment: they move up when another one goes away.
    const shown = await this.toasts().evaluateAll((items: ShownElement[]) =>
      items.map((item) => ({
        icon: item.querySelector('.notification-list-item-icon')?.className ?? '',
        message: item.querySelector('.notification-list-item-message')?.textContent ?? '',
        buttons: [...item.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map(
          (button) => button.textContent ?? '',
        ),
      })),
    );
    return shown.map(({ icon, message, buttons }) => ({
      severity: (['info', 'warning', 'error'] as const).find((kind) => icon.includes(`codicon-${kind}`)),
      message: plain(message),
      buttons: buttons.map(plain),
    }));
  }

  /** Waits for a notification. */
  async notification(message: Wanted): Promise<Notification> {
    return eventually(`a notification ${message}`, async () =>
      (await this.notifications()).find((shown) => matches(shown.message, message)),
    );
  }

  /** Clicks a button of a notification. */
  async answerNotification(message: Wanted, button: string): Promise<void> {
    await this.notification(message);
    const item = this.toasts().filter({ hasText: message });
    await item.getByRole('button', { name: button, exact: true }).click();
  }

  /** Waits for a modal dialog. */
  async dialog(): Promise<Dialog> {
    const box = this.page.locator('.monaco-dialog-box');
    await box.waitFor();
    const buttons = await box.locator('.dialog-buttons .monaco-button').all();
    return {
      message: await shownText(box, '.dialog-message-text'),
      detail: await shownText(box, '.dialog-message-detail'),
      buttons: await Promise.all(buttons.map(visibleText)),
    };
  }

  /** Clicks a button of the modal dialog and waits until it has gone. */
  async answerDialog(button: Wanted): Promise<void> {
    const box = this.page.locator('.monaco-dialog-box');
    const exact = typeof button === 'string' ? { exact: true } : {};
    await box.getByRole('button', { name: button, ...exact }).click();
    await box.waitFor({ state: 'detached' });
  }

  /** Trusts the folder later, from the trust editor. */
  async grantTrust(): Promise<void> {
    await this.runCommand('Workspaces: Manage Workspace Trust');
    await this.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: /^Trust/ })
      .first()
      .click();
    await this.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ state: 'detached' });
    await this.runCommand('View: Close Editor');
  }

  // --- terminals and editors ---------------------------------------------------------------------------------------

  /** The names of the terminals in the panel. */
  async terminals(): Promise<string[]> {
    const tabs = await this.page.locator('.terminal-tabs-entry .label-name').allInnerTexts();
    return (tabs.length > 0 ? tabs : await this.page.locator('.single-terminal-tab').allInnerTexts()).map(
      plain,
    );
  }

  /** What the terminal in sight shows; with an argument, waits for it. */
  async terminalText(wanted?: RegExp): Promise<string> {
    const rows = this.page.locator('.terminal-wrapper.active .xterm-rows > div');
    return eventually(`the terminal showing ${wanted ?? 'something'}`, async () => {
      const text = (await rows.allInnerTexts())
        .map((line) => line.replace(/\u00a0/g, ' ').trimEnd())
        .join('\n');
      return (wanted ?? /\S/).test(text) ? text.trim() : undefined;
    });
  }

  /** The name on the active editor's tab; with an argument, waits for it. */
  async openEditorName(wanted?: Wanted): Promise<string> {
    return eventually(`an editor ${wanted ?? ''}`, async () => {
      const tab = this.page.locator('.editor-group-container.active .tab.active');
      const name = (await tab.getAttribute('data-resource-name', { timeout: 1_000 })) ?? '';
      return name !== '' && (wanted === undefined || matches(name, wanted)) ? name : undefined;
    });
  }

  /** The lines in sight of the active text editor; with an argument, waits for it. */
  async openEditorText(wanted?: RegExp): Promise<string> {
    const lines = this.page.locator('.editor-group-container.active .view-lines .view-line');
    return eventually(`the editor showing ${wanted ?? 'text'}`, async () => {
      // Lines stand in the page in the order in which they were drawn.
      const drawn = await lines.evaluateAll((elements: ShownElement[]) =>
        elements.map((element) => ({
          top: Number.parseFloat(/top:\s*([\d.]+)px/.exec(element.getAttribute('style') ?? '')?.[1] ?? '0'),
          text: element.textContent ?? '',
        })),
      );
      const text = drawn
        .sort((a, b) => a.top - b.top)
        .map((line) => line.text.replace(/\u00a0/g, ' ').trimEnd())
        .join('\n');
      return (wanted ?? /\S/).test(text) ? text : undefined;
    });
  }

  /** Opens a file of the workspace by its relative path, from the quick open box. */
  async openFile(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    await eventually(`the file ${path} in quick open`, async () => {
      await this.page.keyboard.press('ControlOrMeta+p');
      await this.quickInput.type(path);
      const row = await this.quickInput.row(name, 2_000).catch(() => undefined);
      await (row === undefined ? this.quickInput.escape() : row.click());
      return row !== undefined;
    });
    await this.openEditorName(name);
  }

  // --- pictures ----------------------------------------------------------------------------------------------------

  /** A picture of the window in the ignored cache; returns its path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(cacheDir, 'screenshots');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  // --- inside ------------------------------------------------------------------------------------------------------

  private sideBar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  private activity(container: string): Locator {
    // A badge's tooltip follows the title in the label.
    const label = this.page.locator(`.action-label[aria-label^=${JSON.stringify(container)}]`);
    return this.page.locator('.part.activitybar .action-item').filter({ has: label });
  }

  private pane(view: string): Locator {
    return this.sideBar()
      .locator('.pane')
      .filter({ has: this.page.locator('.pane-header .title', { hasText: view }) });
  }

  private rows(view?: string): Locator {
    return (view === undefined ? this.sideBar() : this.pane(view)).locator('.pane-body .monaco-list-row');
  }

  private async rowLocator(text: Wanted, view?: string): Promise<Locator> {
    return eventually(`a row ${text}`, async () => {
      for (const row of await this.rows(view).all()) {
        if (matches(plain((await row.locator('.label-name').textContent()) ?? ''), text)) {
          return row;
        }
      }
      return undefined;
    });
  }

  private async statusItem(idOrText: Wanted): Promise<Locator> {
    return eventually(`a status bar item ${idOrText}`, async () => {
      for (const item of await this.page.locator('.part.statusbar .statusbar-item').all()) {
        const shown = [
          await visibleText(item),
          (await item.getAttribute('id')) ?? '',
          (await item.getAttribute('aria-label')) ?? '',
        ];
        if (shown.some((value) => matches(value, idOrText))) {
          return item;
        }
      }
      return undefined;
    });
  }

  private toasts(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ visible: true });
  }

  private async hoverText(target: Locator): Promise<string> {
    const hover = this.page.locator('.monaco-hover .hover-contents').filter({ visible: true }).first();
    // An older tooltip must not be taken for this one.
    await this.page.mouse.move(0, 0);
    await hover.waitFor({ state: 'hidden' });
    return eventually('a tooltip with its text', async () => {
      // What is drawn anew below the pointer loses its tooltip.
      if (!(await hover.isVisible())) {
        await this.page.mouse.move(0, 0);
        await target.hover();
        await hover.waitFor({ timeout: 3_000 });
      }
      const text = await visibleText(hover);
      // What is made only when somebody points at it.
      return text === 'Loading...' ? undefined : text;
    });
  }
}

function codicon(classes: string): string | undefined {
  const names = classes.split(/\s+/).filter((name) => name.startsWith('codicon-'));
  const icon = names.find((name) => !name.startsWith('codicon-modifier-'))?.slice('codicon-'.length);
  return names.includes('codicon-modifier-spin') ? `${icon}~spin` : icon;
}
