/** Projects for `first-action.bench.ts`: a plan, modules with checks, a git history and a task file of many sessions. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { seededRandom } from './generate-tasks';

const execute = promisify(execFile);

export const taskFile = 'task-states/task-200-state.md';

/** Where the last session was killed: with a file half written, or with a commit but no check that passes. */
export type Death = 'while writing' | 'after its commit';

export interface BenchProject {
  readonly sessions: number;
  readonly features: readonly { readonly id: string; readonly description: string }[];
  readonly passed: number;
  readonly death: Death;
  /** The right answer. */
  readonly next: string;
  readonly place: string;
  readonly sentence: (length: number) => string;
}

const words =
  'add the token service check users table when request fails return typed error write tests for expiry and rotation run build'.split(
    ' ',
  );

/** Half of the features pass; the one after them is what the last session was killed at. */
export function benchProject(sessions: number, count: number, death: Death): BenchProject {
  const random = seededRandom(sessions * 1000 + count);
  const sentence = (length: number) =>
    Array.from({ length }, () => words[Math.floor(random() * words.length)] ?? '').join(' ');
  const features = Array.from({ length: count }, (_, index) => ({
    id: `feature-${String(index + 1).padStart(3, '0')}`,
    description: sentence(10),
  }));
  const passed = Math.floor(count / 2);
  const next = features[passed]?.id ?? '';
  return { sessions, features, passed, death, next, place: `src/${next}.mjs`, sentence };
}

export async function writeBenchProject(root: string, project: BenchProject): Promise<void> {
  const git = async (...args: readonly string[]) => {
    await execute('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.invalid', ...args], {
      cwd: root,
    });
  };
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await git('init', '-q', '-b', 'main');
  await write('README.md', `# A project\n\nThe plan is in docs/plan.md; the work is in src.\n`);
  await write('.gitignore', '.baton/\n');
  await write(
    'docs/plan.md',
    `# Plan\n\n${project.features.map(({ id, description }) => `- ${id}: ${description}`).join('\n')}\n`,
  );
  await git('add', '-A');
  await git('commit', '-q', '-m', 'docs: the plan');
  const done = project.features.slice(0, project.passed);
  for (let session = 1; session < Math.max(2, project.sessions); session++) {
    for (const { id, description } of share(done, session, project.sessions)) {
      await write(`src/${id}.mjs`, moduleText(project, id));
      await write(`src/${id}.check.mjs`, `// Checks ${id}\n${project.sentence(60)}\n`);
      await git('add', '-A');
      await git('commit', '-q', '-m', `feat: ${id}: ${description}`);
    }
    await git('commit', '-q', '--allow-empty', '-m', `docs: hand over session ${session}`);
  }
  await write(taskFile, taskText(project));
  await git('add', '-A');
  await git('commit', '-q', '-m', 'docs: state');
  await write(project.place, moduleText(project, project.next));
  if (project.death !== 'after its commit') return;
  await git('add', '-A');
  await git('commit', '-q', '-m', `feat: ${project.next}: started`);
}

/** What one session of many did; the first does it all when there is but one. */
function share<T>(done: readonly T[], session: number, sessions: number): readonly T[] {
  const working = Math.max(1, sessions - 1);
  return done.filter((_, index) => (index % working) + 1 === session);
}

function moduleText({ sentence }: BenchProject, id: string): string {
  const body = Array.from({ length: 12 }, () => `  // ${sentence(9)}`).join('\n');
  return `export function ${id.replace('-', '')}(subject) {\n${body}\n  return subject;\n}\n`;
}

function taskText(project: BenchProject): string {
  const features = project.features.map(({ id, description }, index) => ({
    id,
    description,
    passes: index < project.passed,
    tested_at: index < project.passed ? '2026-11-20T10:00:00Z' : null,
  }));
  const entries = Array.from({ length: project.sessions }, (_, index) => entryText(project, index + 1));
  return `---
status: in_progress
---

# Task #200: A large task - State

## 1. Static Context

### Task Description
${project.sentence(60)}

### Acceptance Criteria
- [ ] ${project.sentence(8)}
- [ ] ${project.sentence(8)}

---

## 2. Chain Inputs

---

## 3. Feature Checklist

\`\`\`json
${JSON.stringify({ features, overall_progress: '50%' }, null, 2)}
\`\`\`

---

## 4. Progress Log

${entries.join('\n\n')}

---

## 5. Git History

---

## 6. Chain Output
`;
}

/** The last one as Baton writes it for an agent that was killed. */
function entryText(project: BenchProject, session: number): string {
  const { sentence, next, place } = project;
  const list = (label: string, points: readonly string[]) =>
    `**${label}:**\n${points.map((point) => `- ${point}`).join('\n')}`;
  const last = session === project.sessions;
  const parts = last
    ? [
        list('What I did', ['The process ended with signal SIGKILL', `Files changed: \`${place}\``]),
        list('Issues encountered', [
          'The agent left no progress entry; Baton wrote this one from what it could see',
          'The session did not end by itself: work may be half done',
        ]),
        list('Current state', [`${project.passed} of ${project.features.length} features pass`]),
        list('Next steps', [`${next}: ${project.features[project.passed]?.description}`]),
      ]
    : [
        list('What I did', [sentence(14), sentence(18), sentence(12)]),
        list('Issues encountered', [sentence(12)]),
        list('Current state', [sentence(10)]),
        list('Next steps', [sentence(12)]),
      ];
  const heading = `### Session ${session} - 2026-11-${String(1 + (session % 28)).padStart(2, '0')} 14:30`;
  return `${heading}\n${parts.join('\n\n')}`;
}
