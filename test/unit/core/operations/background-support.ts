/** A workspace with tasks in the queue, and agents in the background that end as the test says. */
import { type BackgroundChoice, noBackgroundChoice } from '../../../../src/core/model/background';
import type { Config } from '../../../../src/core/model/config';
import { createTask } from '../../../../src/core/operations/create-task';
import { economyAgents } from '../../../../src/core/operations/economy-agents';
import { type KnownAgent, listAgents } from '../../../../src/core/operations/list-agents';
import { addToQueue } from '../../../../src/core/operations/queue-list';
import type { BackgroundRun, RunEnd, RunHost } from '../../../../src/core/operations/run-entry';
import type { TickOptions } from '../../../../src/core/operations/tick';
import type { BatonWorkspace } from '../../../../src/core/operations/workspace';
import { paths } from '../../../../src/core/store/paths';
import { type TestPorts, testPorts } from '../../../support/memory-ports';
import { memoryWorkspace, openMemory, root } from '../../../support/memory-workspace';

export const choice: BackgroundChoice = { ...noBackgroundChoice, autoResume: true };

export interface Background {
  readonly ports: TestPorts;
  readonly workspace: BatonWorkspace;
  readonly agents: readonly KnownAgent[];
  /** Another process on the same machine and disk. */
  beside(pid: number): Promise<BatonWorkspace>;
}

export async function background(
  tasks: readonly string[] = ['1'],
  config: Readonly<Record<string, unknown>> = {},
): Promise<Background> {
  const ports = testPorts();
  ports.fs.put(paths.config(root), JSON.stringify(config));
  const { workspace } = await memoryWorkspace({ ports });
  for (const id of tasks) {
    await createTask(workspace, { title: `Task ${id}`, id, features: [{ id: 'f-1', description: 'a' }] });
    await addToQueue(workspace, { task: id, prompt: undefined, priority: undefined });
  }
  const { agents } = await listAgents(workspace, undefined);
  return {
    ports,
    workspace,
    agents: economyAgents(agents, choice),
    beside: (pid) => {
      ports.processes.running.set(pid, `start-${pid}`);
      const self = { pid, start: `start-${pid}`, scope: ports.processes.self.scope };
      const processes = {
        self,
        isRunning: ports.processes.isRunning.bind(ports.processes),
        startOf: ports.processes.startOf.bind(ports.processes),
        signal: ports.processes.signal.bind(ports.processes),
        treeOf: ports.processes.treeOf.bind(ports.processes),
        which: ports.processes.which.bind(ports.processes),
      };
      return openMemory({ ...ports, processes });
    },
  };
}

/** Ends of what agents did, in the order of their starts; the last one goes on for all further starts. */
export function agentsThat(
  { ports, agents }: Background,
  ...ends: readonly (Partial<RunEnd> & { readonly meanwhile?: (run: BackgroundRun) => Promise<void> })[]
): { readonly host: RunHost; readonly runs: BackgroundRun[] } {
  const runs: BackgroundRun[] = [];
  let pid = 5000;
  const run = async (plan: BackgroundRun): Promise<RunEnd> => {
    const own = ++pid;
    ports.processes.running.set(own, `start-${own}`);
    const { meanwhile, ...end } = ends[Math.min(runs.length, ends.length - 1)] ?? {};
    runs.push(plan);
    try {
      await plan.onStart(own);
      await meanwhile?.(plan);
    } finally {
      ports.processes.running.delete(own);
    }
    return { exitCode: 0, signal: null, tail: '', ...end };
  };
  const consents = new Set<string>();
  return { runs, host: { agents, choice, scheduled: true, consents, offsetMinutes: 0, run } };
}

export function tickOptions({ agents }: Background, more: Partial<TickOptions> = {}): TickOptions {
  return { trusted: true, choice, profiles: agents.map(({ profile }) => profile), ...more };
}

export function job(id: string, cron: string, run: Config['heartbeat']['jobs'][number]['run']) {
  return { id, cron, run };
}
