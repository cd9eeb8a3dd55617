/**
 * What was told, so that nothing is told twice: not in a second window, not after a restart. What is in the ledger is
 * about notifications alone; the Attention view shows a fact for as long as it holds.
 * Source: requirements 001-64, 001-66; issue 5.
 */
import {
  emptyNudgeRecord,
  type NudgeKind,
  type NudgeRecord,
  type Offered,
  type Skipped,
} from '../model/nudge';
import type { Ports } from '../ports';
import { NudgeRecordFile } from './nudge-record-file';
import type { Nudge } from './nudges';
import type { Draft } from './suggest';

/** As the project's settings have them. */
export interface NudgeLimits {
  /** Notifications within any sixty minutes, over all windows. */
  readonly perHour: number;
  /** Drafts offered on one day (UTC). */
  readonly suggestionsPerDay: number;
}

type LedgerPorts = ConstructorParameters<typeof NudgeRecordFile>[0];

const hourMs = 60 * 60_000;
/** A fact that has not held for so long is forgotten; the record would grow for ever. */
const keepMs = 90 * 24 * hourMs;
const keptSkips = 200;
const keptOffers = 500;

export class NudgeLedger {
  readonly #file: NudgeRecordFile;
  readonly #limits: NudgeLimits;
  readonly #clock: Ports['clock'];
  /** Keys that this window has seen told or muted, so that nothing new costs no look at the disk. */
  #known: ReadonlySet<string> = new Set();
  #muted: readonly NudgeKind[] = [];
  /** The budget is used up until then; the disk is not looked at before. */
  #spentUntil = 0;
  #sawNone = false;

  /** Does no I/O. @param root absolute path of the workspace folder, `/` as separator */
  constructor(ports: LedgerPorts, root: string, limits: NudgeLimits) {
    this.#file = new NudgeRecordFile(ports, root);
    this.#limits = limits;
    this.#clock = ports.clock;
  }

  /**
   * Those of the present nudges that this caller is to show now, the most urgent first: told to nobody before, not
   * muted, within the hour's budget. What is answered counts as told, whatever becomes of the caller. Where nobody has
   * looked yet, what holds already is old news: nobody who opens a project wants to hear of all of it.
   *
   * **Invariant:** a fact is answered at most once, over all callers on one disk.
   *
   * Throws `locked`, `untrusted`, `io_failed`.
   */
  async take(present: readonly Nudge[]): Promise<readonly Nudge[]> {
    const isNews = ({ key, kind }: Nudge) => !this.#known.has(key) && !this.#muted.includes(kind);
    if (present.length === 0) this.#sawNone = true;
    const now = this.#clock.now();
    if (!present.some(isNews) || now.getTime() < this.#spentUntil) return [];
    let taken: readonly Nudge[] = [];
    let seen: NudgeRecord = emptyNudgeRecord;
    let spentUntil = 0;
    await this.#file.update((record) => {
      const before = record ?? emptyNudgeRecord;
      const silent = before.since === null && !this.#sawNone;
      const nothingSpent = { told: present, spentUntil: 0 };
      const budget = silent ? nothingSpent : this.#budget(before, present, now);
      taken = silent ? [] : budget.told;
      spentUntil = budget.spentUntil;
      seen = withTold(before, budget.told, { present, now, silent });
      return budget.told.length > 0 ? seen : undefined;
    });
    // Only what is on disk is known: what could not be written has been told to nobody.
    this.#remember(seen);
    this.#spentUntil = spentUntil;
    return taken;
  }

  /** Puts facts on record that need not be told: the person knows. */
  async know(facts: readonly Nudge[]): Promise<void> {
    const news = facts.filter(({ key }) => !this.#known.has(key));
    if (news.length === 0) return;
    const now = this.#clock.now();
    await this.#change((record) => {
      const known = new Set(record.told.map(({ key }) => key));
      const added = news.filter(({ key }) => !known.has(key));
      const told = added.map(({ key }) => ({ key, at: now.toISOString(), silent: true }));
      return { ...record, told: [...record.told, ...told] };
    });
  }

  /** No notification of this kind any more, in any window. */
  async mute(kind: NudgeKind): Promise<void> {
    await this.#change((record) => ({ ...record, muted: [...new Set([...record.muted, kind])] }));
  }

  /** Takes back every `mute`. */
  async unmuteAll(): Promise<void> {
    await this.#change((record) => ({ ...record, muted: [] }));
  }

  async muted(): Promise<readonly NudgeKind[]> {
    return (await this.#file.read())?.muted ?? [];
  }

  /** Puts on record that an agent was not disturbed. */
  async skipped(skip: Omit<Skipped, 'at'>): Promise<void> {
    const at = this.#clock.now().toISOString();
    await this.#change((record) => ({
      ...record,
      skipped: [...record.skipped, { ...skip, at }].slice(-keptSkips),
    }));
  }

  /** The latest last. */
  async skips(): Promise<readonly Skipped[]> {
    return (await this.#file.read())?.skipped ?? [];
  }

  /** Those of the possible drafts that are on offer now. New ones are put on offer as far as the day's cap allows. */
  async offer(possible: readonly Draft[]): Promise<readonly Draft[]> {
    if (possible.length === 0) return [];
    const now = this.#clock.now();
    const first = (await this.#file.read()) ?? emptyNudgeRecord;
    if (this.#newOffers(first, possible, now).length === 0) return onOffer(first, possible);
    let offered: readonly Draft[] = [];
    await this.#change((record) => {
      const added = this.#newOffers(record, possible, now);
      const next = { ...record, offered: [...record.offered, ...added].slice(-keptOffers) };
      offered = onOffer(next, possible);
      return next;
    });
    return offered;
  }

  /** It is no longer on offer. @param task what came of it, null when it was turned down */
  async settleOffer(key: string, task: Offered['task']): Promise<void> {
    const state = task === null ? 'dismissed' : 'accepted';
    await this.#change((record) => ({
      ...record,
      offered: record.offered.map((one) => (one.key === key ? { ...one, state, task } : one)),
    }));
  }

  #newOffers(record: NudgeRecord, possible: readonly Draft[], now: Date): readonly Offered[] {
    const day = now.toISOString().slice(0, 10);
    const today = record.offered.filter(({ at }) => at.startsWith(day)).length;
    const known = new Set(record.offered.map(({ key }) => key));
    return possible
      .filter(({ key }) => !known.has(key))
      .slice(0, Math.max(0, this.#limits.suggestionsPerDay - today))
      .map(({ key }) => ({ key, at: now.toISOString(), state: 'open', task: null }));
  }

  /** What of the present ones may be told now, and until when nothing more may. */
  #budget(record: NudgeRecord, present: readonly Nudge[], now: Date): Budget {
    const told = new Set(record.told.map(({ key }) => key));
    const news = present.filter(({ key, kind }) => !told.has(key) && !record.muted.includes(kind));
    // A clock that was set back must not spend the budget for ever.
    const recent = record.told
      .flatMap(({ at, silent }) => (silent ? [] : [Date.parse(at)]))
      .filter((at) => Math.abs(now.getTime() - at) < hourMs)
      .sort((a, b) => a - b);
    const left = Math.max(0, this.#limits.perHour - recent.length);
    const spentUntil = news.length > left ? (recent[0] ?? now.getTime()) + hourMs : 0;
    return { told: news.slice(0, left), spentUntil };
  }

  async #change(make: (record: NudgeRecord) => NudgeRecord): Promise<void> {
    let next: NudgeRecord = emptyNudgeRecord;
    await this.#file.update((record) => {
      next = make(record ?? emptyNudgeRecord);
      return next;
    });
    this.#remember(next);
  }

  #remember({ told, muted }: NudgeRecord): void {
    this.#known = new Set(told.map(({ key }) => key));
    this.#muted = muted;
  }
}

interface Budget {
  readonly told: readonly Nudge[];
  /** Milliseconds since the epoch. */
  readonly spentUntil: number;
}

function onOffer({ offered }: NudgeRecord, possible: readonly Draft[]): readonly Draft[] {
  const open = new Set(offered.flatMap(({ key, state }) => (state === 'open' ? [key] : [])));
  return possible.filter(({ key }) => open.has(key));
}

interface Telling {
  readonly present: readonly Nudge[];
  readonly now: Date;
  readonly silent: boolean;
}

/** Old ones go, unless they hold still: those must not become news again. */
function withTold(
  record: NudgeRecord,
  told: readonly Nudge[],
  { present, now, silent }: Telling,
): NudgeRecord {
  const holds = new Set(present.map(({ key }) => key));
  const kept = record.told.filter(({ key, at }) => holds.has(key) || now.getTime() - Date.parse(at) < keepMs);
  const added = told.map(({ key }) => ({ key, at: now.toISOString(), silent }));
  return { ...record, since: record.since ?? now.toISOString(), told: [...kept, ...added] };
}
