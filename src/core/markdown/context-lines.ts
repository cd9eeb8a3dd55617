/** The `**PRD:** …` lines of the static context. Source: requirement 003-6. */
import type { TextRange } from '../base/text-edit';
import type { Block } from './blocks/block';
import { lineEndAt, nextLineAt, trimEndAt } from './blocks/line-marks';
import { type Structure, sectionBlocks } from './structure';

export const contextLineNames = ['PRD', 'Epic', 'Repository', 'Agent'] as const;
export type ContextLineName = (typeof contextLineNames)[number];

export interface ContextLine {
  readonly name: ContextLineName;
  /** Trimmed; undefined when empty. */
  readonly value: string | undefined;
  /** The whole line without its line ending, and the value in it. */
  readonly line: TextRange;
  readonly valueRange: TextRange;
}

const linePattern =
  /^([ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)?(PRD|Epic|Repository|Agent)(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*)/i;

/** By name, the first of each. They stand in the static context, or below the title where there is no such section. */
export function contextLines(structure: Structure): ReadonlyMap<ContextLineName, ContextLine> {
  const lines = new Map<ContextLineName, ContextLine>();
  for (const block of contextBlocks(structure)) {
    if (block.kind !== 'paragraph' && block.kind !== 'item') continue;
    // Of an item only its first line is a line of the context; the rest is the item's own text.
    const end = block.kind === 'item' ? block.start + 1 : block.end;
    for (let at = block.start; at < end; at = nextLineAt(structure.text, at)) {
      const line = contextLineAt(structure.text, at);
      if (line !== undefined && !lines.has(line.name)) lines.set(line.name, line);
    }
  }
  return lines;
}

function contextBlocks(structure: Structure): readonly Block[] {
  const section = structure.sections.get('context');
  if (section !== undefined) return sectionBlocks(structure, section);
  const { title, blocks } = structure;
  if (title === undefined) return [];
  const next = structure.all.find((other) => other.heading.start > title.start)?.heading;
  return blocks.slice(blocks.indexOf(title) + 1, next === undefined ? blocks.length : blocks.indexOf(next));
}

function contextLineAt(text: string, start: number): ContextLine | undefined {
  const end = lineEndAt(text, start);
  const match = linePattern.exec(text.slice(start, end));
  const name = contextLineNames.find((known) => known.toLowerCase() === match?.[2]?.toLowerCase());
  if (match === null || name === undefined) return undefined;
  const valueStart = start + match[0].length;
  const valueEnd = trimEndAt(text, valueStart, end);
  const value = text.slice(valueStart, valueEnd).trim();
  return {
    name,
    value: value === '' ? undefined : value,
    line: { start, end },
    valueRange: { start: valueStart, end: valueEnd },
  };
}
