/** A workspace folder in memory with one healthy chain, to break in tests. */
import {
  type BatonWorkspace,
  openWorkspace,
  type Resources,
} from '../../../../src/core/operations/workspace';
import { type TestPorts, testPorts } from '../../../support/memory-ports';

export const root = '/project';

const resources: Resources = {
  protocolFolder: '/protocol',
  demoAgent: '/demo',
  cli: '/cli',
  binFolder: '/bin',
  node: '/node',
  nodeEnv: {},
  path: '',
  pathDelimiter: ':',
  agentsFolder: '/agents',
  hookLibrary: '/hooks',
  runsFolder: '/runs',
  setUpsFolder: '/set-ups',
  home: '/home/ada',
  platform: 'linux',
};

export const schemaTask = `---
status: completed
created: 2026-11-20T07:00:00Z
completed: 2026-11-20T09:00:00Z
---

# Task #100: Database Schema - State

## 1. Static Context

**Epic:** Authentication

### Acceptance Criteria
- [x] Users table

---

## 6. Chain Output

### Summary
Users table created.
`;

export const jwtTask = `---
status: pending
depends_on: []
created: 2026-11-20T08:00:00Z
---

# Task #101: JWT Service - State

## 1. Static Context

**Epic:** Authentication

### Acceptance Criteria
- [ ] Generate JWT

---

## 3. Feature Checklist

\`\`\`json
{
  "features": [
    { "id": "jwt-1", "description": "creates a token", "steps": ["log in"], "passes": true, "tested_at": "2026-11-20T08:30:00Z", "evidence": { "manual": "Logged in", "at": "2026-11-20T08:30:00Z" } },
    { "id": "jwt-2", "description": "verifies a token", "passes": false, "tested_at": null }
  ],
  "overall_progress": "50%"
}
\`\`\`

---

## 4. Progress Log

### Session 1 - 2026-11-20 08:10
**What I did:**
- Wrote the generator

---

## 6. Chain Output

(Agent will finalize when task is complete)
`;

export const schemaFile = 'task-states/task-100-state.md';
export const jwtFile = 'task-states/task-101-state.md';

export interface HealthWorkspace {
  readonly ports: TestPorts;
  /** Opens the folder anew, as another process would. */
  open(): Promise<BatonWorkspace>;
  put(path: string, text: string | Uint8Array): void;
  text(path: string): string | undefined;
  /** Replaces in a file; throws when there is nothing to replace. */
  edit(path: string, from: string, to: string): void;
  /** Every file as text but for what every change leaves behind: log, renderings, locks, quarantine. */
  files(): ReadonlyMap<string, string>;
}

export function healthyWorkspace(): HealthWorkspace {
  const ports = testPorts();
  const put = (path: string, text: string | Uint8Array) => ports.fs.put(`${root}/${path}`, text, 0);
  for (const folder of ['memory', 'locks', 'sessions', 'packets']) put(`.baton/${folder}/.keep`, '');
  put(schemaFile, schemaTask);
  put(jwtFile, jwtTask);
  const text = (path: string) => ports.fs.text(`${root}/${path}`);
  return {
    ports,
    put,
    text,
    open: () => openWorkspace(ports, root, resources, { actor: 'tool', surface: 'cli' }, { asFound: true }),
    edit(path, from, to) {
      const before = text(path);
      if (before === undefined || !before.includes(from)) throw new Error(`${path} does not say ${from}`);
      put(path, before.replace(from, to));
    },
    files: () =>
      new Map(
        ports.fs
          .paths()
          .filter(
            (path) =>
              !/\/\.baton\/(quarantine|memory|locks\/(?!.*(lock|tmp)$))|SESSION-STATE|\.gitignore/.test(path),
          )
          .map((path) => [path, ports.fs.text(path) ?? '']),
      ),
  };
}
