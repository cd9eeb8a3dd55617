import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outlineOf, readDocument } from '../../../../src/core/markdown/document';
import { oneLine } from '../../../../src/core/markdown/one-line';
import { outline } from '../../../../src/core/markdown/outline';
import { type NewTaskText, skeleton } from '../../../../src/core/markdown/skeleton';
import { isTaskId, type TaskId } from '../../../../src/core/model/task';
import { newTaskText } from '../../../support/markdown-arbitraries';
import { expectText } from './fixture-files';

/** The same runs every time, so that a change is judged by what it changes; `RUNS` and `SEED` explore further. */
const runs = {
  numRuns: Number(process.env['RUNS'] ?? 250),
  seed: Number(process.env['SEED'] ?? 20261121),
};

function id(text: string): TaskId {
  assert.ok(isTaskId(text));
  return text;
}

const full: NewTaskText = {
  id: id('101'),
  title: 'JWT Service',
  created: '2026-11-21T07:28:00Z',
  dependsOn: [id('100')],
  priority: 2,
  estimateMinutes: 120,
  prd: '../docs/user-auth.md',
  epic: 'User Authentication System',
  repository: 'backend',
  agent: 'claude',
  description: 'Implement JWT token generation and verification service.',
  criteria: ['Generate JWT on successful login', 'Validate JWT on protected routes'],
  features: [
    {
      id: 'jwt-1',
      description: 'generateToken() creates valid JWT',
      steps: ['call it', 'decode it'],
      verify: 'npm test',
    },
    { id: 'jwt-2', description: 'verifyToken() validates signature', category: 'functional' },
  ],
  inputs: [
    {
      from: id('100'),
      title: 'Database Schema',
      text: 'Users table created with columns:\n- id\n- email',
      hash: '0a',
    },
  ],
};

suite('skeleton of a state file', () => {
  test('a full task is laid out exactly as the product page says', () => {
    expectText('skeleton', 'full.md', skeleton(full));
  });

  test('a task with nothing but a title has every section and both placeholders', () => {
    expectText(
      'skeleton',
      'bare.md',
      skeleton({ id: id('1'), title: 'Bare', created: '2026-11-21T07:28:00Z' }),
    );
  });

  test('a new task has no problems and is pending', () => {
    const document = readDocument(skeleton(full));
    assert.deepEqual(document.problems, []);
    assert.deepEqual([document.status, document.statusSource], ['pending', 'stored']);
    assert.deepEqual(document.features, {
      passed: 0,
      total: 2,
      next: { id: 'jwt-1', description: 'generateToken() creates valid JWT' },
    });
  });

  test('headings in a description stay in it and do not become sections', () => {
    const description =
      '# Plan\n\n## 4. Progress Log\n\n### Session 1 - now\n\nDone\n====\n\n```\n# open\n\n<!-- --> "x"\n---';
    const document = readDocument(skeleton({ ...full, description }));
    assert.equal(document.context.description, description);
    assert.equal(document.sessions.count, 0);
    assert.equal(document.criteria.total, 2);
  });

  test('reading a new file gives back what was put in, whatever it was', () => {
    fc.assert(
      fc.property(newTaskText, (task) => {
        const text = skeleton(task);
        const document = readDocument(text);
        assert.deepEqual(outline(text), outlineOf(document));
        assert.deepEqual(whatItSays(document), whatWasPutIn(task));
        assert.equal(document.problems.filter((problem) => problem.severity === 'error').length, 0);
      }),
      runs,
    );
  });
});

const settled = (text: string) => text.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd').trim();

function whatWasPutIn(task: NewTaskText): unknown {
  const line = (text: string | undefined) => oneLine(text ?? '') || undefined;
  return {
    id: task.id,
    title: oneLine(task.title),
    created: task.created,
    dependsOn: task.dependsOn ?? [],
    priority: task.priority,
    estimateMinutes: task.estimateMinutes,
    prd: line(task.prd),
    epic: line(task.epic),
    repository: line(task.repository),
    agent: line(task.agent),
    description: settled(task.description ?? ''),
    criteria: (task.criteria ?? []).map(oneLine).filter((criterion) => criterion !== ''),
    features: (task.features ?? []).map(({ id, description, steps = [], category, verify }) => ({
      ...{ id, description, steps, category: category || undefined, verify: verify || undefined },
    })),
    inputs: (task.inputs ?? []).map(({ from, title, text, hash }) => ({
      ...{ from, title: oneLine(title), text: settled(text), hash, note: '' },
    })),
    sessions: 0,
    output: undefined,
  };
}

function whatItSays(document: ReturnType<typeof readDocument>): unknown {
  const { id, title, created, dependsOn, priority, estimateMinutes, context } = document;
  return {
    ...{ id, title, created, dependsOn, priority, estimateMinutes },
    ...context,
    criteria: document.criteriaList.map((criterion) => criterion.text),
    features: document.featureList.map((feature) => ({
      id: feature.id,
      description: feature.description,
      steps: feature.steps,
      category: feature.category,
      verify: feature.verify,
    })),
    inputs: document.inputList.map(({ range: _, ...input }) => input),
    sessions: document.sessions.count,
    output: document.output,
  };
}
