// Quick picks and input boxes, as a person uses them.
import type { Locator, Page } from 'playwright-core';
import { eventually, matches } from './eventually';

/** One entry of an open quick pick, as shown. */
export interface QuickPickItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** The quick pick or input box that is open now. Every method waits until there is one. */
export class QuickInput {
  private readonly widget: Locator;
  private readonly input: Locator;

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget').filter({ visible: true });
    this.input = this.widget.locator('.quick-input-box input');
  }

  /** The title over it, empty if it has none. With an argument, waits for that title. */
  async title(wanted?: string | RegExp): Promise<string> {
    return this.text('.quick-input-title', 'title', wanted);
  }

  /** The line under the box: a prompt, or what is wrong with the value. With an argument, waits for it. */
  async message(wanted?: string | RegExp): Promise<string> {
    return this.text('.quick-input-message', 'message', wanted);
  }

  /** Replaces what stands in the box. */
  async type(text: string): Promise<void> {
    await this.input.fill(text);
  }

  /** What stands in the box. */
  async value(): Promise<string> {
    return this.input.inputValue();
  }

  /** Enter: takes the value, or the entry that has the focus. */
  async accept(): Promise<void> {
    await this.input.press('Enter');
  }

  /** Escape, and waits until it has gone. */
  async escape(): Promise<void> {
    await this.input.press('Escape');
    await this.closed();
  }

  /** The arrow in the title of a later step. */
  async back(): Promise<void> {
    await this.widget.locator('.quick-input-titlebar .codicon-quick-input-back').click();
  }

  /** A button in the title or at the box, by its tooltip. */
  async button(tooltip: string): Promise<void> {
    await this.widget.getByRole('button', { name: tooltip }).click();
  }

  /** Chooses an entry by its label; waits for it to be there. */
  async pick(label: string | RegExp): Promise<void> {
    await this.row(label).then((row) => row.click());
  }

  /** Ticks or clears an entry of a pick of several; `accept` then takes them. */
  async toggle(label: string | RegExp): Promise<void> {
    await this.row(label).then((row) => row.click());
  }

  /** The entries in view. */
  async items(): Promise<QuickPickItem[]> {
    const rows = await this.widget.locator('.quick-input-list .monaco-list-row').all();
    return Promise.all(
      rows.map(async (row) => ({
        label: await shownText(row, '.quick-input-list-rows > .quick-input-list-row:first-child .label-name'),
        description: await shownText(row, '.label-description'),
        detail: await shownText(row, '.quick-input-list-label-meta'),
      })),
    );
  }

  /** Waits until there is no quick input. */
  async closed(): Promise<void> {
    await this.page.locator('.quick-input-widget').filter({ visible: true }).waitFor({ state: 'detached' });
  }

  /** The row of an entry, when it is shown. */
  async row(label: string | RegExp, limitMs?: number): Promise<Locator> {
    return eventually(
      `an entry ${label} in the quick pick`,
      async () => {
        for (const row of await this.widget.locator('.quick-input-list .monaco-list-row').all()) {
          if (matches(await shownText(row, '.label-name'), label)) {
            return row;
          }
        }
        return undefined;
      },
      limitMs,
    );
  }

  private async text(selector: string, name: string, wanted?: string | RegExp): Promise<string> {
    await this.input.waitFor();
    return eventually(`the quick input's ${name}${wanted === undefined ? '' : ` ${wanted}`}`, async () => {
      const text = await shownText(this.widget, selector);
      return wanted === undefined || matches(text, wanted) ? { text } : undefined;
    }).then(({ text }) => text);
  }
}

/** The text of the first match inside, without the icon font's characters; empty if there is none. */
export async function shownText(inside: Locator, selector: string): Promise<string> {
  const found = inside.locator(selector).filter({ visible: true });
  return (await found.count()) === 0 ? '' : visibleText(found.first());
}

/** The text as a person sees it: line breaks of the layout, nothing that is hidden. */
export async function visibleText(element: Locator): Promise<string> {
  await element.waitFor({ state: 'attached' });
  return plain((await element.allInnerTexts()).join('\n'));
}

/** Ordinary spaces, no icons. */
export function plain(text: string): string {
  return text
    .replace(/\u00a0/g, ' ')
    .replace(/[\ue000-\uf8ff]/g, '')
    .trim();
}
