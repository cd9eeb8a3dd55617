/** A generated project as files in a repository, and what people change in them by hand between two sessions. */
import type { Repository } from '../e2e/support/with-repository';
import type { Project } from './project';

/** The task that is worked on. */
export const worked = '200';
export const waiting = '300';

export const stateFile = (id: string) => `task-states/task-${id}-state.md`;

/** A mark that stands nowhere else, by which a packet shows which version of an output it holds. */
export const outputMark = (id: string, version: number) => `OUTPUT-${id}-V${version}-`;

export async function writeProject(repository: Repository, project: Project): Promise<void> {
  await repository.json(['init']);
  for (const { id, title } of project.upstream)
    await repository.write(stateFile(id), upstreamText(id, title, 1));
  const text = workedText(project);
  await repository.write(stateFile(worked), project.crlf ? text.replaceAll('\n', '\r\n') : text);
  if (project.downstream) await repository.write(stateFile(waiting), downstreamText());
  await repository.git('add', '-A');
  await repository.git('commit', '-q', '-m', 'chore: start');
}

/** Written by hand into the file of a finished task. */
export function upstreamText(id: string, title: string, version: number): string {
  return `---
status: completed
---

# Task #${id}: ${title} - State

## 1. Static Context

### Task Description
Done before.

---

## 6. Chain Output

### Summary
It holds ${outputMark(id, version)} and says so.
`;
}

function downstreamText(): string {
  return `---
status: pending
depends_on: ["${worked}"]
---

# Task #${waiting}: Downstream - State

## 1. Static Context

### Acceptance Criteria
- [ ] It works
`;
}

function workedText(project: Project): string {
  const features = project.features.map(({ id, description }, index) => ({
    id,
    description,
    passes: index < project.passed,
    tested_at: index < project.passed ? '2026-11-20T10:00:00Z' : null,
  }));
  const depends = project.upstream.map(({ id }) => `"${id}"`).join(', ');
  return `---
status: ${project.history.length > 0 ? 'in_progress' : 'pending'}
depends_on: [${depends}]
---

# Task #${worked}: ${project.title} - State

## 1. Static Context

### Task Description
${project.description}

### Acceptance Criteria
${project.criteria.map((criterion) => `- [ ] ${criterion}`).join('\n')}

---

## 2. Chain Inputs

---

## 3. Feature Checklist

\`\`\`json
${JSON.stringify({ features, overall_progress: '0%' }, null, 2)}
\`\`\`

---

## 4. Progress Log

${project.history.map(entryText).join('\n\n')}

---

## 5. Git History

---

## 6. Chain Output

(Agent will finalize when task is complete)
`;
}

function entryText({ did, next }: Project['history'][number], index: number): string {
  const list = (label: string, points: readonly string[]) =>
    points.length === 0 ? [] : [`**${label}:**\n${points.map((point) => `- ${point}`).join('\n')}`];
  const parts = [...list('What I did', did), ...list('Next steps', next)];
  return `### Session ${index + 1} - 2026-11-${String(10 + index)} 14:30\n${parts.join('\n\n')}`;
}

/** A person found that a feature does not work after all. */
export function reopened(source: string, id: string): string {
  return source.replace(
    /(```json\r?\n)([\s\S]*?)(\r?\n```)/,
    (_, open: string, json: string, close: string) => {
      const list: { features: { id: string; passes: boolean; tested_at: string | null }[] } =
        JSON.parse(json);
      const feature = list.features.find((one) => one.id === id);
      if (!feature?.passes) throw new Error(`${id} does not pass, so it cannot be reopened`);
      feature.passes = false;
      feature.tested_at = null;
      const lineEnd = source.includes('\r\n') ? '\r\n' : '\n';
      return open + JSON.stringify(list, null, 2).replaceAll('\n', lineEnd) + close;
    },
  );
}
