/** The test's own reading of a state file, which shares nothing with the product's. */

export interface StateFacts {
  readonly status: string;
  readonly features: readonly {
    readonly id: string;
    readonly description: string;
    readonly passes: boolean;
  }[];
  readonly criteria: readonly boolean[];
  readonly entries: readonly { readonly session: number; readonly next: readonly string[] }[];
  readonly output: string;
}

export function readState(source: string): StateFacts {
  const text = source.replaceAll('\r\n', '\n');
  const part = (name: string) =>
    new RegExp(`^## \\d\\. ${name}\\n([\\s\\S]*?)(?=^## \\d\\. |(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';
  return {
    status: /^status: (\w+)$/m.exec(text)?.[1] ?? '',
    features: features(part('Feature Checklist')),
    criteria: [...part('Static Context').matchAll(/^- \[([ x])\] /gm)].map((match) => match[1] === 'x'),
    entries: part('Progress Log')
      .split(/^(?=### Session \d+ )/m)
      .flatMap((entry) => {
        const session = /^### Session (\d+) /.exec(entry)?.[1];
        return session === undefined ? [] : [{ session: Number(session), next: points(entry, 'Next steps') }];
      }),
    output: part('Chain Output').trim(),
  };
}

/** The first feature that does not pass. */
export function firstOpen({ features }: StateFacts): StateFacts['features'][number] | undefined {
  return features.find(({ passes }) => !passes);
}

/** Of the newest entry before a session that says any. */
export function lastNextSteps({ entries }: StateFacts, session: number): readonly string[] {
  return entries.findLast((entry) => entry.session < session && entry.next.length > 0)?.next ?? [];
}

function features(part: string): StateFacts['features'] {
  const json = /^```json\n([\s\S]*?)^```/m.exec(part)?.[1];
  if (json === undefined) throw new Error('The state file has lost its checklist');
  const value: { features: { id: string; description: string; passes: boolean }[] } = JSON.parse(json);
  return value.features.map(({ id, description, passes }) => ({ id, description, passes }));
}

function points(entry: string, label: string): readonly string[] {
  const list = entry.split(`\n**${label}:**\n`)[1]?.split(/\n(?=\*\*)/)[0] ?? '';
  return [...list.matchAll(/^- (.*)$/gm)].map((match) => match[1] ?? '');
}
