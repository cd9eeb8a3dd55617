/** The part of `vscode.l10n` that pure renderers need; they take it as an argument and stay testable in plain Node. */

export interface L10n {
  /** `{0}`, `{1}` … in the message stand for the arguments. */
  t(message: string, ...args: (string | number | boolean)[]): string;
}
