/** The thorough reader: one file through remark, with every detail, place and problem. See `outline.ts` for the fast one. */
import type { Criterion, TaskContext, TaskDocument, TaskOutline } from '../model/task';
import type { Block } from './blocks/block';
import { lineEndAt } from './blocks/line-marks';
import { remarkBlocks } from './blocks/remark-blocks';
import { scanBlocksLeniently } from './blocks/scan-blocks';
import { inputParts, readInput } from './chain-inputs';
import { readOutput } from './chain-output';
import { checklistFence } from './checklist';
import { contextLines } from './context-lines';
import { documentFindings } from './document-findings';
import { criteriaItems, emptyOutline, extractOutline, readFileChecklist } from './extract-outline';
import { checklistFindings, readFeatures } from './features';
import { readCommits } from './git-history';
import { type Finding, finding, locateFindings } from './problems';
import { entryParts, itemContent, readEntry } from './progress-log';
import { unprotect } from './protect';
import { documentLimit, isBinary, openStateFile, type StateFile, withSafeLines } from './state-file';
import { type Structure, sectionText } from './structure';
import { withUnixLines } from './unix-lines';

/**
 * Reads the text of one state file. Never throws: what cannot be read is left out and reported in `problems`.
 * Texts above `documentLimit`, and Markdown nested or repeated beyond reason, are read by the scanner instead of
 * remark and say so with `too_large`. Ranges are offsets into `text`.
 */
export function readDocument(text: string): TaskDocument {
  if (isBinary(text)) return binaryDocument(text);
  const findings: Finding[] = [];
  const file = openStateFile(text, (safe, bodyStart) => thoroughBlocks(safe, bodyStart, findings));
  return extractDocument(file, findings, extractOutline(file));
}

/** The same of a text that another reader has opened already, by that reader's blocks. @param outline of that very file */
export function documentOf(file: StateFile, outline = extractOutline(file)): TaskDocument {
  return extractDocument(file, [], outline);
}

/** The part of a document that `outline` gives. */
export function outlineOf(document: TaskDocument): TaskOutline {
  const { id, title, status, statusSource, dependsOn, priority, estimateMinutes, created, agent, epic } =
    document;
  const { tracking, criteria, features, sessions, inputs, output, size } = document;
  return {
    ...{ id, title, status, statusSource, dependsOn, priority, estimateMinutes, created, agent, epic },
    ...{ criteria, features, sessions, inputs, output, size },
    ...(tracking === undefined ? {} : { tracking }),
  };
}

function thoroughBlocks(text: string, bodyStart: number, findings: Finding[]): readonly Block[] {
  const blocks = text.length <= documentLimit ? remarkBlocks(text, bodyStart) : undefined;
  if (blocks !== undefined) return blocks;
  const why = text.length > documentLimit ? 'is too large' : 'has Markdown too deep or too repetitive';
  const range = { start: bodyStart, end: text.length };
  findings.push(finding('too_large', 'warning', `The file ${why} to be taken apart in full`, range));
  return scanBlocksLeniently(text, bodyStart);
}

const emptyContext: TaskContext = {
  prd: undefined,
  epic: undefined,
  repository: undefined,
  agent: undefined,
  description: '',
};

function binaryDocument(text: string): TaskDocument {
  const range = { start: text.indexOf('\0'), end: text.indexOf('\0') + 1 };
  const message = 'The file holds NUL characters and is not read as text';
  return {
    ...emptyOutline(text.length),
    context: emptyContext,
    criteriaList: [],
    featureList: [],
    inputList: [],
    log: [],
    commits: [],
    outputDetail: undefined,
    problems: locateFindings(withSafeLines(text), [finding('binary', 'error', message, range)]),
    titleRange: { start: 0, end: 0 },
  };
}

function extractDocument(
  file: StateFile,
  readingFindings: readonly Finding[],
  outline: TaskOutline,
): TaskDocument {
  const { structure } = file;
  const { text } = structure;
  const fence = checklistFence(structure);
  const checklist = readFileChecklist(structure);
  const featureList = fence && checklist ? readFeatures(text, fence, checklist) : [];
  const log = entryParts(structure).map((part) => readEntry(structure, part));
  const findings = [
    ...readingFindings,
    ...file.frontMatter.findings,
    ...file.facts.findings,
    ...documentFindings(structure, log),
    ...(fence && checklist ? checklistFindings(fence, checklist, featureList, outline.status) : []),
  ];
  const { title } = structure;
  return {
    ...outline,
    context: readContext(structure),
    criteriaList: criteriaItems(structure).map((item) => readCriterion(text, item)),
    featureList,
    inputList: inputParts(structure).map((part) => readInput(structure, part)),
    log,
    commits: readCommits(structure),
    outputDetail: readOutput(structure),
    problems: locateFindings(text, findings),
    titleRange: title ? { start: title.start, end: title.end } : { start: 0, end: 0 },
  };
}

function readContext(structure: Structure): TaskContext {
  const lines = contextLines(structure);
  const description = structure.sections.get('description');
  return {
    prd: lines.get('PRD')?.value,
    epic: lines.get('Epic')?.value,
    repository: lines.get('Repository')?.value,
    agent: lines.get('Agent')?.value,
    description: description ? unprotect(withUnixLines(sectionText(structure, description))) : '',
  };
}

/** The words of a criterion: its first paragraph on one line, without the checkbox. The range is the whole item. */
function readCriterion(text: string, item: Block): Criterion {
  const lines = itemContent(text, item).slice('[ ]'.length).split('\n');
  const end = lines.findIndex(
    (line, index) => index > 0 && (line.trim() === '' || /^\s*(?:[-*+]|\d+[.)])\s/.test(line)),
  );
  const words = (end < 0 ? lines : lines.slice(0, end)).map((line) => line.trim());
  return { text: words.join(' ').trim(), done: item.checked === true, range: itemRange(text, item) };
}

function itemRange(text: string, item: Block) {
  return { start: item.start, end: Math.max(item.end, lineEndAt(text, item.start)) };
}
