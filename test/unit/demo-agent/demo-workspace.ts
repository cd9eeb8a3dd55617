/** A temporary workspace with the seed's task, for running the demonstration agent in-process. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hooks, noHooks } from '../../../src/demo-agent/hooks';
import type { DemoOptions } from '../../../src/demo-agent/options';
import type { Baton } from '../../../src/demo-agent/programs';
import { createScreen } from '../../../src/demo-agent/screen';
import { runSession } from '../../../src/demo-agent/session';

/** What the fake process throws instead of dying. */
export class Died extends Error {}

export const taskText = `---
status: in_progress
---

# Task #101: JWT Service - State

## 1. Static Context

### Acceptance Criteria
- [ ] Generate JWT on successful login
- [ ] Validate JWT on protected routes

---

## 2. Chain Inputs

### From Task #100: Database Schema
> Users table

---

## 3. Feature Checklist

\`\`\`json
{
  "features": [
    { "id": "jwt-1", "description": "generateToken() creates valid JWT", "passes": false, "tested_at": null },
    { "id": "jwt-2", "description": "verifyToken() validates signature", "passes": false, "tested_at": null }
  ],
  "overall_progress": "0%"
}
\`\`\`

---

## 4. Progress Log

---

## 5. Git History

---

## 6. Chain Output
`;

export interface DemoWorkspace {
  readonly root: string;
  readonly taskFile: string;
  task(): string;
  git(...args: string[]): string;
  /** Runs one session; its exit code, or 'died'. */
  session(over?: Partial<DemoOptions>, baton?: Baton, hooks?: Hooks): Promise<number | 'died'>;
  /** Everything shown so far. */
  shown(): string;
  dispose(): void;
}

/** No \`baton\` command: the agent edits the file by hand. */
export const noBaton: Baton = { call: async () => false };

export function demoWorkspace(text = taskText, withGit = true): DemoWorkspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'baton-demo-test-')));
  const taskFile = join(root, 'task-states', 'task-101-state.md');
  mkdirSync(join(root, 'task-states'));
  writeFileSync(taskFile, text);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  if (withGit) {
    git('init', '--quiet', '--initial-branch=main');
    git('config', 'user.email', 'test@example.invalid');
    git('config', 'user.name', 'Test');
    git('add', '.');
    git('commit', '--quiet', '-m', 'start');
  }
  let shown = '';
  const write = async (piece: string) => {
    shown += piece;
  };
  return {
    root,
    taskFile,
    task: () => readFileSync(taskFile, 'utf8'),
    git,
    shown: () => shown,
    dispose: () => rmSync(root, { recursive: true }),
    async session(over = {}, baton = noBaton, hooks = noHooks) {
      try {
        return await runSession({
          options: { ...plainOptions(root, taskFile), ...over },
          screen: createScreen(write, false),
          baton,
          hooks,
          now: () => new Date('2026-11-21T14:30:00Z'),
          pause: async () => undefined,
          die: () => {
            throw new Died();
          },
          waitForEnd: async () => {
            throw new Died();
          },
        });
      } catch (error) {
        if (error instanceof Died) return 'died';
        throw error;
      }
    },
  };
}

function plainOptions(root: string, taskFile: string): DemoOptions {
  return {
    root,
    taskId: '101',
    taskFile,
    packet: undefined,
    cli: undefined,
    hooks: undefined,
    sessionId: undefined,
    stopAt: undefined,
    stopMidFeature: false,
    waitAt: undefined,
    waitOnce: false,
    forget: false,
    compactAt: undefined,
    trustPacket: false,
    features: 1,
    paceMs: 0,
    colour: false,
  };
}
