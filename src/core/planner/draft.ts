/** A task as it was found in a goal or a document, before it has a key and knows what it depends on. */
import { BatonError } from '../base/baton-error';
import { type PlannedFeature, planLimits } from '../model/plan';
import { featureId, planLine } from './normal-plan';

export interface Draft {
  readonly title: string;
  readonly description: string;
  readonly criteria: readonly string[];
  readonly features: readonly Omit<PlannedFeature, 'id'>[];
  /** Lines that say what it depends on, in the document's words. */
  readonly hints: readonly string[];
  /** Follows the one before it, where nothing else is said. */
  readonly isOrdered: boolean;
}

/** A title that is too long becomes a short one, with the whole as description, so that nothing is lost. */
export function draft(title: string, rest: Partial<Omit<Draft, 'title'>> = {}): Draft {
  const whole = planLine(title);
  const description = rest.description ?? '';
  return {
    title: short(whole),
    description: whole.length > planLimits.title ? [whole, description].join('\n\n').trim() : description,
    criteria: rest.criteria ?? [],
    features: rest.features ?? [],
    hints: rest.hints ?? [],
    isOrdered: rest.isOrdered ?? true,
  };
}

function short(title: string): string {
  if (title.length <= planLimits.title) return title;
  const cut = title.slice(0, planLimits.title - 1);
  const words = cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut;
  // Half a surrogate pair is no character.
  return `${words.replace(/[\ud800-\udbff]$/, '').trimEnd()}…`;
}

/** Throws `too_large` for what no state file should hold, naming it. */
export function checkSize(drafts: readonly Draft[]): void {
  if (drafts.length > planLimits.tasks) {
    throw new BatonError(
      'too_large',
      `That makes ${drafts.length} tasks; a plan has at most ${planLimits.tasks}`,
      {
        hint: 'Plan a part of it, or put what belongs together under one heading.',
      },
    );
  }
  for (const { title, description, criteria, features } of drafts) {
    if (description.length > planLimits.description) {
      throw new BatonError(
        'too_large',
        `"${title}" has more than ${planLimits.description} characters of text`,
        {
          hint: 'Put it under several headings, each of which becomes a task.',
        },
      );
    }
    if (criteria.length > planLimits.entries || features.length > planLimits.entries) {
      throw new BatonError(
        'too_large',
        `"${title}" has more than ${planLimits.entries} criteria or features`,
        {
          hint: 'Put them under several headings, each of which becomes a task.',
        },
      );
    }
  }
}

export function withIds(features: Draft['features']): readonly PlannedFeature[] {
  const taken = new Map<string, number>();
  return features.map((feature) => ({ id: featureId(feature.description, taken), ...feature }));
}
