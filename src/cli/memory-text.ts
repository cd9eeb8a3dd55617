/** What is remembered, in words for people: every piece under its label, so that it is known for recalled wherever it goes. */
import type { MemoryItem } from '../core/model/memory';
import type { FoundMemory, QueryAnswer } from '../core/operations/query-memory';
import type { RecallAnswer, RecalledMemory } from '../core/operations/recall-memory';
import { plain, type Style } from './text';

export function queryText({ results }: QueryAnswer, styled: Style): string {
  if (results.length === 0) return 'Nothing is remembered about that.';
  return results.map((one) => foundText(one, styled)).join('\n\n');
}

export function recallText({ recalled }: RecallAnswer, styled: Style): string {
  if (recalled.length === 0) return 'Nothing is remembered about that.';
  return recalled.map((one) => recalledText(one, styled)).join('\n\n');
}

function foundText({ item, extract, supersededBy, place }: FoundMemory, styled: Style): string {
  const lines = [
    labelLine(item, styled),
    ...quoted(extract.trim() === '' ? item.title : extract),
    styled.dim(`  ${placeWords(item, place)}`),
    ...standingLines(item, supersededBy, styled),
  ];
  return lines.join('\n');
}

function recalledText(
  { item, text, isWhole, summaries, holdsNow, place }: RecalledMemory,
  styled: Style,
): string {
  const more = isWhole
    ? []
    : [styled.dim(`  Shortened: \`baton memory recall ${item.id} --full\` has all of it.`)];
  return [
    labelLine(item, styled),
    ...quoted(text),
    ...more,
    ...summaryLines(summaries, styled),
    styled.dim(`  ${placeWords(item, place)}`),
    ...standingLines(item, holdsNow, styled),
  ].join('\n');
}

/** The newest, where it stands for other items too. */
function summaryLines([newest]: RecalledMemory['summaries'], styled: Style): readonly string[] {
  if (newest === undefined || newest.of.length < 2) return [];
  return [styled.dim(`  Summarised with ${newest.of.length - 1} more in [${newest.id}]`)];
}

function labelLine(item: MemoryItem, styled: Style): string {
  const kind = item.kind === 'note' && item.detail !== null ? item.detail : item.kind.replace('_', ' ');
  return `[${item.id}] ${styled.bold(plain(item.title))} ${styled.dim(`(${plain(kind)})`)}`;
}

/** Every line marked, the empty ones too: a copy of it stays one quote. */
function quoted(text: string): readonly string[] {
  return text.split('\n').map((line) => `> ${plain(line)}`.trimEnd());
}

function placeWords(item: MemoryItem, { path, line }: FoundMemory['place']): string {
  const about = [
    ...(item.task === null ? [] : [`#${item.task}`]),
    ...(item.session === null ? [] : [`session ${item.session}`]),
    item.at,
    provenanceWords[item.provenance],
    plain(line === null ? path : `${path}:${line}`),
  ];
  return about.join(', ');
}

const provenanceWords: Readonly<Record<MemoryItem['provenance'], string>> = {
  person: 'by a person',
  agent: 'by an agent',
  tool: 'recorded by Baton',
  untrusted: 'of unknown origin',
};

function standingLines(item: MemoryItem, holdsNow: MemoryItem | undefined, styled: Style): readonly string[] {
  if (holdsNow !== undefined) {
    return [styled.yellow(`  Superseded. What holds now: [${holdsNow.id}] ${plain(holdsNow.title)}`)];
  }
  if (item.supersededBy !== null) return [styled.yellow('  Superseded.')];
  return item.current ? [] : [styled.yellow('  It no longer stands in its file as it was.')];
}
