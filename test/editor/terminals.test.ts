// Terminals as evidence: how a program ended is recorded exactly, and nothing stays claimed.
import assert from 'node:assert/strict';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { isBatonError } from '../../src/core/base/baton-error';
import { type AgentProfile, agentProfileSchema } from '../../src/core/model/agent-profile';
import type { SessionEnd } from '../../src/core/model/session';
import { createSample } from '../../src/core/operations/create-sample';
import { prepareLaunch } from '../../src/core/operations/launch-session';
import { AgentTerminals } from '../../src/vscode/terminal/agent-terminals';
import { type EditorWorkspace, openEditorWorkspace, whenState } from './support/editor-workspace';
import { eventually } from './support/eventually';

const limitMs = 20_000;

/** A memento that lasts as long as the test. */
function memento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.has(key) ? (values.get(key) as T) : (fallback as T)),
    update: async (key, value) => void values.set(key, value),
  };
}

function profile(executable: string, args: readonly string[] = []): AgentProfile {
  return agentProfileSchema.parse({
    schema: 1,
    id: 'test-agent',
    label: 'Test Agent',
    executables: [executable],
    args: [...args],
  });
}

suite('agent terminals', () => {
  let workspace: EditorWorkspace;
  let terminals: AgentTerminals;
  let errors: unknown[];
  let memory: vscode.Memento;

  setup(async () => {
    errors = [];
    memory = memento();
    workspace = await openEditorWorkspace();
    await createSample(workspace.folder.workspace);
    await workspace.folder.refresh();
    terminals = new AgentTerminals(workspace.state, memory, (error) => errors.push(error));
  });

  teardown(async () => {
    terminals.dispose();
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await workspace.dispose();
    assert.deepEqual(errors, []);
  });

  async function launch(agent: AgentProfile): Promise<string> {
    const { folder } = workspace;
    const prepared = await prepareLaunch(folder.workspace, '100', { agent });
    await terminals.start(folder, prepared, agent.label);
    return prepared.session.id;
  }

  async function ended(id: string): Promise<SessionEnd> {
    const find = () =>
      workspace.folder.snapshot?.sessions.find(({ session }) => session.id === id)?.session.end;
    await whenState(workspace.state, 'the end of the session', () => find() != null, limitMs);
    const end = find();
    assert.ok(end);
    return end;
  }

  function task100() {
    const found = workspace.state.tasks.find(({ task }) => task.id === '100');
    assert.ok(found);
    return found.task;
  }

  test('an exit code is recorded as it was, and the session is documented', async () => {
    const id = await launch(profile(process.execPath, ['-e', 'process.exit(7)']));
    const end = await ended(id);
    assert.equal(end.exitCode, 7);
    assert.equal(end.reason, 'process');
    assert.match(await readFile(workspace.file('100').fsPath, 'utf8'), /### Session 1/);
    assert.equal(task100().status, 'pending');
    assert.ok(task100().badges.includes('resumable'));
  });

  test('a running agent shows as running in a terminal that names task, agent and session', async () => {
    const id = await launch(profile(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
    assert.ok(task100().badges.includes('running'));
    assert.ok(terminals.watched.has(id));
    assert.ok(vscode.window.terminals.some(({ name }) => name === 'Baton #100 · Test Agent · session 1'));
    terminals.stop(id);
    const end = await ended(id);
    assert.equal(end.exitCode, null, 'a stopped agent has no exit code, and none is made up');
    assert.equal(end.reason, 'extension');
    assert.equal(terminals.watched.size, 0);
  });

  test('an agent that is killed is resumable within seconds', async () => {
    const id = await launch(profile(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
    const pid = workspace.folder.snapshot?.sessions.find(({ session }) => session.id === id)?.session.pid;
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    const took = await whenState(
      workspace.state,
      'the task resumable',
      () => task100().badges.includes('resumable'),
      5_000,
    );
    assert.ok(took < 5_000);
    assert.equal(
      (await ended(id)).exitCode,
      null,
      'VS Code says 0 of a killed process; that is not believed',
    );
  });

  test('a program that cannot start gives the task back as it was', async () => {
    const { folder } = workspace;
    const program = join(folder.root, 'short-lived');
    await writeFile(program, '#!/bin/sh\n');
    await chmod(program, 0o755);
    const before = await readFile(workspace.file('100').fsPath, 'utf8');
    const prepared = await prepareLaunch(folder.workspace, '100', { agent: profile(program) });
    await rm(program);
    const started = terminals.start(folder, prepared, 'Test Agent');
    await assert.rejects(started, (error: unknown) => isBatonError(error, 'agent_missing'));
    await workspace.folder.refresh();
    assert.equal(task100().status, 'pending');
    assert.equal(task100().sessions, 0);
    assert.equal(await readFile(workspace.file('100').fsPath, 'utf8'), before);
  });

  test('a window that was loaded again finds its terminals by their process', async () => {
    const id = await launch(profile(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
    // What a reload leaves: the terminal, and what was remembered.
    terminals.dispose();
    terminals = new AgentTerminals(workspace.state, memory, (error) => errors.push(error));
    await eventually('the link', async () => terminals.watched.has(id), limitMs);
    terminals.stop(id);
    assert.equal((await ended(id)).reason, 'extension');
  });
});
