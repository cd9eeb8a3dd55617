// The heartbeat inside a real extension host: when it runs, what it costs, and that it does nothing while nothing is to do.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { agentProfileSchema } from '../../src/core/model/agent-profile';
import { type BackgroundChoice, noBackgroundChoice } from '../../src/core/model/background';
import { changeStatus } from '../../src/core/operations/change-status';
import { createTask } from '../../src/core/operations/create-task';
import { prepareLaunch } from '../../src/core/operations/launch-session';
import { queueOf } from '../../src/core/operations/queue-of';
import { asTaskId } from '../../src/core/operations/task-id';
import type { TickAnswer } from '../../src/vscode/background/folder-heartbeat';
import { Heartbeats } from '../../src/vscode/background/heartbeats';
import { StatusBar } from '../../src/vscode/status-bar';
import { AgentTerminals } from '../../src/vscode/terminal/agent-terminals';
import { BatonViews } from '../../src/vscode/views/views';
import { type EditorWorkspace, openEditorWorkspace, whenState } from './support/editor-workspace';
import { eventually } from './support/eventually';

/** How long is looked at a window in which nothing happens. Milliseconds. */
const idleMs = 3_000;

const idle: TickAnswer = {
  did: [],
  nextAt: null,
  check: { status: 'NO_TASKS', pending_count: 0, active_sessions: 0 },
  started: null,
};

suite('the heartbeat of a window', () => {
  let workspace: EditorWorkspace;
  let choice: BackgroundChoice;
  let heartbeats: Heartbeats;
  let errors: unknown[];
  let ticks: number;
  let fails: boolean;
  /** Resolves the next tick's caller. */
  let onTick: () => void;

  setup(async () => {
    errors = [];
    ticks = 0;
    fails = false;
    onTick = () => {};
    choice = noBackgroundChoice;
    workspace = await openEditorWorkspace({
      read: async () => choice,
      change: async (_root, change) => (choice = { ...choice, ...change }),
    });
    await createTask(workspace.folder.workspace, { id: '1', title: 'One', criteria: ['Works'] });
    await workspace.folder.refresh();
    heartbeats = new Heartbeats(workspace.state, {
      tick: async () => {
        ticks++;
        onTick();
        if (fails) throw new Error('the command line has gone');
        return idle;
      },
      trusted: () => true,
      onTick: () => {},
      onError: (error) => errors.push(error),
    });
  });

  teardown(async () => {
    heartbeats.dispose();
    await workspace.dispose();
    assert.deepEqual(errors, []);
  });

  async function queueOne(): Promise<string> {
    const queue = queueOf(workspace.folder.workspace);
    const { entry } = await queue.add({ taskId: asTaskId('1'), prompt: '', reason: 'crash', source: 'test' });
    await workspace.folder.refresh();
    return entry.id;
  }

  function nextTick(): Promise<void> {
    return new Promise((resolve) => {
      onTick = resolve;
    });
  }

  async function change(wanted: Partial<BackgroundChoice>): Promise<void> {
    choice = { ...choice, ...wanted };
    await workspace.folder.refresh();
  }

  test('arms no timer while there is nothing to watch, and none for what the person has not allowed', async () => {
    const rests = () => eventually('no timer', async () => !heartbeats.isArmed);
    await queueOne();
    assert.equal(workspace.folder.background?.queue[0]?.state, 'due');
    await rests();
    await change({ autoResume: true, pausedAt: '2026-11-21T10:00:00Z' });
    await rests();
    assert.equal(ticks, 0);
  });

  test('arms one for the word that a ready task is worth in half an hour, and it costs no process', async () => {
    const { folder } = workspace;
    const at = folder.background?.nextNudgeAt;
    assert.ok(at !== undefined && Math.abs(Date.parse(at) - Date.now() - 30 * 60_000) < 60_000, at);
    assert.equal(heartbeats.isArmed, true);
    await changeStatus(folder.workspace, '1', 'cancel', { reason: 'Not needed' });
    await folder.refresh();
    await eventually('no timer', async () => !heartbeats.isArmed);
    assert.equal(ticks, 0);
  });

  test('ticks once when an entry is due, and not again while everything stays as it is', async () => {
    const ticked = nextTick();
    await change({ autoResume: true });
    await queueOne();
    await ticked;
    for (let n = 0; n < 5; n++) await workspace.folder.refresh();
    assert.equal(ticks, 1);
  });

  test('tells of a tick that failed, and does not try again at every change', async () => {
    fails = true;
    const ticked = nextTick();
    await change({ autoResume: true });
    await queueOne();
    await ticked;
    await eventually('the failure told', async () => errors.length === 1);
    for (let n = 0; n < 5; n++) await workspace.folder.refresh();
    assert.equal(ticks, 1);
    assert.equal(heartbeats.isArmed, true, 'it is tried again after a while');
    errors = [];
  });

  test('leaves an agent of the person alone: no tick, and nothing typed into its terminal', async () => {
    const { folder, state } = workspace;
    let told = () => {};
    const isOver = new Promise<void>((resolve) => (told = resolve));
    const terminals = new AgentTerminals(state, {
      memento: { keys: () => [], get: () => undefined, update: async () => {} },
      processes: folder.services.ports.processes,
      exitMap: () => undefined,
      checkAtEnd: async () => told(),
      onError: (error) => errors.push(error),
    });
    const agent = agentProfileSchema.parse({
      schema: 1,
      id: 'test-agent',
      label: 'Test Agent',
      executables: [process.execPath],
      // Ends as soon as a single key arrives.
      args: ['-e', 'process.stdin.once("data", () => process.exit(9)); setInterval(() => {}, 1000)'],
    });
    const launch = await prepareLaunch(folder.workspace, '1', { agent });
    await terminals.start(folder, launch, { agentLabel: agent.label, message: '' });
    await createTask(folder.workspace, { id: '2', title: 'Two', criteria: ['Works'] });
    await change({ autoResume: true });
    const queue = queueOf(folder.workspace);
    await queue.add({ taskId: asTaskId('2'), prompt: '', reason: 'crash', source: 'test' });
    await folder.refresh();
    assert.equal(folder.background?.waitsFor, 'foreground_session');
    assert.equal(ticks, 0);
    assert.ok(terminals.watched.has(launch.session.id), 'the agent still runs');
    const ticked = nextTick();
    terminals.close(launch.session.id);
    // A look by the clock may find the agent gone, and tick, before its end is on record.
    await Promise.all([ticked, isOver]);
    terminals.dispose();
  });

  test('shows a queue that somebody wrote by hand, within seconds and without a refresh', async function () {
    const path = join(workspace.folder.root, '.baton/memory/pending_tasks.json');
    const entry = { prompt: 'Look at this', priority: 1, added_at: '2026-11-21T10:00:00Z', metadata: {} };
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, JSON.stringify([entry]));
    const took = await whenState(
      workspace.state,
      'the entry',
      () => workspace.folder.background?.queue.length === 1,
      5_000,
    );
    tell(this, `${Math.round(took)} ms`);
  });

  test('does nothing at all while nothing is to be waited for', async function () {
    const { folder, state } = workspace;
    await changeStatus(folder.workspace, '1', 'cancel', { reason: 'Not needed' });
    await folder.refresh();
    await eventually('no timer', async () => !heartbeats.isArmed);
    let changes = 0;
    const listening = state.onDidChange(() => changes++);
    const before = process.cpuUsage();
    await delay(idleMs);
    const { user, system } = process.cpuUsage(before);
    listening.dispose();
    // The whole extension host, with what VS Code itself does in it.
    const share = ((user + system) / 1000 / idleMs) * 100;
    tell(this, `${share.toFixed(1)} % of a processor over ${idleMs / 1000} s`);
    assert.deepEqual([changes, ticks, heartbeats.isArmed], [0, 0, false]);
  });

  test('keeps up with a thousand tasks and a thousand queue entries', async function () {
    await manyTasksAndEntries(workspace.folder.root, 1_000);
    await workspace.folder.refresh();
    const agents = workspace.agents;
    const views = new BatonViews(workspace.state, agents, (error) => errors.push(error));
    const bar = new StatusBar(workspace.state, agents);
    const loop = monitorEventLoopDelay({ resolution: 1 });
    const path = join(workspace.folder.root, 'task-states/task-1-state.md');
    const costs: number[] = [];
    loop.enable();
    for (let n = 0; n < 20; n++) {
      await writeFile(path, `# Task #1: Title ${n} - State\n`);
      const began = performance.now();
      await workspace.folder.refresh();
      costs.push(performance.now() - began);
    }
    loop.disable();
    views.dispose();
    bar.dispose();
    costs.sort((a, b) => a - b);
    const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
    tell(
      this,
      `a refresh took ${costs[10]?.toFixed(1)} ms (median of 20); event loop delay p50 ${ms(loop.percentile(50))} ms, p95 ${ms(loop.percentile(95))} ms, most ${ms(loop.max)} ms`,
    );
    assert.equal(workspace.folder.background?.queue.length, 1_000);
    assert.equal(workspace.folder.snapshot?.tasks.length, 1_000);
  });
});

/** A figure for whoever reads the report; it is shown behind the test's name and asserted nowhere. */
function tell({ test }: Mocha.Context, figure: string): void {
  if (test !== undefined) test.title += ` (${figure})`;
}

async function manyTasksAndEntries(root: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => String(index + 1));
  await mkdir(join(root, '.baton/memory'), { recursive: true });
  await Promise.all(
    ids.map((id) =>
      writeFile(join(root, `task-states/task-${id}-state.md`), `# Task #${id}: Title - State\n`),
    ),
  );
  const entries = ids.map((id) => ({
    id: `q-${id}`,
    taskId: id,
    prompt: `Resume #${id}`,
    priority: 3,
    added_at: '2026-11-21T10:00:00Z',
    nextRetryAt: '2099-01-01T00:00:00Z',
    metadata: { source: 'test', retry_count: 0 },
  }));
  await writeFile(join(root, '.baton/memory/pending_tasks.json'), JSON.stringify(entries));
}
