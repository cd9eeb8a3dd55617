/** What may stand in an argument or an environment value of a launch. Source: vscode-api.md, fact 1; agents.md, section 14. */
import { BatonError } from '../base/baton-error';
import { encodeUtf8 } from '../base/utf8';

/** Linux takes 128 KB in one element; below that with room to spare. */
export const maxLaunchBytes = 100 * 1024;

/** The first `${…` of a value, which VS Code would replace before the program sees it; nothing escapes it. */
export function substitutedBy(value: string): string | undefined {
  const at = value.indexOf('${');
  if (at < 0) return undefined;
  const end = value.indexOf('}', at);
  return value.slice(at, end < 0 ? at + 20 : Math.min(end + 1, at + 40));
}

/**
 * Refuses a value that would not arrive as it is.
 *
 * @param what names the value in the message, as "The packet path"
 * @throws `launch_refused`
 */
export function checkLaunchValue(what: string, value: string): void {
  const substituted = substitutedBy(value);
  if (substituted !== undefined) {
    throw new BatonError(
      'launch_refused',
      `${what} contains "${substituted}", which the editor would replace`,
      {
        hint: 'Rename the folder or change the setting it comes from, so that no ${ is left in it.',
      },
    );
  }
  if (value.includes('\0')) throw refusedCharacter(what, 'a NUL character');
  if (/[\r\n]/.test(value)) throw refusedCharacter(what, 'a line break');
  checkLaunchSize(what, [value]);
}

/** @throws `launch_refused` when the values together are over 100 KB */
export function checkLaunchSize(what: string, values: readonly string[]): void {
  const bytes = values.reduce((sum, value) => sum + encodeUtf8(value).length, 0);
  if (bytes <= maxLaunchBytes) return;
  throw new BatonError(
    'launch_refused',
    `${what} has ${bytes} bytes; at most ${maxLaunchBytes} can be passed`,
    {
      hint: 'Put long text into a file and pass its path.',
    },
  );
}

function refusedCharacter(what: string, character: string): BatonError {
  return new BatonError('launch_refused', `${what} contains ${character}`, {
    hint: 'Change the path or the setting it comes from.',
  });
}
