/**
 * Whether a feature is worth having, by the VFM score (value for maintenance) and the ADL order (what comes first when two
 * values disagree). Source: requirements 000-54 … 000-58.
 */
import { BatonError } from '../base/baton-error';

export interface VfmCriterion {
  readonly key: 'highFrequency' | 'failureReduction' | 'userBurden' | 'selfCost';
  readonly name: string;
  readonly weight: number;
  /** What 0 and 10 mean. */
  readonly asks: string;
}

/** Each is scored from 0 to 10, 10 being the best for the feature; with these weights the sum is out of 100. */
export const vfmCriteria: readonly VfmCriterion[] = [
  {
    key: 'highFrequency',
    name: 'High Frequency',
    weight: 3,
    asks: 'How often is it needed? 0: once a year. 10: in every session.',
  },
  {
    key: 'failureReduction',
    name: 'Failure Reduction',
    weight: 3,
    asks: 'What failure does it take away? 0: none. 10: one that loses work and happens.',
  },
  {
    key: 'userBurden',
    name: 'User Burden',
    weight: 2,
    asks: 'What does it take off the person? 0: it gives them more to do. 10: a chore is gone.',
  },
  {
    key: 'selfCost',
    name: 'Self Cost',
    weight: 2,
    asks: 'What does it cost to build and keep? 0: a system of its own. 10: a few lines that never change.',
  },
];

export type VfmScores = Readonly<Record<VfmCriterion['key'], number>>;

export const vfmMaximum = vfmCriteria.reduce((sum, { weight }) => sum + weight * 10, 0);

/**
 * The seeds' two sources differ: one asks for 60 or more, one refuses below 50. The higher one holds here, since what is
 * between them is in doubt, and the first of our values is stability: a feature in doubt is not built.
 */
export const vfmThreshold = 60;

/** When two values disagree, the one that stands first decides. */
export const adlOrder = ['Stability', 'Explainability', 'Reusability', 'Scalability', 'Novelty'] as const;

export interface VfmResult {
  /** 0 to 100. */
  readonly score: number;
  readonly passes: boolean;
  readonly parts: readonly {
    readonly name: string;
    readonly weight: number;
    readonly score: number;
    readonly points: number;
  }[];
}

/** Throws `invalid_input` for a score that is not from 0 to 10. */
export function vfmScore(scores: VfmScores): VfmResult {
  const parts = vfmCriteria.map(({ key, name, weight }) => {
    const score = scores[key];
    if (!(score >= 0 && score <= 10)) {
      throw new BatonError('invalid_input', `${name} is scored from 0 to 10, not ${score}`);
    }
    return { name, weight, score, points: weight * score };
  });
  // Halves are allowed, so that sums stay exact.
  const score = Math.round(parts.reduce((sum, { points }) => sum + points, 0) * 10) / 10;
  return { score, passes: score >= vfmThreshold, parts };
}

/** For a commit message. Requirement 000-57. */
export function vfmLine({ score }: VfmResult): string {
  return `VFM score: ${score}/${vfmMaximum}`;
}

/** `EVOLUTION.md` for a project of one's own. */
export function evolutionTemplate(): string {
  const rows = vfmCriteria.map(({ name, weight, asks }) => `| ${name} | ${weight} | ${asks} |`);
  const order = adlOrder.map((value, at) => `${at + 1}. ${value}`);
  const empty = vfmCriteria.map(({ name, weight }) => `| ${name} | | × ${weight} | |`);
  return `# How this project grows

A feature is scored before it is built. Below ${vfmThreshold} of ${vfmMaximum} it is not built; the reasons are kept, so that nobody
has to argue them again.

## Value: the VFM score

Each question is answered from 0 to 10; 10 speaks for the feature.

| criterion | weight | question |
|---|---:|---|
${rows.join('\n')}

\`baton evolve score --high-frequency 8 --failure-reduction 6 --user-burden 7 --self-cost 5\` computes it, with the line for the
commit message.

## Order: ADL

When two values disagree, the one that stands first decides.

${order.join('\n')}

## Decisions

### (A feature that passed)

| criterion | score | weight | points |
|---|---:|---:|---:|
${empty.join('\n')}
| **Sum** | | | **/${vfmMaximum}** |

Why, in one or two sentences:

### (A feature that failed)

| criterion | score | weight | points |
|---|---:|---:|---:|
${empty.join('\n')}
| **Sum** | | | **/${vfmMaximum}** |

Why, and what would have to change:
`;
}
