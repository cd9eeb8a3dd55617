/** Appends an entry to the progress log. Source: requirements 003-10 … 003-14, 003-28. */
import { BatonError } from '../../base/baton-error';
import type { TextEdit } from '../../base/text-edit';
import { maxSessionNumber } from '../../model/task';
import { bullet } from '../bullets';
import { entryParts } from '../progress-log';
import type { StateFile } from '../state-file';
import { addSection } from './add-section';
import { openForEdit, verified } from './edit-session';
import { appendToSection } from './section-body';

export interface NewProgressEntry {
  readonly session: number;
  /** UTC ISO-8601 with `Z`. */
  readonly at: string;
  readonly did: readonly string[];
  readonly issues: readonly string[];
  readonly state: readonly string[];
  readonly next: readonly string[];
  /** Written by Baton from facts, because the agent left none. */
  readonly automatic?: boolean;
}

/** Throws `invalid_input` for a session number or a time that is none. */
export function appendProgress(text: string, entry: NewProgressEntry): TextEdit[] {
  const { structure } = openForEdit(text);
  const section = structure.sections.get('log');
  const known = entryParts(structure);
  const sectionLevel = section?.level ?? 2;
  const level = known.at(-1)?.heading.level ?? Math.min(6, sectionLevel + 1);
  const body = entryText(entry, level);
  const edit =
    section === undefined ? addSection(structure, 'log', body) : appendToSection(structure, section, body);
  const isLast = (after: StateFile) => {
    const entries = entryParts(after.structure);
    const last = entries.at(-1);
    // An indented line below would count as part of the last list item.
    const end = last?.blocks.at(-1)?.end ?? Number.POSITIVE_INFINITY;
    const isWhole = end <= edit.start + edit.text.length;
    return entries.length === known.length + 1 && last?.value.session === entry.session && isWhole;
  };
  return verified(text, [edit], isLast, 'progress log');
}

function entryText(entry: NewProgressEntry, level: number): string {
  const heading = `${'#'.repeat(level)} Session ${sessionNumber(entry)} - ${minuteOf(entry.at)}`;
  return [
    `${heading}${entry.automatic === true ? ' (automatic)' : ''}\n${list('What I did', entry.did)}`,
    list('Issues encountered', entry.issues),
    list('Current state', entry.state),
    list('Next steps', entry.next),
  ].join('\n\n');
}

function sessionNumber(entry: NewProgressEntry): number {
  if (Number.isSafeInteger(entry.session) && entry.session >= 1 && entry.session <= maxSessionNumber)
    return entry.session;
  throw new BatonError('invalid_input', `"${entry.session}" is not a session number`);
}

/** `2026-11-21 14:30`, UTC as everything in files. */
function minuteOf(at: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z$/.exec(at);
  if (match === null)
    throw new BatonError('invalid_input', 'The time of an entry must be UTC ISO-8601 with "Z"');
  return `${match[1]} ${match[2]}`;
}

function list(label: string, items: readonly string[]): string {
  const bullets = items.map(bullet).filter((item) => item !== undefined);
  return [`**${label}:**`, ...(bullets.length === 0 ? ['- None'] : bullets)].join('\n');
}
