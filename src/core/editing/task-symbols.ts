/** What the outline of a task file shows beside its headings, and what can be folded. */
import type { TextRange } from '../base/text-edit';
import { inputParts } from '../markdown/chain-inputs';
import { criteriaItems, readFileChecklist } from '../markdown/extract-outline';
import { featureNodes } from '../markdown/features';
import { entryParts, itemContent } from '../markdown/progress-log';
import { checklistJson, type TaskText } from './task-text';

export interface TaskSymbol {
  readonly kind: 'criteria' | 'criterion' | 'features' | 'feature' | 'inputs' | 'input' | 'log' | 'session';
  readonly name: string;
  /** What stands beside the name. */
  readonly detail: string;
  /** Ticked, or passing. */
  readonly done?: boolean;
  readonly range: TextRange;
  readonly children: readonly TaskSymbol[];
}

export function taskSymbols(task: TaskText): readonly TaskSymbol[] {
  return [
    group('criteria', criteria(task)),
    group('inputs', inputs(task)),
    group('features', features(task)),
    group('log', sessions(task)),
  ]
    .flat()
    .sort((a, b) => a.range.start - b.range.start);
}

function group(kind: TaskSymbol['kind'], children: readonly TaskSymbol[]): readonly TaskSymbol[] {
  const [first] = children;
  const last = children.at(-1);
  if (first === undefined || last === undefined) return [];
  const counted = children.filter(({ done }) => done !== undefined);
  const detail =
    counted.length === 0
      ? String(children.length)
      : `${counted.filter(({ done }) => done).length}/${counted.length}`;
  return [{ kind, name: '', detail, range: { start: first.range.start, end: last.range.end }, children }];
}

const nameLength = 100;

function criteria({ text, file }: TaskText): readonly TaskSymbol[] {
  return criteriaItems(file.structure).map((item) => {
    const words = itemContent(text, item).slice('[ ]'.length).trim().split('\n')[0] ?? '';
    const done = item.checked === true;
    const range = { start: item.start, end: item.end };
    return { kind: 'criterion', name: words.slice(0, nameLength), detail: '', done, range, children: [] };
  });
}

function inputs({ file }: TaskText): readonly TaskSymbol[] {
  return inputParts(file.structure).map(({ value, heading, end }) => {
    const range = { start: heading.start, end };
    return { kind: 'input', name: `#${value.from}`, detail: value.title, range, children: [] };
  });
}

function features(task: TaskText): readonly TaskSymbol[] {
  const checklist = checklistJson(task);
  if (checklist === undefined) return [];
  const nodes = featureNodes(checklist.json);
  return (readFileChecklist(task.file.structure)?.features ?? []).flatMap((feature) => {
    const node = nodes[feature.index];
    if (node === undefined) return [];
    const start = checklist.start + node.offset;
    return [
      {
        kind: 'feature' as const,
        name: feature.id,
        detail: feature.description.slice(0, nameLength),
        done: feature.passes,
        range: { start, end: start + node.length },
        children: [],
      },
    ];
  });
}

function sessions({ file }: TaskText): readonly TaskSymbol[] {
  return entryParts(file.structure).map(({ value, heading, end }) => {
    const range = { start: heading.start, end };
    return { kind: 'session', name: String(value.session), detail: value.at ?? '', range, children: [] };
  });
}

/** Front matter, and the objects of the checklist; headings and fences are folded by VS Code's Markdown already. */
export function taskFolds(task: TaskText): readonly TextRange[] {
  const front = task.file.frontMatter.block;
  const checklist = checklistJson(task);
  const own = front === undefined ? [] : [front.range];
  if (checklist === undefined) return own;
  return [
    ...own,
    ...featureNodes(checklist.json).flatMap((node) => {
      const range = (at: { offset: number; length: number }) => ({
        start: checklist.start + at.offset,
        end: checklist.start + at.offset + at.length,
      });
      const nested = (node.children ?? []).flatMap((property) => property.children?.[1] ?? []);
      return [node, ...nested.filter(({ type }) => type === 'object' || type === 'array')].map(range);
    }),
  ];
}
