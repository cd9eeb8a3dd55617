/** A task whose features name commands, and a shell that answers as the test says. */
import assert from 'node:assert/strict';
import type { Feature } from '../../../../src/core/model/task';
import { addFeature } from '../../../../src/core/operations/add-feature';
import { createTask } from '../../../../src/core/operations/create-task';
import { type VerifyResult, verifyFeatures } from '../../../../src/core/operations/verify-features';
import {
  neededConsents,
  planVerification,
  type VerifyTarget,
} from '../../../../src/core/operations/verify-plan';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import type { CommandLine, CommandOutcome, RunCommandLine } from '../../../../src/core/ports';
import type { TestPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';
import { taskId } from '../../../support/state-text';

export const stateFile = `${root}/task-states/task-101-state.md`;

/** Outcomes by command; a command without one succeeds. */
export class FakeShell {
  readonly lines: CommandLine[] = [];
  readonly outcomes = new Map<string, Partial<CommandOutcome>>();
  /** Done while a command runs. */
  meanwhile: ((command: string) => Promise<unknown>) | undefined;

  readonly run: RunCommandLine = async (line) => {
    this.lines.push(line);
    await this.meanwhile?.(line.command);
    return {
      exitCode: 0,
      signal: null,
      end: 'exit',
      durationMs: 1234.5,
      printed: '',
      ...this.outcomes.get(line.command),
    };
  };
}

export interface Verifying {
  readonly ports: TestPorts;
  readonly workspace: BatonWorkspace;
  readonly shell: FakeShell;
}

/** `jwt-1` and `jwt-2` have commands of their own, `jwt-3` has that of `jwt-2`, `jwt-4` has none. */
export async function withCommands(config: Readonly<Record<string, unknown>> = {}): Promise<Verifying> {
  const { ports, workspace: first } = await memoryWorkspace();
  await createTask(first, { title: 'JWT Service', id: '101', criteria: ['It works'] });
  for (const [id, verify] of [
    ['jwt-1', 'npm test'],
    ['jwt-2', 'npm run e2e'],
    ['jwt-3', 'npm run e2e'],
  ] as const) {
    await addFeature(first, '101', { id, description: `Feature ${id}`, verify });
  }
  await addFeature(first, '101', { id: 'jwt-4', description: 'Feature jwt-4' });
  ports.fs.put(`${root}/.baton/config.json`, JSON.stringify({ evidence: config }));
  return { ports, workspace: await openMemory(ports), shell: new FakeShell() };
}

/** With everything agreed to. */
export async function verify(
  { workspace, shell }: Verifying,
  target: VerifyTarget = { task: '101', scope: 'open' },
): Promise<readonly VerifyResult[]> {
  const plan = await planVerification(workspace, target);
  const needed = await neededConsents(workspace, plan, new Set());
  return verifyFeatures(workspace, plan, {
    run: shell.run,
    agreed: new Set(needed.map(({ key }) => key)),
  });
}

export function verifyOne(verifying: Verifying, feature = 'jwt-1'): Promise<readonly VerifyResult[]> {
  return verify(verifying, { task: '101', feature, scope: 'open' });
}

export async function featureOf(workspace: BatonWorkspace, id = 'jwt-1'): Promise<Feature> {
  const { document } = await workspace.store.read(taskId('101'));
  const found = document.featureList.find((feature) => feature.id === id);
  assert.ok(found);
  return found;
}
