import * as vscode from 'vscode';
import { chooseFolder } from './choose';
import type { Handler } from './services';

/** Loaded with the first search. */
export const searchMemoryCommand: Handler = async (services) => {
  const folder = await chooseFolder(services, vscode.l10n.t('Search Memory'));
  await (await services.loadChatLibrary()).searchMemory(folder, services);
};
