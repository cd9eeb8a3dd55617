/** The inputs that steps of a flow ask with. Escape rejects with `Cancelled`; Back answers with what was typed so far. */
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/base/disposable';
import { Cancelled } from '../show-error';
import { accept, type EntryList, without } from './entry-list';
import type { Position } from './steps';

export interface Answer<T> {
  readonly move: 'next' | 'back';
  readonly value: T;
}

interface Asked extends Partial<Position> {
  readonly title: string;
}

export interface TextQuestion extends Asked {
  readonly prompt: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly buttons?: readonly (vscode.QuickInputButton & { readonly run: () => void })[];
  /** Why the text cannot be taken, else undefined. */
  readonly refuse?: (value: string) => string | undefined;
}

export function askText(question: TextQuestion): Promise<Answer<string>> {
  return asked<string>((finish, lifetime) => {
    const box = lifetime.add(vscode.window.createInputBox());
    frame(box, question, question.buttons);
    box.prompt = question.prompt;
    box.value = question.value;
    box.placeholder = question.placeholder;
    lifetime.add(box.onDidChangeValue(() => (box.validationMessage = undefined)));
    lifetime.add(
      box.onDidAccept(() => {
        const refused = question.refuse?.(box.value);
        if (refused === undefined) finish({ move: 'next', value: box.value });
        else box.validationMessage = refused;
      }),
    );
    lifetime.add(
      box.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) finish({ move: 'back', value: box.value });
        else question.buttons?.find((own) => own === button)?.run();
      }),
    );
    return box;
  });
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export interface PickQuestion<T> extends Asked {
  readonly placeholder: string;
  readonly items: readonly (Choice<T> | vscode.QuickPickItem)[];
  /** The one under the cursor at first. */
  readonly active?: Choice<T> | undefined;
  /** The same rows with more to tell, once that is known; what is under the cursor stays by its place. */
  readonly later?: Promise<readonly (Choice<T> | vscode.QuickPickItem)[]> | undefined;
}

export function askPick<T>(question: PickQuestion<T>): Promise<Answer<T | undefined>> {
  return asked<T | undefined>((finish, lifetime) => {
    const pick = lifetime.add(vscode.window.createQuickPick<Choice<T> | vscode.QuickPickItem>());
    frame(pick, question);
    pick.placeholder = question.placeholder;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.items = question.items;
    if (question.active !== undefined) pick.activeItems = [question.active];
    lifetime.add(
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen !== undefined && 'value' in chosen) finish({ move: 'next', value: chosen.value });
      }),
    );
    onBack(pick, lifetime, () => finish({ move: 'back', value: undefined }));
    if (question.later !== undefined) void replaceRows(pick, lifetime, question.later);
    return pick;
  });
}

/** Rows that cannot be told better stay as they are; whoever made the promise hears of its failure. */
async function replaceRows<T extends vscode.QuickPickItem>(
  pick: vscode.QuickPick<T>,
  lifetime: DisposableStore,
  later: Promise<readonly T[]>,
): Promise<void> {
  const rows = await later.catch(() => undefined);
  if (rows === undefined || lifetime.isDisposed) return;
  const [active] = pick.activeItems;
  const place = active === undefined ? -1 : pick.items.indexOf(active);
  pick.keepScrollPosition = true;
  pick.items = rows;
  const same = rows[place];
  if (same !== undefined) pick.activeItems = [same];
}

export interface ManyQuestion<T> extends Asked {
  readonly placeholder: string;
  readonly items: readonly Choice<T>[];
  readonly chosen: (value: T) => boolean;
}

export function askMany<T>(question: ManyQuestion<T>): Promise<Answer<readonly T[]>> {
  return asked<readonly T[]>((finish, lifetime) => {
    const pick = lifetime.add(vscode.window.createQuickPick<Choice<T>>());
    frame(pick, question);
    pick.canSelectMany = true;
    pick.placeholder = question.placeholder;
    pick.matchOnDescription = true;
    pick.items = question.items;
    pick.selectedItems = question.items.filter(({ value }) => question.chosen(value));
    const values = () => pick.selectedItems.map(({ value }) => value);
    lifetime.add(pick.onDidAccept(() => finish({ move: 'next', value: values() })));
    onBack(pick, lifetime, () => finish({ move: 'back', value: values() }));
    return pick;
  });
}

export interface ListQuestion<T> extends Asked {
  readonly placeholder: string;
  readonly addedHeading: string;
  readonly list: EntryList<T>;
  readonly parse: (typed: string, others: readonly T[]) => T;
  readonly write: (entry: T) => string;
}

interface ListRow extends vscode.QuickPickItem {
  readonly position?: number;
}

/** Several entries, one by one: Enter adds what was typed, Enter on the empty box goes on. */
export function askList<T>(question: ListQuestion<T>): Promise<Answer<EntryList<T>>> {
  return asked<EntryList<T>>((finish, lifetime) => {
    const pick = lifetime.add(vscode.window.createQuickPick<ListRow>());
    const remove: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon('trash'),
      tooltip: vscode.l10n.t('Remove'),
    };
    let list = question.list;
    const render = () => {
      pick.items = listRows(question, list, remove);
      const [first] = pick.items;
      if (first !== undefined) pick.activeItems = [first];
    };
    const show = (next: EntryList<T>) => {
      list = next;
      pick.value = next.typed;
      render();
    };
    frame(pick, question);
    pick.placeholder = question.placeholder;
    show(list);
    lifetime.add(
      pick.onDidChangeValue((typed) => {
        list = { ...list, typed };
        render();
      }),
    );
    lifetime.add(
      pick.onDidAccept(() => {
        const result = accept(list, pick.activeItems[0]?.position, question.parse, question.write);
        if (result.kind === 'finished') finish({ move: 'next', value: result.list });
        else show(result.list);
      }),
    );
    lifetime.add(
      pick.onDidTriggerItemButton(({ item }) => {
        if (item.position !== undefined) show({ ...list, entries: without(list.entries, item.position) });
      }),
    );
    onBack(pick, lifetime, () => finish({ move: 'back', value: list }));
    return pick;
  });
}

function listRows<T>(
  question: ListQuestion<T>,
  list: EntryList<T>,
  remove: vscode.QuickInputButton,
): readonly ListRow[] {
  const typed = list.typed.trim();
  const first: ListRow =
    typed === ''
      ? { label: `$(arrow-right) ${vscode.l10n.t('Continue')}`, alwaysShow: true }
      : { label: `$(add) ${vscode.l10n.t('Add “{0}”', typed)}`, alwaysShow: true };
  if (list.entries.length === 0) return [first];
  const heading = { label: question.addedHeading, kind: vscode.QuickPickItemKind.Separator };
  const added = list.entries.map((entry, position) => ({
    label: question.write(entry),
    iconPath: new vscode.ThemeIcon('check'),
    alwaysShow: true,
    buttons: [remove],
    position,
  }));
  return [first, heading, ...added];
}

/** One question from show to answer. Hiding without an answer is giving up. */
function asked<T>(
  set: (finish: (answer: Answer<T>) => void, lifetime: DisposableStore) => vscode.QuickInput,
): Promise<Answer<T>> {
  const lifetime = new DisposableStore();
  return new Promise<Answer<T>>((resolve, reject) => {
    const input = set(resolve, lifetime);
    lifetime.add(input.onDidHide(() => reject(new Cancelled())));
    input.show();
  }).finally(() => lifetime.dispose());
}

function frame(
  input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  asked: Asked,
  buttons: readonly vscode.QuickInputButton[] = [],
): void {
  input.title = asked.title;
  // Looking something up in an editor must not lose what was typed.
  input.ignoreFocusOut = true;
  input.step = asked.step;
  input.totalSteps = asked.total;
  const back = asked.step !== undefined && asked.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  input.buttons = [...back, ...buttons];
}

function onBack(
  pick: Pick<vscode.QuickPick<vscode.QuickPickItem>, 'onDidTriggerButton'>,
  lifetime: DisposableStore,
  back: () => void,
): void {
  lifetime.add(
    pick.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) back();
    }),
  );
}
