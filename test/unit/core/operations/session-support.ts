/** A task with a session on it, as a launch leaves it, without an agent. */
import assert from 'node:assert/strict';
import type { Session } from '../../../../src/core/model/session';
import { applyTrigger, surroundings } from '../../../../src/core/operations/apply-trigger';
import { createTask } from '../../../../src/core/operations/create-task';
import { startFacts } from '../../../../src/core/operations/session-start';
import type { Acting, BatonWorkspace } from '../../../../src/core/operations/workspace';
import type { StartSession } from '../../../../src/core/sessions/session-store';
import type { TestPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory } from '../../../support/memory-workspace';
import { task } from '../sessions/session-example';

export interface AtWork {
  readonly ports: TestPorts;
  readonly workspace: BatonWorkspace;
  readonly session: Session;
}

export const agentPid = 4242;

export async function withTask(): Promise<Omit<AtWork, 'session'>> {
  const opened = await memoryWorkspace();
  await createTask(opened.workspace, {
    title: 'JWT Service',
    id: task,
    criteria: ['It works', 'It is fast'],
    features: [
      { id: 'jwt-1', description: 'create a token' },
      { id: 'jwt-2', description: 'verify a token' },
    ],
  });
  return opened;
}

/** @param status of the task: `acknowledged` is a launch that was cut off before its program ran. */
export async function atWork(
  input: Partial<StartSession> = {},
  status: 'acknowledged' | 'in_progress' = 'in_progress',
): Promise<AtWork> {
  const { ports, workspace } = await withTask();
  const session = await startOn(workspace, ports, input, status);
  return { ports, workspace, session };
}

export async function startOn(
  workspace: BatonWorkspace,
  ports: TestPorts,
  input: Partial<StartSession> = {},
  status: 'acknowledged' | 'in_progress' = 'in_progress',
): Promise<Session> {
  const facts = await startFacts(workspace, await workspace.store.read(task));
  const { id } = await workspace.sessions.start({ ...facts, agent: 'claude', origin: 'managed', ...input });
  await applyTrigger(workspace, task, 'acknowledge', {}, await surroundings(workspace, task));
  if (status === 'in_progress') {
    ports.processes.running.set(agentPid, 'start-4242');
    await workspace.sessions.attachProcess(id, agentPid);
    await applyTrigger(workspace, task, 'start', {}, await surroundings(workspace, task));
  }
  return recordOf(workspace, id);
}

export async function recordOf(workspace: BatonWorkspace, id: string): Promise<Session> {
  const session = await workspace.sessions.get(id);
  assert.ok(session);
  return session;
}

export async function statusOf(workspace: BatonWorkspace): Promise<string> {
  return (await workspace.store.read(task)).document.status;
}

/** Another window or command line over the same disk and clock, which sees the same processes. */
export function beside(ports: TestPorts, acting: Partial<Acting> = {}): Promise<BatonWorkspace> {
  return openMemory({ ...ports }, acting);
}

/** Types of the change log's records, from the first session event on. */
export async function logged(workspace: BatonWorkspace, from = 0): Promise<readonly string[]> {
  const { records } = await workspace.store.changeLog.read();
  return records.slice(from).map(({ record }) => record.type);
}
