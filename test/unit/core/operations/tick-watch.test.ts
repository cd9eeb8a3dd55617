// A scheduler without an editor, on a fake clock: it goes by the settings as they are, not as they were when it began.
import assert from 'node:assert/strict';
import { type Disposable, toDisposable } from '../../../../src/core/base/disposable';
import type { TickReport } from '../../../../src/core/operations/tick';
import { watchTicks } from '../../../../src/core/operations/tick-watch';
import { paths } from '../../../../src/core/store/paths';
import { openMemory, root } from '../../../support/memory-workspace';
import { background, tickOptions } from './background-support';

const settle = async (): Promise<void> => {
  for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve));
};

async function watching(config: Readonly<Record<string, unknown>>) {
  const own = await background(['1'], config);
  const { clock } = own.ports;
  const reports: TickReport[] = [];
  const errors: unknown[] = [];
  let opened = 0;
  let timer: { readonly at: number; readonly fire: () => void } | undefined;
  let stop = () => {};
  const ended = watchTicks(own.workspace, {
    reopen: () => {
      opened++;
      return openMemory(own.ports);
    },
    options: async () => tickOptions(own),
    arm: (ms, fire): Disposable => {
      timer = { at: clock.monotonicMs() + ms, fire };
      return toDisposable(() => {
        timer = undefined;
      });
    },
    stopped: new Promise((resolve) => {
      stop = () => resolve();
    }),
    told: async (report) => void reports.push(report),
    failed: (error) => errors.push(error),
  });
  const pass = async (seconds: number) => {
    const until = clock.monotonicMs() + seconds * 1000;
    for (;;) {
      await settle();
      const due = timer;
      if (due === undefined || due.at > until) break;
      timer = undefined;
      clock.advance(due.at - clock.monotonicMs());
      due.fire();
    }
    clock.advance(until - clock.monotonicMs());
  };
  const set = (next: unknown) => own.ports.fs.put(paths.config(root), JSON.stringify(next));
  const end = async () => {
    stop();
    await ended;
    assert.deepEqual(errors, []);
  };
  return { reports, pass, set, end, opened: () => opened };
}

suite('heartbeat --watch', () => {
  test('ticks at the interval that is set now, and looks at the limits that are set now', async () => {
    const watch = await watching({ heartbeat: { intervalSeconds: 30 } });
    await watch.pass(1);
    await watch.pass(60);
    assert.equal(watch.reports.length, 3);
    assert.equal(watch.opened(), 0, 'the folder is opened again only where its settings are others');
    watch.set({ heartbeat: { intervalSeconds: 600 }, autoResume: { loadPercent: 1 } });
    await watch.pass(60);
    assert.deepEqual([watch.reports.length, watch.opened()], [4, 1]);
    const { check } = watch.reports[3] ?? {};
    assert.deepEqual(check?.status === 'DEFERRED' && check.reason, 'high_load');
    await watch.end();
  });
});
