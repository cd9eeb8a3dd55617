/** `baton heartbeat --watch`: ticks until it is ended, for machines without an editor. Keeps the lease meanwhile. */
import type { Disposable } from '../base/disposable';
import { Heartbeat } from '../scheduler/heartbeat';
import { earliest } from '../scheduler/job-schedule';
import { SchedulerLease } from '../scheduler/scheduler-lease';
import { type TickOptions, type TickReport, tick } from './tick';
import { type BatonWorkspace, hasCurrentSettings } from './workspace';

export interface WatchHost {
  /** Opens the folder anew; asked when its settings have changed. */
  readonly reopen: () => Promise<BatonWorkspace>;
  /** What the next tick may do; asked for before each. */
  readonly options: (workspace: BatonWorkspace) => Promise<TickOptions>;
  readonly arm: (ms: number, fire: () => void) => Disposable;
  /** Resolves when the watch is to end. */
  readonly stopped: Promise<void>;
  readonly told: (report: TickReport) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/**
 * Nobody tells it what changes in the folder, so it looks every interval (`heartbeat.intervalSeconds`), and earlier
 * where a tick asked for that. Each tick goes by the settings as they are then. Resolves when the last tick is over.
 * Never rejects for what a tick fails at.
 */
export async function watchTicks(opened: BatonWorkspace, host: WatchHost): Promise<void> {
  const lease = new SchedulerLease(opened.ports, opened.root);
  const { clock } = opened.ports;
  let workspace = opened;
  const intervalMs = () => workspace.config.heartbeat.intervalSeconds * 1000;
  const heartbeat = new Heartbeat({
    clock,
    arm: host.arm,
    onError: host.failed,
    times: { retryMs: intervalMs() },
    tick: async () => {
      if (!(await hasCurrentSettings(workspace))) workspace = await host.reopen();
      const report = await tick(workspace, { ...(await host.options(workspace)), lease, keepLease: true });
      await host.told(report);
      const latest = new Date(clock.now().getTime() + intervalMs()).toISOString();
      return { nextAt: earliest([report.nextAt, latest]) };
    },
  });
  heartbeat.poke();
  await host.stopped;
  heartbeat.dispose();
  await heartbeat.settled();
  await lease.release();
}
