/**
 * A feature's `verify` command comes with the repository, so a person agrees to it first: to exactly this text, in this
 * workspace folder, and anew when it changes. Source: product.md section 8; issue 6, "Evidence".
 */
import { BatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';
import type { Hasher } from '../ports';

/** Nobody reads more than that before saying yes. Characters. */
const maxLength = 1000;

/**
 * What a terminal or an editor does not show as it is: control and format characters (those that change the direction of
 * writing among them), line breaks, every blank but the plain one, and halves of characters.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** Why a command cannot be shown whole and as it is; undefined when it can. One sentence without a full stop. */
export function commandFault(command: string): string | undefined {
  if (command.trim() === '') return 'The command is empty';
  if (command.length > maxLength) return `The command is longer than ${maxLength} characters`;
  if (hidden.test(command)) return 'The command holds characters that cannot be seen';
  // Far enough to the right, a second half would be out of sight.
  return /\s{8}/.test(command) ? 'The command holds a long gap' : undefined;
}

/** A feature's id beside its command, where a person decides: nothing hidden, and no essay. */
export function shownId(id: string): string {
  const seen = Array.from(id.slice(0, 80), (sign) => (hidden.test(sign) ? '?' : sign)).join('');
  return seen.replace(/\s+/g, ' ');
}

/** Throws `invalid_input` for a command that a person could not see whole. */
export function requireShownWhole(command: string): void {
  const fault = commandFault(command);
  if (fault === undefined) return;
  throw new BatonError('invalid_input', fault, {
    hint: 'Put it into a script of the repository, and name that script as the command.',
  });
}

/** Consents to hooks of agents stand beside it; theirs begin with the agent. */
const consentPrefix = 'verify:';

export function isVerifyConsentKey(key: string): boolean {
  return key.startsWith(consentPrefix);
}

/**
 * Under which an agreement is kept.
 *
 * @param root the workspace folder with links resolved
 */
export function verifyConsentKey(hasher: Hasher, root: string, command: string): string {
  return `${consentPrefix}${hasher.sha256(encodeUtf8(`${root}\0${command}`)).slice(0, 32)}`;
}
