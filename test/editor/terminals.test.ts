// Terminals as evidence: how a program ended is recorded exactly, and nothing stays claimed.
import assert from 'node:assert/strict';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { isBatonError } from '../../src/core/base/baton-error';
import { type AgentProfile, agentProfileSchema } from '../../src/core/model/agent-profile';
import type { Session, SessionEnd } from '../../src/core/model/session';
import { createSample } from '../../src/core/operations/create-sample';
import { prepareLaunch } from '../../src/core/operations/launch-session';
import { stopSession } from '../../src/core/operations/stop-session';
import { terminalsKey } from '../../src/vscode/contributions';
import { AgentTerminals } from '../../src/vscode/terminal/agent-terminals';
import type { TerminalLink } from '../../src/vscode/terminal/terminal-links';
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

/**
 * Whether the program has come so far that it ignores SIGHUP, and SIGTERM before it; by proc_pid_status(5). SIGTERM alone
 * would not tell: Node itself catches it from its very start, to put the terminal right.
 */
async function ignoresHangUp({ pid }: Session): Promise<boolean> {
  if (pid === null) return false;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & 1n) !== 0n;
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
  /** Tasks whose features were checked after a session. */
  let checked: string[];
  let memory: vscode.Memento;

  setup(async () => {
    errors = [];
    checked = [];
    memory = memento();
    workspace = await openEditorWorkspace();
    await createSample(workspace.folder.workspace);
    await workspace.folder.refresh();
    terminals = open();
  });

  teardown(async () => {
    terminals.dispose();
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await workspace.dispose();
    assert.deepEqual(errors, []);
  });

  /** As a window that opens, or is loaded again. */
  function open(): AgentTerminals {
    return new AgentTerminals(workspace.state, {
      memento: memory,
      processes: workspace.folder.services.ports.processes,
      exitMap: () => ({ trustworthy: true, meanings: { '7': 'out of turns' } }),
      checkAtEnd: async (_folder, task) => void checked.push(task),
      onError: (error) => errors.push(error),
    });
  }

  async function record(id: string): Promise<Session> {
    const session = await workspace.folder.workspace.sessions.get(id);
    assert.ok(session);
    return session;
  }

  async function launch(agent: AgentProfile): Promise<string> {
    const { folder } = workspace;
    const prepared = await prepareLaunch(folder.workspace, '100', { agent });
    await terminals.start(folder, prepared, { agentLabel: agent.label, message: 'Baton: a test' });
    return prepared.session.id;
  }

  async function ended(id: string): Promise<SessionEnd> {
    const find = () =>
      workspace.folder.snapshot?.sessions.find(({ session }) => session.id === id)?.session.end;
    // The end is on record before the task is given back; a test that goes on earlier takes the folder away under it.
    await whenState(workspace.state, 'the end of the session', () => find()?.released === true, limitMs);
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
    await eventually('the check at its end', async () => checked.length > 0);
    assert.deepEqual(checked, ['100']);
  });

  test('a running agent shows as running in a terminal that names task, agent and session', async () => {
    const id = await launch(profile(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
    assert.ok(task100().badges.includes('running'));
    assert.ok(terminals.watched.has(id));
    assert.ok(vscode.window.terminals.some(({ name }) => name === 'Baton #100 · Test Agent · session 1'));
    terminals.close(id);
    const end = await ended(id);
    assert.equal(end.exitCode, null, 'a closed terminal has no exit code, and none is made up');
    assert.equal(end.reason, 'extension');
    assert.equal(terminals.watched.size, 0);
  });

  test('an agent that is stopped is asked to end, and its end is meant', async () => {
    const id = await launch(profile(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
    const { how } = await stopSession(workspace.folder.workspace, id, { by: 'person' });
    assert.equal(how, 'politely');
    const end = await ended(id);
    assert.equal(end.reason, 'user');
    assert.ok(end.intended);
  });

  test('an agent that will not end is ended, and shows as stopping until then', async () => {
    const deaf = [
      '-e',
      'process.on("SIGTERM", () => {}); process.on("SIGHUP", () => {}); setInterval(() => {}, 1000)',
    ];
    const id = await launch(profile(process.execPath, deaf));
    await eventually('the program ignoring signals', async () => ignoresHangUp(await record(id)), limitMs);
    const stopping = stopSession(workspace.folder.workspace, id, {
      by: 'person',
      firmAfterMs: 4_000,
      onRequested: () => void workspace.folder.refresh(),
    });
    await whenState(
      workspace.state,
      'the row to say so',
      () => task100().running?.session.stopRequestedAt != null,
      limitMs,
    );
    assert.equal((await stopping).how, 'firmly');
    assert.equal((await ended(id)).reason, 'user');
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
    const started = terminals.start(folder, prepared, { agentLabel: 'Test Agent', message: '' });
    await assert.rejects(started, (error: unknown) => isBatonError(error, 'agent_missing'));
    await workspace.folder.refresh();
    assert.equal(task100().status, 'pending');
    assert.equal(task100().sessions, 0);
    assert.equal(await readFile(workspace.file('100').fsPath, 'utf8'), before);
  });

  test('a window that was loaded again finds its terminals by their process', async () => {
    const id = await launch(profile(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
    // What a reload leaves: the terminal, and what was remembered.
    await terminals.leave();
    terminals.dispose();
    assert.notEqual((await record(id)).watcherLeftAt, null, 'nobody watches it now, and the record says so');
    terminals = open();
    await eventually('the link', async () => terminals.watched.has(id), limitMs);
    await eventually(
      'the record of the return',
      async () => (await record(id)).watcherLeftAt === null,
      limitMs,
    );
    terminals.close(id);
    assert.equal((await ended(id)).reason, 'extension');
  });

  test('a process that only has the number of an agent is not taken for it', async () => {
    const id = await launch(profile(process.execPath, ['-e', 'setInterval(() => {}, 1000)']));
    terminals.dispose();
    const links = memory.get<readonly TerminalLink[]>(terminalsKey);
    assert.equal(links?.length, 1);
    await memory.update(
      terminalsKey,
      links.map((link) => ({ ...link, start: 'at another time' })),
    );
    terminals = open();
    // Its own terminal is found in the same turn, so by then the other one was looked at too.
    const next = await vscode.window.terminals[0]?.processId;
    assert.equal(next, links[0]?.pid);
    await workspace.folder.services.ports.processes.startOf(links[0]?.pid ?? 0);
    assert.equal(terminals.watched.size, 0);
    await stopSession(workspace.folder.workspace, id, { by: 'person' });
  });
});
