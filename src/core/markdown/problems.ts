/** Problems while reading, first with a range only; lines and columns are counted when a document is complete. */
import type { TextRange } from '../base/text-edit';
import type { Problem, ProblemCode, Severity } from '../model/task';

export interface Finding {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly range: TextRange;
}

export function finding(code: ProblemCode, severity: Severity, message: string, range: TextRange): Finding {
  return { code, severity, message, range };
}

/** In file order, with one-based line and column (UTF-16 units). Lines end where CommonMark ends them. */
export function locateFindings(text: string, findings: readonly Finding[]): readonly Problem[] {
  if (findings.length === 0) return [];
  const starts = lineStarts(text);
  return [...findings]
    .sort((a, b) => a.range.start - b.range.start)
    .map((found) => {
      const line = lineIndex(starts, found.range.start);
      return { ...found, line: line + 1, column: found.range.start - (starts[line] ?? 0) + 1 };
    });
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}

function lineIndex(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
