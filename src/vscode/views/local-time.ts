/** UTC times as this person reads them. */
import * as vscode from 'vscode';

/** The time of day today, else with its day, as this person's language writes it. */
export function localTime(utc: string): string {
  const date = new Date(utc);
  const today = new Date().toDateString() === date.toDateString();
  return today
    ? date.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleString(vscode.env.language, {
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
      });
}
