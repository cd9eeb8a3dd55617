/** The feature checklist as it is written into new files and appended to old ones. */
import { overallProgress } from './checklist';

export interface NewFeature {
  readonly id: string;
  readonly description: string;
  readonly category?: string;
  readonly steps?: readonly string[];
  /** The command that verifies it. */
  readonly verify?: string;
  /** Files and folders its evidence rests on. */
  readonly files?: readonly string[];
}

/** Untested, in the key order of the seed. */
export function newFeatureFields(feature: NewFeature): Readonly<Record<string, unknown>> {
  const { id, description, category, steps, verify, files } = feature;
  return {
    id,
    description,
    ...(category === undefined ? {} : { category }),
    ...(steps === undefined || steps.length === 0 ? {} : { steps }),
    ...(verify === undefined ? {} : { verify }),
    ...(files === undefined || files.length === 0 ? {} : { files }),
    passes: false,
    tested_at: null,
  };
}

/** The fenced block, LF line endings, without a final one. */
export function checklistBlock(features: readonly NewFeature[]): string {
  const json = {
    features: features.map(newFeatureFields),
    overall_progress: overallProgress(0, features.length),
  };
  return `\`\`\`json\n${JSON.stringify(json, null, 2)}\n\`\`\``;
}
