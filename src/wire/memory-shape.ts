/** `baton memory … --json` and the MCP tool `memory`: the contract for scripts and agents. Fields may be added, none renamed. */
import type { MemoryItem } from '../core/model/memory';
import type { ManagerReport } from '../core/operations/manage-memory';
import type { MemoryPlace } from '../core/operations/memory-place';
import type { FoundMemory, QueryAnswer } from '../core/operations/query-memory';
import type { RecallAnswer, RecalledMemory } from '../core/operations/recall-memory';
import type { SyncReport } from '../core/operations/sync-memory';
import type { MemoryCount, MemoryStanding } from '../core/operations/use-memory';

export function queryShape({ results, ...standing }: QueryAnswer) {
  return { ...standingShape(standing), results: results.map(foundShape) };
}

export function recallShape({ recalled, ...standing }: RecallAnswer) {
  return { ...standingShape(standing), recalled: recalled.map(recalledShape) };
}

export function memoryStatusShape({ count, ...standing }: MemoryStanding & { readonly count: MemoryCount }) {
  const { items, current, versions } = count;
  return { ...standingShape(standing), items, current, versions };
}

export function syncShape(report: SyncReport & MemoryStanding & { readonly count: MemoryCount }) {
  const { sources, read, added, changed, unchanged, repeated, gone, left } = report;
  return { ...memoryStatusShape(report), sources, read, added, changed, unchanged, repeated, gone, left };
}

export function managedShape({ report, ...standing }: MemoryStanding & { readonly report: ManagerReport }) {
  const { tasks, loaded, summarized, evicted, pruned, more } = report;
  return { ...standingShape(standing), tasks, loaded, summarized, evicted, pruned: pruned ?? null, more };
}

export function standingShape({ mode, notice, troubles = [] }: MemoryStanding) {
  return {
    mode,
    notice: notice ?? null,
    troubles: troubles.map(({ kind, file, reason }) => ({ kind, file: file ?? null, reason })),
  };
}

function foundShape({ item, score, extract, supersededBy, place }: FoundMemory) {
  return {
    ...itemShape(item, place),
    score: Math.round(score * 10_000) / 10_000,
    extract,
    holdsNow: supersededBy === undefined ? null : briefShape(supersededBy),
  };
}

function recalledShape({ item, text, isWhole, summaries, holdsNow, place }: RecalledMemory) {
  return {
    ...itemShape(item, place),
    text,
    whole: isWhole,
    summaries: summaries.map((one) => ({ id: one.id, text: one.text, at: one.at, of: one.of })),
    holdsNow: holdsNow === undefined ? null : briefShape(holdsNow),
  };
}

/** `current` false: it no longer holds; `holdsNow` names what does, where something does. */
function itemShape(item: MemoryItem, { path, anchor, line }: MemoryPlace) {
  const { id, version, kind, detail, task, session, provenance, at, title, current, pinned } = item;
  return {
    ...{ id, version, kind, detail, task, session, provenance, at, title, current, pinned },
    superseded: item.supersededBy !== null,
    source: { path, anchor, line },
  };
}

function briefShape({ id, version, title, at, current }: MemoryItem) {
  return { id, version, title, at, current };
}
