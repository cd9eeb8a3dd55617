/** What the Problems panel says of one workspace folder, as plain data. Pure. */
import type { StatusEdit } from '../../core/operations/status-edits';
import type { IdentityConflict } from '../../core/protocol/identity';
import type { L10n } from '../l10n';

/** Stable: quick fixes and the filter of the panel key on them. */
export const diagnosticCodes = {
  statusEdited: 'status_edited',
  identityConflict: 'identity_conflict',
} as const;
export type DiagnosticCode = (typeof diagnosticCodes)[keyof typeof diagnosticCodes];

export interface DiagnosticItem {
  readonly code: DiagnosticCode;
  /** Absolute, `/` as separator. */
  readonly path: string;
  /** Zero-based, as VS Code counts; on one line. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** Another place that has to do with it; zero-based line. */
  readonly related?: { readonly path: string; readonly line: number; readonly message: string };
}

export function statusItem(
  { path, line, column, range, before, now, why }: StatusEdit,
  { t }: L10n,
): DiagnosticItem {
  const start = column - 1;
  return {
    code: diagnosticCodes.statusEdited,
    ...{ path, line: line - 1, start, end: start + range.end - range.start },
    message: t('The status was changed by hand from {0} to {1}, which is refused: {2}', before, now, why),
  };
}

export function conflictItem(
  { heading, path, line, lineLength, by }: IdentityConflict,
  { t }: L10n,
): DiagnosticItem {
  return {
    code: diagnosticCodes.identityConflict,
    ...{ path, line: line - 1, start: 0, end: lineLength },
    message: t(
      '“{0}” does not count here: {1} has a section with this heading and comes first.',
      heading,
      by.file,
    ),
    related: { path: by.path, line: by.line - 1, message: t('This section counts.') },
  };
}

/** One file may be a layer for several task folders; what is said of it twice is shown once. */
export function withoutRepeats(items: readonly DiagnosticItem[]): readonly DiagnosticItem[] {
  const seen = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...seen.values()];
}
