/** Edits as ranges over a text. Nothing in Baton re-renders a document; everything is one of these. */

/** Offsets in UTF-16 code units into the text the edit was computed from; `end` is exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface TextEdit extends TextRange {
  readonly text: string;
}

/**
 * Applies edits that were all computed from `text`. Edits must not overlap; insertions at one place keep
 * their order. Throws a RangeError on overlap or a range outside the text, since that is a bug.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.map((edit, index) => ({ edit, index }));
  ordered.sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index);
  let result = '';
  let at = 0;
  for (const { edit } of ordered) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) {
      throw new RangeError(`Edit ${edit.start}–${edit.end} overlaps or lies outside the text`);
    }
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
