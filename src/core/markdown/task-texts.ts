/**
 * What a state file or its archive tells beyond the outline, by the fast reader: a memory of a thousand tasks is made from
 * a thousand files, and remark takes milliseconds for each. See `document.ts` for the thorough reader.
 */
import type { ChainOutput, Feature, TaskId } from '../model/task';
import { readBlocks } from './blocks/read-blocks';
import { readOutput } from './chain-output';
import { checklistFence } from './checklist';
import { readFileChecklist } from './extract-outline';
import { readFeatures } from './features';
import { headingText, parseTitle } from './headings';
import { entryParts } from './progress-log';
import { isBinary, openStateFile } from './state-file';
import type { Structure } from './structure';
import { withUnixLines } from './unix-lines';

/** One entry of a progress log. */
export interface EntryText {
  readonly session: number;
  /** As written in the heading. */
  readonly at: string | undefined;
  readonly automatic: boolean;
  /** The heading's words as written. */
  readonly heading: string;
  /** All below the heading as written, trimmed, lines ending in `\n`. */
  readonly text: string;
}

export interface TaskTexts {
  readonly id: TaskId | undefined;
  readonly title: string;
  readonly entries: readonly EntryText[];
  readonly features: readonly Feature[];
  readonly output: ChainOutput | undefined;
  /** The words of the output's heading as written; null where there is none. */
  readonly outputHeading: string | null;
}

const nothing: TaskTexts = {
  id: undefined,
  title: '',
  entries: [],
  features: [],
  output: undefined,
  outputHeading: null,
};

/**
 * Never throws, whatever the text; takes microseconds for files as Baton and agents write them.
 *
 * **Invariant:** entries, features and output are those of `readDocument(text)` for every text.
 */
export function taskTexts(text: string): TaskTexts {
  if (isBinary(text)) return nothing;
  const { structure } = openStateFile(text, readBlocks);
  const section = structure.sections.get('output');
  const title = structure.title && parseTitle(headingText(structure.text, structure.title));
  return {
    id: title?.id,
    title: title?.title ?? '',
    entries: entryTexts(structure),
    features: featuresOf(structure),
    output: readOutput(structure),
    outputHeading: section === undefined ? null : headingText(structure.text, section.heading),
  };
}

function entryTexts(structure: Structure): readonly EntryText[] {
  return entryParts(structure).map(({ value, name, start, end }) => ({
    ...value,
    heading: name,
    text: withUnixLines(structure.text.slice(start, end)).trim(),
  }));
}

function featuresOf(structure: Structure): readonly Feature[] {
  const fence = checklistFence(structure);
  const checklist = readFileChecklist(structure);
  return fence && checklist ? readFeatures(structure.text, fence, checklist) : [];
}
