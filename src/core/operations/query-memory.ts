/** `baton memory query`: what earlier work says about some words. Requirements 001-13, 001-34. */
import { BatonError } from '../base/baton-error';
import { type RecallResult, recall } from '../memory/recall';
import type { MemoryKind } from '../model/memory';
import { type MemoryPlace, MemoryPlaces } from './memory-place';
import { asTaskId } from './task-id';
import { timestamp } from './timestamp';
import { type MemoryStanding, useMemory } from './use-memory';
import type { BatonWorkspace } from './workspace';

export interface MemoryQuery {
  readonly text: string;
  /** Only of this task. */
  readonly task?: string | undefined;
  readonly kinds?: readonly MemoryKind[] | undefined;
  /** 1 to 100; 10 unless given. */
  readonly limit?: number | undefined;
  /** What no longer holds too, marked. */
  readonly past?: boolean | undefined;
}

export interface FoundMemory extends RecallResult {
  readonly place: MemoryPlace;
}

export interface QueryAnswer extends MemoryStanding {
  /** Best first. */
  readonly results: readonly FoundMemory[];
}

const longestQuestion = 2000;

/** Throws `switched_off`, `invalid_input` for a question without words. Finding nothing is an answer. */
export async function queryMemory(workspace: BatonWorkspace, query: MemoryQuery): Promise<QueryAnswer> {
  const text = query.text.trim().slice(0, longestQuestion);
  if (text === '') {
    throw new BatonError('invalid_input', 'The question is empty', {
      hint: 'Give words, an identifier, a path or an error text.',
    });
  }
  const task = query.task === undefined ? undefined : asTaskId(query.task);
  return useMemory(workspace, async ({ store }) => {
    const found = await recall(store, {
      text,
      ...(task === undefined ? {} : { task }),
      ...(query.kinds === undefined ? {} : { kinds: query.kinds }),
      ...(query.limit === undefined ? {} : { limit: query.limit }),
      past: query.past === true,
      now: timestamp(workspace),
    });
    const places = new MemoryPlaces(workspace);
    return {
      results: await Promise.all(found.map(async (one) => ({ ...one, place: await places.of(one.item) }))),
    };
  });
}
