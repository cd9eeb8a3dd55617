/** Builders for packet tests: the seed's task #101, first launched and resumed. */
import type { FeatureRef, ProgressEntry, TaskDocument, TaskId } from '../../../../src/core/model/task';
import { isTaskId } from '../../../../src/core/model/task';
import type { PacketInput } from '../../../../src/core/protocol/packet-input';
import { type ProtocolTexts, parseText, protocolTextNames } from '../../../../src/core/protocol/texts';

export const range = { start: 0, end: 0 };

export function taskId(text: string): TaskId {
  if (!isTaskId(text)) throw new Error(`${text} is no task id`);
  return text;
}

export interface SampleFeature extends FeatureRef {
  readonly passes: boolean;
  readonly steps?: readonly string[];
  readonly verify?: string;
}

export interface Sample {
  readonly title?: string;
  readonly description?: string;
  readonly criteria?: readonly { readonly text: string; readonly done: boolean }[];
  readonly features?: readonly SampleFeature[];
  readonly log?: readonly ProgressEntry[];
  readonly status?: TaskDocument['status'];
}

export function entry(session: number, parts: Partial<ProgressEntry> = {}): ProgressEntry {
  return {
    session,
    at: '2026-11-21 14:30',
    did: [],
    issues: [],
    state: [],
    next: [],
    automatic: false,
    range,
    ...parts,
  };
}

/** Sessions with so many points each, and a state and a next step of their own. */
export function manySessions(count: number, points = 4): readonly ProgressEntry[] {
  return Array.from({ length: count }, (_, index) =>
    entry(index + 1, {
      did: Array.from(
        { length: points },
        (_unused, at) => `Did point ${at + 1} of session ${index + 1}, in some words`,
      ),
      issues: ['None'],
      state: [`State after session ${index + 1}`],
      next: [`Next after session ${index + 1}`],
    }),
  );
}

export function document(sample: Sample = {}): TaskDocument {
  const features = (sample.features ?? seedFeatures).map((feature) => ({
    testedAt: undefined,
    category: undefined,
    verify: undefined,
    evidence: undefined,
    range,
    ...feature,
    steps: feature.steps ?? [],
  }));
  const criteria = (sample.criteria ?? seedCriteria).map((criterion) => ({ ...criterion, range }));
  const log = sample.log ?? [];
  return {
    id: taskId('101'),
    title: sample.title ?? 'JWT Service',
    status: sample.status ?? 'in_progress',
    statusSource: 'stored',
    dependsOn: [taskId('100')],
    priority: 2,
    estimateMinutes: 120,
    created: '2026-11-21T07:28:00Z',
    agent: 'claude',
    epic: 'User Authentication System',
    criteria: { done: criteria.filter((one) => one.done).length, total: criteria.length },
    features: {
      passed: features.filter((one) => one.passes).length,
      total: features.length,
      next: features.find((one) => !one.passes),
    },
    sessions: { count: log.length, lastNumber: log.at(-1)?.session ?? 0, lastAt: log.at(-1)?.at },
    inputs: [],
    output: undefined,
    size: 2000,
    context: {
      prd: '../docs/user-auth.md',
      epic: 'User Authentication System',
      repository: 'backend',
      agent: 'claude',
      description: sample.description ?? 'Implement JWT token generation and verification service.',
    },
    criteriaList: criteria,
    featureList: features,
    inputList: [],
    log,
    commits: log.length > 0 ? [{ hash: 'abc1234', subject: 'feat: add generateToken method' }] : [],
    outputDetail: undefined,
    problems: [],
    titleRange: range,
  };
}

export function packetInput(
  texts: ProtocolTexts,
  sample: Sample = {},
  over: Partial<PacketInput> = {},
): PacketInput {
  const doc = document(sample);
  return {
    task: { id: taskId('101'), file: '/projects/shop/task-states/task-101-state.md', document: doc },
    resume: doc.log.length > 0,
    session: doc.sessions.lastNumber + 1,
    agent: 'Claude Code',
    root: '/projects/shop',
    cwd: '/projects/shop',
    texts,
    omit: [],
    identity: undefined,
    inputs: [
      {
        from: taskId('100'),
        title: 'Database Schema',
        text: 'Users table created with columns:\n- id (UUID, primary key)\n- email (VARCHAR, unique)\n- password_hash (VARCHAR)\n- created_at (TIMESTAMP)',
        note: '',
        stale: false,
      },
    ],
    upstream: [{ id: taskId('100'), status: 'completed' }],
    blockers: [],
    notes: [],
    warnings: [],
    git: { head: '0123456789abcdef0123456789abcdef01234567', branch: 'main', dirty: false },
    lastCommit: undefined,
    budget: 4000,
    baton: 'baton',
    ...over,
  };
}

/** Texts of one line each, for tests that look at everything but the texts. */
export function shortTexts(): ProtocolTexts {
  const list = protocolTextNames.map((name) => {
    const text = parseText(
      name,
      `<!-- baton:protocol name=${name} version=1 -->\n## ${name}\n\nRead {{file}}.`,
      'built-in',
    );
    if (typeof text === 'string') throw new Error(text);
    return text;
  });
  return { list, notices: [] };
}

/** The second session of the seed's task #101, and the first. */
export const seedLog: readonly ProgressEntry[] = [
  entry(1, {
    did: ['Created `src/auth/jwt.service.ts` with `generateToken()` method', 'Added jsonwebtoken dependency'],
    issues: ['TypeScript types for jsonwebtoken not found'],
    state: ['generateToken() implemented but not tested', 'verifyToken() not started'],
    next: ['Install @types/jsonwebtoken', 'Implement verifyToken()', 'Write unit tests'],
  }),
  entry(2, {
    at: '2026-11-21 15:45',
    did: ['Fixed TypeScript types issue', 'Implemented verifyToken() with signature validation'],
    issues: ['None'],
    state: ['Core functionality complete'],
    next: ['Add integration test with HTTP request', 'Update acceptance criteria checkboxes'],
  }),
];

const seedFeatures: readonly SampleFeature[] = [
  { id: 'jwt-1', description: 'generateToken() creates valid JWT', passes: true },
  { id: 'jwt-2', description: 'verifyToken() validates signature', passes: false, verify: 'npm test' },
  { id: 'jwt-3', description: 'refreshToken() rotates the token', passes: false },
];

const seedCriteria = [
  { text: 'Generate JWT on successful login', done: true },
  { text: 'Validate JWT on protected routes', done: false },
  { text: 'Implement refresh token rotation', done: false },
  { text: 'Add tests with 90%+ coverage', done: false },
];
