/** Features whose `passes` rests on nothing, or on what is not so any more, as the Problems panel shows them. Pure. */
import type { TextRange } from '../../core/base/text-edit';
import type { StaleEvidence } from '../../core/model/evidence';
import type { Feature } from '../../core/model/task';
import type { StaleFeatures } from '../../core/operations/stale-evidence';
import type { L10n } from '../l10n';

/** The core's own codes of these problems: filters and quick fixes key on them. */
export const evidenceCodes = {
  untested: 'feature_passes_untested',
  withoutEvidence: 'feature_passes_without_evidence',
  stale: 'feature_evidence_stale',
} as const;

export interface EvidenceItem {
  readonly code: (typeof evidenceCodes)[keyof typeof evidenceCodes];
  readonly severity: 'info' | 'warning';
  readonly message: string;
  /** Offsets into the text: where it says that the feature passes. */
  readonly range: TextRange;
  readonly feature: string;
  readonly hasCommand: boolean;
}

/** Of features with one id only the first can be verified; the second is a problem of its own. */
export function evidenceItems(
  text: string,
  features: readonly Feature[],
  stale: StaleFeatures,
  { t }: L10n,
): readonly EvidenceItem[] {
  const first = features.filter(({ id }, index) => features.findIndex((one) => one.id === id) === index);
  return first.flatMap((feature): EvidenceItem[] => {
    const found = findingOf(feature, stale.get(feature.id), { t });
    if (found === undefined) return [];
    const range = passesRange(text, feature.range);
    return [{ ...found, range, feature: feature.id, hasCommand: feature.verify !== undefined }];
  });
}

function findingOf(
  { id, passes, testedAt, evidence, evidenceKind }: Feature,
  stale: StaleEvidence | undefined,
  { t }: L10n,
): Pick<EvidenceItem, 'code' | 'severity' | 'message'> | undefined {
  if (!passes) return undefined;
  const name = id.slice(0, 80);
  const warning = { severity: 'warning' } as const;
  if (testedAt === undefined) {
    const message = t('“{0}” is marked as passing, and nothing says when it was tested.', name);
    return { code: evidenceCodes.untested, message, ...warning };
  }
  if (evidenceKind === 'none') {
    const message =
      evidence === undefined
        ? t('“{0}” is marked as passing, and no evidence stands behind it.', name)
        : evidence.command !== undefined && evidence.exitCode !== 0
          ? t('“{0}” is marked as passing, and its last verification did not succeed.', name)
          : t('“{0}” is marked as passing, and its evidence is of another time.', name);
    return { code: evidenceCodes.withoutEvidence, message, ...warning };
  }
  if (stale === undefined) return undefined;
  const severity = stale.reason === 'files_changed' ? 'info' : 'warning';
  return { code: evidenceCodes.stale, message: staleWords(name, stale, { t }), severity };
}

function staleWords(name: string, { reason, files }: StaleEvidence, { t }: L10n): string {
  if (reason === 'commit_gone')
    return t('“{0}” was verified at a commit that is not in this history any more.', name);
  if (reason === 'command_changed') return t('The command of “{0}” has changed since it was verified.', name);
  if (files.length === 0) return t('Files have changed since “{0}” was verified.', name);
  const shown = `${files.slice(0, 3).join(', ')}${files.length > 3 ? ', …' : ''}`;
  return t('Files have changed since “{0}” was verified: {1}', name, shown);
}

/** In a string it would have a backslash before its second quote, so this is the property itself. */
const passesTrue = /"passes"[ \t]*:[ \t]*true/;

function passesRange(text: string, { start, end }: TextRange): TextRange {
  const found = passesTrue.exec(text.slice(start, end));
  // Else the line in which the feature begins: an object of many lines underlined as a whole says nothing.
  if (found === null)
    return { start, end: start + (/[\r\n]/.exec(text.slice(start, end))?.index ?? end - start) };
  return { start: start + found.index, end: start + found.index + found[0].length };
}
