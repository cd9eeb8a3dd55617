/** In which form the editor's own chat gets Baton's tools. One of them, since the same tools twice only mislead a model. */
import * as vscode from 'vscode';
import { settingIds } from '../contributions';

export const chatOffers = ['tools', 'mcp', 'off'] as const;
export type ChatOffer = (typeof chatOffers)[number];

export function chatOffer(): ChatOffer {
  const value = vscode.workspace.getConfiguration().get<unknown>(settingIds.chatOffer);
  return chatOffers.find((offer) => offer === value) ?? 'tools';
}
