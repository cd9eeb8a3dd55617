/**
 * Generated projects: a chain of tasks with features and a history of sessions, what happens in the world between two
 * sessions, and where each session is interrupted. The same seed gives the same project and the same interruptions.
 */
import fc from 'fast-check';

export interface GeneratedFeature {
  readonly id: string;
  readonly description: string;
}

export interface PastSession {
  readonly did: readonly string[];
  readonly next: readonly string[];
}

export interface Project {
  readonly title: string;
  readonly description: string;
  readonly criteria: readonly string[];
  readonly features: readonly GeneratedFeature[];
  /** How many of the features earlier sessions have done. */
  readonly passed: number;
  readonly history: readonly PastSession[];
  /** Finished tasks that this one builds on. */
  readonly upstream: readonly { readonly id: string; readonly title: string }[];
  /** Another task waits for this one's output. */
  readonly downstream: boolean;
  readonly crlf: boolean;
}

export const killed = ['agent', 'launcher', 'both'] as const;
export type Killed = (typeof killed)[number];

/** What people and other tasks do between two sessions. */
export const events = ['nothing', 'output', 'decide', 'replace', 'reopen'] as const;
export type WorldEvent = (typeof events)[number];

export interface Interruption {
  readonly who: Killed;
  readonly hooks: boolean;
  /** A step of the protocol, or a share of the time that a whole session takes. */
  readonly at: { readonly step: number } | { readonly share: number };
  /** With the launcher alone killed: the agent goes on to its end, or is killed too after this share of a session. */
  readonly agentLives: boolean;
  readonly features: 1 | 2;
  /** Step before which the agent loses its context. */
  readonly compactAt: number | undefined;
  /** It leaves no entry unless its stop hook asks. */
  readonly forgets: boolean;
  readonly before: WorldEvent;
}

/** Pieces of text that parts of a file or packet could be taken for. */
const words = [
  ...[
    'add',
    'verify',
    'the',
    'token',
    'store',
    'for each user',
    'generateToken() creates valid JWT',
    'Ærø ✓',
  ],
  ...[
    '`jwt.service.ts`',
    '"quoted"',
    "it's",
    '## Next feature',
    '### Session 9 - 2026-01-01 10:00',
    '- [x] done',
  ],
  ...[
    '> From task #1',
    '$HOME',
    '{{id}}',
    '**Next steps:**',
    'Decisions in force:',
    'a: b',
    '<!-- note -->',
    '日本語',
  ],
];

const phrase = fc
  .array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 })
  .map((some) => some.join(' '));
/** For lines of lists: a line that begins like Markdown's own marks would be another kind of line. */
const sentence = phrase.map((text) => `Say ${text}`);

const features = fc
  .array(fc.tuple(fc.constantFrom('jwt', 'a b', 'Ü', 'x.y', 'f:g'), sentence), { minLength: 1, maxLength: 4 })
  .map((some) => some.map(([stem, description], index) => ({ id: `${stem}-${index + 1}`, description })));

const past: fc.Arbitrary<PastSession> = fc.record({
  did: fc.array(sentence, { minLength: 1, maxLength: 3 }),
  next: fc.array(sentence, { maxLength: 2 }),
});

export const project: fc.Arbitrary<Project> = features.chain((list) =>
  fc.record({
    title: sentence,
    description: fc.array(sentence, { maxLength: 3 }).map((lines) => lines.join('\n\n')),
    criteria: fc.array(sentence, { maxLength: 3 }),
    features: fc.constant(list),
    passed: fc.integer({ min: 0, max: list.length - 1 }),
    history: fc.array(past, { maxLength: 6 }),
    upstream: fc
      .array(sentence, { maxLength: 2 })
      .map((titles) => titles.map((title, index) => ({ id: String(100 + index), title }))),
    downstream: fc.boolean(),
    crlf: fc.boolean(),
  }),
);

const circumstances = {
  who: fc.constantFrom(...killed),
  hooks: fc.boolean(),
  agentLives: fc.boolean(),
  features: fc.constantFrom<1 | 2>(1, 2),
  compactAt: fc.option(fc.integer({ min: 1, max: 21 }), { nil: undefined, freq: 2 }),
  forgets: fc.boolean(),
  before: fc.constantFrom(...events),
};

export const atInstant: fc.Arbitrary<Interruption> = fc.record({
  ...circumstances,
  at: fc.record({ share: fc.noBias(fc.integer({ min: 0, max: 1050 })).map((some) => some / 1000) }),
});

/** One interruption a step, in its order; what else is true of each is generated. */
export function atSteps(
  steps: readonly number[],
  fixed: Partial<Pick<Interruption, 'who' | 'hooks'>>,
): fc.Arbitrary<readonly Interruption[]> {
  return fc.tuple(
    ...steps.map((step) =>
      fc.record(circumstances).map((rest) => ({ ...rest, ...fixed, at: { step } }) satisfies Interruption),
    ),
  );
}

/** The one value that belongs to a seed. */
export function drawn<T>(arbitrary: fc.Arbitrary<T>, seed: number): T {
  const [value] = fc.sample(arbitrary, { seed, numRuns: 1 });
  if (value === undefined) throw new Error('fast-check gave no value');
  return value;
}
