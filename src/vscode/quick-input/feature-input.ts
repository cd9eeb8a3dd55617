/** Reads what a person types for a feature: `jwt-1: verifies signatures`, or only the description. Pure. */

export interface FeatureInput {
  readonly id: string;
  readonly description: string;
}

/** Ids made from a title stay short enough to say aloud. */
const longestWord = 12;

/**
 * The id may be given in front of a colon; else it is made from the task's title: `jwt-1`, `jwt-2` …
 * An id that is taken is counted on, so that no two features share one.
 */
export function parseFeature(typed: string, others: readonly FeatureInput[], title: string): FeatureInput {
  const given = /^([A-Za-z0-9][A-Za-z0-9._-]{0,31}):\s+(\S.*)$/.exec(typed);
  const taken = new Set(others.map(({ id }) => id));
  const [, id, description] = given ?? [];
  if (id !== undefined && description !== undefined) {
    return { id: taken.has(id) ? nextId(id, taken) : id, description };
  }
  return { id: nextId(wordOf(title), taken), description: typed };
}

export function writeFeature({ id, description }: FeatureInput): string {
  return `${id}: ${description}`;
}

function nextId(base: string, taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`${base}-${number}`)) number++;
  return `${base}-${number}`;
}

/** The first word of the title that makes an id, in lower case without accents. */
function wordOf(title: string): string {
  const plain = title
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();
  return /[a-z0-9]+/.exec(plain)?.[0].slice(0, longestWord) ?? 'feature';
}
