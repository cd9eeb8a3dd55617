/** How well recall finds what was planted in a made-up history: per class and form, with what chance and habit would find. */
import type { LongTermStore } from '../../src/core/memory/long-term-store';
import { type RecallResult, recall } from '../../src/core/memory/recall';
import { tellingWords } from '../../src/core/memory/recall-words';
import type { MemoryId, MemoryItem } from '../../src/core/model/memory';
import {
  type FactClass,
  factClasses,
  type History,
  type QuestionForm,
  questionForms,
} from './task-histories';

/** Shares of questions, 0 to 1, whose item is among the first k. */
export interface Hits {
  readonly at1: number;
  readonly at5: number;
  readonly at10: number;
}

export interface Figure {
  readonly of: FactClass;
  readonly form: QuestionForm;
  readonly questions: number;
  readonly recall: Hits;
  /** The same words as one FTS5 query, ranked by BM25 alone. */
  readonly bm25: Hits;
  /** The floors: items in any order, and the newest first. */
  readonly random: Hits;
  readonly newest: Hits;
}

export interface Figures {
  readonly items: number;
  readonly figures: readonly Figure[];
  /** Results that show what no longer holds without saying so; empty unless something is wrong. */
  readonly shownAsCurrent: readonly string[];
  /** Questions whose answer stands in no item, so that nothing could find it; empty unless something is wrong. */
  readonly lost: readonly string[];
  /** Of the questions without an answer, those that got results all the same. */
  readonly answeredAllTheSame: number;
}

const cutoffs = [1, 5, 10] as const;

export async function measureRecall(store: LongTermStore, history: History): Promise<Figures> {
  const items = await store.itemsOf({ past: true }, 100_000);
  const lines = idsByLine(items);
  const newest = new Map(
    [...items]
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
      .map(({ id }, place) => [id, place + 1]),
  );
  const rows = new Map<string, Row>();
  const shownAsCurrent: string[] = [];
  const lost: string[] = [];
  for (const question of history.questions) {
    const wanted = lines.get(question.answer) ?? new Set();
    if (wanted.size === 0) lost.push(question.text);
    const results = await recall(store, { text: question.text });
    for (const result of results)
      if (isFalse(result)) shownAsCurrent.push(`${question.text}: ${result.item.text}`);
    const row = rowOf(rows, question.of, question.form);
    row.recall.push(1 + results.findIndex((result) => idsOf(result).some((id) => wanted.has(id))));
    row.bm25.push(await placeByWords(store, question.text, wanted));
    row.newest.push(Math.min(...[...wanted].map((id) => newest.get(id) ?? Number.POSITIVE_INFINITY)));
    row.share.push(wanted.size / items.length);
  }
  let answeredAllTheSame = 0;
  for (const text of history.unanswered) if ((await recall(store, { text })).length > 0) answeredAllTheSame++;
  return { items: items.length, figures: figuresOf(rows), shownAsCurrent, lost, answeredAllTheSame };
}

/** Of several measurements of as many questions each, the mean. */
export function together(all: readonly Figures[]): Figures {
  const [first] = all;
  if (first === undefined) throw new Error('Nothing was measured');
  const figures = first.figures.map((figure) => {
    const same = all.flatMap((one) =>
      one.figures.filter(({ of, form }) => of === figure.of && form === figure.form),
    );
    const questions = same.reduce((sum, one) => sum + one.questions, 0);
    const mean = (pick: (one: Figure) => Hits): Hits => {
      const at = (k: keyof Hits) =>
        same.reduce((sum, one) => sum + pick(one)[k] * one.questions, 0) / questions;
      return { at1: at('at1'), at5: at('at5'), at10: at('at10') };
    };
    const { of, form } = figure;
    const [found, bm25] = [mean((one) => one.recall), mean((one) => one.bm25)];
    return {
      of,
      form,
      questions,
      recall: found,
      bm25,
      random: mean((one) => one.random),
      newest: mean((one) => one.newest),
    };
  });
  return {
    items: Math.round(all.reduce((sum, one) => sum + one.items, 0) / all.length),
    figures,
    shownAsCurrent: all.flatMap((one) => one.shownAsCurrent),
    lost: all.flatMap((one) => one.lost),
    answeredAllTheSame: all.reduce((sum, one) => sum + one.answeredAllTheSame, 0),
  };
}

export function figureOf({ figures }: Figures, of: FactClass, form: QuestionForm): Figure {
  const figure = figures.find((one) => one.of === of && one.form === form);
  if (figure === undefined) throw new Error(`${of}, ${form} was not measured`);
  return figure;
}

/** A Markdown table: hit@1 / hit@5 / hit@10 of each. */
export function figuresTable({ figures }: Figures): string {
  const cell = ({ at1, at5, at10 }: Hits) => [at1, at5, at10].map((share) => share.toFixed(3)).join(' / ');
  const rows = figures.map(
    ({ of, form, questions, ...by }) =>
      `| ${of} | ${form} | ${questions} | ${[by.recall, by.bm25, by.newest, by.random].map(cell).join(' | ')} |`,
  );
  const head = '| class | asked | questions | recall | BM25 alone | newest first | random |';
  return [head, '|---|---|---|---|---|---|---|', ...rows].join('\n');
}

interface Row {
  /** Places from 1; 0 where it was not found. */
  readonly recall: number[];
  readonly bm25: number[];
  readonly newest: number[];
  /** Of all items, those that were asked for. */
  readonly share: number[];
}

function rowOf(rows: Map<string, Row>, of: FactClass, form: QuestionForm): Row {
  const key = `${of} ${form}`;
  const row = rows.get(key) ?? { recall: [], bm25: [], newest: [], share: [] };
  rows.set(key, row);
  return row;
}

function figuresOf(rows: Map<string, Row>): readonly Figure[] {
  return factClasses.flatMap((of) =>
    questionForms.map((form) => {
      const { recall: found, bm25, newest, share } = rowOf(rows, of, form);
      const random = (k: number) => mean(share.map((one) => 1 - (1 - one) ** k));
      return {
        ...{ of, form, questions: found.length, recall: hits(found), bm25: hits(bm25), newest: hits(newest) },
        random: { at1: random(1), at5: random(5), at10: random(10) },
      };
    }),
  );
}

function hits(places: readonly number[]): Hits {
  const [at1 = 0, at5 = 0, at10 = 0] = cutoffs.map((k) =>
    mean(places.map((place) => (place > 0 && place <= k ? 1 : 0))),
  );
  return { at1, at5, at10 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A planted sentence is a line of its own, of a list or of a note. */
function idsByLine(items: readonly MemoryItem[]): ReadonlyMap<string, ReadonlySet<MemoryId>> {
  const lines = new Map<string, Set<MemoryId>>();
  for (const { id, text } of items) {
    for (const line of text.split('\n')) {
      const said = line.replace(/^\s*- /, '').trim();
      lines.set(said, (lines.get(said) ?? new Set()).add(id));
    }
  }
  return lines;
}

function idsOf({ item, supersededBy }: RecallResult): readonly MemoryId[] {
  return supersededBy === undefined ? [item.id] : [item.id, supersededBy.id];
}

function isFalse({ item, supersededBy }: RecallResult): boolean {
  return (item.supersededBy !== null || !item.current) && supersededBy?.current !== true;
}

async function placeByWords(
  store: LongTermStore,
  text: string,
  wanted: ReadonlySet<MemoryId>,
): Promise<number> {
  const found = await store.match({ words: tellingWords(text), exact: [], limit: 10 });
  return 1 + found.findIndex(({ item }) => wanted.has(item.id));
}
