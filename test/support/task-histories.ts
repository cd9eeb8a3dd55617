/**
 * Task histories with planted facts, for measuring recall. The same seed gives the same history.
 *
 * A planted fact is a line like all the others: the same sentences, the same words, equally often. Tasks keep to a few
 * subjects, so that the lines around a fact share its words; near-identical identifiers stand in other tasks. What tells a
 * fact apart is that it is asked for, by questions that do not hold its answer: in its own words, with half of its words
 * replaced by other words for the same, and with all of them replaced.
 */
import type { NoteKind } from '../../src/core/model/note';
import { isTaskId, type TaskId } from '../../src/core/model/task';
import { seededRandom } from '../bench/generate-tasks';
import {
  answers,
  blockers,
  type Concept,
  components,
  decisions,
  domains,
  identifierParts,
  objects,
  past,
  qualities,
  repairs,
  settings,
  type Template,
  verbs,
  work,
} from './task-history-words';

export const factClasses = ['identifier', 'decision', 'correction', 'blocker', 'temporal'] as const;
export type FactClass = (typeof factClasses)[number];
export const questionForms = ['verbatim', 'half', 'synonym'] as const;
export type QuestionForm = (typeof questionForms)[number];

export interface HistoryOptions {
  readonly seed: number;
  readonly tasks: number;
  /** Of each task; at least 6. */
  readonly sessions: number;
  /** Planted in each class. */
  readonly facts: number;
}

export interface HistoryEntry {
  readonly session: number;
  readonly at: string;
  readonly did: string[];
  readonly issues: string[];
  readonly state: string[];
  readonly next: string[];
}

export interface HistoryNote {
  /** 1, 2, 3 … in the journal. */
  readonly id: number;
  readonly kind: NoteKind;
  readonly text: string;
  readonly task: TaskId;
  readonly session: number;
  readonly at: string;
  readonly supersedes: number | null;
}

export interface TaskHistory {
  readonly id: TaskId;
  readonly title: string;
  readonly description: string;
  readonly entries: readonly HistoryEntry[];
  /** Null while the task is not finished. */
  readonly output: string | null;
}

export interface HistoryQuestion {
  readonly of: FactClass;
  readonly form: QuestionForm;
  readonly text: string;
  /** The planted sentence: an item that holds it is what was asked for. */
  readonly answer: string;
  /** The sentence that it supersedes. */
  readonly superseded: string | null;
}

export interface History {
  readonly tasks: readonly TaskHistory[];
  /** By id, and by time. */
  readonly notes: readonly HistoryNote[];
  readonly questions: readonly HistoryQuestion[];
  /** Questions that nothing in the history answers. */
  readonly unanswered: readonly string[];
}

/** A sentence still to be worded. */
interface Sentence {
  readonly said: string;
  readonly asked: string;
  readonly concepts: readonly Concept[];
  readonly answer: string;
}

class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seededRandom(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  one<T>(of: readonly T[]): T {
    return required(of[this.below(of.length)]);
  }

  /** The first much more often than the last, as words are. */
  common<T>(of: readonly T[]): T {
    return required(of[Math.floor(of.length * this.#next() ** 1.7)]);
  }

  some<T>(of: readonly T[], count: number): readonly T[] {
    const left = [...of];
    return Array.from({ length: Math.min(count, of.length) }, () =>
      required(left.splice(this.below(left.length), 1)[0]),
    );
  }
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A history has run out of words');
  return value;
}

function id(text: string): TaskId {
  if (!isTaskId(text)) throw new Error(`${text} is not a task id`);
  return text;
}

/** What a task is about; its lines keep to it mostly. */
interface Subject {
  readonly domains: readonly Concept[];
  readonly components: readonly Concept[];
}

interface Draft {
  readonly id: TaskId;
  readonly subject: Subject;
  readonly entries: HistoryEntry[];
  readonly title: string;
  readonly output: string | null;
}

/** Hours between two sessions of all tasks together. */
const sessionHours = 1;
const firstSession = Date.UTC(2026, 0, 5, 8);

class Writer {
  readonly #options: HistoryOptions;
  readonly #random: Random;
  readonly #drafts: Draft[] = [];
  readonly #notes: Omit<HistoryNote, 'id' | 'supersedes'>[] = [];
  readonly #superseding = new Map<object, object>();
  readonly #questions: HistoryQuestion[] = [];
  readonly #identifiers = new Set<string>();

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  write(): History {
    for (let number = 1; number <= this.#options.tasks; number++) this.#drafts.push(this.#draft(number));
    for (let n = 0; n < this.#options.facts; n++) {
      this.#identifier(n);
      this.#decision();
      this.#correction(n);
      this.#blocker();
      this.#temporal(n);
    }
    const unanswered = Array.from({ length: this.#options.facts }, () =>
      this.#ask(this.#sentence(this.#random.one(this.#drafts).subject, decisions), 'verbatim'),
    );
    return {
      tasks: this.#drafts.map(finished),
      notes: this.#numbered(),
      questions: this.#questions,
      unanswered,
    };
  }

  #draft(number: number): Draft {
    const random = this.#random;
    const subject = { domains: random.some(domains, 3), components: random.some(components, 3) };
    const entries = Array.from({ length: this.#options.sessions }, (_, index) =>
      this.#entry(subject, number, index + 1),
    );
    for (const { session, at } of entries) {
      for (let n = random.below(4); n > 0; n--) {
        const [kind, text] = this.#noteText(subject);
        this.#notes.push({ kind, text, task: id(String(number)), session, at: later(at, n) });
      }
    }
    const done = random.chance(0.6);
    return {
      id: id(String(number)),
      subject,
      entries,
      title: `${capital(required(subject.domains[0]).word)} ${required(subject.components[0]).word}`,
      output: done ? Array.from({ length: 3 }, () => this.#line(subject, work)).join('\n') : null,
    };
  }

  #entry(subject: Subject, task: number, session: number): HistoryEntry {
    const hours = ((session - 1) * this.#options.tasks + task) * sessionHours;
    const lines = (most: number, of: readonly Template[]) =>
      Array.from({ length: 1 + this.#random.below(most) }, () => this.#line(subject, of));
    return {
      session,
      at: new Date(firstSession + hours * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z'),
      did: lines(4, work),
      issues: this.#random.chance(0.5) ? lines(2, blockers) : [],
      state: lines(2, [...work, ...settings]),
      next: lines(2, blockers),
    };
  }

  #noteText(subject: Subject): readonly [NoteKind, string] {
    if (this.#random.chance(0.2)) return ['error', this.#repair(subject, this.#newIdentifier()).text];
    const decided = this.#random.chance(0.5);
    return [decided ? 'decision' : 'number', this.#line(subject, decided ? decisions : settings)];
  }

  /** A line that nobody will ask for. */
  #line(subject: Subject, of: readonly Template[]): string {
    return this.#say(this.#sentence(subject, of));
  }

  #sentence(subject: Subject, of: readonly Template[]): Sentence {
    const random = this.#random;
    // Now and then a line is about something else than its task.
    const [ownDomains, ownComponents] = random.chance(0.2)
      ? [domains, components]
      : [subject.domains, subject.components];
    const [said, asked] = random.one(of);
    return {
      said,
      asked,
      concepts: [
        random.one(ownDomains),
        random.one(ownComponents),
        random.common(verbs),
        random.common(qualities),
        random.common(objects),
        random.common(objects),
      ].map((concept) => (random.chance(0.25) ? swapped(concept) : concept)),
      answer:
        said.includes('at most') || said.includes('is {=}')
          ? String(2 + random.below(997))
          : random.one(answers),
    };
  }

  #say({ said, concepts, answer }: Sentence): string {
    return capital(worded(said, concepts, answer));
  }

  /** The question in the sentence's words, in half of them, or in none. */
  #ask({ asked, concepts, answer }: Sentence, form: QuestionForm): string {
    const used = concepts.map((_, at) => at).filter((at) => asked.includes(`{${at}`));
    const many = { verbatim: 0, half: Math.ceil(used.length / 2), synonym: used.length }[form];
    const replaced = new Set(this.#random.some(used, many));
    const words = concepts.map((concept, at) => (replaced.has(at) ? swapped(concept) : concept));
    return capital(worded(asked, words, answer));
  }

  #plant(
    of: FactClass,
    sentence: Sentence,
    asked: { readonly answer: string; readonly superseded?: string },
  ) {
    for (const form of questionForms) {
      const { answer, superseded = null } = asked;
      this.#questions.push({ of, form, text: this.#ask(sentence, form), answer, superseded });
    }
  }

  #anywhere(): { readonly draft: Draft; readonly entry: HistoryEntry } {
    const draft = this.#random.one(this.#drafts);
    return { draft, entry: this.#random.one(draft.entries) };
  }

  #note(
    draft: Draft,
    entry: HistoryEntry,
    kind: NoteKind,
    text: string,
  ): Omit<HistoryNote, 'id' | 'supersedes'> {
    const note = { kind, text, task: draft.id, session: entry.session, at: later(entry.at, 7) };
    this.#notes.push(note);
    return note;
  }

  #decision(): void {
    const { draft, entry } = this.#anywhere();
    const sentence = this.#sentence(draft.subject, decisions);
    const answer = this.#say(sentence);
    if (this.#random.chance(0.5)) this.#note(draft, entry, 'decision', answer);
    else entry.did.push(answer);
    this.#plant('decision', sentence, { answer });
  }

  #blocker(): void {
    const { draft, entry } = this.#anywhere();
    const sentence = this.#sentence(draft.subject, blockers);
    const answer = this.#say(sentence);
    if (sentence.said.startsWith('Next')) entry.next.push(answer);
    else entry.issues.push(answer);
    this.#plant('blocker', sentence, { answer });
  }

  /** Every other one is corrected in few words, so that a question finds the old note rather than the new one. */
  #correction(n: number): void {
    const draft = this.#random.one(this.#drafts);
    const at = this.#random.below(draft.entries.length - 1);
    const sentence = this.#sentence(draft.subject, settings);
    const superseded = this.#say(sentence);
    const said = n % 2 === 0 ? sentence.said : 'That was wrong, with a {0} it is {=}.';
    const corrected = this.#say({ ...sentence, said, answer: String(1000 + this.#random.below(9000)) });
    const answer = `Correction: ${corrected}`;
    const old = this.#note(draft, required(draft.entries[at]), 'number', superseded);
    const held = this.#note(draft, required(draft.entries.slice(at + 1).at(0)), 'correction', answer);
    this.#superseding.set(held, old);
    this.#plant('correction', sentence, { answer, superseded });
  }

  /** The same thing set three times; asked for before, in, and after the middle one. */
  #temporal(n: number): void {
    const draft = this.#random.one(this.#drafts);
    const sentence = this.#sentence(draft.subject, settings);
    const last = draft.entries.length;
    const sessions = [1 + this.#random.below(2), 3 + this.#random.below(last - 4), last] as const;
    const said = sessions.map((session) => {
      const text = this.#say({ ...sentence, answer: String(1000 + this.#random.below(9000)) });
      required(draft.entries[session - 1]).state.push(text);
      return text;
    });
    const when = required(['before', 'in', 'after'][n % 3]);
    const asked = `${sentence.asked.replace(/\?$/, '')} ${when} session ${sessions[1]} of #${draft.id}?`;
    this.#plant('temporal', { ...sentence, asked }, { answer: required(said[n % 3]) });
  }

  #identifier(n: number): void {
    const { draft, entry } = this.#anywhere();
    const identifier = this.#newIdentifier();
    const { sentence, text: answer } = this.#repair(draft.subject, identifier);
    if (this.#random.chance(0.5)) this.#note(draft, entry, 'error', answer);
    else entry.did.push(answer);
    for (const near of nearlySame(identifier)) {
      const other = this.#anywhere();
      const words = { ...sentence, said: sentence.said.replace(identifier, () => near) };
      other.entry.issues.push(this.#say({ ...words, answer: this.#random.one(answers) }));
    }
    // It passes by elsewhere too, where it says nothing of what was done about it.
    if (n % 3 === 0)
      this.#anywhere().entry.state.push(`Ran everything again, ${identifier} did not come back.`);
    this.#plant('identifier', sentence, { answer });
  }

  #repair(subject: Subject, identifier: string): { readonly sentence: Sentence; readonly text: string } {
    const made = this.#sentence(subject, repairs);
    const named = (text: string) => text.replace('{id}', () => identifier);
    const sentence = { ...made, said: named(made.said), asked: named(made.asked) };
    return { sentence, text: this.#say(sentence) };
  }

  #newIdentifier(): string {
    for (;;) {
      const made = this.#identifierLike();
      if (this.#identifiers.has(made)) continue;
      this.#identifiers.add(made);
      return made;
    }
  }

  #identifierLike(): string {
    const random = this.#random;
    const [domain, component, part] = [
      random.one(domains).word,
      random.one(components).word,
      random.one(identifierParts),
    ];
    const number = 10 + random.below(900);
    return random.one([
      () => `ERR_${domain.toUpperCase()}_${component.toUpperCase()}_${number}`,
      () => `src/${domain}/${component}-${part}.ts`,
      () => `${random.one(verbs).word}${capital(domain)}${capital(part)}`,
      () => `TypeError: cannot read ${domain}${capital(part)} of ${component} ${number}`,
      () => `${domain}_${component}_${part}`,
      () => (0x1000000 + random.below(0xefffff) * 16 + 10).toString(16),
      () => `/api/v${1 + random.below(3)}/${domain}s/${component}/${part}`,
      () => `--${domain}-${component}-${number}`,
    ])();
  }

  #numbered(): readonly HistoryNote[] {
    const ordered = [...this.#notes].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    const numbers = new Map<object, number>(ordered.map((note, index) => [note, index + 1]));
    return ordered.map((note, index) => {
      const old = this.#superseding.get(note);
      return { ...note, id: index + 1, supersedes: old === undefined ? null : (numbers.get(old) ?? null) };
    });
  }
}

/** Names that a search by pieces of words would take for it. */
function nearlySame(identifier: string): readonly string[] {
  if (identifier.endsWith('.ts'))
    return [identifier.replace('.ts', '.test.ts'), identifier.replace('.ts', '-old.ts')];
  if (/^[0-9a-f]{7,}$/.test(identifier)) return [`${identifier}b`, `f${identifier.slice(1)}`];
  if (/[0-9]$/.test(identifier)) return [`${identifier}1`, identifier.slice(0, -1)];
  return [`${identifier}${identifier.startsWith('/') ? '/all' : 'Of'}`, `${identifier}2`];
}

function worded(text: string, concepts: readonly Concept[], answer: string): string {
  return text
    .replace(/\{(\d)(\+?)\}/g, (_, at: string, form: string) => {
      const { word } = required(concepts[Number(at)]);
      return form === '' ? word : past(word);
    })
    .replace('{=}', () => answer);
}

function swapped({ word, other }: Concept): Concept {
  return { word: other, other: word };
}

function capital(text: string): string {
  return /^[a-z]+(?: |$)/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

function later(at: string, minutes: number): string {
  return new Date(Date.parse(at) + minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

function finished({ id, title, entries, output, subject }: Draft): TaskHistory {
  const about = [...subject.domains, ...subject.components].map(({ word }) => word).join(', ');
  return { id, title, description: `Everything about ${about}.`, entries, output };
}

/** A project's history: its tasks, its journal, and what to ask. */
export function taskHistories(options: HistoryOptions): History {
  return new Writer(options).write();
}
