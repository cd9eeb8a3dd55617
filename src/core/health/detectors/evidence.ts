/** Features that pass without evidence, and evidence that does not stand any more. 003-55; issue 6, "Evidence". */
import { staleEvidenceWords } from '../../model/evidence';
import type { HealthFinding } from '../finding';
import type { Detector } from '../health-facts';
import { lineAt, perTask } from './per-task';

/** The reader has found it; how it was verified only somebody else can say, so there is no repair. */
export const passedWithoutEvidence: Detector = perTask((_task, { document }) =>
  document.problems
    .filter(({ code }) => code === 'feature_passes_without_evidence')
    .map(({ severity, line, message }): HealthFinding => {
      return { rule: 'passed_without_evidence', severity, line, message };
    }),
);

/** Of open tasks only: what is finished has evidence of its own time. */
export const evidenceStale: Detector = perTask(({ record }, { text, document }, { staleEvidence }) =>
  document.featureList.flatMap((feature): HealthFinding[] => {
    const found = staleEvidence.get(record.id)?.get(feature.id);
    if (found === undefined) return [];
    return [
      {
        rule: 'evidence_stale',
        severity: found.reason === 'files_changed' ? 'info' : 'warning',
        line: lineAt(text, feature.range.start),
        message: `Feature "${feature.id.slice(0, 80)}" passes, but ${staleEvidenceWords(found)}`,
      },
    ];
  }),
);
