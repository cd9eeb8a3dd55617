/**
 * Values in *Configuration Required* that look like secrets: the file is committed, and its output is handed on to
 * other tasks and their agents. Names and placeholders belong there, values do not.
 */
import type { TextRange } from '../base/text-edit';
import { mask, maskSecrets } from '../evidence/mask-secrets';
import { lineEndAt, nextLineAt } from '../markdown/blocks/line-marks';
import { outputParts } from '../markdown/chain-output';
import { headingName } from '../markdown/headings';
import type { TaskText } from './task-text';

export interface SecretFinding {
  readonly code: 'secret_value';
  /** The value alone. */
  readonly range: TextRange;
}

export function secretFindings({ text, file }: TaskText): readonly SecretFinding[] {
  return outputParts(file.structure)
    .filter(({ name }) => headingName(name).startsWith('configuration'))
    .flatMap(({ start, end }) => {
      const found: SecretFinding[] = [];
      for (let line = start; line < end; line = nextLineAt(text, line)) {
        const range = secretIn(text.slice(line, Math.min(lineEndAt(text, line), end)));
        if (range === undefined) continue;
        found.push({ code: 'secret_value', range: { start: line + range.start, end: line + range.end } });
      }
      return found;
    });
}

/** Name, `=` or `:`, value to the end of the line or of its quotes; counted repetitions, since a value may hold the same signs. */
const assignment =
  /([A-Za-z][\w.-]{0,60})[`"'*]{0,3}[ \t]*(?:=|:(?!\/\/))[ \t]*[*]{0,2}[ \t]*(?:`([^`]+)`|"([^"]+)"|'([^']+)'|([^\s`"']+))[ \t`*,;]{0,10}(?:\((?:[^()]|\([^()]*\))*\))?$/;
/** As in an environment file or a shell, whatever follows. */
const environment = /([A-Za-z][\w.-]{0,60})=([^\s`"',;]+)/g;
const secretName =
  /passw(?:or)?d|passphrase|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential|auth/i;

function secretIn(line: string): TextRange | undefined {
  // Long lines are no settings, and patterns with many choices are slow on them.
  if (line.length > 2000) return undefined;
  const match = assignment.exec(line);
  const value = match?.[2] ?? match?.[3] ?? match?.[4] ?? match?.[5];
  if (match !== null && value !== undefined && secretName.test(match[1] ?? '') && isLikelyValue(value)) {
    const start = line.lastIndexOf(value);
    return { start, end: start + value.length };
  }
  for (const { 0: whole, 1: name = '', 2: given = '', index } of line.matchAll(environment)) {
    if (!secretName.test(name) || !isLikelyValue(given)) continue;
    return { start: index + whole.length - given.length, end: index + whole.length };
  }
  return knownSecret(line);
}

/** A key in a provider's format or an address with a password, whatever stands before it. */
function knownSecret(line: string): TextRange | undefined {
  for (const { 0: token, index } of line.matchAll(/[^\s`"'<>(),;=]+/g)) {
    if (isPlaceholder(token) || !maskSecrets(token).includes(mask)) continue;
    const password = /:\/\/[^\s/@:]*:([^\s/@]+)@/.exec(token)?.[1];
    if (password !== undefined && isPlaceholder(password)) continue;
    if (password === undefined && maskSecrets(token.replace(/^\w+:/, '')) === token.replace(/^\w+:/, ''))
      continue;
    return { start: index, end: index + token.length };
  }
  return undefined;
}

/** Words that say what to put there are read by people; values are long and mix letters with digits. */
function isLikelyValue(value: string): boolean {
  if (value.length < 8 || /\s/.test(value) || isPlaceholder(value)) return false;
  const mixed = /[A-Za-z]/.test(value) && /\d/.test(value);
  return mixed || /[!@%^&*+=/]/.test(value) || value.length >= 24;
}

function isPlaceholder(value: string): boolean {
  return (
    /^(?:<.*>|\$\{.*\}|\$[A-Z_]+|\{\{.*\}\}|\[.*\]|\*+|x{3,}|\.{3}.*)$/i.test(value) ||
    /^(?:your|my|the|some|example|sample|dummy|test|change|replace|placeholder|todo|redacted|required|optional|process\.env|env[.:]|secrets?[./]|vault[:/]|op:\/\/|passw(?:or)?d$|pass$|secret$)/i.test(
      value,
    )
  );
}
